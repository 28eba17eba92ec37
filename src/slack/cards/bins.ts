// What a cycle comes to, in five bins. Every charge is in exactly one of them.

import type { DateStates } from '../../cycle/ports';
import type { ChargeState } from '../../domain/charge-state';

export const binNames = ['paid', 'failed', 'unknown', 'held', 'canceled'] as const;
export type BinName = (typeof binNames)[number];

/** `paid` is captured, refunded ones included; `failed` holds what will be retried as well. */
export const binOf = {
  DUE: 'held',
  CHARGING: 'unknown',
  UNKNOWN: 'unknown',
  RETRY_WAIT: 'failed',
  FAILED: 'failed',
  HELD: 'held',
  ADJUDICATION: 'unknown',
  CANCELED: 'canceled',
  PAID: 'paid',
  REFUNDING: 'paid',
  PARTLY_REFUNDED: 'paid',
  REFUND_UNKNOWN: 'paid',
  REFUNDED: 'paid',
} as const satisfies Record<ChargeState, BinName>;

export interface Amount {
  readonly count: number;
  readonly sum: number;
}

const none: Amount = { count: 0, sum: 0 };
const plus = (a: Amount, b: Amount): Amount => ({ count: a.count + b.count, sum: a.sum + b.sum });

export const totalOf = (all: readonly Amount[]): Amount => all.reduce<Amount>(plus, none);

export const inStates = (states: DateStates, of: readonly ChargeState[]): Amount =>
  totalOf(states.filter((row) => of.includes(row.state)));

export const inBin = (states: DateStates, name: BinName): Amount =>
  totalOf(states.filter((row) => binOf[row.state] === name));
