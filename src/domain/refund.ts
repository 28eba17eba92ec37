// Giving money back: one refund at a time, row, money, row. A surplus goes back first, because nobody owes it.

import { type ChargeState, isUnpaid } from './charge-state';
import type { Actor, HistoryEntry } from './history';
import { nextQuestion } from './next-question';
import type { CancelOutcome, RawAnswer, StatusAnswer } from './outcome';
import {
  type Charge,
  type Decision,
  moved,
  type PgTerms,
  type Picture,
  type Policy,
  type Refund,
  rowsAbout,
  type Surplus,
} from './picture';
import { type Won, won } from './won';

export interface RefundRequest {
  /** Of the REQUESTED row; `approvalId` of the APPROVAL row before it. */
  readonly id: string;
  readonly approvalId: string;
  readonly refundId: string;
  readonly actor: Actor;
  readonly approver: Actor | null;
  /** From this many won on, this charge's refunds together, a second person approves. */
  readonly approvalFrom: Won;
  readonly expectVersion?: number;
  /** What stands in the row in place of the words a person typed. */
  readonly reasonDigest: string;
}

export type RefundClaim =
  | { readonly kind: 'claimed'; readonly refund: Refund; readonly charge: Charge }
  | { readonly kind: 'not-paid'; readonly state: ChargeState }
  | { readonly kind: 'needs-approver'; readonly amount: Won }
  | { readonly kind: 'passed' };

/** Opens a refund of everything the charge (or its surplus) still holds. */
export function claimRefund(picture: Picture, policy: Policy, request: RefundRequest): Decision<RefundClaim> {
  const { charge } = picture;
  if (request.expectVersion !== undefined && request.expectVersion !== charge.version)
    return { result: { kind: 'passed' } };
  if (picture.refunds.some((one) => one.status === 'OPEN'))
    return { result: { kind: 'not-paid', state: charge.state } };
  const surplus = picture.surpluses.find((one) => one.status === 'OPEN');
  const target = surplus ? ofSurplus(picture, surplus) : ofCharge(picture);
  if (!target) return { result: { kind: 'not-paid', state: charge.state } };
  const surplusBefore = picture.refunds
    .filter((one) => one.status === 'CANCELED' && one.ofSurplus)
    .reduce((sum, one) => sum + one.amount, 0);
  const soFar = charge.refundedAmount + surplusBefore + target.amount;
  const secondPerson = request.approver !== null && request.approver !== request.actor;
  if (soFar >= request.approvalFrom && !secondPerson) return { result: { kind: 'needs-approver', amount: won(soFar) } };
  return opened(picture, policy, request, target);
}

type Target = Pick<Refund, 'pgProvider' | 'orderId' | 'paymentKey' | 'amount' | 'remaining' | 'ofSurplus'>;

function ofSurplus({ attempts, charge }: Picture, { orderId, paymentKey, amount }: Surplus): Target {
  const pgProvider = attempts.find((attempt) => attempt.orderId === orderId)?.pgProvider ?? charge.pgProvider;
  return { pgProvider, orderId, paymentKey, amount, remaining: amount, ofSurplus: true };
}

function ofCharge({ charge, attempts }: Picture): Target | undefined {
  const paidBy = attempts.find((attempt) => attempt.orderId === charge.paidOrderId);
  if (!paidBy?.paymentKey || !(charge.state === 'PAID' || charge.state === 'PARTLY_REFUNDED')) return undefined;
  const { pgProvider, orderId, paymentKey } = paidBy;
  const remaining = won(charge.amount - charge.refundedAmount);
  return { pgProvider, orderId, paymentKey, amount: remaining, remaining, ofSurplus: false };
}

function opened(picture: Picture, policy: Policy, request: RefundRequest, target: Target): Decision<RefundClaim> {
  const { now } = picture;
  const watchAt = new Date(now.getTime() + policy.leaseMs);
  const charge = target.ofSurplus ? { ...picture.charge, watchAt } : moved(picture.charge, 'REFUNDING', watchAt);
  const refund: Refund = {
    ...target,
    id: request.refundId,
    chargeId: charge.id,
    customerId: charge.customerId,
    status: 'OPEN',
    stateBefore: picture.charge.state,
    requestedBy: request.actor,
    approvedBy: request.approver,
    sentAt: now,
    resolveStep: 0,
  };
  const about = rowsAboutRefund(charge, refund);
  const approval: HistoryEntry[] =
    request.approver === null
      ? []
      : [{ ...about, id: request.approvalId, act: 'APPROVAL', status: 'SUCCESS', actor: request.approver }];
  const requested: HistoryEntry = {
    ...about,
    id: request.id,
    act: 'REFUND',
    status: 'REQUESTED',
    failureReason: request.reasonDigest,
    actor: request.actor,
  };
  return {
    result: { kind: 'claimed', refund, charge },
    change: { charge, refunds: [refund], rows: [...approval, requested], tell: true },
  };
}

function rowsAboutRefund(charge: Charge, refund: Refund) {
  return {
    ...rowsAbout(charge),
    refundId: refund.id,
    orderId: refund.orderId,
    pgProvider: refund.pgProvider,
    pgPaymentKey: refund.paymentKey,
    amount: refund.amount,
  };
}

export interface RefundSettle {
  readonly id: string;
  readonly secondId: string;
  readonly refundId: string;
  readonly actor: Actor;
}

