// What each of Toss's error codes means for what may happen next. Toss classifies nothing itself; its reference lists
// codes, statuses and messages, and the classes are our reading of them. The HTTP status never decides alone:
// `PROVIDER_ERROR` is a 400 and heals by itself, `FAILED_DB_PROCESSING` is a 500 and often does not.

import type { DeclineClass, Unknown } from '../../domain/outcome';

/** A class of decline, or `unknown`: the code does not say whether money moved. */
export type CodeMeaning = DeclineClass | 'unknown';

/** The calls whose refusals mean different things. Issuing, charging and revoking share one table. */
export type TossCall = 'billing' | 'cancel';

/** Codes that any call may be answered with. */
const anyCall = {
  // Our key, our contract, our MID, and so every customer of ours. Nothing that might be one customer's stands here,
  // because this class stops the whole PG.
  UNAUTHORIZED_KEY: 'merchant',
  INVALID_API_KEY: 'merchant',
  INCORRECT_BASIC_AUTH_FORMAT: 'merchant',
  NOT_SUPPORTED_METHOD: 'merchant',
  NOT_FOUND_MERCHANT: 'merchant',
  NOT_FOUND_MERCHANT_INTEGRATION: 'merchant',

  // Something went wrong inside, before or after the money. Toss answers these with 5xx; should one come as a 4xx, it
  // means the same.
  COMMON_ERROR: 'unknown',
  UNKNOWN_ERROR: 'unknown',
  UNKNOWN_PAYMENT_ERROR: 'unknown',
  FAILED_INTERNAL_SYSTEM_PROCESSING: 'unknown',
  FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING: 'unknown',
  FAILED_DB_PROCESSING: 'unknown',
  FAILED_METHOD_HANDLING: 'unknown',
  // The first request under this idempotency key is still at work, or Toss found us too busy to look at this one.
  IDEMPOTENT_REQUEST_PROCESSING: 'unknown',
  FORBIDDEN_CONSECUTIVE_REQUEST: 'unknown',

  INVALID_REQUEST: 'record',
  INVALID_REQUIRED_PARAM: 'record',

  // "Try again in a moment", with a 400.
  PROVIDER_ERROR: 'temporary',
  NOT_AVAILABLE_BANK: 'temporary',
  MAINTAINED_METHOD: 'temporary',

  DUPLICATED_REQUEST: 'duplicate',

  // Not in doubt that it is a no, in doubt whose: an address of ours that is not allowed, a path that does not exist
  // (which any other server behind a wrong base URL would say as well), a test header that we never send. Unclassified
  // is closed only after Toss itself, asked for the order, knows nothing of it, and then a person reads the words.
  FORBIDDEN_REQUEST: 'unclassified',
  NOT_FOUND: 'unclassified',
  NOT_FOUND_HTTP_METHOD: 'unclassified',
  INVALID_TEST_CODE: 'unclassified',
  INVALID_IDEMPOTENCY_KEY: 'unclassified',
  INVALID_CLIENT_KEY: 'unclassified',
  INVALID_AUTHORIZE_AUTH: 'unclassified',
  API_VERSION_UPDATE_NEEDED: 'unclassified',
  INVALID_UNREGISTERED_SUBMALL: 'unclassified',
  NOT_REGISTERED_BUSINESS: 'unclassified',
} satisfies Record<string, CodeMeaning>;

