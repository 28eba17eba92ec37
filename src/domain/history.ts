// The audit table's rows, before the chain gives them a number and a hash. One row per fact, only ever added.

import type { CalendarDate } from './calendar';
import type { PgProvider, RawAnswer } from './outcome';
import type { Won } from './won';

export const acts = [
  'CHARGE',
  'REFUND',
  'CANCEL',
  'UNCANCEL',
  'INQUIRY',
  'KEY_ISSUE',
  'KEY_REVOKE',
  'APPROVAL',
  'ADJUDICATION',
  'HOLD',
  'RESUME',
  'REFUSED',
] as const;
export type Act = (typeof acts)[number];

export const rowStatuses = ['REQUESTED', 'SUCCESS', 'FAILED', 'UNKNOWN', 'CANCELED'] as const;
export type RowStatus = (typeof rowStatuses)[number];

/** Whose rows have no customer. Also the id of the reserved customer whose row carries their chain. */
export const systemCustomer = 'SYSTEM';

/** Who did it: `cycle`, `ladder`, `sweeper`, `pg`, `slack:T…/U…`, `cli:name`. */
export type Actor = string;

/** Whether a person did it, and not the machine or the PG. */
export const isPerson = (actor: Actor): boolean => actor.startsWith('slack:') || actor.startsWith('cli:');

/** A fact about to be written. `id` is made before the first try, so that a repeat can see whether it is already there. */
export interface HistoryEntry {
  readonly id: string;
  readonly customerId: string;
  readonly subscriptionId?: string | null;
  readonly chargeId?: string | null;
  readonly attemptNo?: number | null;
  readonly refundId?: string | null;
  readonly orderId?: string | null;
  readonly billingDate?: CalendarDate | null;
  readonly act: Act;
  readonly status: RowStatus;
  readonly amount?: Won | null;
  readonly pgProvider?: PgProvider | null;
  readonly pgPaymentKey?: string | null;
  readonly billingKeyId?: string | null;
  readonly failureCode?: string | null;
  readonly failureReason?: string | null;
  readonly actor: Actor;
  /** The PG's answer whole, masked. */
  readonly raw?: RawAnswer | null;
}
