// Asking a PG what became of an order, and what its three kinds of answer mean: it happened, it failed, it cannot say.
// "No such order" never closes an attempt; it only permits the same attempt to be sent again.

import { isCaptured, mayResend, setAside } from './claim';
import { closedByNo } from './closed-by-no';
import { approved, type SettleRequest } from './evidence';
import type { HistoryEntry } from './history';
import { nextQuestion } from './next-question';
import type { RawAnswer, StatusAnswer } from './outcome';
import {
  type Attempt,
  type Change,
  type Charge,
  type Decision,
  moved,
  openAttempt,
  type PgTerms,
  type Picture,
  type Policy,
  rowsAboutAttempt,
} from './picture';
import { won } from './won';

/** What one question led to. */
export type Inquired =
  | { readonly kind: 'resolved'; readonly state: Charge['state'] }
  /** The same attempt may go again: claim it with `resend` (or `first` when nothing of it ever left). */
  | { readonly kind: 'may-resend' }
  | { readonly kind: 'still-open' }
  | { readonly kind: 'to-people' }
  | { readonly kind: 'passed' };

/** A day: how often an attempt that lies before people is still asked about. */
const dailyMs = 86_400_000;

/** Takes a charge over whose worker never came back: its transmission ended without an answer, so it becomes a question. Never a re-send. */
export function takeOver(picture: Picture, policy: Policy, rowId: string): Decision<boolean> {
  const { charge, now } = picture;
  const attempt = openAttempt(picture.attempts);
  if (charge.state !== 'CHARGING' || charge.watchAt === null || charge.watchAt > now || !attempt)
    return { result: false };
  const row: HistoryEntry = {
    ...rowsAboutAttempt(charge, attempt),
    id: rowId,
    act: 'CHARGE',
    status: 'UNKNOWN',
    failureCode: 'NO_ANSWER',
    failureReason: 'the process that sent it did not record an answer',
    actor: 'sweeper',
  };
  const doubtful: Attempt = { ...attempt, ended: true, doubtful: true };
  const watchAt = new Date(now.getTime() + policy.leaseMs);
  return {
    result: true,
    change: { charge: moved(charge, 'UNKNOWN', watchAt), attempts: [doubtful], rows: [row], tell: true },
  };
}

/** Moves the next look away for as long as one question may take, so that no second sweeper asks at the same time. */
export function leased(picture: Picture, policy: Policy, seenWatchAt: Date | null): Decision<boolean> {
  const { charge, now } = picture;
  const same = charge.watchAt?.getTime() === seenWatchAt?.getTime();
  if (!same) return { result: false };
  return { result: true, change: { charge: { ...charge, watchAt: new Date(now.getTime() + policy.leaseMs) } } };
}

/** Records the answer to a question about the open attempt (or, for a late proof, about any attempt), and what follows. */
export function inquired(
  picture: Picture,
  pg: PgTerms,
  policy: Policy,
  request: SettleRequest,
  answer: StatusAnswer,
): Decision<Inquired> {
  const attempt = picture.attempts.find((one) => one.orderId === request.orderId);
  if (!attempt) throw new Error(`order ${request.orderId} is not an attempt of charge ${picture.charge.id}`);
  const row = inquiryRow(picture, attempt, request, answer);
  const decision = meaning(picture, attempt, pg, policy, request, answer);
  return { ...decision, change: { ...decision.change, rows: [row, ...(decision.change?.rows ?? [])] } };
}

const rowStatus = { happened: 'SUCCESS', failed: 'FAILED', 'not-found': 'UNKNOWN', 'cannot-say': 'UNKNOWN' } as const;

function inquiryRow(picture: Picture, attempt: Attempt, request: SettleRequest, answer: StatusAnswer): HistoryEntry {
  const happened = answer.kind === 'happened';
  return {
    ...rowsAboutAttempt(picture.charge, attempt),
    id: request.id,
    act: 'INQUIRY',
    status: rowStatus[answer.kind],
    amount: happened ? answer.amount : attempt.amount,
    pgPaymentKey: happened ? answer.paymentKey : null,
    failureCode: happened ? null : answer.code,
    failureReason: happened ? null : answer.message,
    actor: request.actor,
    raw: answer.raw ?? null,
  };
}

