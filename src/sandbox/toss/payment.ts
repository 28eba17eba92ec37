// What the sandbox's Toss remembers: cards, billing keys and payments. Values only; a change makes a new value.

import { fractionOf, newApprovalNumber, newPaymentKey, newSecret, newTransactionKey } from './identifiers';

/** The merchant all sandbox payments belong to; the name of Toss's own documentation merchant. */
export const merchantId = 'tvivarepublica';

export interface Card {
  /** Toss's two-character codes of card companies, for example 41 신한, 11 국민. */
  readonly issuerCode: string;
  readonly acquirerCode: string;
  /** Masked as Toss masks it: `43301234****123*`. */
  readonly number: string;
  readonly cardType: string;
  readonly ownerType: string;
}

/** A finished visit to the card window; worth one billing key. */
export interface AuthKey {
  readonly authKey: string;
  readonly customerKey: string;
  readonly card: Card;
  readonly used: boolean;
}

export interface BillingKey {
  readonly billingKey: string;
  readonly customerKey: string;
  readonly card: Card;
  readonly removed: boolean;
}

export interface Cancellation {
  readonly amount: number;
  readonly reason: string;
  readonly taxFreeAmount: number;
  readonly taxExemptionAmount: number;
  /** What is left to give back after this cancellation. */
  readonly balanceAfter: number;
  readonly canceledAt: string;
  readonly transactionKey: string;
}

export interface Payment {
  readonly paymentKey: string;
  readonly orderId: string;
  readonly orderName: string;
  readonly billingKey: string;
  readonly customerKey: string;
  readonly card: Card;
  /** Won, all of them; `amount` never changes, `balance` is what can still be given back. */
  readonly amount: number;
  readonly balance: number;
  readonly taxFreeAmount: number;
  readonly taxExemptionAmount: number;
  readonly installmentMonths: number;
  readonly status: 'DONE' | 'PARTIAL_CANCELED' | 'CANCELED' | 'ABORTED';
  readonly requestedAt: string;
  readonly approvedAt: string | null;
  readonly approvalNumber: string;
  readonly secret: string;
  readonly transactionKey: string;
  readonly cancellations: readonly Cancellation[];
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly idempotencyKey: string | null;
  /** When this payment is taken back by itself, in milliseconds since 1970. */
  readonly autoCancelAtMs: number | null;
}

/** A charge that has passed every check. */
export interface ChargeOrder {
  readonly billingKey: BillingKey;
  readonly orderId: string;
  readonly orderName: string;
  readonly amount: number;
  readonly taxFreeAmount: number;
  readonly taxExemptionAmount: number;
  readonly installmentMonths: number;
  readonly idempotencyKey: string | null;
  readonly requestedAt: string;
}

const issuers = ['41', '11', '61', '51', '71', '21', '31', '15', '24'] as const;

/** A card that is always the same for the same key, so that a person meets it again after a restart. */
export function cardOf(key: string): Card {
  const chance = fractionOf(key);
  const issuer = issuers[Math.floor(chance * issuers.length)] ?? '41';
  const ending = String(Math.floor(chance * 1e9) % 1000).padStart(3, '0');
  return {
    issuerCode: issuer,
    acquirerCode: issuer,
    number: `43301234****${ending}*`,
    cardType: '신용',
    ownerType: '개인',
  };
}

/** The payment that an order becomes when it is approved at this moment. */
export function approvedPayment(order: ChargeOrder, at: Date, approvedAt: string): Payment {
  return { ...newPayment(order, at), balance: order.amount, status: 'DONE', approvedAt };
}

/** The payment that an order leaves behind when the card was refused: an ABORTED one, amounts untouched. */
export function abortedPayment(order: ChargeOrder, at: Date, failure: { code: string; message: string }): Payment {
  return { ...newPayment(order, at), balance: order.amount, status: 'ABORTED', approvedAt: null, failure };
}

function newPayment(order: ChargeOrder, at: Date) {
  const { billingKey, ...rest } = order;
  return {
    ...rest,
    paymentKey: newPaymentKey(merchantId, at),
    billingKey: billingKey.billingKey,
    customerKey: billingKey.customerKey,
    card: billingKey.card,
    approvalNumber: newApprovalNumber(),
    secret: newSecret(),
    transactionKey: newTransactionKey(),
    cancellations: [],
    failure: null,
    autoCancelAtMs: null,
  };
}
