// What a request has to look like. Rules are tables: a test of the body and the code of the refusal, in the order in
// which they are asked. Limits are those of Toss's reference; which of several mistakes is reported first is not
// documented.

import type { CancelRequest } from './cancellation';
import type { TossCode } from './codes';

/** The body as it was sent, by field. */
export type Fields = Readonly<Record<string, unknown>>;

type Rule = readonly [holds: (body: Fields) => boolean, otherwise: TossCode];

/** A body that is a JSON object, or undefined. */
export function fieldsOf(text: unknown): Fields | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

const absent = (value: unknown): value is null | undefined => value === undefined || value === null;
const textUpTo = (length: number) => (value: unknown) => typeof value === 'string' && value.length <= length;
const wholeWon = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value);
const orZero = (value: unknown): number => (wholeWon(value) ? value : 0);
const given =
  (...names: string[]) =>
  (body: Fields) =>
    names.every((name) => !absent(body[name]) && body[name] !== '');
const ifGiven = (name: string, holds: (value: unknown) => boolean) => (body: Fields) =>
  absent(body[name]) || holds(body[name]);

const installment = (body: Fields): number => orZero(body.cardInstallmentPlan);
const untaxed = (body: Fields): number => orZero(body.taxFreeAmount) + orZero(body.taxExemptionAmount);

const leastCardAmount = 100;
const leastInstallmentAmount = 50_000;

const chargeRules: readonly Rule[] = [
  [given('amount'), 'REQUIRED_AMOUNT'],
  [given('customerKey', 'orderId', 'orderName'), 'INVALID_REQUIRED_PARAM'],
  [({ amount }) => wholeWon(amount), 'INVALID_REQUEST'],
  [({ amount }) => orZero(amount) > 0, 'BELOW_ZERO_AMOUNT'],
  [({ amount }) => orZero(amount) >= leastCardAmount, 'BELOW_MINIMUM_AMOUNT'],
  [({ orderId }) => typeof orderId === 'string' && /^[A-Za-z0-9_-]{6,64}$/.test(orderId), 'INVALID_ORDER_ID'],
  [({ orderName }) => textUpTo(100)(orderName), 'INVALID_ORDER_NAME'],
  [ifGiven('customerEmail', textUpTo(100)), 'INVALID_REQUEST'],
  [ifGiven('customerEmail', (email) => /^[^\s@]+@[^\s@]+$/.test(String(email))), 'INVALID_EMAIL'],
  [ifGiven('customerName', textUpTo(100)), 'INVALID_REQUEST'],
  [ifGiven('taxFreeAmount', (won) => wholeWon(won) && won >= 0), 'INVALID_REQUEST'],
  [ifGiven('taxExemptionAmount', (won) => wholeWon(won) && won >= 0), 'INVALID_REQUEST'],
  [(body) => untaxed(body) <= orZero(body.amount), 'INVALID_REQUEST'],
  [ifGiven('cardInstallmentPlan', wholeWon), 'INVALID_CARD_INSTALLMENT_PLAN'],
  [(body) => installment(body) === 0 || installment(body) >= 2, 'INVALID_CARD_INSTALLMENT_PLAN'],
  [(body) => installment(body) <= 12, 'EXCEED_MAX_CARD_INSTALLMENT_PLAN'],
  [
    (body) => installment(body) === 0 || orZero(body.amount) >= leastInstallmentAmount,
    'NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT',
  ],
];

const issueRules: readonly Rule[] = [
  [given('authKey', 'customerKey'), 'INVALID_REQUIRED_PARAM'],
  [({ authKey }) => textUpTo(300)(authKey), 'INVALID_REQUEST'],
  [({ customerKey }) => typeof customerKey === 'string' && customerKey.length >= 2, 'INVALID_CUSTOMER_KEY'],
  // Measured in the test environment: 300 characters are accepted, 301 fail in Toss's database.
  [({ customerKey }) => textUpTo(300)(customerKey), 'FAILED_DB_PROCESSING'],
];

const cancelRules: readonly Rule[] = [
  [given('cancelReason'), 'INVALID_REQUIRED_PARAM'],
  [({ cancelReason }) => textUpTo(200)(cancelReason), 'INVALID_REQUEST'],
  [ifGiven('cancelAmount', (won) => wholeWon(won) && won > 0), 'INVALID_REQUEST'],
  [ifGiven('taxFreeAmount', (won) => wholeWon(won) && won >= 0), 'INVALID_REQUEST'],
  [ifGiven('refundableAmount', (won) => wholeWon(won) && won >= 0), 'INVALID_REQUEST'],
];

const firstBroken = (rules: readonly Rule[], body: Fields): TossCode | undefined =>
  rules.find(([holds]) => !holds(body))?.[1];

export interface ChargeFields {
  readonly orderId: string;
  readonly orderName: string;
  readonly amount: number;
  readonly taxFreeAmount: number;
  readonly taxExemptionAmount: number;
  readonly installmentMonths: number;
}

/** The fields of a charge, or the code of the first mistake. */
export function chargeFields(body: Fields): ChargeFields | TossCode {
  const mistake = firstBroken(chargeRules, body);
  if (mistake !== undefined) return mistake;
  return {
    orderId: String(body.orderId),
    orderName: String(body.orderName),
    amount: orZero(body.amount),
    taxFreeAmount: orZero(body.taxFreeAmount),
    taxExemptionAmount: orZero(body.taxExemptionAmount),
    installmentMonths: installment(body),
  };
}

/** The fields of an issue request, or the code of the first mistake. */
export function issueFields(body: Fields): { authKey: string; customerKey: string } | TossCode {
  const mistake = firstBroken(issueRules, body);
  return mistake ?? { authKey: String(body.authKey), customerKey: String(body.customerKey) };
}

/** The fields of a cancellation, or the code of the first mistake. */
export function cancelFields(body: Fields): CancelRequest | TossCode {
  const mistake = firstBroken(cancelRules, body);
  if (mistake !== undefined) return mistake;
  const wonIn = (name: string) => (absent(body[name]) ? undefined : orZero(body[name]));
  return {
    reason: String(body.cancelReason),
    amount: wonIn('cancelAmount'),
    taxFreeAmount: wonIn('taxFreeAmount'),
    refundableAmount: wonIn('refundableAmount'),
  };
}