/** Issuing, charging, revoking. */
const billing = {
  ...anyCall,
  // Balance or limit, of a day, a month or one payment.
  REJECT_CARD_PAYMENT: 'funds',
  REJECT_ACCOUNT_PAYMENT: 'funds',
  EXCEED_MAX_DAILY_PAYMENT_COUNT: 'funds',
  EXCEED_MAX_PAYMENT_AMOUNT: 'funds',
  EXCEED_MAX_AMOUNT: 'funds',
  EXCEED_MAX_ONE_DAY_AMOUNT: 'funds',
  EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT: 'funds',
  EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT: 'funds',
  EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT: 'funds',
  EXCEED_UNKNOWN_CASE: 'funds',

  CARD_PROCESSING_ERROR: 'temporary',
  NOT_AVAILABLE_PAYMENT: 'temporary', // Not at this time of day.
  RESTRICTED_TRANSFER_ACCOUNT: 'temporary', // An account can pay from twelve hours after it was registered.

  // The card company says no and not why, or wants its customer to do something first.
  REJECT_CARD_COMPANY: 'issuer',
  INVALID_REJECT_CARD: 'issuer',
  FDS_ERROR: 'issuer', // Suspected fraud; the customer gets a text message with a link.
  USER_ACCOUNT_ON_HOLD: 'issuer',

  INVALID_STOPPED_CARD: 'card',
  INVALID_CARD_LOST_OR_STOLEN: 'card',
  INVALID_CARD_EXPIRATION: 'card',
  INVALID_CARD_NUMBER: 'card',
  INVALID_CARD: 'card',
  INVALID_CARD_IDENTITY: 'card',
  INVALID_CARD_PASSWORD: 'card',
  INVALID_BIRTH_DAY_FORMAT: 'card',
  NOT_SUPPORTED_CARD_TYPE: 'card',
  NOT_REGISTERED_CARD_COMPANY: 'card', // The customer has not put this card into use yet.
  EXCEED_MAX_AUTH_COUNT: 'card', // Locked by wrong entries: a further try of ours only adds to them.
  INVALID_BILL_KEY_REQUEST: 'card',
  ALREADY_REMOVED_BILLING_KEY: 'card',
  NOT_FOUND_BILLING: 'card', // At issuing: the one-time key is used up, so the customer registers again.
  INVALID_BILLING_AUTH: 'card',
  INVALID_ACCOUNT_INFO_RE_REGISTER: 'card',

  // One customer's or one subscription's data.
  NOT_MATCHES_CUSTOMER_KEY: 'record',
  INVALID_CUSTOMER_KEY: 'record',
  INVALID_EMAIL: 'record',
  INVALID_ORDER_ID: 'record',
  INVALID_ORDER_NAME: 'record',
  BELOW_MINIMUM_AMOUNT: 'record',
  BELOW_ZERO_AMOUNT: 'record',
  REQUIRED_AMOUNT: 'record',

  // The charge went through, the answer was an error, and Toss set out to take it back: see `doubts`.
  FAILED_BILLING_AUTO_CANCEL: 'unknown',
  FAILED_CARD_COMPANY_RESPONSE: 'unknown',
  FAILED_BILL_KEY_AUTH_CREATION: 'unknown',

  DUPLICATED_ORDER_ID: 'duplicate',
  ALREADY_PROCESSED_PAYMENT: 'duplicate',
  ALREADY_COMPLETED_PAYMENT: 'duplicate',

  // About instalments, points and terminals, of which our requests say nothing. A terminal may be missing for one card
  // company only, so it is no reason to stop everything.
  NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT: 'unclassified',
  INVALID_CARD_INSTALLMENT_PLAN: 'unclassified',
  NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN: 'unclassified',
  EXCEED_MAX_CARD_INSTALLMENT_PLAN: 'unclassified',
  INVALID_CARD_INSTALLMENT_AMOUNT: 'unclassified',
  NOT_ALLOWED_INSTALLMENT_BELOW_AMOUNT: 'unclassified',
  NOT_ALLOWED_POINT_USE: 'unclassified',
  NOT_FOUND_TERMINAL_ID: 'unclassified',
} satisfies Record<string, CodeMeaning>;

/**
 * Refunds. Whatever may mean "it is gone already" is asked about, because it may have gone back by an earlier
 * transmission of ours or in Toss's console.
 */
