// What a person does to one charge, at once: retry, cancel, uncancel, resolve.

import type { Config } from '../config';
import { cancel, uncancel } from '../cycle/cancel';
import type { ChargeResult } from '../cycle/charge';
import type { World } from '../cycle/ports';
import { resolve } from '../cycle/resolve';
import { retry } from '../cycle/retry';
import { answerFrom } from '../domain/answer';
import { showChargeId } from '../domain/charge-id';
import type { Charge } from '../domain/picture';
import { attemptsOf } from '../records/charges';
import { recordRefusal } from '../records/refusals';
import { actorOf, chargeNamed, type ExitCode, type Session, withWorld } from './session';

export interface ActFlags {
  readonly actor?: string;
}

export function runRetry(config: Config, typed: string, flags: ActFlags): Promise<ExitCode> {
  const actor = actorOf(flags.actor);
  return withWorld(config, async (session, world) => {
    const charge = await chargeNamed(session, typed);
    const result = await retry(world, charge, actor);
    if (result.kind === 'passed' || result.kind === 'refused')
      return refused(session, world, {
        actor,
        tried: 'retry',
        charge,
        code: result.kind === 'refused' ? result.reason : charge.state,
      });
    return report(session, charge, result);
  });
}

async function report(session: Session, charge: Charge, result: ChargeResult): Promise<ExitCode> {
  if (result.kind === 'wait') {
    session.print(
      `${showChargeId(charge.id)}: another charge of this customer is under way, or the PG asked for a pause; try again in a moment`,
    );
    return 1;
  }
  const now = await chargeNamed(session, charge.id);
  const answer = answerFrom(now, await attemptsOf(session.records.database, [charge.id]));
  const held = now.heldReason === null ? null : session.texts.held[now.heldReason];
  const why = held ?? (answer.kind === 'not-yet' ? answer.said : null);
  session.print(`${showChargeId(charge.id)}: ${session.texts.states[now.state]}${why === null ? '' : ` (${why})`}`);
  return now.state === 'PAID' ? 0 : 1;
}

export function runCancel(config: Config, typed: string, flags: ActFlags): Promise<ExitCode> {
  return stop(config, typed, flags, 'cancel');
}

export function runUncancel(config: Config, typed: string, flags: ActFlags): Promise<ExitCode> {
  return stop(config, typed, flags, 'uncancel');
}

function stop(config: Config, typed: string, flags: ActFlags, tried: 'cancel' | 'uncancel'): Promise<ExitCode> {
  const actor = actorOf(flags.actor);
  return withWorld(config, async (session, world) => {
    const charge = await chargeNamed(session, typed);
    const stopped = await (tried === 'cancel' ? cancel : uncancel)(world, charge, actor);
    if (stopped.kind !== 'done')
      return refused(session, world, {
        actor,
        tried,
        charge,
        code: stopped.kind === 'refused' ? stopped.state : charge.state,
      });
    const more = tried === 'uncancel' ? ' (sent by the next sweep, or by cycle)' : '';
    session.print(`${showChargeId(charge.id)}: ${session.texts.states[stopped.state]}${more}`);
    return 0;
  });
}

export function runResolve(config: Config, typed: string, flags: ActFlags): Promise<ExitCode> {
  const actor = actorOf(flags.actor);
  return withWorld(config, async (session, world) => {
    const charge = await chargeNamed(session, typed);
    const resolved = await resolve(world, charge, actor);
    const now = await chargeNamed(session, charge.id);
    if (resolved.kind === 'passed') {
      session.print(`${showChargeId(charge.id)}: ${session.texts.states[now.state]}; there is nothing to ask about`);
      return now.state === 'CHARGING' ? 1 : 0;
    }
    session.print(`${showChargeId(charge.id)}: ${session.texts.states[now.state]}`);
    return resolved.kind === 'resolved' || now.state === 'PAID' ? 0 : 1;
  });
}

interface Refused {
  readonly actor: string;
  readonly tried: string;
  readonly code: string;
  readonly charge: Charge;
  /** Instead of the usual sentences: why not, and the way out. */
  readonly said?: string;
}

/** Says why not, and what to do; a refusal has its row. */
export async function refused(
  session: Session,
  world: Pick<World, 'clock'>,
  { actor, tried, code, charge, said }: Refused,
): Promise<ExitCode> {
  await recordRefusal(session.records.database, { actor, tried, code, charge }, world.clock.now());
  const { states, held } = session.texts;
  const why = code in states ? states[code as keyof typeof states] : (held[code as keyof typeof held] ?? code);
  session.tell(`${tried} of ${showChargeId(charge.id)} is not possible: ${said ?? `${why}. ${wayOut(tried, code)}`}`);
  return 2;
}

function wayOut(tried: string, code: string): string {
  if (code === 'UNKNOWN' || code === 'ADJUDICATION') return 'Ask the PG first: resolve.';
  if (code === 'CHARGING' || code === 'REFUNDING') return 'It is under way; wait for its answer.';
  if (code === 'PAID' && tried === 'cancel') return 'It is paid; to give the money back: refund.';
  if (code === 'PAID' && tried === 'retry') return 'It is paid; nothing is left to collect.';
  if (code === 'DUE') return 'It is sent by cycle, or by sweep.';
  if (code === 'CANCELED') return 'To collect it after all: uncancel.';
  if (code === 'HELD') return 'See what it waits for: status, or history.';
  return 'See history for what happened.';
}
