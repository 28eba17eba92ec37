// What a decision sees: one charge with everything that bears on it, read under its customer's lock; and what a
// decision says: the move, the rows, the writes. Decisions are pure; `records/` reads the picture and writes the change.

import type { CalendarDate } from './calendar';
import { type ChargeState, mayMove } from './charge-state';
import type { StartedBy } from './decline-policy';
import type { HistoryEntry } from './history';
import type { LadderStep } from './ladder';
import type { DeclineClass, PgProvider } from './outcome';
import type { Won } from './won';

/** Why a charge is held, and with that what lets it go. */
export const heldReasons = [
  'PG_HOLD', // A person, or the PG's word about our own key, holds this PG.
  'BREAKER', // The PG is sick.
  'MERCHANT', // This charge is what told us that our key or contract is refused.
  'CUSTOMER_UNKNOWN', // Another charge of this customer waits for the PG's word.
  'SUBSCRIPTION_PAUSED',
  'SUBSCRIPTION_ENDED',
  'NO_CARD', // The billing key is gone or was marked dead.
  'KEY_SEALED', // The billing key cannot be opened: our fault, never the card's.
  'PG_NOT_CONFIGURED',
  'BUDGET', // This card was declined too often lately.
  'OWN_ERROR', // Our own error before anything was sent.
] as const;
export type HeldReason = (typeof heldReasons)[number];

/** What one subscription owes for one billing date. */
export interface Charge {
  readonly id: string;
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly billingDate: CalendarDate;
  readonly amount: Won;
  readonly pgProvider: PgProvider;
  readonly state: ChargeState;
  /** Raised by every move; what a button carries. */
  readonly version: number;
  /** When the sweeper looks at it; null: never by itself. A refund of it has its own. */
  readonly watchAt: Date | null;
  readonly heldReason: HeldReason | null;
  readonly heldFrom: 'DUE' | 'RETRY_WAIT' | null;
  /** How many attempts were made; the latest one's number. */
  readonly attempts: number;
  readonly firstFailedAt: Date | null;
  /** The order that paid it. */
  readonly paidOrderId: string | null;
  readonly paidAt: Date | null;
  readonly refundedAmount: Won;
}

/** One order id at a PG for a charge, with one billing key, one amount, one merchant. */
export interface Attempt {
  readonly orderId: string;
  readonly chargeId: string;
  readonly customerId: string;
  readonly attemptNo: number;
  readonly billingKeyId: string;
  readonly pgProvider: PgProvider;
  readonly merchant: string;
  readonly amount: Won;
  readonly startedBy: StartedBy;
  readonly status: 'OPEN' | 'APPROVED' | 'DECLINED';
  readonly transmissions: number;
  readonly firstSentAt: Date;
  readonly sentAt: Date;
  /** The row that stands before the latest transmission; its end names it, so that a late end is told from a current one. */
  readonly transmissionId: string;
  /** The latest transmission has ended, clearly or not. */
  readonly ended: boolean;
  /** At least one transmission ended unclear: money may have moved. The outcome of an attempt is the worst over its transmissions. */
  readonly doubtful: boolean;
  /** Steps of the resolve ladder used up. */
  readonly resolveStep: number;
  /** The PG, asked after its processing time, knew nothing of the order: the same attempt may be sent again. */
  readonly resendFrom: Date | null;
  readonly believeYesFrom: Date | null;
  readonly idempotencySuffix: number;
  /** The PG keeps an answer under the present key that would only be repeated: a re-send needs a look-up and a fresh one. */
  readonly freshKeyDue: boolean;
  /** The no that the PG gave, final when DECLINED, waiting for the PG's confirmation while OPEN. */
  readonly declineClass: DeclineClass | null;
  readonly declineCode: string | null;
  readonly declineMessage: string | null;
  readonly paymentKey: string | null;
  readonly approvedAt: Date | null;
  readonly card: string | null;
  readonly closedAt: Date | null;
}

/** Money that a PG captured for a charge beyond what pays it. A person gives exactly this back; the charge's state does not change by it. */
export interface Surplus {
  readonly orderId: string;
  readonly paymentKey: string;
  readonly chargeId: string;
  readonly customerId: string;
  readonly amount: Won;
  readonly status: 'OPEN' | 'REFUNDED' | 'ADOPTED';
}

export interface Refund {
  readonly id: string;
  readonly chargeId: string;
  readonly customerId: string;
  readonly pgProvider: PgProvider;
  readonly orderId: string;
  readonly paymentKey: string;
  readonly amount: Won;
  /** What the PG should hold before it. */
  readonly remaining: Won;
  readonly ofSurplus: boolean;
  readonly status: 'OPEN' | 'CANCELED' | 'FAILED';
  /** Where the charge goes back to when the PG says no. */
  readonly stateBefore: ChargeState;
  readonly requestedBy: string;
  readonly approvedBy: string | null;
  readonly sentAt: Date;
  readonly resolveStep: number;
  /** When the sweeper asks about it; null once it ended. Its charge has a date of its own, for what is awaited of itself. */
  readonly watchAt: Date | null;
}

