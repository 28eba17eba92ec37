// Names and times in the shapes that Toss gives them.

import { createHash, randomBytes } from 'node:crypto';

const lowerCase = 'abcdefghijklmnopqrstuvwxyz0123456789';
const mixedCase = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${lowerCase}`;
const digits = '0123456789';

// Chance is drawn in large portions: asking the system for a few bytes costs as much as asking for thousands.
let chance = Buffer.alloc(0);

function draw(length: number): Buffer {
  if (chance.length < length) chance = randomBytes(4096);
  const drawn = chance.subarray(0, length);
  chance = chance.subarray(length);
  return drawn;
}

function randomText(length: number, alphabet: string): string {
  let text = '';
  for (const byte of draw(length)) text += alphabet.charAt(byte % alphabet.length);
  return text;
}

/** `2026-01-02T14:46:43+09:00`: Korean time without milliseconds. Korea keeps no summer time. */
export function koreanTime(at: Date): string {
  return `${shiftedToKorea(at).slice(0, 19)}+09:00`;
}

const shiftedToKorea = (at: Date): string => new Date(at.getTime() + 9 * 3_600_000).toISOString();

/** `tviva20260102144643uN3L9`: five letters of the merchant, the Korean time, five characters. */
export function newPaymentKey(merchantId: string, at: Date): string {
  const time = shiftedToKorea(at).slice(0, 19).replace(/\D/g, '');
  return `${merchantId.slice(0, 5)}${time}${randomText(5, mixedCase)}`;
}

/** 43 characters of base64url and `=`, as Toss's samples have it. */
export const newBillingKey = (): string => `${draw(32).toString('base64url')}=`;

export const newAuthKey = (): string => `bln_${randomText(43, mixedCase)}`;
export const newTransactionKey = (): string => `txrd_a${randomText(11, lowerCase)}`;
export const newSecret = (): string => `ps_${randomText(28, mixedCase)}`;
export const newApprovalNumber = (): string => randomText(8, digits);
export const newTraceId = (): string => draw(16).toString('hex');

/** The same text gives the same number in [0, 1), evenly spread. */
export function fractionOf(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48;
}

/** A short name for a secret, so that the secret itself is never written down. */
export const fingerprint = (secret: string): string => createHash('sha256').update(secret).digest('hex').slice(0, 16);
