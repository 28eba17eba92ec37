// Giving money back: one refund at a time, row, money, row. A surplus goes back first, because nobody owes it.

import { type ChargeState, isOpen, isUnpaid } from './charge-state';
import { closedUnsent } from './claim';
import { adopted, spareOf } from './closed-by-no';
import type { Actor, HistoryEntry } from './history';
import { nextQuestion } from './next-question';
import type { CancelOutcome, DeclineClass, RawAnswer } from './outcome';
import {
  type Change,
  type Charge,
  type Decision,
  moved,
  openAttempt,
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
  // A surplus moves neither its charge nor the date of what is awaited of it. Only the version rises, because a button
  // carries it: the next press is about what is there now.
  const charge = target.ofSurplus
    ? { ...picture.charge, version: picture.charge.version + 1 }
    : moved(picture.charge, 'REFUNDING', null);
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
    watchAt: new Date(now.getTime() + policy.leaseMs),
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

export function rowsAboutRefund(charge: Charge, refund: Refund) {
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
  /** Ids of further rows, where this settle needs them. */
  readonly secondId: string;
  readonly thirdId: string;
  readonly refundId: string;
  readonly actor: Actor;
}

type Canceled = Extract<CancelOutcome, { kind: 'canceled' }>;

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
  if (refund.status === 'FAILED' && outcome.kind === 'canceled') return lateYes(picture, refund, request, outcome);
  if (refund.status !== 'OPEN') return { result: picture.charge.state };
  switch (outcome.kind) {
    case 'canceled':
      return gaveBack(picture, refund, request, request.id, outcome.raw);
    case 'declined':
      return provesNothing.includes(outcome.class)
        ? unclearRefund(picture, refund, pg, policy, request, outcome)
        : keptIt(picture, refund, request, request.id, outcome);
    case 'unsent':
      // Nothing reached the PG, so this refund ends here and a person presses again.
      return keptIt(picture, refund, request, request.id, {
        code: 'UNSENT',
        message: `${outcome.code}: ${outcome.message}`,
        raw: outcome.raw,
      });
    case 'unknown':
      return unclearRefund(picture, refund, pg, policy, request, outcome);
  }
}

/** These noes are believed only when the PG, asked after its processing time, still holds the money: as for a charge. */
const provesNothing: readonly DeclineClass[] = ['temporary', 'unclassified', 'duplicate'];

/** What the PG, or nobody, said. */
interface Said {
  readonly code: string;
  readonly message: string;
  readonly raw?: RawAnswer | undefined;
}

/** The refund becomes a question: asked on the ladder, counted from its transmission. */
export function unclearRefund(
  picture: Picture,
  refund: Refund,
  pg: PgTerms | undefined,
  policy: Policy,
  request: RefundSettle,
  { code, message, raw }: Said,
): Decision<ChargeState> {
  const row: HistoryEntry = {
    ...rowsAboutRefund(picture.charge, refund),
    id: request.id,
    act: 'REFUND',
    status: 'UNKNOWN',
    failureCode: code,
    failureReason: message,
    actor: request.actor,
    raw: raw ?? null,
  };
  const asked: Refund = { ...refund, watchAt: nextQuestion(refund, pg, policy, picture.now) };
  const charge = picture.charge.state === 'REFUNDING' ? moved(picture.charge, 'REFUND_UNKNOWN', null) : undefined;
  return {
    result: charge?.state ?? picture.charge.state,
    change: { ...(charge && { charge }), refunds: [asked], rows: [row], tell: true },
  };
}

/** The money went back. A surplus does not move its charge. */
export function gaveBack(
  picture: Picture,
  refund: Refund,
  request: RefundSettle,
  rowId: string,
  raw: RawAnswer,
): Decision<ChargeState> {
  const { charge } = picture;
  const row: HistoryEntry = {
    ...rowsAboutRefund(charge, refund),
    id: rowId,
    act: 'REFUND',
    status: 'CANCELED',
    actor: request.actor,
    raw,
  };
  const change = { refunds: [{ ...refund, status: 'CANCELED', watchAt: null } as const], rows: [row], tell: true };
  if (refund.ofSurplus) {
    const surpluses = picture.surpluses
      .filter((one) => one.orderId === refund.orderId && one.paymentKey === refund.paymentKey)
      .map((one): Surplus => ({ ...one, status: 'REFUNDED' }));
    return { result: charge.state, change: { ...change, surpluses } };
  }
  const refundedAmount = won(charge.refundedAmount + refund.amount);
  const state = refundedAmount === charge.amount ? 'REFUNDED' : 'PARTLY_REFUNDED';
  return { result: state, change: { ...change, charge: moved(charge, state, null, { refundedAmount }) } };
}

/** Money went back that was taken for kept. What another refund gave back, or is asking about, is not counted twice. */
function lateYes(picture: Picture, refund: Refund, request: RefundSettle, yes: Canceled): Decision<ChargeState> {
  const { charge, surpluses, refunds } = picture;
  const surplus = surpluses.find((one) => one.orderId === refund.orderId && one.paymentKey === refund.paymentKey);
  const isPaid = charge.state === 'PAID' || charge.state === 'PARTLY_REFUNDED';
  const ofCharge = isPaid ? charge.amount - charge.refundedAmount : 0;
  const ofSurplus = surplus?.status === 'OPEN' ? surplus.amount : 0;
  const inTheBooks = refund.ofSurplus ? ofSurplus : ofCharge;
  const isNews = inTheBooks - refund.amount === yes.remaining && refunds.every((one) => one.status !== 'OPEN');
  return isNews ? gaveBack(picture, refund, request, request.id, yes.raw) : { result: charge.state };
}

/** The PG keeps the money. */
export function keptIt(
  picture: Picture,
  refund: Refund,
  request: RefundSettle,
  rowId: string,
  { code, message, raw }: Said,
): Decision<ChargeState> {
  const row: HistoryEntry = {
    ...rowsAboutRefund(picture.charge, refund),
    id: rowId,
    act: 'REFUND',
    status: 'FAILED',
    failureCode: code,
    failureReason: message,
    actor: request.actor,
    raw: raw ?? null,
  };
  const change = { refunds: [{ ...refund, status: 'FAILED', watchAt: null } as const], rows: [row], tell: true };
  if (refund.ofSurplus) return keptSurplus({ ...picture, refunds: [] }, request, change);
  const charge = moved(picture.charge, refund.stateBefore, null);
  return { result: charge.state, change: { ...change, charge } };
}

/**
 * A surplus stays. If nothing else paid its charge meanwhile, and no attempt is alive that may, then it is what pays:
 * else the charge would wait for ever, unpaid in the books and captured at the PG, and never be sent again.
 */
function keptSurplus(
  picture: Picture,
  request: RefundSettle,
  change: Change & { readonly rows: readonly HistoryEntry[] },
): Decision<ChargeState> {
  const { charge } = picture;
  const spare = isUnpaid(charge.state) && !isOpen(charge.state) ? spareOf(picture) : undefined;
  if (!spare) return { result: charge.state, change };
  const open = openAttempt(picture.attempts);
  const closing = open && closedUnsent(picture, open, request.thirdId);
  const adoption = adopted(picture, spare);
  const attempts = [...adoption.attempts, ...(closing?.attempts ?? [])];
  const rows = [...change.rows, ...(closing?.rows ?? [])];
  return { result: adoption.charge.state, change: { ...change, ...adoption, attempts, rows } };
}
