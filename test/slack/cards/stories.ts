// Stories as cards tell them: one charge of 49,000 won of 김민수, due on 31 October 2026. A test names what differs.

import type { ChargeStory, CustomerStory, CycleStory, Standing } from '../../../src/cycle/reading';
import type { CalendarDate } from '../../../src/domain/calendar';
import { type ChargeState, chargeStates } from '../../../src/domain/charge-state';
import type { Attempt, Charge, PgState } from '../../../src/domain/picture';
import { won } from '../../../src/domain/won';
import { slackTextsOf } from '../../../src/locales/slack-texts';
import type { Drawing, Drawn } from '../../../src/slack/cards/drawing';
import {
  approvedAttempt,
  declinedAttempt,
  inDoubt,
  inSeoul,
  later,
  order,
  picture,
  policy,
  tenOClock,
} from '../../domain/picture-builder';

export const october31 = '2026-10-31' as CalendarDate;
export const minsu = 'slack:T0BILLING01/U0OPERATOR1';

export const drawing: Drawing = {
  texts: slackTextsOf('ko'),
  zone: 'Asia/Seoul',
  billingTime: policy.billingTime,
  now: inSeoul('2026-10-31 10:41'),
  label: null,
};
export const english: Drawing = { ...drawing, texts: slackTextsOf('en') };

const day = 86_400_000;
const paid = { paidOrderId: order(1), paidAt: tenOClock };
const limit = declinedAttempt('funds', { declineCode: 'EXCEED_MAX_AMOUNT', declineMessage: '한도를 초과했습니다.' });

/** What is true of a charge in each state beside the state itself. */
const usual: Record<ChargeState, { charge?: Partial<Charge>; attempts?: Attempt[] }> = {
  DUE: { charge: { watchAt: later(0) } },
  CHARGING: { attempts: [limit, inDoubt({ attemptNo: 2, ended: false, doubtful: false })] },
  UNKNOWN: { charge: { watchAt: later(90_000) }, attempts: [inDoubt({ resolveStep: 1 })] },
  RETRY_WAIT: { charge: { watchAt: later(day), firstFailedAt: tenOClock }, attempts: [limit] },
  FAILED: { attempts: [limit] },
  HELD: { charge: { heldReason: 'BREAKER' } },
  ADJUDICATION: {
    attempts: [inDoubt({ resolveStep: 6, transmissions: 2, declineCode: 'NOT_FOUND', declineMessage: '없는 주문' })],
  },
  CANCELED: { attempts: [limit] },
  PAID: { charge: paid, attempts: [approvedAttempt('pay-1')] },
  REFUNDING: { charge: paid, attempts: [approvedAttempt('pay-1')] },
  PARTLY_REFUNDED: { charge: { ...paid, refundedAmount: won(10_000) }, attempts: [approvedAttempt('pay-1')] },
  REFUND_UNKNOWN: { charge: paid, attempts: [approvedAttempt('pay-1')] },
  REFUNDED: { charge: { ...paid, refundedAmount: won(49_000) }, attempts: [approvedAttempt('pay-1')] },
};

export type StoryParts = Partial<Omit<ChargeStory, 'charge'>> & { readonly charge?: Partial<Charge> };

/** A charge in this state, with what is usually true of it. */
export function storyOf(state: ChargeState, { charge, ...parts }: StoryParts = {}): ChargeStory {
  const attempts = parts.attempts ?? usual[state].attempts ?? [];
  const seen = picture(state, { charge: { version: 7, ...usual[state].charge, ...charge }, attempts: [...attempts] });
  return {
    charge: seen.charge,
    customer: { id: 'C-1', name: '김민수', phone: '010-1234-5678', email: 'kim@example.com' },
    orderName: '프로 월간',
    surpluses: [],
    lastAct: null,
    ...parts,
    attempts,
  };
}

export const everyStory = (parts: StoryParts = {}): ChargeStory[] => chargeStates.map((state) => storyOf(state, parts));

export function customerOf(newest: ChargeStory | undefined, more: Partial<CustomerStory> = {}): CustomerStory {
  return {
    customer: { id: 'C-1', name: '김민수', phone: '010-1234-5678', email: 'kim@example.com' },
    subscriptions: [
      {
        id: 'S-1',
        orderName: '프로 월간',
        amount: won(49_000),
        status: 'ACTIVE',
        newest,
        next: { date: '2026-11-30' as CalendarDate, at: inSeoul('2026-11-30 10:00') },
      },
    ],
    rows: [
      {
        at: tenOClock,
        act: 'CHARGE',
        status: 'FAILED',
        amount: won(49_000),
        orderId: order(1),
        chargeId: 'K7QM4XWP9RTB',
        code: 'EXCEED_MAX_AMOUNT',
        reason: '한도를 초과했습니다.',
        actor: 'cycle',
      },
    ],
    rowCount: 1,
    ...more,
  };
}

export const cycleStory = (more: Partial<CycleStory> = {}): CycleStory => ({
  billingDate: october31,
  state: 'DONE',
  startedBy: 'cycle',
  startedAt: tenOClock,
  endedAt: later(192_000),
  states: [
    { state: 'PAID', count: 1_225, sum: 60_025_000 },
    { state: 'REFUNDED', count: 3, sum: 147_000 },
    { state: 'RETRY_WAIT', count: 7, sum: 343_000 },
    { state: 'FAILED', count: 5, sum: 245_000 },
  ],
  reasons: [
    { class: 'funds', count: 7, sum: 343_000 },
    { class: 'card', count: 4, sum: 196_000 },
    { class: null, count: 1, sum: 49_000 },
  ],
  held: [],
  retries: [{ at: later(day), count: 7 }],
  ...more,
});

export const pgState = (more: Partial<PgState> = {}): PgState => ({ ...picture('DUE').pg, ...more });

export const standingOf = (more: Partial<Standing> = {}): Standing => ({
  states: new Map([
    ['FAILED', { count: 7, sum: 343_000 }],
    ['UNKNOWN', { count: 1, sum: 49_000 }],
  ]),
  held: [],
  surpluses: [],
  ...more,
});

/** Everything that a message says in its blocks, in the order in which it is read. */
export const saidIn = (drawn: Drawn): string => drawn.blocks.flatMap(textsIn).join('\n');

/** Every `text` under a block, labels of buttons included and what only a dialog says not. */
function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'confirm' ? [] : typeof inner === 'string' ? (key === 'text' ? [inner] : []) : textsIn(inner),
  );
}

/** The buttons of a message, in order. */
export const buttonsOf = (drawn: Drawn) =>
  drawn.blocks.flatMap((block) =>
    block.type === 'actions' ? block.elements.flatMap((one) => (one.type === 'button' ? [one] : [])) : [],
  );

export const actionsOf = (drawn: Drawn): (string | undefined)[] => buttonsOf(drawn).map((one) => one.action_id);
