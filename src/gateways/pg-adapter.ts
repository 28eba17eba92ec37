// The common interface of payment gateways. One folder implements it per PG, index.ts has one line per PG, and
// nothing outside such a folder may know which PG it is.

import type { Gateway } from '../cycle/ports';
import type { IssueOutcome, PgProvider, RevokeOutcome } from '../domain/outcome';

export type { CancelRequest, Capabilities, ChargeRequest, StatusQuestion } from '../cycle/ports';

export interface IssueRequest {
  /** The one-time key that the PG's window handed back. */
  readonly authKey: string;
  readonly customerKey: string;
}

export interface RevokeRequest {
  readonly billingKey: string;
}

/**
 * A payment gateway: `issueBillingKey`, `charge`, `cancel`, `getStatus`, and what it is capable of.
 * `charge`, `cancel`, `getStatus` and `capabilities` come from the port that the cycle talks through ({@link Gateway}).
 * Every verb returns an outcome and never throws for what a PG may answer.
 */
export interface PgAdapter extends Gateway {
  readonly provider: PgProvider;
  /** Turns a finished registration in the PG's window into a billing key. No card number passes through here. */
  issueBillingKey(request: IssueRequest): Promise<IssueOutcome>;
  /** Gives a billing key back to the PG, where the PG has such a call. */
  revokeBillingKey?(request: RevokeRequest): Promise<RevokeOutcome>;
}
