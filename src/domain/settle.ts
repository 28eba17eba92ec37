// The settle: what one transmission's outcome means for the charge. Doubt is the default: only an explicit yes pays,
// only a known no closes, everything else becomes a question with a date on it.

import { opens, pauseAfter, recorded } from './breaker';
import { isUnpaid } from './charge-state';
import { closedUnsent } from './claim';
import { retryAfter } from './decline-policy';
import { type Actor, type HistoryEntry, systemCustomer } from './history';
import { declinesOf } from './last-look';
import type { Approved, ChargeOutcome, DeclineClass, Declined, RawAnswer, Unknown, Unsent } from './outcome';
import {
  type Attempt,
  type Change,
  type Charge,
  type Decision,
  moved,
  type PgState,
  type PgTerms,
  type Picture,
  type Policy,
  rowsAboutAttempt,
  type Surplus,
} from './picture';
import { type Won, won } from './won';

export interface SettleRequest {
  /** Made before the first try; becomes the id of the row that ends the transmission. */
  readonly id: string;
  /** Ids of further rows, where this settle needs them. */
  readonly secondId: string;
  readonly thirdId: string;
  readonly orderId: string;
  /** The transmission that ended: the id of its REQUESTED row. */
  readonly transmissionId: string;
  readonly actor: Actor;
}

/** What a settle did: `state` is the charge's after it. */
export interface Settled {
  readonly kind: 'settled' | 'no-news' | 'surplus';
  readonly state: Charge['state'];
}

/** Records the outcome of one transmission. */
export function settle(
  picture: Picture,
  pg: PgTerms | undefined,
  policy: Policy,
  request: SettleRequest,
  outcome: ChargeOutcome,
): Decision<Settled> {
  const attempt = picture.attempts.find((one) => one.orderId === request.orderId);
  if (!attempt) throw new Error(`order ${request.orderId} is not an attempt of charge ${picture.charge.id}`);
  const pgState =
    outcome.kind === 'unsent' && outcome.retryAfterMs !== undefined
      ? paused(picture, outcome.retryAfterMs)
      : counted(picture, outcome);
  const decision =
    outcome.kind === 'approved'
      ? approved(picture, attempt, request, outcome)
      : notApproved(picture, attempt, pg, policy, request, outcome);
  if (!decision.change) return decision;
  const refusedUs = outcome.kind === 'declined' && outcome.class === 'merchant' && pgState.heldBy === null;
  if (!refusedUs) return { ...decision, change: { ...decision.change, pg: pgState } };
  const { held, row } = heldByItsOwnWord(pgState, picture.now, request.secondId, outcome);
  return { ...decision, change: { ...decision.change, pg: held, rows: [...(decision.change.rows ?? []), row] } };
}

/** The PG refuses our key or contract: nobody's card is at fault, so everything at this PG waits until a person put that right. */
function heldByItsOwnWord(
  state: PgState,
  now: Date,
  rowId: string,
  no: Declined,
): { held: PgState; row: HistoryEntry } {
  const row: HistoryEntry = {
    id: rowId,
    customerId: systemCustomer,
    act: 'HOLD',
    status: 'SUCCESS',
    pgProvider: state.provider,
    failureCode: no.code,
    failureReason: no.message,
    actor: 'pg',
  };
  return { held: { ...state, heldBy: 'pg', heldAt: now, heldReason: `${no.code} ${no.message}` }, row };
}

/** The PG's state after one more transmission. */
function counted(picture: Picture, outcome: ChargeOutcome): PgState {
  const recent = recorded(picture.pg.recent, outcome.kind === 'approved' || outcome.kind === 'declined');
  const opensNow = picture.pg.breakerOpenedAt === null && opens(recent);
  const opened = opensNow ? { breakerOpenedAt: picture.now, probeAt: picture.now, probeStep: 0 } : {};
  return { ...picture.pg, recent, pauseMs: 0, ...opened };
}

function paused(picture: Picture, retryAfterMs: number): PgState {
  const pauseMs = retryAfterMs > 0 ? retryAfterMs : pauseAfter(picture.pg.pauseMs);
  return { ...picture.pg, pauseMs, pausedUntil: new Date(picture.now.getTime() + pauseMs) };
}

