// An attempt ends in the PG's no: what becomes of its charge.

import { retryAfter } from './decline-policy';
import type { Settled, SettleRequest } from './evidence';
import type { HistoryEntry } from './history';
import { declinesOf } from './last-look';
import type { RawAnswer } from './outcome';
import {
  type Attempt,
  type Change,
  type Charge,
  type Decision,
  moved,
  type Picture,
  type Policy,
  rowsAboutAttempt,
  type Surplus,
} from './picture';
import { won } from './won';

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
  const change: Change = {
    ...after,
    attempts: [...(after.attempts ?? []), closed],
    rows: [row],
    release: picture.waitingForThis,
    tell: true,
  };
  return { result: { kind: 'settled', state: after.charge?.state ?? charge.state }, change };
}

function chargeAfterNo(picture: Picture, closed: Attempt, policy: Policy): Partial<Adoption> {
  const { charge, now } = picture;
  if (!['CHARGING', 'UNKNOWN', 'ADJUDICATION'].includes(charge.state)) return {};
  const spare = spareOf(picture);
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

/** An approval beyond what pays the charge, that is not on its way back to the customer. */
export function spareOf(picture: Picture): Surplus | undefined {
  const goesBack = (one: Surplus): boolean =>
    picture.refunds.some(
      (refund) => refund.status === 'OPEN' && refund.ofSurplus && refund.paymentKey === one.paymentKey,
    );
  return picture.surpluses.find((one) => one.status === 'OPEN' && !goesBack(one));
}

/** What adopting a surplus writes. */
export type Adoption = Required<Pick<Change, 'surpluses' | 'attempts'>> & { readonly charge: Charge };

/**
 * An approval that was too much turns out to be the only one: it pays. The PG captured it, so the charge becomes PAID;
 * where a part of it went back since, PARTLY_REFUNDED, just as when such a payment is found and nothing else is open.
 * The part that went back is not collected again: that would be a second charge of one billing date.
 */
export function adopted(picture: Picture, spare: Surplus): Adoption {
  const { now } = picture;
  const paidBy = picture.attempts.find((one) => one.orderId === spare.orderId);
  const paidAt = paidBy?.approvedAt ?? now;
  const paid = moved(picture.charge, 'PAID', null, { paidOrderId: spare.orderId, paidAt });
  const wentBack = won(paid.amount - spare.amount);
  return {
    charge: wentBack === 0 ? paid : moved(paid, 'PARTLY_REFUNDED', null, { refundedAmount: wentBack }),
    surpluses: [{ ...spare, status: 'ADOPTED' }],
    // An order that was captured twice is paid by the payment that is still there.
    attempts: paidBy && paidBy.paymentKey !== spare.paymentKey ? [{ ...paidBy, paymentKey: spare.paymentKey }] : [],
  };
}
