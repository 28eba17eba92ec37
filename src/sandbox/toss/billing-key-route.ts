// A billing key comes to be, from an auth key that is good for one, and goes away again.

import { type Done, no, sent, yes, yesWithoutBody } from './answer';
import { koreanTime } from './identifiers';
import { billingObject } from './payment-object';
import { issueFields } from './validation';
import type { Call, World } from './world';

export async function issueBillingKey({ books, switches, now }: World, { body }: Call): Promise<Done> {
  const fields = body === undefined ? 'INVALID_REQUEST' : issueFields(body);
  if (typeof fields === 'string') return sent(no(fields));
  const authKey = books.authKey(fields.authKey);
  if (authKey === undefined || authKey.used) return sent(no('NOT_FOUND_BILLING'));
  if (authKey.customerKey !== fields.customerKey) return sent(no(switches.foreignAuthKey));
  return sent(yes(billingObject(books.issueBillingKey(authKey), koreanTime(now()))));
}

export async function removeBillingKey({ books, switches }: World, { named }: Call): Promise<Done> {
  const key = books.billingKey(named);
  if (key === undefined) return sent(no(switches.unknownBillingKey));
  if (key.removed) return sent(no(switches.repeatedDeletion));
  books.removeBillingKey(key);
  return sent(yesWithoutBody);
}