/** Records how the transmission of a refund ended. */
export function settleRefund(
  picture: Picture,
  pg: PgTerms | undefined,
  policy: Policy,
  request: RefundSettle,
  outcome: CancelOutcome,
): Decision<ChargeState> {
  const refund = picture.refunds.find((one) => one.id === request.refundId);
  if (!refund) throw new Error(`refund ${request.refundId} is not one of charge ${picture.charge.id}`);
  if (refund.status !== 'OPEN') return { result: picture.charge.state };
  switch (outcome.kind) {
    case 'canceled':
      return gaveBack(picture, refund, request, request.id, outcome.raw);
    case 'declined':
      return keptIt(picture, refund, request, request.id, outcome.code, outcome.message, outcome.raw);
    case 'unsent':
      // Nothing reached the PG, so this refund ends here and a person presses again.
      return keptIt(
        picture,
        refund,
        request,
        request.id,
        'UNSENT',
        `${outcome.code}: ${outcome.message}`,
        outcome.raw ?? null,
      );
    case 'unknown':
      return unclearRefund(picture, refund, pg, policy, request, outcome.code, outcome.message, outcome.raw ?? null);
  }
}

/** Takes a refund over whose worker never came back: it becomes a question. */
export function takeOverRefund(
  picture: Picture,
  pg: PgTerms | undefined,
  policy: Policy,
  request: RefundSettle,
): Decision<ChargeState> {
  const refund = picture.refunds.find((one) => one.status === 'OPEN');
  if (!refund || picture.charge.state !== 'REFUNDING') return { result: picture.charge.state };
  return unclearRefund(
    picture,
    refund,
    pg,
    policy,
    request,
    'NO_ANSWER',
    'the process that sent it did not record an answer',
    null,
  );
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
    return keptIt(
      picture,
      refund,
      request,
      request.secondId,
      'NOT_REFUNDED',
      'the PG still holds the whole amount',
      happened.raw,
    );
  }
  const reached = answer.kind !== 'cannot-say' || answer.reached;
  const stepped: Refund = { ...refund, resolveStep: refund.resolveStep + (reached ? 1 : 0) };
  const daily = stepped.resolveStep >= policy.resolveLadderMs.length;
  const pause = Math.min(30_000, policy.resolveLadderMs[0] ?? 30_000);
  const watchAt = daily
    ? new Date(now.getTime() + 86_400_000)
    : reached
      ? nextQuestion(stepped, pg, policy, now)
      : new Date(now.getTime() + pause);
  return { result: picture.charge.state, change: { refunds: [stepped], charge: { ...picture.charge, watchAt } } };
}

function unclearRefund(
  picture: Picture,
  refund: Refund,
  pg: PgTerms | undefined,
  policy: Policy,
  request: RefundSettle,
  code: string,
  message: string,
  raw: RawAnswer | null,
): Decision<ChargeState> {
  const row: HistoryEntry = {
    ...rowsAboutRefund(picture.charge, refund),
    id: request.id,
    act: 'REFUND',
    status: 'UNKNOWN',
    failureCode: code,
    failureReason: message,
    actor: request.actor,
    raw,
  };
  const watchAt = nextQuestion(refund, pg, policy, picture.now);
  const charge =
    picture.charge.state === 'REFUNDING'
      ? moved(picture.charge, 'REFUND_UNKNOWN', watchAt)
      : { ...picture.charge, watchAt };
  return { result: charge.state, change: { charge, refunds: [refund], rows: [row], tell: true } };
}

function gaveBack(
  picture: Picture,
  refund: Refund,
  request: RefundSettle,
  rowId: string,
  raw: RawAnswer,
): Decision<ChargeState> {
  const row: HistoryEntry = {
    ...rowsAboutRefund(picture.charge, refund),
    id: rowId,
    act: 'REFUND',
    status: 'CANCELED',
    actor: request.actor,
    raw,
  };
  const done: Refund = { ...refund, status: 'CANCELED' };
  if (refund.ofSurplus) {
    const surplus = picture.surpluses.find(
      (one) => one.orderId === refund.orderId && one.paymentKey === refund.paymentKey,
    );
    const surpluses: Surplus[] = surplus ? [{ ...surplus, status: 'REFUNDED' }] : [];
    return {
      result: picture.charge.state,
      change: { charge: afterSurplus(picture), refunds: [done], surpluses, rows: [row], tell: true },
    };
  }
  const refundedAmount = won(picture.charge.refundedAmount + refund.amount);
  const state = refundedAmount === picture.charge.amount ? 'REFUNDED' : 'PARTLY_REFUNDED';
  const charge = moved(picture.charge, state, null, { refundedAmount });
  return { result: state, change: { charge, refunds: [done], rows: [row], tell: true } };
}

/** A surplus does not move its charge; one that is in doubt itself is looked at again soon. */
const afterSurplus = ({ charge, now }: Picture): Charge => ({
  ...charge,
  watchAt: isUnpaid(charge.state) ? now : null,
});

function keptIt(
  picture: Picture,
  refund: Refund,
  request: RefundSettle,
  rowId: string,
  code: string,
  message: string,
  raw: RawAnswer | null,
): Decision<ChargeState> {
  const row: HistoryEntry = {
    ...rowsAboutRefund(picture.charge, refund),
    id: rowId,
    act: 'REFUND',
    status: 'FAILED',
    failureCode: code,
    failureReason: message,
    actor: request.actor,
    raw,
  };
  const charge = refund.ofSurplus ? afterSurplus(picture) : moved(picture.charge, refund.stateBefore, null);
  return {
    result: charge.state,
    change: { charge, refunds: [{ ...refund, status: 'FAILED' }], rows: [row], tell: true },
  };
}
