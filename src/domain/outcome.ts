// What may become of a request to a PG. Answers are values: a gateway returns one of these and never throws for
// anything a PG may answer. Doubt is the default: only an explicit yes is approved, only a known no is declined.

import type { Won } from './won';

/** The payment gateways that a subscription may name. */
export const pgProviders = ['TOSS', 'INICIS'] as const;
export type PgProvider = (typeof pgProviders)[number];

/** Why a charge was declined, as far as it decides what may happen next (see `decline-policy.ts`). */
export const declineClasses = [
  'funds', // Balance or limit: time may heal it.
  'temporary', // Trouble at the PG or the issuer, maintenance: time will heal it.
  'card', // Stopped, lost, expired, removed: needs another card.
  'issuer', // The issuer refuses and does not say why: the customer has to ask.
  'record', // This customer's data is wrong: somebody has to correct a field.
  'merchant', // Our key, our contract: nothing of any customer's.
  'unclassified', // A proven no whose code nobody knows.
  'duplicate', // The order was processed before: look it up.
] as const;
export type DeclineClass = (typeof declineClasses)[number];

/** A PG's answer whole, with secrets and card numbers masked: `http` is the status, `body` parsed JSON or text. */
export interface RawAnswer {
  readonly http: number;
  readonly body: unknown;
  /** The PG's own id of this exchange, where it sends one; its support asks for it. */
  readonly trace?: string;
}

/** Something left this process and no explicit answer proves what became of it: money may have moved. */
export interface Unknown {
  readonly kind: 'unknown';
  /** A code or a short cause, for example `READ_TIMEOUT`, `FAILED_INTERNAL_SYSTEM_PROCESSING`. */
  readonly code: string;
  /** In the PG's words where there are any. */
  readonly message: string;
  readonly raw?: RawAnswer;
  /** The PG keeps this answer under our idempotency key and would only repeat it: a re-send needs a fresh one. */
  readonly answerStored?: true;
  /** The PG announced to take the money back by itself: until this much time has passed, its DONE proves nothing. */
  readonly believeYesAfterMs?: number;
}

/** Nothing reached the PG's books: no money can have moved. */
export interface Unsent {
  readonly kind: 'unsent';
  readonly code: string;
  readonly message: string;
  readonly raw?: RawAnswer;
  /** Set when the PG turned us away for sending too much (429): claims pause this long; 0 when it named no time. */
  readonly retryAfterMs?: number;
  readonly answerStored?: true;
}

export interface Declined {
  readonly kind: 'declined';
  readonly class: DeclineClass;
  readonly code: string;
  readonly message: string;
  readonly raw: RawAnswer;
}

export interface Approved {
  readonly kind: 'approved';
  /** The PG's own number of the payment; unique at this PG. */
  readonly paymentKey: string;
  readonly amount: Won;
  readonly approvedAt: Date;
  /** The card as a person recognises it, for example `신한 ····1234`; empty when the PG does not say. */
  readonly card: string;
  readonly raw: RawAnswer;
}

/** The outcome of one transmission of a charge. */
export type ChargeOutcome = Approved | Declined | Unsent | Unknown;

/** The outcome of one transmission of a refund (the adapter's `cancel`). */
export type CancelOutcome =
  | {
      readonly kind: 'canceled';
      readonly amount: Won;
      readonly remaining: Won;
      readonly canceledAt: Date;
      readonly raw: RawAnswer;
    }
  | Declined
  | Unsent
  | Unknown;

/**
 * What a PG says of one of our orders when it is asked. Three answers, not two: it happened, the PG says it failed,
 * or it cannot say; "not found" proves nothing by itself but permits the same attempt to be sent again where that is safe.
 */
export type StatusAnswer =
  | {
      readonly kind: 'happened';
      readonly orderId: string;
      readonly paymentKey: string;
      readonly amount: Won;
      /** What the PG still holds of it; 0 when everything went back. */
      readonly remaining: Won;
      readonly approvedAt: Date;
      readonly card: string;
      readonly raw: RawAnswer;
    }
  | {
      readonly kind: 'failed';
      readonly class: DeclineClass;
      readonly code: string;
      readonly message: string;
      readonly raw: RawAnswer;
    }
  | { readonly kind: 'not-found'; readonly code: string; readonly message: string; readonly raw: RawAnswer }
  /** `reached` tells whether the PG itself answered (an answer uses a step of the ladder up, silence does not). */
  | {
      readonly kind: 'cannot-say';
      readonly reached: boolean;
      readonly code: string;
      readonly message: string;
      readonly raw?: RawAnswer;
    };

/** The outcome of asking a PG for a billing key. */
export type IssueOutcome =
  | {
      readonly kind: 'issued';
      readonly billingKey: string;
      readonly customerKey: string;
      readonly card: string;
      readonly raw: RawAnswer;
    }
  | Declined
  | Unsent
  | Unknown;

/** The outcome of giving a billing key back. Gone already counts as revoked. */
export type RevokeOutcome = { readonly kind: 'revoked'; readonly raw: RawAnswer } | Declined | Unsent | Unknown;
