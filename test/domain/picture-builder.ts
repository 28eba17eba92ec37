// Pictures as decisions see them: one charge of 49,000 won, due on 31 October 2026, of one customer with one card. A test
// names what differs.

import type { CalendarDate } from '../../src/domain/calendar';
import type { ChargeState } from '../../src/domain/charge-state';
import type { SettleRequest } from '../../src/domain/evidence';
import { inquired } from '../../src/domain/inquiry';
import type { ChargeOutcome, DeclineClass, StatusAnswer } from '../../src/domain/outcome';
import type {
  Attempt,
  BillingKeyView,
  Change,
  Charge,
  PgState,
  PgTerms,
  Picture,
  Policy,
  Refund,
  Surplus,
} from '../../src/domain/picture';
import { settle } from '../../src/domain/settle';
import { won } from '../../src/domain/won';

/** When everything in a picture happens unless a test says otherwise: 10:00 in Seoul on the billing date. */
export const tenOClock = new Date('2026-10-31T01:00:00.000Z');
export const later = (ms: number, from: Date = tenOClock): Date => new Date(from.getTime() + ms);
export const inSeoul = (text: string): Date => new Date(`${text.replace(' ', 'T')}:00+09:00`);

export const chargeIdHere = 'K7QM4XWP9RTB';
export const order = (attemptNo: number): string => `${chargeIdHere}-${attemptNo}`;
export const amount = won(49_000);

export const policy: Policy = {
  resolveLadderMs: [90_000, 300_000, 1_800_000, 7_200_000, 43_200_000, 86_400_000],
  retryLadder: [1, 3, 5].map((wholeDays) => ({ ms: wholeDays * 86_400_000, wholeDays })),
  billingTime: { hour: 10, minute: 0, zone: 'Asia/Seoul' },
  keepsHours: true,
  leaseMs: 90_000,
};

/** A PG that can be asked about its orders and lets the same order go again for 14 days. */
export const askable: PgTerms = {
  merchant: 'merchant-1',
  asksByOrderId: true,
  resendWindowMs: 14 * 86_400_000,
  failedIsDocumented: true,
  processingMs: 60_000,
};

/** A PG whose yes is all a machine may believe, and where no order goes twice. */
export const taciturn: PgTerms = { ...askable, resendWindowMs: 0, failedIsDocumented: false };

export const aKey = (id: string, more: Partial<BillingKeyView> = {}): BillingKeyView => ({
  id,
  customerId: 'customer-1',
  pgProvider: 'TOSS',
  customerKey: `customer key of ${id}`,
  status: 'ACTIVE',
  secretId: 'secret-1',
  sealed: `sealed ${id}`,
  ...more,
});

/** An attempt in flight: sent at ten o'clock, no answer yet. */
export const anAttempt = (more: Partial<Attempt> = {}): Attempt => ({
  orderId: order(more.attemptNo ?? 1),
  chargeId: chargeIdHere,
  customerId: 'customer-1',
  attemptNo: 1,
  billingKeyId: 'key-1',
  pgProvider: 'TOSS',
  merchant: 'merchant-1',
  amount,
  startedBy: 'machine',
  status: 'OPEN',
  transmissions: 1,
  firstSentAt: tenOClock,
  sentAt: tenOClock,
  transmissionId: `sent-${more.attemptNo ?? 1}`,
  ended: false,
  doubtful: false,
  resolveStep: 0,
  resendFrom: null,
  believeYesFrom: null,
  idempotencySuffix: 0,
  freshKeyDue: false,
  declineClass: null,
  declineCode: null,
  declineMessage: null,
  paymentKey: null,
  approvedAt: null,
  card: null,
  closedAt: null,
  ...more,
});

/** Sent, and nobody knows what became of it. */
export const inDoubt = (more: Partial<Attempt> = {}): Attempt => anAttempt({ ended: true, doubtful: true, ...more });

/** Of which nothing ever left this process. */
export const neverLeft = (more: Partial<Attempt> = {}): Attempt => anAttempt({ ended: true, ...more });

