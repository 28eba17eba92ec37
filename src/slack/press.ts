// What a pressed button does: the look at the charge, the one verb, and the answer to whoever pressed.

import { cancel, uncancel } from '../cycle/cancel';
import { TokenUsed } from '../cycle/ports';
import type { ChargeStory } from '../cycle/reading';
import { resolve } from '../cycle/resolve';
import { retry } from '../cycle/retry';
import type { Actor } from '../domain/history';
import type { HeldReason } from '../domain/picture';
import { actedOf, goneOf, obstacleOf, staleOf, waitOf } from './cards/answers';
import type { Drawn } from './cards/drawing';
import type { Office } from './office';

/** What a person can do to one charge with one button. */
export const chargeActs = ['retry', 'cancel', 'uncancel', 'resolve'] as const;
export type ChargeAct = (typeof chargeActs)[number];

/** Does it, if the charge still is what the person saw. */
export async function press(
  office: Office,
  act: ChargeAct,
  seen: { readonly chargeId: string; readonly version: number },
  actor: Actor,
): Promise<Drawn> {
  const story = await office.reading.charge(seen.chargeId);
  if (!story) return goneOf(seen.chargeId, office.drawing());
  if (story.charge.version !== seen.version) return stale(office, story, act, actor);
  try {
    const done = await perform(office, act, story, actor);
    const after = (await office.reading.charge(seen.chargeId)) ?? story;
    if (done === 'wait') return waitOf(after, office.drawing());
    if (typeof done === 'object') return refusedByRule(office, act, after, done.refused, actor);
    return done === 'done' ? actedOf(act, after, office.drawing()) : stale(office, after, act, actor);
  } catch (error) {
    if (!(error instanceof TokenUsed)) throw error;
    return stale(office, (await office.reading.charge(seen.chargeId)) ?? story, act, actor);
  }
}

async function perform(
  { world }: Office,
  act: ChargeAct,
  { charge }: ChargeStory,
  actor: Actor,
): Promise<'done' | 'wait' | 'passed' | { readonly refused: HeldReason }> {
  switch (act) {
    case 'retry': {
      const result = await retry(world, charge, actor, charge.version);
      if (result.kind === 'wait') return 'wait';
      if (result.kind === 'refused') return { refused: result.reason };
      return result.kind === 'passed' ? 'passed' : 'done';
    }
    case 'cancel':
    case 'uncancel': {
      const { kind } = await (act === 'cancel' ? cancel : uncancel)(world, charge, actor, charge.version);
      return kind === 'done' ? 'done' : 'passed';
    }
    case 'resolve': {
      const { kind } = await resolve(world, charge, actor);
      return kind === 'passed' ? 'passed' : 'done';
    }
  }
}

/** The charge has not moved, and a rule stands in the way of this act. */
async function refusedByRule(
  office: Office,
  act: ChargeAct,
  story: ChargeStory,
  reason: HeldReason,
  actor: Actor,
): Promise<Drawn> {
  await office.refuse({ actor, tried: act, code: reason, charge: story.charge });
  return obstacleOf(act, reason, story, office.drawing());
}

/** Somebody was first, or the rules say no: the card is drawn anew, the refusal recorded, and it is said how things stand. */
async function stale(office: Office, story: ChargeStory, act: ChargeAct, actor: Actor): Promise<Drawn> {
  await office.refuse({ actor, tried: act, code: story.charge.state, charge: story.charge });
  const card = `card:${story.charge.id}`;
  if (await office.outbox.get(card)) await office.outbox.tell({ kind: 'card', subject: story.charge.id });
  return staleOf(story, office.drawing());
}
