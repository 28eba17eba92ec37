// "저 결제 됐나요?": what there is to say about one subscription, before any row is shown.

import { type BillingTime, type CalendarDate, type DueTerms, dateIn, isDue, plusDays, startOfCycle } from './calendar';
import type { ChargeState } from './charge-state';
import type { Attempt, Charge, HeldReason } from './picture';

export type Answer =
  | { readonly kind: 'paid'; readonly charge: Charge; readonly at: Date; readonly card: string }
  | { readonly kind: 'refunded'; readonly charge: Charge; readonly amount: number; readonly whole: boolean }
  | {
      readonly kind: 'not-yet';
      readonly charge: Charge;
      readonly state: ChargeState;
      readonly heldReason: HeldReason | null;
      /** The PG's words on the latest no. */
      readonly said: string | null;
      readonly nextTryAt: Date | null;
    }
  | { readonly kind: 'nothing-charged' };

/** The answer from a subscription's newest charge. */
export function answerFrom(charge: Charge | undefined, attempts: readonly Attempt[]): Answer {
  if (!charge) return { kind: 'nothing-charged' };
  const paidBy = attempts.find((attempt) => attempt.orderId === charge.paidOrderId);
  if (charge.refundedAmount > 0) {
    return { kind: 'refunded', charge, amount: charge.refundedAmount, whole: charge.refundedAmount === charge.amount };
  }
  if (paidBy)
    return { kind: 'paid', charge, at: charge.paidAt ?? paidBy.approvedAt ?? paidBy.sentAt, card: paidBy.card ?? '' };
  const latestNo = attempts.findLast((attempt) => attempt.declineMessage !== null && attempt.declineCode !== 'UNSENT');
  return {
    kind: 'not-yet',
    charge,
    state: charge.state,
    heldReason: charge.heldReason,
    said: latestNo?.declineMessage ?? null,
    nextTryAt: charge.state === 'RETRY_WAIT' ? charge.watchAt : null,
  };
}

/** How far ahead a next billing date is looked for: every anchor comes round within a month. */
const lookAheadDays = 62;

/** When the machine will next bill this subscription by itself; undefined when it will not. */
export function nextBilling(terms: DueTerms, at: BillingTime, now: Date): { date: CalendarDate; at: Date } | undefined {
  const after = terms.planFrom > now ? terms.planFrom : now;
  let date = dateIn(at.zone, after);
  for (let day = 0; day <= lookAheadDays; day += 1, date = plusDays(date, 1)) {
    const starts = startOfCycle(date, at);
    if (starts > after && isDue(terms, date)) return { date, at: starts };
  }
  return undefined;
}
