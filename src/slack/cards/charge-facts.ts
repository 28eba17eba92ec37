// What there is to say about one charge: what it is, why, what comes next, and who did what. Cards, threads and private
// answers put these parts together.

import type { ChargeStory } from '../../cycle/reading';
import { showChargeId } from '../../domain/charge-id';
import type { ChargeState } from '../../domain/charge-state';
import type { Attempt } from '../../domain/picture';
import type { SlackTexts } from '../../locales/slack-texts';
import type { Drawing } from './drawing';
import { shown } from './safe-text';
import { type Voice, voiceOf } from './voice';

/** The sign of each state; never without its word. */
export const faces = {
  DUE: ':white_circle:',
  CHARGING: ':hourglass_flowing_sand:',
  UNKNOWN: ':warning:',
  RETRY_WAIT: ':large_orange_circle:',
  FAILED: ':red_circle:',
  HELD: ':double_vertical_bar:',
  ADJUDICATION: ':rotating_light:',
  CANCELED: ':black_circle:',
  PAID: ':large_green_circle:',
  REFUNDING: ':hourglass_flowing_sand:',
  PARTLY_REFUNDED: ':large_blue_circle:',
  REFUND_UNKNOWN: ':warning:',
  REFUNDED: ':white_circle:',
} as const satisfies Record<ChargeState, string>;

/** The newest attempt that the PG said no to, finally or for now. */
export const latestNo = ({ attempts }: ChargeStory): Attempt | undefined =>
  attempts.findLast((attempt) => attempt.declineClass !== null || attempt.declineCode !== null);

/** The attempt whose end is open, or the newest. */
const latestAttempt = ({ attempts }: ChargeStory): Attempt | undefined =>
  attempts.findLast((attempt) => attempt.status === 'OPEN') ?? attempts.at(-1);

/** Our words for a no. */
export function noInWords(no: Attempt, { card }: SlackTexts): string {
  if (no.declineClass !== null) return card.declines[no.declineClass];
  return no.declineCode === 'UNSENT' ? card.unsent : card.otherNo;
}

/** Why it stands as it stands, in a few words; null where the state says it all. */
function whyOf(story: ChargeStory, texts: SlackTexts): string | null {
  const { state, heldReason } = story.charge;
  if (state === 'HELD') return heldReason ? texts.card.held[heldReason].why : null;
  const no = state === 'FAILED' || state === 'RETRY_WAIT' ? latestNo(story) : undefined;
  return no ? noInWords(no, texts) : null;
}

/** `결제 실패 · 한도 초과` */
export function headOf(story: ChargeStory, { texts }: Drawing, voice: Voice): string {
  const why = whyOf(story, texts);
  return `${voice.bold(texts.card.heads[story.charge.state])}${why === null ? '' : ` · ${why}`}`;
}

/** `김하늘 · 프로 월간 · 49,000원` */
export const subjectOf = ({ charge, customer, orderName }: ChargeStory, voice: Voice): string =>
  [
    voice.bold(voice.name(customer.name)),
    voice.name(orderName, shown.orderName),
    voice.bold(voice.money(charge.amount)),
  ].join(' · ');

type Say = (story: ChargeStory, texts: SlackTexts, voice: Voice) => string;

/** What comes next, and what a person can do about it, by state. */
const comesNext = {
  DUE: ({ charge }, { card }, voice) => card.due(charge.watchAt ? voice.when(charge.watchAt) : null),
  CHARGING: (_, { card }) => card.charging,
  UNKNOWN: ({ charge }, { card }, voice) => card.unknown(charge.watchAt ? voice.when(charge.watchAt) : null),
  RETRY_WAIT: ({ charge }, { card }, voice) => card.retryWait(charge.watchAt ? voice.when(charge.watchAt) : null),
  FAILED: (story, { card }) => {
    const no = latestNo(story);
    if (no?.declineClass) return card.declineAdvice[no.declineClass];
    return no?.declineCode === 'UNSENT' ? card.unsentAdvice : card.otherNoAdvice;
  },
  HELD: ({ charge }, { card }) => (charge.heldReason ? card.held[charge.heldReason].advice : card.otherNoAdvice),
  ADJUDICATION: (story, { card }, voice) => card.adjudication(voice.code(latestAttempt(story)?.orderId ?? '–')),
  CANCELED: (_, { card }) => card.canceled,
  PAID: (story, { card }, voice) => {
    const { charge } = story;
    const paidBy = story.attempts.find((attempt) => attempt.orderId === charge.paidOrderId);
    const at = charge.paidAt ?? paidBy?.approvedAt;
    return card.paid({
      at: at ? voice.when(at) : null,
      card: paidBy?.card ? voice.name(paidBy.card) : null,
      refund: refundCommand(story.charge.id, voice),
    });
  },
  REFUNDING: (_, { card }) => card.refunding,
  PARTLY_REFUNDED: (story, { card }, voice) =>
    card.partlyRefunded({ ...refunded(story, voice), refund: refundCommand(story.charge.id, voice) }),
  REFUND_UNKNOWN: (_, { card }) => card.refundUnknown,
  REFUNDED: (story, { card }, voice) => card.refunded(refunded(story, voice)),
} as const satisfies Record<ChargeState, Say>;