export interface CustomerView {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
}

export interface SubscriptionView {
  readonly id: string;
  readonly orderName: string;
  readonly status: 'ACTIVE' | 'PAUSED' | 'ENDED';
  readonly billingKeyId: string;
}

export interface BillingKeyView {
  readonly id: string;
  readonly customerId: string;
  readonly pgProvider: PgProvider;
  readonly customerKey: string;
  readonly status: 'ACTIVE' | 'RETIRING' | 'DEAD' | 'REVOKED';
  /** Which secret opens it. */
  readonly secretId: string;
  readonly sealed: string;
}

export interface PgState {
  readonly provider: PgProvider;
  readonly heldBy: string | null;
  readonly heldAt: Date | null;
  readonly heldReason: string | null;
  readonly breakerOpenedAt: Date | null;
  readonly recent: string;
  readonly pausedUntil: Date | null;
  readonly pauseMs: number;
  readonly probeAt: Date | null;
  readonly probeStep: number;
}

/** Everything that bears on one charge, as of one instant under its customer's lock. */
export interface Picture {
  readonly now: Date;
  readonly charge: Charge;
  readonly customer: CustomerView;
  readonly subscription: SubscriptionView;
  /** The subscription's key of today. */
  readonly billingKey: BillingKeyView;
  /** The key of the attempt that is still open, which need not be today's. */
  readonly attemptKey: BillingKeyView | null;
  readonly attempts: readonly Attempt[];
  readonly surpluses: readonly Surplus[];
  readonly refunds: readonly Refund[];
  /** Other charges of this customer whose attempt may be alive. */
  readonly openElsewhere: readonly { readonly id: string; readonly state: ChargeState }[];
  /** Other charges of this customer that wait for this one's answer. */
  readonly waitingForThis: readonly string[];
  /** Declined attempts on the subscription's billing key in the last 30 days, over all charges. */
  readonly keyDeclinesLately: number;
  readonly pg: PgState;
}

/** What a decision writes. `charge`, `attempts`, `refunds`, `surpluses` replace what the picture showed. */
export interface Change {
  readonly charge?: Charge;
  readonly attempts?: readonly Attempt[];
  readonly refunds?: readonly Refund[];
  readonly surpluses?: readonly Surplus[];
  readonly rows?: readonly HistoryEntry[];
  readonly pg?: PgState;
  /** Charges of the same customer that need wait no longer. */
  readonly release?: readonly string[];
  /** People should see this change (a card is drawn, or redrawn). */
  readonly tell?: boolean;
}

/** What a decision comes to: an answer for who asked, and perhaps something to write. */
export interface Decision<Result> {
  readonly result: Result;
  readonly change?: Change;
}

/** The settings that decisions need. */
export interface Policy {
  readonly resolveLadderMs: readonly number[];
  readonly retryLadder: readonly LadderStep[];
  readonly billingTime: { readonly hour: number; readonly minute: number; readonly zone: string };
  readonly keepsHours: boolean;
  /** How long one transmission may take before somebody else may ask what became of it: the read timeout and 25 s. */
  readonly leaseMs: number;
}

/** What decisions must know of the PG of a charge; undefined when this installation has no such PG. */
export interface PgTerms {
  readonly merchant: string;
  readonly asksByOrderId: boolean;
  readonly resendWindowMs: number;
  readonly failedIsDocumented: boolean;
  readonly processingMs: number;
}

/** The charge after a move: the only way a state changes. A move that the table lacks is a bug, not an answer. */
export function moved(charge: Charge, to: ChargeState, watchAt: Date | null, more: Partial<Charge> = {}): Charge {
  if (!mayMove(charge.state, to)) throw new Error(`charge ${charge.id} may not go from ${charge.state} to ${to}`);
  const held = to === 'HELD' ? {} : { heldReason: null, heldFrom: null };
  return { ...charge, ...held, ...more, state: to, version: charge.version + 1, watchAt };
}

/** The latest attempt that has not ended in a yes or a no. */
export const openAttempt = (attempts: readonly Attempt[]): Attempt | undefined =>
  attempts.findLast((attempt) => attempt.status === 'OPEN');

/** The columns that every row about a charge shares. */
export function rowsAbout(
  charge: Charge,
): Pick<HistoryEntry, 'customerId' | 'subscriptionId' | 'chargeId' | 'billingDate' | 'amount' | 'pgProvider'> {
  return {
    customerId: charge.customerId,
    subscriptionId: charge.subscriptionId,
    chargeId: charge.id,
    billingDate: charge.billingDate,
    amount: charge.amount,
    pgProvider: charge.pgProvider,
  };
}

/** The columns that every row about an attempt shares. */
export function rowsAboutAttempt(charge: Charge, attempt: Attempt) {
  return {
    ...rowsAbout(charge),
    attemptNo: attempt.attemptNo,
    orderId: attempt.orderId,
    amount: attempt.amount,
    pgProvider: attempt.pgProvider,
    billingKeyId: attempt.billingKeyId,
  };
}