export const declinedAttempt = (of: DeclineClass, more: Partial<Attempt> = {}): Attempt =>
  anAttempt({
    status: 'DECLINED',
    ended: true,
    declineClass: of,
    declineCode: of.toUpperCase(),
    declineMessage: `${of} in the PG's words`,
    closedAt: tenOClock,
    ...more,
  });

export const approvedAttempt = (paymentKey: string, more: Partial<Attempt> = {}): Attempt =>
  anAttempt({
    status: 'APPROVED',
    ended: true,
    paymentKey,
    approvedAt: tenOClock,
    card: '신한 ····1234',
    closedAt: tenOClock,
    ...more,
  });

export const aSurplus = (more: Partial<Surplus> = {}): Surplus => ({
  orderId: order(1),
  paymentKey: 'pay-1',
  chargeId: chargeIdHere,
  customerId: 'customer-1',
  amount,
  status: 'OPEN',
  ...more,
});

export const aRefund = (more: Partial<Refund> = {}): Refund => ({
  id: 'refund-1',
  chargeId: chargeIdHere,
  customerId: 'customer-1',
  pgProvider: 'TOSS',
  orderId: order(1),
  paymentKey: 'pay-1',
  amount,
  remaining: amount,
  ofSurplus: false,
  status: 'OPEN',
  stateBefore: 'PAID',
  requestedBy: 'cli:kim',
  approvedBy: null,
  sentAt: tenOClock,
  resolveStep: 0,
  watchAt: (more.status ?? 'OPEN') === 'OPEN' ? later(policy.leaseMs) : null,
  ...more,
});

const calmPg: PgState = {
  provider: 'TOSS',
  heldBy: null,
  heldAt: null,
  heldReason: null,
  breakerOpenedAt: null,
  recent: '',
  pausedUntil: null,
  pauseMs: 0,
  probeAt: null,
  probeStep: 0,
};

export type Given = Partial<Omit<Picture, 'charge' | 'pg' | 'subscription'>> & {
  readonly charge?: Partial<Charge>;
  readonly pg?: Partial<PgState>;
  readonly subscription?: Partial<Picture['subscription']>;
};

/** What a decision sees of a charge in this state. */
export function picture(state: ChargeState, { charge, pg, subscription, ...given }: Given = {}): Picture {
  const attempts = given.attempts ?? [];
  const open = attempts.findLast((attempt) => attempt.status === 'OPEN');
  return {
    now: tenOClock,
    charge: {
      id: chargeIdHere,
      customerId: 'customer-1',
      subscriptionId: 'subscription-1',
      billingDate: '2026-10-31' as CalendarDate,
      amount,
      pgProvider: 'TOSS',
      state,
      version: 1,
      watchAt: null,
      heldReason: state === 'HELD' ? 'BREAKER' : null,
      heldFrom: state === 'HELD' ? 'DUE' : null,
      attempts: attempts.length,
      firstFailedAt: null,
      paidOrderId: null,
      paidAt: null,
      refundedAmount: won(0),
      ...charge,
    },
    customer: { id: 'customer-1', name: '김민수', email: 'kim@example.com', phone: '010-1234-5678' },
    subscription: {
      id: 'subscription-1',
      orderName: '월 구독',
      status: 'ACTIVE',
      billingKeyId: 'key-1',
      ...subscription,
    },
    billingKey: aKey('key-1'),
    attemptKey: open ? aKey(open.billingKeyId, { pgProvider: open.pgProvider }) : null,
    attempts,
    surpluses: [],
    refunds: [],
    openElsewhere: [],
    waitingForThis: [],
    keyDeclinesLately: 0,
    pg: { ...calmPg, ...pg },
    ...given,
  };
}

/** CHARGING: one transmission is in flight. */
export const charging = (given: Given = {}): Picture =>
  picture('CHARGING', {
    attempts: [anAttempt()],
    ...given,
    charge: { watchAt: later(policy.leaseMs), ...given.charge },
  });