function meaning(
  picture: Picture,
  attempt: Attempt,
  pg: PgTerms,
  policy: Policy,
  request: SettleRequest,
  answer: StatusAnswer,
): Decision<Inquired> {
  const { charge, now } = picture;
  if (answer.kind === 'happened') return happened(picture, attempt, policy, request, answer);
  if (!isAsked(picture, attempt)) return { result: { kind: 'passed' } };
  if (charge.state === 'DUE') return beforeResend(picture, attempt, answer, policy);
  if (answer.kind === 'cannot-say')
    return answer.reached ? nextStep(picture, attempt, pg, policy, request) : later(picture, attempt, policy);
  const counts = now.getTime() - attempt.sentAt.getTime() >= pg.processingMs;
  if (!counts) return later(picture, attempt, policy, nextQuestion(attempt, pg, policy, now));
  const saidNo = attempt.declineClass !== null && attempt.declineClass !== 'duplicate';
  if (answer.kind === 'failed' && pg.failedIsDocumented) {
    const no = saidNo
      ? attempt
      : { ...attempt, declineClass: answer.class, declineCode: answer.code, declineMessage: answer.message };
    return closed(picture, no, policy, request, answer.raw);
  }
  if (answer.kind === 'not-found' && saidNo && pg.failedIsDocumented)
    return closed(picture, attempt, policy, request, answer.raw);
  return answer.kind === 'not-found'
    ? notFound(picture, attempt, pg, policy, request)
    : nextStep(picture, attempt, pg, policy, request);
}

/** This attempt is what the charge waits for: an answer that comes later than that decides nothing but a yes. */
export const isAsked = ({ charge }: Picture, attempt: Attempt): boolean =>
  attempt.status === 'OPEN' && ['UNKNOWN', 'ADJUDICATION', 'DUE'].includes(charge.state) && attempt.ended;

/** After a 429 nothing of the order can be at the PG, so any answer but a yes permits the re-send with a fresh key. */
function beforeResend(picture: Picture, attempt: Attempt, answer: StatusAnswer, policy: Policy): Decision<Inquired> {
  if (answer.kind !== 'cannot-say') {
    const permitted: Attempt = { ...attempt, resendFrom: picture.now };
    return {
      result: { kind: 'may-resend' },
      // It goes at once, and after a crash before that with the next sweep.
      change: { attempts: [permitted], charge: { ...picture.charge, watchAt: picture.now } },
    };
  }
  const watching = { result: { kind: 'still-open' as const } };
  // A PG that is not there uses no step. What the breaker holds goes when it closes; while it is closed nothing would
  // hold the charge, so it waits for its next question instead.
  if (!answer.reached && picture.pg.breakerOpenedAt !== null)
    return { ...watching, change: { attempts: [attempt], charge: setAside(picture, 'BREAKER'), tell: true } };
  if (!answer.reached) return later(picture, attempt, policy);
  const stepped: Attempt = { ...attempt, resolveStep: attempt.resolveStep + 1 };
  if (stepped.resolveStep < policy.resolveLadderMs.length) return later(picture, stepped, policy);
  return {
    ...watching,
    change: { attempts: [{ ...attempt, resolveStep: 0 }], charge: setAside(picture, 'OWN_ERROR'), tell: true },
  };
}

function closed(
  picture: Picture,
  attempt: Attempt,
  policy: Policy,
  request: SettleRequest,
  raw: RawAnswer,
): Decision<Inquired> {
  const decision = closedByNo(picture, attempt, policy, { ...request, id: request.secondId }, raw);
  return {
    result: { kind: 'resolved', state: decision.result.state },
    ...(decision.change ? { change: decision.change } : {}),
  };
}

// ── it happened ──────────────────────────────────────────────────────────────

type Happened = Extract<StatusAnswer, { kind: 'happened' }>;

function happened(
  picture: Picture,
  attempt: Attempt,
  policy: Policy,
  request: SettleRequest,
  answer: Happened,
): Decision<Inquired> {
  const { now, charge } = picture;
  const isOurs = answer.orderId === attempt.orderId && answer.amount === attempt.amount;
  const tooEarly = attempt.believeYesFrom !== null && attempt.believeYesFrom > now && answer.remaining > 0;
  if ((!isOurs || tooEarly) && !isAsked(picture, attempt)) return { result: { kind: 'passed' } };
  if (!isOurs) return toPeople(picture, attempt, request, `the PG holds ${answer.amount} won under ${answer.orderId}`);
  if (tooEarly) return later(picture, attempt, policy, attempt.believeYesFrom);
  const yes = approved(picture, attempt, { ...request, id: request.secondId, secondId: request.thirdId }, answer);
  const change =
    yes.change && answer.remaining < answer.amount ? wentBack(charge, yes.change, answer, request) : yes.change;
  const kind = yes.result.kind === 'no-news' ? 'passed' : 'resolved';
  return { result: { kind, state: change?.charge?.state ?? charge.state }, ...(change ? { change } : {}) };
}

