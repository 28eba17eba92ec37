// What Toss says of a payment when it is asked, by payment key or by order id.

import { type Done, no, sent, yes } from './answer';
import type { Payment } from './payment';
import { paymentObject } from './payment-object';
import type { Call, World } from './world';

export const lookUpPayment = async (world: World, call: Call<'lookup'>): Promise<Done> =>
  shown(world, call, world.books.payment(call.named));

export const lookUpOrder = async (world: World, call: Call<'lookup'>): Promise<Done> =>
  shown(world, call, world.books.paymentOfOrder(call.named));

function shown(world: World, { fault }: Call<'lookup'>, payment: Payment | undefined): Done {
  const missing = sent(no('NOT_FOUND_PAYMENT'));
  if (fault?.kind === 'lookup-500') return sent(no('FAILED_INTERNAL_SYSTEM_PROCESSING'));
  if (fault?.kind === 'lookup-missing' || payment === undefined || isConcealed(world, payment)) return missing;
  if (fault?.kind === 'lookup-late' && world.books.msSinceApproval(payment) < fault.ms) return missing;
  return sent(yes(paymentObject(payment)));
}

/** Whether a declined charge leaves nothing behind that could be asked about. */
export const isConcealed = ({ switches }: World, payment: Payment): boolean =>
  payment.status === 'ABORTED' && switches.declinedLookup === 'NOT_FOUND_PAYMENT';