const cancel = {
  ...anyCall,
  ALREADY_CANCELED_PAYMENT: 'unknown',
  ALREADY_REFUND_PAYMENT: 'unknown',
  ALREADY_REFUNDING_PAYMENT: 'unknown',
  NOT_CANCELABLE_AMOUNT: 'unknown', // Measured: also the answer when nothing is left after parts went back.
  FAILED_REFUND_PROCESS: 'unknown',
  FAILED_METHOD_HANDLING_CANCEL: 'unknown',
  FAILED_PARTIAL_REFUND: 'unknown',

  // This payment, or this way to give it back, does not allow it.
  NOT_FOUND_PAYMENT: 'record',
  NOT_MATCHES_REFUNDABLE_AMOUNT: 'record', // Measured: Toss holds another sum than we believe, and does nothing.
  INVALID_PAYMENT_KEY: 'record',
  NOT_CANCELABLE_PAYMENT: 'record',
  NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER: 'record',
  NOT_ALLOWED_PARTIAL_REFUND: 'record',
  NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT: 'record',
  NOT_ALLOWED_REFUND_BANK: 'record',
  NOT_SUPPORTED_REFUND: 'record',
  EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT: 'record',
  EXCEED_MAX_REFUND_AMOUNT: 'record',
  EXCEED_MAX_REFUND_DUE: 'record', // Too long ago.
  INVALID_REFUND_AMOUNT: 'record',
  INVALID_REFUND_ACCOUNT_INFO: 'record',
  INVALID_REFUND_ACCOUNT_NUMBER: 'record',
  INVALID_BANK: 'record',

  EXCEED_CANCEL_LIMIT: 'funds', // A limit, so time may heal it.
  REFUND_REJECTED: 'issuer',
  FORBIDDEN_BANK_REFUND_REQUEST: 'issuer',
} satisfies Record<string, CodeMeaning>;

/** Every code we know, by the call it answers. */
export const codeMeanings: Record<TossCall, Readonly<Record<string, CodeMeaning>>> = { billing, cancel };

/** Timeout, conflict, too early: statuses that contradict a proven no unless the code is one we know. */
const doubtfulStatuses = new Set([408, 409, 425]);

/**
 * What a refusal with this status and code means. Only a 4xx can be a no: a 5xx of any name leaves open what happened
 * before it. A charge's 4xx whose code nobody knows is a no of unknown reason, never guessed to be permanent or
 * temporary. A refund's no closes it at once, so the noes that a charge is asked about before they count are doubts
 * there: the balance is one question away.
 */
export function meaningOf(call: TossCall, http: number, code: string): CodeMeaning {
  if (http < 400 || http > 499) return 'unknown';
  const meaning = listed(call, code) ?? (doubtfulStatuses.has(http) ? 'unknown' : 'unclassified');
  return call === 'cancel' && ['temporary', 'unclassified', 'duplicate'].includes(meaning) ? 'unknown' : meaning;
}

/**
 * The class of a payment that Toss itself calls failed, by the code it failed with. That no money moved is certain
 * here, so the codes of doubt are merely trouble that passes.
 */
export function classOfFailure(code: string): DeclineClass {
  const meaning = listed('billing', code) ?? 'unclassified';
  return meaning === 'unknown' ? 'temporary' : meaning;
}

const listed = (call: TossCall, code: string): CodeMeaning | undefined =>
  Object.hasOwn(codeMeanings[call], code) ? codeMeanings[call][code] : undefined;

/** What else is known of a doubt. */
export const doubts: Readonly<Record<string, Pick<Unknown, 'answerStored' | 'believeYesAfterMs'>>> = {
  // Answered with a 403, and Toss repeats 4xx answers under the same idempotency key (measured in its test environment).
  FORBIDDEN_CONSECUTIVE_REQUEST: { answerStored: true },
  // Toss is about to cancel the charge by itself and had trouble doing so: a DONE may still turn into CANCELED.
  FAILED_BILLING_AUTO_CANCEL: { believeYesAfterMs: 30 * 60_000 },
};