/** The PG captured it and gave it back by itself, or somebody did in its console: nobody owes that part to anybody any more. */
function wentBack(charge: Charge, change: Change, answer: Happened, request: SettleRequest): Change {
  const back = won(answer.amount - answer.remaining);
  const [success, ...before] = [...(change.rows ?? [])].reverse();
  if (!success) return change;
  const id = before.length === 0 ? request.thirdId : `${request.thirdId.slice(0, -4)}back`;
  const row: HistoryEntry = { ...success, id, act: 'REFUND', status: 'CANCELED', amount: back, actor: 'pg' };
  const rows = [...(change.rows ?? []), row];
  if (!change.charge) {
    const surpluses = change.surpluses?.map((one) =>
      answer.remaining === 0 ? { ...one, status: 'REFUNDED' as const } : { ...one, amount: answer.remaining },
    );
    return { ...change, rows, ...(surpluses ? { surpluses } : {}) };
  }
  const state = answer.remaining === 0 ? 'REFUNDED' : 'PARTLY_REFUNDED';
  return {
    ...change,
    rows,
    charge: { ...moved(change.charge, state, null), refundedAmount: won(charge.refundedAmount + back) },
  };
}

// ── it cannot say ────────────────────────────────────────────────────────────

function notFound(
  picture: Picture,
  attempt: Attempt,
  pg: PgTerms,
  policy: Policy,
  request: SettleRequest,
): Decision<Inquired> {
  const { charge, now } = picture;
  const permitted: Attempt = { ...attempt, resendFrom: now };
  const stepsLeft = attempt.resolveStep < policy.resolveLadderMs.length;
  const wanted = charge.state === 'UNKNOWN' && picture.subscription.status === 'ACTIVE';
  const captured = isCaptured(picture.attempts, picture.surpluses);
  if (!wanted || captured || !stepsLeft || !mayResend(permitted, pg, now))
    return nextStep(picture, attempt, pg, policy, request);
  // Until the re-send is claimed it only waits: that uses no step, and the order is asked about again before it goes.
  const watchAt = new Date(now.getTime() + Math.min(60_000, policy.resolveLadderMs[0] ?? 60_000));
  return { result: { kind: 'may-resend' }, change: { attempts: [permitted], charge: { ...charge, watchAt } } };
}

/** The PG answered and it helped nothing: one step of the ladder is used up; after the last one people decide. */
function nextStep(
  picture: Picture,
  attempt: Attempt,
  pg: PgTerms,
  policy: Policy,
  request: SettleRequest,
): Decision<Inquired> {
  // Before people no step is left to use: it is asked about every day.
  if (picture.charge.state === 'ADJUDICATION') return later(picture, attempt, policy);
  const stepped: Attempt = { ...attempt, resolveStep: attempt.resolveStep + 1, resendFrom: null };
  if (stepped.resolveStep >= policy.resolveLadderMs.length)
    return toPeople(picture, stepped, request, 'every question was asked');
  return later(picture, stepped, policy, nextQuestion(stepped, pg, policy, picture.now));
}

/** The PG could not be reached, or time has to pass first: nothing is used up. */
function later(picture: Picture, attempt: Attempt, policy: Policy, at?: Date | null): Decision<Inquired> {
  const pause = Math.min(30_000, policy.resolveLadderMs[0] ?? 30_000);
  const watchAt = at ?? new Date(picture.now.getTime() + (picture.charge.state === 'ADJUDICATION' ? dailyMs : pause));
  return { result: { kind: 'still-open' }, change: { attempts: [attempt], charge: { ...picture.charge, watchAt } } };
}

/** The machine may not decide this: it lies before people, with the evidence in the history, and is still asked about every day. */
export function toPeople(picture: Picture, attempt: Attempt, request: SettleRequest, why: string): Decision<Inquired> {
  const { charge, now } = picture;
  const watchAt = new Date(now.getTime() + dailyMs);
  const waiting: Attempt = { ...attempt, resendFrom: null };
  // Of an order that was turned away nothing is in doubt, and yet it can't go again.
  if (charge.state === 'DUE')
    return {
      result: { kind: 'to-people' },
      change: { attempts: [waiting], charge: setAside(picture, 'OWN_ERROR'), tell: true },
    };
  if (charge.state !== 'UNKNOWN')
    return { result: { kind: 'to-people' }, change: { attempts: [waiting], charge: { ...charge, watchAt } } };
  const row: HistoryEntry = {
    ...rowsAboutAttempt(charge, attempt),
    id: request.secondId,
    act: 'ADJUDICATION',
    status: 'REQUESTED',
    failureCode: attempt.declineCode,
    failureReason: why,
    actor: request.actor,
  };
  return {
    result: { kind: 'to-people' },
    change: { attempts: [waiting], charge: moved(charge, 'ADJUDICATION', watchAt), rows: [row], tell: true },
  };
}

/** A PG that can't be asked by order number leaves the decision to people, at once. What came meanwhile stands. */
export function unaskable(picture: Picture, request: SettleRequest): Decision<Inquired> {
  const attempt = picture.attempts.find((one) => one.orderId === request.orderId);
  if (!attempt || !isAsked(picture, attempt)) return { result: { kind: 'passed' } };
  return toPeople(picture, attempt, request, "this PG can't be asked by order number");
}
