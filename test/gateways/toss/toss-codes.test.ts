// Every code of Toss's that a call of ours may meet: answered by a real server, with the status Toss gives it.

import type { CancelOutcome, ChargeOutcome, IssueOutcome } from '../../../src/domain/outcome';
import { codeMeanings } from '../../../src/gateways/toss/toss-codes';
import { httpServer } from '../local-server';
import { adapterAt, authKey, cancelRequest, chargeRequest, closeBench, customerKey } from './toss-bench';

afterAll(closeBench);

/** What the server answers next. */
let next = { http: 400, code: '' };
let toss: ReturnType<typeof adapterAt>;
beforeAll(async () => {
  const pg = await httpServer((response) =>
    response.writeHead(next.http).end(JSON.stringify({ code: next.code, message: `왜냐하면 ${next.code}` })),
  );
  toss = adapterAt(pg.url);
});

/** The meaning of an outcome in one word: the class of a decline, or its kind. */
function word(outcome: ChargeOutcome | CancelOutcome | IssueOutcome, { http, code }: typeof next): string {
  if (outcome.kind !== 'declined' && outcome.kind !== 'unknown') return outcome.kind;
  const message = `왜냐하면 ${code}`;
  expect(outcome).toMatchObject({ code, message, raw: { http, body: { code, message } } });
  return outcome.kind === 'declined' ? outcome.class : 'unknown';
}

