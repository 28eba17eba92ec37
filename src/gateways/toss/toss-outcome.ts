// What an answer of Toss means. Each reading looks for an explicit yes first, then for a known no; whatever is left is
// unknown, and so is a yes that contradicts what was asked.

import type {
  CancelOutcome,
  ChargeOutcome,
  Declined,
  IssueOutcome,
  RawAnswer,
  RevokeOutcome,
  StatusAnswer,
  Unknown,
  Unsent,
} from '../../domain/outcome';
import { won } from '../../domain/won';
import { type HttpAnswer, type HttpReply, retryAfterMs } from '../http-exchange';
import type { CancelRequest, ChargeRequest, IssueRequest, StatusQuestion } from '../pg-adapter';
import { type Masker, maskerOf, readAnswer } from '../raw-answer';
import { classOfFailure, doubts, meaningOf, type TossCall } from './toss-codes';
import {
  billingFrom,
  cardText,
  errorFrom,
  instantFrom,
  newestCancellation,
  paymentFrom,
  type TossError,
  type TossPayment,
} from './toss-wire';

/** An answer that arrived whole. */
interface Answer {
  readonly kind: 'answer';
  readonly http: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly raw: RawAnswer;
  /** Undefined when it is no JSON. */
  readonly body: unknown;
  readonly error: TossError | undefined;
}

/**
 * The outcome of one transmission of a charge. Approved takes HTTP 200, `DONE`, our order id, our amount, a payment
 * key, and nothing beside them that says otherwise.
 */
export function chargeOutcomeFrom(reply: HttpReply, asked: ChargeRequest, mask: Masker): ChargeOutcome {
  const answer = answerFrom(reply, mask);
  if (answer.kind !== 'answer') return answer;
  if (answer.http !== 200 || answer.error) return refusalFrom(answer, 'billing');
  const payment = paymentFrom(answer.body);
  if (!payment) return unreadable(answer);
  const approvedAt = timeOf(answer, payment.approvedAt, payment.requestedAt);
  const against = [
    ...contradictions(payment, asked.orderId),
    payment.status !== 'DONE' && `its status is ${payment.status}`,
    payment.totalAmount !== asked.amount && `it is about ${payment.totalAmount} won and not ${asked.amount}`,
    payment.balanceAmount !== undefined &&
      payment.balanceAmount !== payment.totalAmount &&
      `${payment.balanceAmount} won are left of it`,
    payment.failure !== undefined && `it names a failure, ${payment.failure.code}`,
  ].filter((reason) => reason !== false);
  if (against.length > 0 || !approvedAt) return contradictory(answer, against, mask);
  const { paymentKey, card } = payment;
  return { kind: 'approved', paymentKey, amount: asked.amount, approvedAt, card: cardText(card), raw: answer.raw };
}

/**
 * The outcome of one transmission of a refund. Canceled takes HTTP 200, our payment, a newest cancellation of our
 * amount that is done, and exactly the balance that had to remain.
 */
export function cancelOutcomeFrom(reply: HttpReply, asked: CancelRequest, mask: Masker): CancelOutcome {
  const answer = answerFrom(reply, mask);
  if (answer.kind !== 'answer') return answer;
  if (answer.http !== 200 || answer.error) return refusalFrom(answer, 'cancel');
  const payment = paymentFrom(answer.body);
  if (!payment) return unreadable(answer);
  const newest = newestCancellation(payment);
  const canceledAt = timeOf(answer, newest?.canceledAt);
  const remaining = asked.remaining - asked.amount;
  const against = [
    ...contradictions(payment, asked.orderId),
    payment.paymentKey !== asked.paymentKey && `it is payment ${payment.paymentKey}`,
    !['CANCELED', 'PARTIAL_CANCELED'].includes(payment.status) && `its status is ${payment.status}`,
    newest?.cancelAmount !== asked.amount && `its newest cancellation is of ${newest?.cancelAmount} won`,
    !['DONE', undefined].includes(newest?.cancelStatus) && `its newest cancellation is ${newest?.cancelStatus}`,
    payment.balanceAmount !== remaining && `${payment.balanceAmount} won are left of it and not ${remaining}`,
  ].filter((reason) => reason !== false);
  if (against.length > 0 || !canceledAt) return contradictory(answer, against, mask);
  return { kind: 'canceled', amount: asked.amount, remaining: won(remaining), canceledAt, raw: answer.raw };
}