const refunded = ({ charge }: ChargeStory, voice: Voice) => ({
  refunded: voice.money(charge.refundedAmount),
  amount: voice.money(charge.amount),
});

export const nextOf = (story: ChargeStory, { texts }: Drawing, voice: Voice): string =>
  (comesNext[story.charge.state] as Say)(story, texts, voice);

/** What is typed on the server to give money back; Slack has no button for it yet. */
export const refundCommand = (chargeId: string, voice: Voice): string =>
  voice.code(`npm run billing -- refund ${showChargeId(chargeId)} --reason "…"`);

/** The fields of a card: name and content. */
export function factsOf(story: ChargeStory, drawing: Drawing): [string, string | null][] {
  const { charge, attempts } = story;
  const { fields } = drawing.texts.card;
  const voice = voiceOf(drawing, 'blocks');
  const card = attempts.findLast((attempt) => attempt.card)?.card;
  return [
    [fields.why, saidNo(story, drawing, voice)],
    [fields.attempts, attemptsInWords(story, drawing, voice)],
    [fields.card, card ? voice.name(card) : null],
    [fields.charge, voice.code(showChargeId(charge.id))],
    [fields.billingDate, drawing.texts.billingDate(voice.date(charge.billingDate))],
    ...evidenceOf(story, drawing, voice),
  ];
}

/** Our word for the latest no, the PG's own words, and its code; null when nothing was said no to that still counts. */
function saidNo(story: ChargeStory, { texts }: Drawing, voice: Voice): string | null {
  const { state, heldReason } = story.charge;
  if (state === 'HELD') return heldReason ? texts.card.held[heldReason].why : null;
  const no = state === 'FAILED' || state === 'RETRY_WAIT' || state === 'CANCELED' ? latestNo(story) : undefined;
  return no ? [noInWords(no, texts), inThePgsWords(no, voice)].filter((part) => part !== '').join('\n') : null;
}

/** `"한도가 초과되었습니다" (LIMIT_EXCEEDED)` */
export function inThePgsWords(no: Attempt, voice: Voice): string {
  const said = no.declineMessage ? `"${voice.said(no.declineMessage)}"` : '';
  const code = no.declineCode ? `(${voice.code(no.declineCode)})` : '';
  return [said, code].filter((part) => part !== '').join(' ');
}

function attemptsInWords({ charge }: ChargeStory, { texts }: Drawing, voice: Voice): string {
  const { attempts } = texts.card;
  const count = attempts.count(charge.attempts);
  if (charge.state === 'RETRY_WAIT' && charge.watchAt) return `${count} · ${attempts.next(voice.when(charge.watchAt))}`;
  return charge.state === 'FAILED' ? `${count} · ${attempts.noNext}` : count;
}

/** What was sent and when, and what the PG last said, where nobody knows how it ended. */
function evidenceOf(story: ChargeStory, { texts }: Drawing, voice: Voice): [string, string | null][] {
  const { state } = story.charge;
  const attempt = latestAttempt(story);
  if (!attempt || !(state === 'UNKNOWN' || state === 'ADJUDICATION')) return [];
  const { evidence, fields } = texts.card;
  const said = inThePgsWords(attempt, voice);
  return [
    [fields.order, voice.code(attempt.orderId)],
    [
      fields.sent,
      evidence.sent({
        first: voice.when(attempt.firstSentAt),
        last: attempt.transmissions > 1 ? voice.when(attempt.sentAt) : null,
        times: attempt.transmissions,
        pg: attempt.pgProvider,
      }),
    ],
    [fields.asked, evidence.asked(attempt.resolveStep)],
    [fields.lastAnswer, said === '' ? evidence.noAnswer : said],
  ];
}

/** Who did the latest thing to it, or that nobody but the machine was at work. */
export function footOf(story: ChargeStory, { texts }: Drawing, voice: Voice): string {
  const { charge, lastAct } = story;
  const cycle = texts.cycleName(voice.date(charge.billingDate));
  if (!lastAct) return cycle;
  const what = texts.did(lastAct.act, charge.attempts > 1);
  return `${cycle} · ${texts.byWhom({ who: voice.who(lastAct.actor), what, at: voice.when(lastAct.at) })}`;
}

/** What the PG captured beyond what is owed, in a sentence for each that is still there. */
export const surplusesOf = (story: ChargeStory, { texts }: Drawing, voice: Voice): string[] =>
  story.surpluses
    .filter((surplus) => surplus.status === 'OPEN')
    .map((surplus) =>
      texts.card.surplus({
        amount: voice.bold(voice.money(surplus.amount)),
        order: voice.code(surplus.orderId),
        refund: refundCommand(story.charge.id, voice),
      }),
    );