const chargeTable = `
  funds        403 REJECT_CARD_PAYMENT
  funds        403 REJECT_ACCOUNT_PAYMENT
  funds        400 EXCEED_MAX_DAILY_PAYMENT_COUNT
  funds        400 EXCEED_MAX_PAYMENT_AMOUNT
  funds        400 EXCEED_MAX_AMOUNT
  funds        403 EXCEED_MAX_ONE_DAY_AMOUNT
  funds        400 EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT
  funds        400 EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT
  funds        400 EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT
  funds        400 EXCEED_UNKNOWN_CASE

  temporary    400 PROVIDER_ERROR
  temporary    400 CARD_PROCESSING_ERROR
  temporary    400 NOT_AVAILABLE_PAYMENT
  temporary    403 NOT_AVAILABLE_BANK
  temporary    400 MAINTAINED_METHOD
  temporary    400 RESTRICTED_TRANSFER_ACCOUNT

  issuer       403 REJECT_CARD_COMPANY
  issuer       400 INVALID_REJECT_CARD
  issuer       403 FDS_ERROR
  issuer       400 USER_ACCOUNT_ON_HOLD

  card         400 INVALID_STOPPED_CARD
  card         400 INVALID_CARD_LOST_OR_STOLEN
  card         400 INVALID_CARD_EXPIRATION
  card         400 INVALID_CARD_NUMBER
  card         400 INVALID_CARD
  card         400 INVALID_CARD_IDENTITY
  card         400 INVALID_CARD_PASSWORD
  card         400 INVALID_BIRTH_DAY_FORMAT
  card         400 NOT_SUPPORTED_CARD_TYPE
  card         400 NOT_REGISTERED_CARD_COMPANY
  card         403 EXCEED_MAX_AUTH_COUNT
  card         400 INVALID_BILL_KEY_REQUEST
  card         400 ALREADY_REMOVED_BILLING_KEY
  card         404 NOT_FOUND_BILLING
  card         400 INVALID_BILLING_AUTH
  card         400 INVALID_ACCOUNT_INFO_RE_REGISTER

  record       400 INVALID_REQUEST
  record       400 INVALID_REQUIRED_PARAM
  record       400 NOT_MATCHES_CUSTOMER_KEY
  record       400 INVALID_CUSTOMER_KEY
  record       400 INVALID_EMAIL
  record       400 INVALID_ORDER_ID
  record       400 INVALID_ORDER_NAME
  record       400 BELOW_MINIMUM_AMOUNT
  record       400 BELOW_ZERO_AMOUNT
  record       400 REQUIRED_AMOUNT

  merchant     401 UNAUTHORIZED_KEY
  merchant     400 INVALID_API_KEY
  merchant     403 INCORRECT_BASIC_AUTH_FORMAT
  merchant     400 NOT_SUPPORTED_METHOD
  merchant     404 NOT_FOUND_MERCHANT
  merchant     404 NOT_FOUND_MERCHANT_INTEGRATION

  duplicate    400 DUPLICATED_ORDER_ID
  duplicate    400 ALREADY_PROCESSED_PAYMENT
  duplicate    400 ALREADY_COMPLETED_PAYMENT
  duplicate    400 DUPLICATED_REQUEST

  unclassified 403 FORBIDDEN_REQUEST
  unclassified 404 NOT_FOUND
  unclassified 404 NOT_FOUND_HTTP_METHOD
  unclassified 400 INVALID_TEST_CODE
  unclassified 400 INVALID_IDEMPOTENCY_KEY
  unclassified 400 INVALID_CLIENT_KEY
  unclassified 400 INVALID_AUTHORIZE_AUTH
  unclassified 400 API_VERSION_UPDATE_NEEDED
  unclassified 400 INVALID_UNREGISTERED_SUBMALL
  unclassified 400 NOT_REGISTERED_BUSINESS
  unclassified 400 NOT_FOUND_TERMINAL_ID
  unclassified 400 NOT_ALLOWED_POINT_USE
  unclassified 400 NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT
  unclassified 400 INVALID_CARD_INSTALLMENT_PLAN
  unclassified 400 NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN
  unclassified 400 EXCEED_MAX_CARD_INSTALLMENT_PLAN
  unclassified 400 INVALID_CARD_INSTALLMENT_AMOUNT
  unclassified 400 NOT_ALLOWED_INSTALLMENT_BELOW_AMOUNT
  unclassified 404 NOT_FOUND_PAYMENT
  unclassified 400 PAY_PROCESS_ABORTED
  unclassified 400 A_CODE_OF_NEXT_YEAR
  unclassified 403 CONSTRUCTOR

  unknown      500 FAILED_CARD_COMPANY_RESPONSE
  unknown      500 FAILED_INTERNAL_SYSTEM_PROCESSING
  unknown      500 FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING
  unknown      500 COMMON_ERROR
  unknown      400 COMMON_ERROR
  unknown      500 UNKNOWN_ERROR
  unknown      500 UNKNOWN_PAYMENT_ERROR
  unknown      500 FAILED_BILLING_AUTO_CANCEL
  unknown      500 FAILED_METHOD_HANDLING
  unknown      500 FAILED_DB_PROCESSING
  unknown      500 REJECT_CARD_PAYMENT
  unknown      503 UNAUTHORIZED_KEY
  unknown      500 A_CODE_OF_NEXT_YEAR
  unknown      200 REJECT_CARD_PAYMENT
  unknown      302 REJECT_CARD_PAYMENT
  unknown      403 FORBIDDEN_CONSECUTIVE_REQUEST
  unknown      409 IDEMPOTENT_REQUEST_PROCESSING
  unknown      409 A_CODE_OF_NEXT_YEAR
  unknown      408 REQUEST_TIMEOUT
  unsent       429 TOO_MANY_REQUESTS
`;

const issueTable = `
  card         404 NOT_FOUND_BILLING
  card         400 INVALID_CARD_NUMBER
  card         400 INVALID_CARD_PASSWORD
  issuer       403 REJECT_CARD_COMPANY
  record       400 INVALID_EMAIL
  merchant     400 NOT_SUPPORTED_METHOD
  merchant     401 UNAUTHORIZED_KEY
  unknown      500 FAILED_BILL_KEY_AUTH_CREATION
  unknown      500 FAILED_DB_PROCESSING
  unknown      403 FORBIDDEN_CONSECUTIVE_REQUEST
  unclassified 400 A_CODE_OF_NEXT_YEAR
  unsent       429 TOO_MANY_REQUESTS
`;