// ── yes ──────────────────────────────────────────────────────────────────────

/** Evidence of a payment, from an answer to a charge or to a question. */
export type Evidence = Pick<Approved, 'paymentKey' | 'amount' | 'approvedAt' | 'card' | 'raw'>;

/** Evidence is never refused: an approval is recorded on its attempt whatever the state. */
export function approved(
  picture: Picture,
  attempt: Attempt,
  request: SettleRequest,
  evidence: Evidence,
): Decision<Settled> {
  const { charge } = picture;
  const known =
    attempt.paymentKey === evidence.paymentKey ||
    picture.surpluses.some((one) => one.orderId === attempt.orderId && one.paymentKey === evidence.paymentKey);
  if (known) return { result: { kind: 'no-news', state: charge.state } };
  const row: HistoryEntry = {
    ...rowsAboutAttempt(charge, attempt),
    id: request.id,
    act: 'CHARGE',
    status: 'SUCCESS',
    amount: evidence.amount,
    pgPaymentKey: evidence.paymentKey,
    actor: request.actor,
    raw: evidence.raw,
  };
  const yes = attempt.status === 'APPROVED' ? attempt : withYes(attempt, evidence, picture.now);
  const otherOpen = picture.attempts.find((one) => one.orderId !== attempt.orderId && one.status === 'OPEN');
  const otherMayBeAlive = otherOpen !== undefined && (otherOpen.doubtful || charge.state === 'CHARGING');
  const paysAlready = charge.paidOrderId !== null || attempt.status === 'APPROVED' || !isUnpaid(charge.state);
  if (paysAlready || otherMayBeAlive) {
    const surplus: Surplus = {
      orderId: attempt.orderId,
      paymentKey: evidence.paymentKey,
      chargeId: charge.id,
      customerId: charge.customerId,
      amount: evidence.amount,
      status: 'OPEN',
    };
    return {
      result: { kind: 'surplus', state: charge.state },
      change: { attempts: [yes], surpluses: [surplus], rows: [row], tell: true },
    };
  }
  const closing = otherOpen && closedUnsent(picture, otherOpen, request.secondId);
  // A charge that simply was paid is in the summary; one that people have seen in trouble is shown again.
  const wasShown = charge.state !== 'CHARGING' || charge.firstFailedAt !== null || attempt.doubtful;
  const paid = moved(charge, 'PAID', null, { paidOrderId: attempt.orderId, paidAt: evidence.approvedAt });
  return {
    result: { kind: 'settled', state: 'PAID' },
    change: {
      charge: paid,
      attempts: [...(closing?.attempts ?? []), yes],
      rows: [...(closing?.rows ?? []), row],
      release: picture.waitingForThis,
      tell: wasShown,
    },
  };
}

const withYes = (attempt: Attempt, evidence: Evidence, now: Date): Attempt => ({
  ...attempt,
  status: 'APPROVED',
  ended: true,
  paymentKey: evidence.paymentKey,
  approvedAt: evidence.approvedAt,
  card: evidence.card,
  closedAt: now,
});

// ── no, and the rest ─────────────────────────────────────────────────────────

type NotApproved = Declined | Unsent | Unknown;

function notApproved(
  picture: Picture,
  attempt: Attempt,
  pg: PgTerms | undefined,
  policy: Policy,
  request: SettleRequest,
  outcome: NotApproved,
): Decision<Settled> {
  const current =
    attempt.status === 'OPEN' &&
    attempt.transmissionId === request.transmissionId &&
    !attempt.ended &&
    picture.charge.state === 'CHARGING';
  if (!current) return lateNo(picture, attempt, request, outcome);
  switch (outcome.kind) {
    case 'unsent':
      return unsent(picture, attempt, pg, policy, request, outcome);
    case 'unknown':
      return unknown(picture, attempt, pg, policy, request, outcome);
    case 'declined':
      return declined(picture, attempt, pg, policy, request, outcome);
  }
}