/**
 * What Toss says of one of our orders. `reached` is true for a readable answer of Toss's own; a maintenance page, a
 * proxy's error and a 429 (which turns the question away unread) are silence.
 */
export function statusAnswerFrom(reply: HttpReply, asked: StatusQuestion, mask: Masker): StatusAnswer {
  const answer = answerFrom(reply, mask);
  if (answer.kind !== 'answer') return silence(answer);
  if (answer.http === 429) return silence(turnedAway(answer));
  if (answer.http !== 200 || answer.error) return ignoranceFrom(answer);
  const payment = paymentFrom(answer.body);
  if (!payment) return silence(unreadable(answer));
  const { raw } = answer;
  const against = contradictions(payment, asked.orderId);
  if (against.length > 0) return { ...contradictory(answer, against, mask), kind: 'cannot-say', reached: true };
  switch (payment.status) {
    case 'DONE':
    case 'PARTIAL_CANCELED':
    case 'CANCELED':
      return takenFrom(answer, payment, mask);
    case 'ABORTED':
    case 'EXPIRED':
      return failedFrom(answer, payment, mask);
    // READY, IN_PROGRESS and WAITING_FOR_DEPOSIT may still become a payment, and so may what we do not know.
    default:
      return { kind: 'cannot-say', reached: true, code: 'NOT_FINAL', message: mask.text(payment.status), raw };
  }
}

/** The outcome of asking for a billing key: issued takes HTTP 200, a billing key, and the customer key we named. */
export function issueOutcomeFrom(reply: HttpReply, asked: IssueRequest, mask: Masker): IssueOutcome {
  const answer = answerFrom(reply, mask);
  if (answer.kind !== 'answer') return answer;
  if (answer.http !== 200 || answer.error) return refusalFrom(answer, 'billing');
  const billing = billingFrom(answer.body);
  if (!billing) return unreadable(answer);
  const { billingKey, customerKey, card } = billing;
  // Only now is the new key known, and it may stand in other fields than its own.
  const raw = { ...answer.raw, body: maskerOf([billingKey]).value(answer.raw.body) };
  if (customerKey !== asked.customerKey) {
    return contradictory({ ...answer, raw }, ['it is about another customer key'], mask);
  }
  return { kind: 'issued', billingKey, customerKey, card: cardText(card), raw };
}

/** The outcome of giving a key back. Toss answers 200 with no body at all; a key that is gone already is revoked. */
export function revokeOutcomeFrom(reply: HttpReply, mask: Masker): RevokeOutcome {
  const answer = answerFrom(reply, mask);
  if (answer.kind !== 'answer') return answer;
  const { raw, error } = answer;
  if (answer.http === 200 && !error)
    return raw.body === '' || answer.body ? { kind: 'revoked', raw } : unreadable(answer);
  const refusal = refusalFrom(answer, 'billing');
  const isGone =
    refusal.kind === 'declined' && ['ALREADY_REMOVED_BILLING_KEY', 'NOT_FOUND_BILLING'].includes(refusal.code);
  return isGone ? { kind: 'revoked', raw } : refusal;
}

/** Reads what came back, or passes on that nothing was sent or that nothing whole returned. */
function answerFrom(reply: HttpReply, mask: Masker): Answer | Unsent | Unknown {
  if (reply.kind === 'unsent') return { kind: 'unsent', code: reply.code, message: reply.message };
  const read = ({ http, text, headers }: HttpAnswer, cut: boolean) =>
    readAnswer({ http, text, trace: headers.get('x-tosspayments-trace-id'), cut }, mask);
  if (reply.kind === 'lost') {
    const { code, message, partial } = reply;
    return { kind: 'unknown', code, message, ...(partial && { raw: read(partial, true).raw }) };
  }
  const { http, headers } = reply;
  const { raw, body } = read(reply, false);
  return { kind: 'answer', http, headers, raw, body, error: errorFrom(raw.body) };
}

