// What the cycle needs from the world, in its own words. gateways/, records/ and clock/ implement these.

import type { CancelOutcome, ChargeOutcome, PgProvider, StatusAnswer } from '../domain/outcome';
import type { Won } from '../domain/won';

/** What the cycle must know of a PG without knowing its name. */
export interface Capabilities {
  /** A lost answer can be asked about by our own order id. */
  readonly asksByOrderId: boolean;
  /** How long after its first transmission the same order may safely be sent again; 0: never by machine. */
  readonly resendWindowMs: number;
  /** An explicit "failed" of this PG is documented, so a machine may believe it. */
  readonly failedIsDocumented: boolean;
  /** How long the PG may still be at work on a request after it was sent: before that, "no such order" says nothing. */
  readonly processingMs: number;
  /** How many calls may be in flight at once. */
  readonly concurrency: number;
}

export interface ChargeRequest {
  readonly orderId: string;
  /** Raised only after the PG stored an answer that says nothing of the order (see `Unknown.answerStored`). */
  readonly idempotencySuffix: number;
  readonly amount: Won;
  readonly orderName: string;
  /** The opened billing key. It must not reach a log, a row or an error. */
  readonly billingKey: string;
  /** The very string under which the key was issued; empty where the PG has none. */
  readonly customerKey: string;
  readonly customer: { readonly name: string; readonly email: string; readonly phone: string };
}

export interface CancelRequest {
  readonly refundId: string;
  readonly orderId: string;
  readonly paymentKey: string;
  /** What is to go back. */
  readonly amount: Won;
  /** What the PG should still hold before this; a PG that can compare refuses when it differs. */
  readonly remaining: Won;
}

export interface StatusQuestion {
  readonly orderId: string;
  readonly paymentKey?: string;
  /** When the order was last transmitted. */
  readonly sentAt: Date;
}

/** The part of a payment gateway that the flow of money talks to. */
export interface Gateway {
  readonly provider: PgProvider;
  /** Tells this merchant and API key from another without revealing it: an order is only ever sent again under the same. */
  readonly merchant: string;
  readonly capabilities: Capabilities;
  charge(request: ChargeRequest): Promise<ChargeOutcome>;
  /** Gives money back: what the product calls a refund. */
  cancel(request: CancelRequest): Promise<CancelOutcome>;
  getStatus(question: StatusQuestion): Promise<StatusAnswer>;
}
