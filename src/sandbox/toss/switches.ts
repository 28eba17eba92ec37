// Where nobody outside Toss knows for certain how Toss behaves, the behaviour is a switch. An adapter has to be right
// under either setting.

export interface TossSwitches {
  /** What a lookup says of an order whose billing charge was declined: an ABORTED payment, or that there is none. */
  readonly declinedLookup: 'ABORTED' | 'NOT_FOUND_PAYMENT';
  /** Whether an order id whose charge was declined may be charged again; Toss's message names only approved and cancelled ones. */
  readonly declinedOrderId: 'reusable' | 'DUPLICATED_ORDER_ID';
  /** How a charge on a billing key that Toss does not know is refused. */
  readonly unknownBillingKey: 'NOT_FOUND_BILLING' | 'INVALID_BILL_KEY_REQUEST';
  /** How the second deletion of a billing key is refused. */
  readonly repeatedDeletion: 'ALREADY_REMOVED_BILLING_KEY' | 'NOT_FOUND_BILLING';
  /** How an auth key is refused when it belongs to another customer key than the request names. */
  readonly foreignAuthKey: 'NOT_MATCHES_CUSTOMER_KEY' | 'INVALID_REQUEST';
  /** Whether a 5xx answer is kept under its idempotency key and replayed, as 200 and 4xx answers are. */
  readonly keepsServerErrors: boolean;
  /** Whether a 429 is kept under its idempotency key. The harsher reading is the default: it is a 4xx like the others. */
  readonly keepsTooManyRequests: boolean;
  /** Requests per minute and API before 429, `null` for no limit. The test environment's documented limit is 100. */
  readonly requestsPerMinute: number | null;
  /** Whether a 429 of that limit names, in `Retry-After`, the seconds until the minute is over. */
  readonly retryAfterHeader: boolean;
}

export const usualSwitches: TossSwitches = {
  declinedLookup: 'ABORTED',
  declinedOrderId: 'reusable',
  unknownBillingKey: 'NOT_FOUND_BILLING',
  repeatedDeletion: 'ALREADY_REMOVED_BILLING_KEY',
  foreignAuthKey: 'NOT_MATCHES_CUSTOMER_KEY',
  keepsServerErrors: false,
  keepsTooManyRequests: true,
  requestsPerMinute: null,
  retryAfterHeader: true,
};
