// Giving the money of a payment back, whole or in part.

import { type Done, dropped, no, noWithAnyCode, sent, yes } from './answer';
import { isConcealed } from './lookup-route';
import { paymentObject } from './payment-object';
import { cancelFields } from './validation';
import type { Call, World } from './world';

export async function cancel(world: World, { named, body, fault }: Call<'cancel'>): Promise<Done> {
  if (fault?.kind === 'cancel-500-before') return sent(no('FAILED_INTERNAL_SYSTEM_PROCESSING'));
  if (body === undefined) return sent(no('INVALID_REQUEST'));
  const payment = world.books.payment(named);
  if (payment === undefined || isConcealed(world, payment)) return sent(no('NOT_FOUND_PAYMENT'));
  const request = cancelFields(body);
  if (typeof request === 'string') return sent(no(request));
  if (fault?.kind === 'cancel-decline') return sent(noWithAnyCode(fault));

  const canceled = world.books.cancel(named, request);
  if (typeof canceled === 'string') return sent(no(canceled));
  if (fault?.kind === 'cancel-500-after') return sent(no('FAILED_INTERNAL_SYSTEM_PROCESSING'));
  const answer = yes(paymentObject(canceled));
  return fault?.kind === 'cancel-then-drop' ? dropped(answer) : sent(answer);
}
