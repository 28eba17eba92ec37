// Money. Whole won, never a fraction, never a float.

/** An amount of whole Korean won: a safe integer, ≥ 0. */
export type Won = number & { readonly __unit: 'won' };

/** The least and the most one charge may be (a card at Toss starts at 100 won; `decimal(10,2)` ends below 100 million). */
export const chargeableWon = { least: 100, most: 99_999_999 } as const;

/** Reads a number as won. Throws on a fraction, a negative or anything unsafe: such a value is a bug, not an amount. */
export function won(value: number): Won {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is not an amount in whole won`);
  return value as Won;
}

/** `49,000원` */
export const showWon = (amount: number): string => `${amount.toLocaleString('en-US')}원`;
