// Asking a PG whether the money of a refund went back. An open refund has a date of its own, so that what is awaited of
// its charge and what is awaited of the refund never overwrite each other.

import type { ChargeState } from './charge-state';
import type { HistoryEntry } from './history';
import { nextQuestion } from './next-question';
import type { StatusAnswer } from './outcome';
import type { Decision, PgTerms, Picture, Policy, Refund } from './picture';
import { gaveBack, keptIt, type RefundSettle, rowsAboutRefund, unclearRefund } from './refund';

/** A day: how often a refund that lies before people is looked at. */
const dailyMs = 86_400_000;

/**
 * Takes an open refund up: moves its date away for as long as one question may take, so that no second sweeper asks at
 * the same time; by a day at a PG (`pg`) that nobody can ask, where it waits for people. A refund of a charge whose
 * worker never came back becomes a question, never a second transmission.
 */
export function takeUpRefund(
  picture: Picture,
  pg: PgTerms | undefined,
  policy: Policy,
  request: RefundSettle,
  seenWatchAt: Date | null,
): Decision<Refund | undefined> {
  const refund = picture.refunds.find((one) => one.id === request.refundId && one.status === 'OPEN');
  if (!refund || refund.watchAt?.getTime() !== seenWatchAt?.getTime()) return { result: undefined };
  const leaseMs = pg?.asksByOrderId ? policy.leaseMs : dailyMs;
  const leased: Refund = { ...refund, watchAt: new Date(picture.now.getTime() + leaseMs) };
  if (picture.charge.state !== 'REFUNDING') return { result: leased, change: { refunds: [leased] } };
  const { change } = unclearRefund(picture, refund, pg, policy, request, {
    code: 'NO_ANSWER',
    message: 'the process that sent it did not record an answer',
  });
  return { result: leased, change: { ...change, refunds: [leased] } };
}

/** Records what the PG says of the payment whose refund is in doubt. */
export function inquiredRefund(
  picture: Picture,
  pg: PgTerms,
  policy: Policy,
  request: RefundSettle,
  answer: StatusAnswer,
): Decision<ChargeState> {
  const refund = picture.refunds.find((one) => one.id === request.refundId && one.status === 'OPEN');
  if (!refund) return { result: picture.charge.state };
  const happened = answer.kind === 'happened' && answer.paymentKey === refund.paymentKey ? answer : undefined;
  const question: HistoryEntry = {
    ...rowsAboutRefund(picture.charge, refund),
    id: request.id,
    act: 'INQUIRY',
    status: happened ? 'SUCCESS' : 'UNKNOWN',
    failureCode: answer.kind === 'happened' ? null : answer.code,
    failureReason: answer.kind === 'happened' ? null : answer.message,
    actor: request.actor,
    raw: answer.raw ?? null,
  };
  const decision = refundMeaning(picture, refund, pg, policy, request, answer, happened);
  return { ...decision, change: { ...decision.change, rows: [question, ...(decision.change?.rows ?? [])] } };
}

function refundMeaning(
  picture: Picture,
  refund: Refund,
  pg: PgTerms,
  policy: Policy,
  request: RefundSettle,
  answer: StatusAnswer,
  happened: Extract<StatusAnswer, { kind: 'happened' }> | undefined,
): Decision<ChargeState> {
  const { now } = picture;
  if (happened?.remaining === refund.remaining - refund.amount)
    return gaveBack(picture, refund, request, request.secondId, happened.raw);
  const longEnough = now.getTime() - refund.sentAt.getTime() >= pg.processingMs;
  if (happened?.remaining === refund.remaining && longEnough) {
    const said = { code: 'NOT_REFUNDED', message: 'the PG still holds the whole amount', raw: happened.raw };
    return keptIt(picture, refund, request, request.secondId, said);
  }
  const reached = answer.kind !== 'cannot-say' || answer.reached;
  const stepped: Refund = { ...refund, resolveStep: refund.resolveStep + (reached ? 1 : 0) };
  return { result: picture.charge.state, change: { refunds: [{ ...stepped, watchAt: nextLook() }] } };

  /** Silence is asked again soon; after the last step it is asked every day, for as long as it takes. */
  function nextLook(): Date {
    const pause = Math.min(30_000, policy.resolveLadderMs[0] ?? 30_000);
    if (stepped.resolveStep >= policy.resolveLadderMs.length) return new Date(now.getTime() + dailyMs);
    return reached ? nextQuestion(stepped, pg, policy, now) : new Date(now.getTime() + pause);
  }
}

/** In these states nothing is awaited of the charge itself. */
const restingStates: readonly ChargeState[] = [
  'PAID',
  'REFUNDING',
  'PARTLY_REFUNDED',
  'REFUND_UNKNOWN',
  'REFUNDED',
  'FAILED',
  'CANCELED',
];

/** A charge of which nothing is awaited has no date. One that an earlier version gave it is that of its open refund. */
export function atRest({ charge, refunds }: Picture): Decision<boolean> {
  if (charge.watchAt === null || !restingStates.includes(charge.state)) return { result: false };
  const { watchAt } = charge;
  const undated = refunds.filter((one) => one.status === 'OPEN' && one.watchAt === null);
  const change = { charge: { ...charge, watchAt: null }, refunds: undated.map((one) => ({ ...one, watchAt })) };
  return { result: true, change };
}