/** UNKNOWN: one attempt is in doubt, and its question is due. */
export const unknown = (given: Given = {}): Picture =>
  picture('UNKNOWN', {
    attempts: [inDoubt()],
    now: later(90_000),
    ...given,
    charge: { watchAt: later(90_000), ...given.charge },
  });

/** PAID by its first attempt. */
export const paid = (given: Given = {}): Picture =>
  picture('PAID', {
    attempts: [approvedAttempt('pay-1')],
    ...given,
    charge: { paidOrderId: order(1), paidAt: tenOClock, ...given.charge },
  });

/** REFUNDING: the PG was asked to give everything back. */
export const refunding = (given: Given = {}): Picture =>
  paid({ refunds: [aRefund()], ...given, charge: { state: 'REFUNDING', ...given.charge } });

/** A request about this attempt's latest transmission. */
export const about = (attempt: Attempt, actor = 'cycle'): SettleRequest => ({
  id: 'row-1',
  secondId: 'row-2',
  thirdId: 'row-3',
  orderId: attempt.orderId,
  transmissionId: attempt.transmissionId,
  actor,
});

/** Settles the outcome of this attempt's latest transmission (of the open attempt, unless told otherwise). */
export function settled(
  seen: Picture,
  outcome: ChargeOutcome,
  attempt = seen.attempts.at(-1),
  pg: PgTerms | undefined = askable,
) {
  if (!attempt) throw new Error('the picture has no attempt');
  const { result, change } = settle(seen, pg, policy, about(attempt), outcome);
  return { result, change, attempt: change?.attempts?.find((one) => one.orderId === attempt.orderId) };
}

/** Records a PG's answer about this attempt (the latest, unless told otherwise). */
export function asked(
  seen: Picture,
  answer: StatusAnswer,
  attempt = seen.attempts.at(-1),
  pg = askable,
  rules = policy,
) {
  if (!attempt) throw new Error('the picture has no attempt');
  const { result, change } = inquired(seen, pg, rules, about(attempt, 'sweeper'), answer);
  return { result, change, attempt: change?.attempts?.find((one) => one.orderId === attempt.orderId) };
}

const ofCharge = {
  customerId: 'customer-1',
  subscriptionId: 'subscription-1',
  chargeId: chargeIdHere,
  billingDate: '2026-10-31',
  amount,
  pgProvider: 'TOSS',
};
/** What every row about an attempt of this charge says of it. */
export const rowAbout = (attemptNo = 1) => ({
  ...ofCharge,
  attemptNo,
  orderId: order(attemptNo),
  billingKeyId: 'key-1',
});
/** What every row about its refund says of it. */
export const rowAboutRefund = { ...ofCharge, orderId: order(1), refundId: 'refund-1', pgPaymentKey: 'pay-1' };

/** The rows of a change as `ACT STATUS CODE`. */
export const rowsOf = (change: Change | undefined): string[] =>
  (change?.rows ?? []).map((row) => [row.act, row.status, row.failureCode].filter(Boolean).join(' '));

/** The picture once a change is written, some time later. */
export function written(seen: Picture, change: Change | undefined, ms = 0): Picture {
  const attempts = replaced(seen.attempts, change?.attempts, (one) => one.orderId);
  const open = attempts.findLast((attempt) => attempt.status === 'OPEN');
  return {
    ...seen,
    now: later(ms, seen.now),
    charge: change?.charge ?? seen.charge,
    attempts,
    attemptKey: open ? aKey(open.billingKeyId, { pgProvider: open.pgProvider }) : null,
    refunds: replaced(seen.refunds, change?.refunds, (one) => one.id),
    surpluses: replaced(seen.surpluses, change?.surpluses, (one) => `${one.orderId} ${one.paymentKey}`),
    pg: change?.pg ?? seen.pg,
  };
}

function replaced<Row>(before: readonly Row[], changed: readonly Row[] = [], nameOf: (row: Row) => string): Row[] {
  const rows = new Map(before.map((row) => [nameOf(row), row]));
  for (const row of changed) rows.set(nameOf(row), row);
  return [...rows.values()];
}