/** What is not a yes: a known no, a "too many requests", or a doubt. */
function refusalFrom(answer: Answer, call: TossCall): Declined | Unsent | Unknown {
  const { http, raw, error } = answer;
  if (http === 429) return turnedAway(answer);
  if (!error) return unreadable(answer);
  const { code, message } = error;
  const meaning = meaningOf(call, http, code);
  return meaning === 'unknown'
    ? { kind: 'unknown', code, message, raw, ...doubts[code] }
    : { kind: 'declined', class: meaning, code, message, raw };
}

/** 429: not processed, whoever on the way said it. Toss repeats a 4xx under the same idempotency key. */
function turnedAway({ headers, raw, error }: Answer): Unsent {
  const { code = 'HTTP_429', message = 'too many requests' } = error ?? {};
  return { kind: 'unsent', code, message, raw, retryAfterMs: retryAfterMs(headers), answerStored: true };
}

/** A page, half a body, another server's words: whoever wrote it, it is no answer of Toss's. */
const unreadable = ({ http, raw }: Answer): Unknown => ({
  kind: 'unknown',
  code: http === 200 ? 'UNREADABLE_ANSWER' : `HTTP_${http}`,
  message: `HTTP ${http} without what an answer of Toss has`,
  raw,
});

const contradictory = ({ raw }: Answer, against: readonly string[], mask: Masker): Unknown => ({
  kind: 'unknown',
  code: 'CONTRADICTORY_ANSWER',
  message: mask.text(against.join('; ') || 'it has no time'),
  raw,
});

/** Whatever call it answers: this is not our order, or not a billing charge in won. */
const contradictions = ({ orderId, type, currency }: TossPayment, ours: string) =>
  [
    orderId !== ours && `it is about order ${orderId}`,
    type !== undefined && type !== 'BILLING' && `its type is ${type}`,
    currency !== undefined && currency !== 'KRW' && `its currency is ${currency}`,
  ].filter((reason) => reason !== false);

/** The first of these times that can be read, or else when the answer was written. */
function timeOf({ headers }: Answer, ...written: readonly (string | undefined)[]): Date | undefined {
  const answeredAt = new Date(headers.get('date') ?? Number.NaN);
  return written.map(instantFrom).find(Boolean) ?? (Number.isNaN(answeredAt.getTime()) ? undefined : answeredAt);
}

/** Money was taken. How much of it is still there is what the balance says, whatever the status is called. */
function takenFrom(answer: Answer, payment: TossPayment, mask: Masker): StatusAnswer {
  const { orderId, paymentKey, totalAmount, balanceAmount: remaining, card } = payment;
  const approvedAt = timeOf(answer, payment.approvedAt, payment.requestedAt);
  if (remaining === undefined || remaining > totalAmount || !approvedAt) {
    const against = [`${remaining} won are left of ${totalAmount}`];
    return { ...contradictory(answer, against, mask), kind: 'cannot-say', reached: true };
  }
  const amounts = { amount: won(totalAmount), remaining: won(remaining) };
  return { kind: 'happened', orderId, paymentKey, ...amounts, approvedAt, card: cardText(card), raw: answer.raw };
}

/** Toss says it came to nothing. Why is in `failure`, in the words of a declined charge. */
function failedFrom({ raw }: Answer, { status, failure }: TossPayment, mask: Masker): StatusAnswer {
  const { code = status, message = '' } = failure ?? {};
  return { kind: 'failed', class: classOfFailure(code), code: mask.text(code), message: mask.text(message), raw };
}

/** Only Toss's own word for it, with its own status, is "no such order": a 404 of a proxy or of a wrong path is not. */
function ignoranceFrom(answer: Answer): StatusAnswer {
  const { http, raw, error } = answer;
  if (!error) return silence(unreadable(answer));
  const { code, message } = error;
  return http === 404 && code === 'NOT_FOUND_PAYMENT'
    ? { kind: 'not-found', code, message, raw }
    : { kind: 'cannot-say', reached: true, code, message, raw };
}

/** Toss itself said nothing. */
const silence = ({ code, message, raw }: Unknown | Unsent): StatusAnswer => ({
  kind: 'cannot-say',
  reached: false,
  code,
  message,
  ...(raw && { raw }),
});
