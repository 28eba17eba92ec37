// A charge on a billing key: is it a proper request, what became of it, and what the client gets to see of that.

import type { Done } from './answer';
import { type Answer, dropped, hiddenByProxy, no, noTooMany, noWithAnyCode, sent, unanswered, yes } from './answer';
import type { TossCode } from './codes';
import type { ChargeFault } from './faults';
import { koreanTime } from './identifiers';
import type { BillingKey, ChargeOrder, Payment } from './payment';
import { paymentObject } from './payment-object';
import { chargeFields } from './validation';
import type { Call, World } from './world';

export async function charge(world: World, call: Call<'charge'>): Promise<Done> {
  const turnedAway = refusalOnArrival(call.fault);
  if (turnedAway) return sent(turnedAway);
  const order = checkedOrder(world, call);
  return typeof order === 'string' ? sent(no(order)) : settle(world, order, call.fault);
}

function refusalOnArrival(fault: ChargeFault | undefined): Answer | undefined {
  switch (fault?.kind) {
    case 'too-many':
      return noTooMany(fault.retryAfter);
    case 'consecutive':
      return no('FORBIDDEN_CONSECUTIVE_REQUEST');
    case '500-before':
      return no('FAILED_INTERNAL_SYSTEM_PROCESSING');
  }
  return undefined;
}

/** The order to charge, or the code of the refusal: first the key, then whose it is, then the body, then the order id. */
function checkedOrder(world: World, { named, body, idempotencyKey }: Call): ChargeOrder | TossCode {
  if (body === undefined) return 'INVALID_REQUEST';
  const billingKey = usableKey(world, named, body.customerKey);
  if (typeof billingKey === 'string') return billingKey;
  const fields = chargeFields(body);
  if (typeof fields === 'string') return fields;
  if (orderIdIsSpent(world, fields.orderId)) return 'DUPLICATED_ORDER_ID';
  return { ...fields, billingKey, idempotencyKey, requestedAt: koreanTime(world.now()) };
}

function usableKey({ books, switches }: World, named: string, customerKey: unknown): BillingKey | TossCode {
  if (customerKey === undefined || customerKey === null || customerKey === '') return 'INVALID_REQUIRED_PARAM';
  if (typeof customerKey !== 'string') return 'INVALID_REQUEST';
  const key = books.billingKey(named, customerKey);
  if (key === undefined) return switches.unknownBillingKey;
  if (key.removed) return 'ALREADY_REMOVED_BILLING_KEY';
  return key.customerKey === customerKey ? key : 'NOT_MATCHES_CUSTOMER_KEY';
}

function orderIdIsSpent({ books, switches }: World, orderId: string): boolean {
  const earlier = books.paymentOfOrder(orderId);
  if (earlier === undefined) return false;
  return earlier.status !== 'ABORTED' || switches.declinedOrderId === 'DUPLICATED_ORDER_ID';
}

/** Where money moves, or does not; what is booked and what is answered are two things. */
async function settle(world: World, order: ChargeOrder, fault: ChargeFault | undefined): Promise<Done> {
  const { books } = world;
  const approved = () => yes(paymentObject(books.approve(order)));
  switch (fault?.kind) {
    case undefined:
    case 'latency':
      return sent(approved());
    case 'decline':
      return sent(declined(world, order, noWithAnyCode(fault)));
    case 'approve-then-drop':
      return dropped(approved());
    case 'html-after':
      return hiddenByProxy(approved());
    case 'late-approval':
      await world.timers.wait(fault.ms);
      // Another transmission of this order may have been approved meanwhile, and an order is approved once.
      return unanswered(orderIdIsSpent(world, order.orderId) ? no('DUPLICATED_ORDER_ID') : approved());
    case '500-after':
      books.approve(order);
      return sent(no('FAILED_INTERNAL_SYSTEM_PROCESSING'));
    case 'decline-but-approved':
      books.approve(order);
      return sent(noWithAnyCode(fault));
    case 'other-amount':
      return sent(yes(paymentObject(withOtherAmount(books.approve(order)))));
    case 'other-order':
      return sent(yes(paymentObject({ ...books.approve(order), orderId: 'another-customers-order' })));
    case 'auto-cancel':
      cancelLater(world, books.approve(order, Date.now() + fault.ms).paymentKey, fault.ms);
      return sent(no('FAILED_BILLING_AUTO_CANCEL'));
    case 'drop':
    case 'hang':
    case 'html':
    case 'too-many':
    case 'consecutive':
    case '500-before':
      throw new Error(`the fault ${fault.kind} strikes before a charge gets this far`);
  }
}

function declined({ books }: World, order: ChargeOrder, answer: Answer): Answer {
  books.abort(order, JSON.parse(answer.body) as { code: string; message: string });
  return answer;
}

const withOtherAmount = (payment: Payment): Payment => ({
  ...payment,
  amount: payment.amount + 1000,
  balance: payment.balance + 1000,
});

/** Takes a payment back by itself after this long, as Toss announces with FAILED_BILLING_AUTO_CANCEL. */
export function cancelLater({ books, timers }: Pick<World, 'books' | 'timers'>, paymentKey: string, ms: number): void {
  timers.later(ms, () => books.cancel(paymentKey, { reason: '자동결제 승인 실패로 인한 자동 취소' }));
}
