// The card of one charge, drawn from its state alone: the same message is a failure, then a retry under way, then a payment.

import type { ChargeStory } from '../../cycle/reading';
import { showChargeId } from '../../domain/charge-id';
import type { Attempt } from '../../domain/picture';
import { context, facts, section } from './blocks';
import { chargeButtons, deserved } from './buttons';
import {
  faces,
  factsOf,
  footOf,
  headOf,
  inThePgsWords,
  latestNo,
  nextOf,
  noInWords,
  subjectOf,
  surplusesOf,
} from './charge-facts';
import { type Drawing, type Drawn, draw, notice } from './drawing';
import { inBoth, type Voice, voiceOf } from './voice';

/** The card that stands in the channel for as long as the charge is of interest. */
export function cardOf(story: ChargeStory, drawing: Drawing): Drawn {
  const { charge } = story;
  const voice = voiceOf(drawing, 'blocks');
  const id = blockIds(story);
  const blocks = [
    section(
      `${faces[charge.state]} ${headOf(story, drawing, voice)}\n${subjectOf(story, voice)}\n${nextOf(story, drawing, voice)}`,
      id('head'),
    ),
    facts(factsOf(story, drawing), id('facts')),
    ...surplusesOf(story, drawing, voice).map((text, nth) =>
      section(`:rotating_light: ${text}`, id(`surplus-${nth + 1}`)),
    ),
    ...chargeButtons(story, deserved[charge.state], drawing, id('actions')),
    context(footOf(story, drawing, voice), id('foot')),
  ];
  return draw(drawing, spoken(story, drawing), blocks, {
    event_type: 'billing_card',
    event_payload: { charge_id: charge.id, version: charge.version },
  });
}

/** Slack wants other block ids when a message is drawn anew. */
const blockIds =
  ({ charge }: ChargeStory) =>
  (part: string): string =>
    `card:${charge.id}:${charge.version}:${part}`;

/** `결제 실패 · 한도 초과 · 김하늘 · 프로 월간 · 49,000원 (2회) — 청구 K7QM-4XWP-9RTB` */
function spoken(story: ChargeStory, drawing: Drawing): string {
  const { charge } = story;
  const { texts } = drawing;
  const voice = voiceOf(drawing, 'text');
  const surpluses = surplusesOf(story, drawing, voice).map((text) => ` ${text}`);
  return `${headOf(story, drawing, voice)} · ${subjectOf(story, voice)} (${texts.card.attempts.count(charge.attempts)}) — ${texts.card.fields.charge} ${showChargeId(charge.id)}. ${nextOf(story, drawing, voice)}${surpluses.join('')}`;
}

/** A failed retry, in its card's thread. Without a number: the newest attempt that failed. */
export function replyOf(story: ChargeStory, drawing: Drawing, attemptNo?: number): Drawn {
  const failed = story.attempts.find((attempt) => attempt.attemptNo === attemptNo) ?? latestNo(story);
  const { blocks, text } = inBoth(drawing, (voice) => replyIn(story, failed, drawing, voice));
  return draw(drawing, text, [section(`:red_circle: ${blocks}`)], notice('reply', story.charge.id));
}

function replyIn({ charge }: ChargeStory, failed: Attempt | undefined, { texts }: Drawing, voice: Voice): string {
  const { attempts } = texts.card;
  const next =
    charge.state === 'RETRY_WAIT' && charge.watchAt ? attempts.next(voice.when(charge.watchAt)) : attempts.noNext;
  const why = failed ? [noInWords(failed, texts), inThePgsWords(failed, voice)].join(' ').trim() : texts.card.otherNo;
  const isOver = charge.state === 'RETRY_WAIT' || charge.state === 'FAILED';
  return texts.card.reply({
    count: attempts.count(failed?.attemptNo ?? charge.attempts),
    why,
    // What became of it since stands on the card.
    next: isOver ? next : texts.card.heads[charge.state],
  });
}

/** A line per approved charge, in its cycle's thread. */
export function successOf(story: ChargeStory, drawing: Drawing): Drawn {
  const { charge, attempts } = story;
  const paidBy = attempts.find((attempt) => attempt.orderId === charge.paidOrderId);
  const at = charge.paidAt ?? paidBy?.approvedAt;
  const { blocks, text } = inBoth(drawing, (voice) => {
    const how = at
      ? drawing.texts.card.approved({
          at: voice.timeOf(at, charge.billingDate),
          card: paidBy?.card ? voice.name(paidBy.card) : null,
        })
      : drawing.texts.card.heads[charge.state];
    return `${subjectOf(story, voice)} · ${how}`;
  });
  return draw(drawing, text, [section(`:white_check_mark: ${blocks}`)], notice('success', charge.id));
}
