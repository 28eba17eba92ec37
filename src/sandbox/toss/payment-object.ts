// A payment and a billing key as Toss shows them, field for field, in API version 2022-11-16 (Toss's reference; the
// values of `secret` and `cashReceipts` as measured for billing payments in the test environment).

import { type BillingKey, merchantId, type Payment } from './payment';

/** The Payment object. */
export function paymentObject(payment: Payment): Record<string, unknown> {
  const { approvedAt, paymentKey } = payment;
  const lastCancellation = payment.cancellations.at(-1);
  return {
    mId: merchantId,
    lastTransactionKey: lastCancellation?.transactionKey ?? payment.transactionKey,
    paymentKey,
    orderId: payment.orderId,
    orderName: payment.orderName,
    taxExemptionAmount: taxes(payment).taxExemptionAmount,
    status: payment.status,
    requestedAt: payment.requestedAt,
    approvedAt,
    useEscrow: false,
    cultureExpense: false,
    card: approvedAt === null ? null : cardOfPayment(payment),
    virtualAccount: null,
    transfer: null,
    mobilePhone: null,
    giftCertificate: null,
    cashReceipt: null,
    cashReceipts: null,
    discount: null,
    cancels: payment.cancellations.length === 0 ? null : payment.cancellations.map(cancelOf),
    secret: payment.secret,
    type: 'BILLING',
    easyPay: null,
    country: 'KR',
    failure: payment.failure,
    isPartialCancelable: payment.taxExemptionAmount === 0,
    receipt: approvedAt === null ? null : { url: receiptUrl(payment.transactionKey) },
    checkout: { url: `https://api.tosspayments.com/v1/payments/${paymentKey}/checkout` },
    currency: 'KRW',
    totalAmount: payment.amount,
    balanceAmount: payment.balance,
    suppliedAmount: taxes(payment).suppliedAmount,
    vat: taxes(payment).vat,
    taxFreeAmount: taxes(payment).taxFreeAmount,
    metadata: null,
    method: '카드',
    version: '2022-11-16',
  };
}

/** What a Billing object says of a key that has just been issued. */
export function billingObject(key: BillingKey, authenticatedAt: string): Record<string, unknown> {
  return {
    mId: merchantId,
    customerKey: key.customerKey,
    authenticatedAt,
    method: '카드',
    billingKey: key.billingKey,
    card: key.card,
    transfers: null,
  };
}

/**
 * The tax amounts of what is left of a payment: a tenth on top of the supply price, so an eleventh of the rest, rounded
 * (4,900 won are 4,455 and 445). They shrink with the balance and are all 0 after a full cancellation.
 */
export function taxes(payment: Pick<Payment, 'balance' | 'taxFreeAmount' | 'taxExemptionAmount' | 'cancellations'>) {
  const { balance, cancellations } = payment;
  const givenBack = (name: 'taxFreeAmount' | 'taxExemptionAmount') =>
    cancellations.reduce((sum, cancellation) => sum + cancellation[name], 0);
  const taxFreeAmount = Math.min(payment.taxFreeAmount - givenBack('taxFreeAmount'), balance);
  const taxExemptionAmount = Math.min(
    payment.taxExemptionAmount - givenBack('taxExemptionAmount'),
    balance - taxFreeAmount,
  );
  const taxed = balance - taxFreeAmount - taxExemptionAmount;
  const vat = Math.round(taxed / 11);
  return { taxFreeAmount, taxExemptionAmount, vat, suppliedAmount: taxed - vat };
}

const receiptUrl = (transactionKey: string): string =>
  `https://dashboard.tosspayments.com/receipt/redirection?transactionId=${transactionKey}&ref=PX`;

const cardOfPayment = ({ card, installmentMonths, approvalNumber, amount }: Payment) => ({
  issuerCode: card.issuerCode,
  acquirerCode: card.acquirerCode,
  number: card.number,
  installmentPlanMonths: installmentMonths,
  isInterestFree: false,
  interestPayer: null,
  approveNo: approvalNumber,
  useCardPoint: false,
  cardType: card.cardType,
  ownerType: card.ownerType,
  acquireStatus: 'READY',
  amount,
});

const cancelOf = (cancellation: Payment['cancellations'][number]) => ({
  cancelAmount: cancellation.amount,
  cancelReason: cancellation.reason,
  taxFreeAmount: cancellation.taxFreeAmount,
  taxExemptionAmount: cancellation.taxExemptionAmount,
  refundableAmount: cancellation.balanceAfter,
  cardDiscountAmount: 0,
  transferDiscountAmount: 0,
  easyPayDiscountAmount: 0,
  canceledAt: cancellation.canceledAt,
  transactionKey: cancellation.transactionKey,
  receiptKey: null,
  cancelStatus: 'DONE',
  cancelRequestId: null,
});