const cancelTable = `
  unknown      400 ALREADY_CANCELED_PAYMENT
  unknown      400 ALREADY_REFUND_PAYMENT
  unknown      400 ALREADY_REFUNDING_PAYMENT
  unknown      403 NOT_CANCELABLE_AMOUNT
  unknown      400 PROVIDER_ERROR
  unknown      403 NOT_AVAILABLE_BANK
  unknown      403 FORBIDDEN_REQUEST
  unknown      400 DUPLICATED_REQUEST
  unknown      400 A_CODE_OF_NEXT_YEAR
  unknown      403 FORBIDDEN_CONSECUTIVE_REQUEST
  unknown      409 IDEMPOTENT_REQUEST_PROCESSING
  unknown      500 FAILED_REFUND_PROCESS
  unknown      500 FAILED_METHOD_HANDLING_CANCEL
  unknown      500 FAILED_PARTIAL_REFUND
  unknown      500 COMMON_ERROR
  unknown      500 FAILED_INTERNAL_SYSTEM_PROCESSING
  unknown      500 FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING
  record       400 NOT_MATCHES_REFUNDABLE_AMOUNT
  record       400 INVALID_REQUEST
  record       400 INVALID_REFUND_ACCOUNT_INFO
  record       400 INVALID_REFUND_ACCOUNT_NUMBER
  record       400 INVALID_BANK
  record       400 INVALID_REFUND_AMOUNT
  record       400 EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT
  record       403 NOT_CANCELABLE_PAYMENT
  record       403 NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER
  record       403 EXCEED_MAX_REFUND_DUE
  record       403 EXCEED_MAX_REFUND_AMOUNT
  record       403 NOT_ALLOWED_PARTIAL_REFUND
  record       403 NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT
  record       403 NOT_ALLOWED_REFUND_BANK
  record       403 NOT_SUPPORTED_REFUND
  record       404 NOT_FOUND_PAYMENT
  record       400 INVALID_PAYMENT_KEY
  issuer       400 REFUND_REJECTED
  issuer       400 FORBIDDEN_BANK_REFUND_REQUEST
  funds        403 EXCEED_CANCEL_LIMIT
  merchant     401 UNAUTHORIZED_KEY
  merchant     403 INCORRECT_BASIC_AUTH_FORMAT
  unsent       429 TOO_MANY_REQUESTS
`;

const rows = (table: string) =>
  Array.from(table.matchAll(/(\w+) +(\d{3}) (\w+)/g), ([, meaning = '', http = '', code = '']) => ({
    meaning,
    http: Number(http),
    code,
  }));

const acts = {
  charge: () => toss.charge(chargeRequest),
  issueBillingKey: () => toss.issueBillingKey({ authKey, customerKey }),
  cancel: () => toss.cancel(cancelRequest),
};

describe.each([
  ['charge', chargeTable],
  ['issueBillingKey', issueTable],
  ['cancel', cancelTable],
] as const)('%s', (act, table) => {
  test.each(rows(table))('$http $code is $meaning', async ({ meaning, http, code }) => {
    next = { http, code };
    expect(word(await acts[act](), next)).toBe(meaning);
  });
});

test('the key, the contract and the merchant are all that is ever held against the merchant', () => {
  const codes = Object.values(codeMeanings).flatMap((table) => Object.entries(table));
  const merchant = codes.filter(([, meaning]) => meaning === 'merchant').map(([code]) => code);
  expect([...new Set(merchant)].toSorted()).toEqual([
    'INCORRECT_BASIC_AUTH_FORMAT',
    'INVALID_API_KEY',
    'NOT_FOUND_MERCHANT',
    'NOT_FOUND_MERCHANT_INTEGRATION',
    'NOT_SUPPORTED_METHOD',
    'UNAUTHORIZED_KEY',
  ]);
});

test('every code that the adapter knows for a charge stands in the table above', () => {
  const tested = new Set(rows(chargeTable + issueTable).map(({ code }) => code));
  expect(Object.keys(codeMeanings.billing).filter((code) => !tested.has(code))).toEqual([]);
});

test('every code that only a refund can meet stands in the table above', () => {
  const tested = new Set(rows(cancelTable).map(({ code }) => code));
  const ofRefunds = Object.keys(codeMeanings.cancel).filter((code) => !(code in codeMeanings.billing));
  expect(ofRefunds.filter((code) => !tested.has(code))).toEqual([]);
});