/** Somebody took this transmission over before its answer came, or the attempt is closed: the answer is kept, it decides nothing by itself. */
function lateNo(picture: Picture, attempt: Attempt, request: SettleRequest, outcome: NotApproved): Decision<Settled> {
  const provisional =
    outcome.kind === 'declined' && attempt.status === 'OPEN' && attempt.transmissionId === request.transmissionId;
  const noted = provisional ? { attempts: [withNo(attempt, outcome)] } : {};
  return {
    result: { kind: 'no-news', state: picture.charge.state },
    change: { ...noted, rows: [unclear(picture, attempt, request, outcome)] },
  };
}

/** Nothing left this process: the same attempt goes again, unless an earlier transmission of it is in doubt. */
function unsent(
  picture: Picture,
  attempt: Attempt,
  pg: PgTerms | undefined,
  policy: Policy,
  request: SettleRequest,
  outcome: Unsent,
): Decision<Settled> {
  const ended: Attempt = { ...attempt, ended: true, freshKeyDue: attempt.freshKeyDue || outcome.answerStored === true };
  const row = unclear(picture, attempt, request, {
    ...outcome,
    code: 'UNSENT',
    message: `${outcome.code}: ${outcome.message}`,
  });
  if (attempt.doubtful) return asked(picture, ended, pg, policy, row);
  const waitMs = outcome.retryAfterMs ?? Math.min(10_000, 1_000 * 2 ** Math.min(6, attempt.transmissions - 1));
  const charge = moved(picture.charge, 'DUE', new Date(picture.now.getTime() + waitMs));
  return {
    result: { kind: 'settled', state: 'DUE' },
    change: { charge, attempts: [ended], rows: [row], release: picture.waitingForThis },
  };
}

function unknown(
  picture: Picture,
  attempt: Attempt,
  pg: PgTerms | undefined,
  policy: Policy,
  request: SettleRequest,
  outcome: Unknown,
): Decision<Settled> {
  const doubtful: Attempt = {
    ...attempt,
    ended: true,
    doubtful: true,
    freshKeyDue: attempt.freshKeyDue || outcome.answerStored === true,
    believeYesFrom:
      outcome.believeYesAfterMs === undefined
        ? attempt.believeYesFrom
        : new Date(attempt.sentAt.getTime() + outcome.believeYesAfterMs),
  };
  return asked(picture, doubtful, pg, policy, unclear(picture, attempt, request, outcome));
}

/** These noes are believed only when the PG, asked after its processing time, does not know the order or calls it failed. */
const confirmedFirst: readonly DeclineClass[] = ['temporary', 'unclassified', 'duplicate'];

function declined(
  picture: Picture,
  attempt: Attempt,
  pg: PgTerms | undefined,
  policy: Policy,
  request: SettleRequest,
  outcome: Declined,
): Decision<Settled> {
  if (attempt.doubtful || confirmedFirst.includes(outcome.class)) {
    const provisional: Attempt = { ...withNo(attempt, outcome), ended: true, doubtful: true };
    return asked(
      picture,
      provisional,
      pg,
      policy,
      unclear(picture, attempt, request, outcome),
      outcome.class === 'duplicate',
    );
  }
  return closedByNo(picture, withNo(attempt, outcome), policy, request, outcome.raw);
}

const withNo = (attempt: Attempt, no: Pick<Declined, 'class' | 'code' | 'message'>): Attempt => ({
  ...attempt,
  declineClass: no.class,
  declineCode: no.code,
  declineMessage: no.message,
});

/** The charge becomes a question: asked on the ladder, counted from the last transmission. */
function asked(
  picture: Picture,
  attempt: Attempt,
  pg: PgTerms | undefined,
  policy: Policy,
  row: HistoryEntry,
  atOnce = false,
): Decision<Settled> {
  const watchAt = atOnce || !pg?.asksByOrderId ? picture.now : nextQuestion(attempt, pg, policy, picture.now);
  const charge = moved(picture.charge, 'UNKNOWN', watchAt);
  return {
    result: { kind: 'settled', state: 'UNKNOWN' },
    change: { charge, attempts: [attempt], rows: [row], tell: true },
  };
}

/**
 * When an open attempt is asked about next: at the step it has reached, counted from its last transmission, but not before
 * a "not found" can count. Steps that passed while nobody was there to ask are not made up for all at once.
 */
