// An approval, wherever it turns up: on the answer to a charge, on a question, late. Evidence is never refused.

import { isUnpaid } from './charge-state';
import { closedUnsent } from './claim';
import type { Actor, HistoryEntry } from './history';
import type { Approved } from './outcome';
import {
  type Attempt,
  type Charge,
  type Decision,
  moved,
  type Picture,
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
  const otherOpen = picture.attempts.find((one) => one.orderId !== attempt.orderId && one.status === 'OPEN');
  const otherMayBeAlive = otherOpen !== undefined && (otherOpen.doubtful || charge.state === 'CHARGING');
  const isPaid = charge.paidOrderId !== null || !isUnpaid(charge.state);
  if (isPaid || otherMayBeAlive) {
    const surplus: Surplus = {
      orderId: attempt.orderId,
      paymentKey: evidence.paymentKey,
      chargeId: charge.id,
      customerId: charge.customerId,
      amount: evidence.amount,
      status: 'OPEN',
    };
    const noted = attempt.status === 'APPROVED' ? attempt : withYes(attempt, evidence, picture.now);
    return {
      result: { kind: 'surplus', state: charge.state },
      change: { attempts: [noted], surpluses: [surplus], rows: [row], tell: true },
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
      attempts: [...(closing?.attempts ?? []), withYes(attempt, evidence, picture.now)],
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

/** What is still captured of a charge, after refunds. */
export const capturedOf = (charge: Charge): Won =>
  won(charge.paidOrderId === null ? 0 : charge.amount - charge.refundedAmount);
