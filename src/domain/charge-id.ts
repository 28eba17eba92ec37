// Names of charges and orders. A charge id is derived, not drawn, so a database restored from yesterday derives the
// same ids again and the PG recognises the orders.

import { createHash } from 'node:crypto';
import type { CalendarDate } from './calendar';

/** Digits and capitals without the ones that are misread: 0, 1, I, O. Thirty-two letters, five bits each. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const length = 12;

/** The id of the charge of this subscription for this date. `nth` > 0 names the next one when an id is taken. */
export function chargeId(installationId: string, subscriptionId: string, billingDate: CalendarDate, nth = 0): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([installationId, subscriptionId, billingDate, nth]))
    .digest();
  return Array.from(digest.subarray(0, length), (byte) => alphabet[byte & 31]).join('');
}

/** `K7QM-4XWP-9RTB` */
export const showChargeId = (id: string): string => id.replace(/(.{4})(?=.)/g, '$1-');

/** What a person typed, in any case, with or without dashes, as the beginning of an id; undefined when it can be none. */
export function typedChargeId(text: string): string | undefined {
  const letters = text.trim().toUpperCase().replaceAll('-', '');
  return /^[2-9A-HJ-NP-Z]{4,12}$/.test(letters) ? letters : undefined;
}

/** `K7QM4XWP9RTB-1`: what the PG knows this attempt by. Six to sixty-four letters, digits and dashes, as every PG allows. */
export const orderIdOf = (charge: string, attemptNo: number): string => `${charge}-${attemptNo}`;

/** Reads an order id back; undefined when it is none of ours. */
export function typedOrderId(text: string): string | undefined {
  const found = /^([2-9A-HJ-NP-Z]{12})-(\d{1,4})$/.exec(text.trim().toUpperCase());
  return found ? `${found[1]}-${found[2]}` : undefined;
}