export function nextQuestion(
  attempt: Pick<Attempt, 'sentAt' | 'resolveStep'>,
  pg: Pick<PgTerms, 'processingMs'> | undefined,
  policy: Policy,
  now: Date,
): Date {
  const ladder = policy.resolveLadderMs;
  const offset = Math.max(ladder[Math.min(attempt.resolveStep, ladder.length - 1)] ?? 0, pg?.processingMs ?? 0);
  const soonest = now.getTime() + Math.min(1_000, ladder[0] ?? 0);
  return new Date(Math.max(attempt.sentAt.getTime() + offset, soonest));
}

/** The row that says a transmission ended without proof. */
function unclear(
  picture: Picture,
  attempt: Attempt,
  request: SettleRequest,
  outcome: { code: string; message: string; raw?: RawAnswer },
): HistoryEntry {
  return {
    ...rowsAboutAttempt(picture.charge, attempt),
    id: request.id,
    act: 'CHARGE',
    status: 'UNKNOWN',
    failureCode: outcome.code,
    failureReason: outcome.message,
    actor: request.actor,
    raw: outcome.raw ?? null,
  };
}

/** The attempt ends in the PG's no, and the rules say what comes next. `attempt` carries the no. */
export function closedByNo(
  picture: Picture,
  attempt: Attempt,
  policy: Policy,
  request: SettleRequest,
  raw: RawAnswer | null,
): Decision<Settled> {
  const { charge, now } = picture;
  const closed: Attempt = {
    ...attempt,
    status: 'DECLINED',
    ended: true,
    closedAt: now,
    declineClass: attempt.declineClass ?? 'unclassified',
  };
  const row: HistoryEntry = {
    ...rowsAboutAttempt(charge, attempt),
    id: request.id,
    act: 'CHARGE',
    status: 'FAILED',
    failureCode: attempt.declineCode,
    failureReason: attempt.declineMessage,
    actor: request.actor,
    raw,
  };
  const attempts = picture.attempts.map((one) => (one.orderId === closed.orderId ? closed : one));
  const after = chargeAfterNo({ ...picture, attempts }, closed, policy);
  const change: Change = { ...after, attempts: [closed], rows: [row], release: picture.waitingForThis, tell: true };
  return { result: { kind: 'settled', state: after.charge?.state ?? charge.state }, change };
}

function chargeAfterNo(picture: Picture, closed: Attempt, policy: Policy): Pick<Change, 'charge' | 'surpluses'> {
  const { charge, now } = picture;
  if (!['CHARGING', 'UNKNOWN', 'ADJUDICATION'].includes(charge.state)) return {};
  const spare = picture.surpluses.find((one) => one.status === 'OPEN');
  if (spare) return adopted(picture, spare);
  if (closed.declineClass === 'merchant') {
    // Not the customer's doing: the charge keeps its budget and waits until our key or contract is put right.
    if (charge.state !== 'CHARGING') return { charge: moved(charge, 'RETRY_WAIT', now) };
    const heldFrom = charge.firstFailedAt === null ? 'DUE' : 'RETRY_WAIT';
    return { charge: moved(charge, 'HELD', new Date(now.getTime() + 3_600_000), { heldReason: 'MERCHANT', heldFrom }) };
  }
  const firstFailedAt = charge.firstFailedAt ?? now;
  const keyDeclines = picture.keyDeclinesLately + 1;
  const retryAt = retryAfter(policy, declinesOf(picture), firstFailedAt, now, keyDeclines);
  return { charge: moved(charge, retryAt ? 'RETRY_WAIT' : 'FAILED', retryAt ?? null, { firstFailedAt }) };
}

/** An earlier attempt turned out to be approved while this one was open; now that this one is declined, that approval pays. */
function adopted(picture: Picture, spare: Surplus): Pick<Change, 'charge' | 'surpluses'> {
  const paidBy = picture.attempts.find((one) => one.orderId === spare.orderId);
  return {
    charge: moved(picture.charge, 'PAID', null, {
      paidOrderId: spare.orderId,
      paidAt: paidBy?.approvedAt ?? picture.now,
    }),
    surpluses: [{ ...spare, status: 'ADOPTED' }],
  };
}

/** What is still captured of a charge, after refunds. */
export const capturedOf = (charge: Charge): Won =>
  won(charge.paidOrderId === null ? 0 : charge.amount - charge.refundedAmount);
