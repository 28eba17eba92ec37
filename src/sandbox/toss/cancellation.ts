// Giving money back, by the rules measured in the test environment: one full cancellation makes CANCELED, parts make
// PARTIAL_CANCELED and stay that even when nothing is left, and each of the two refuses in its own words afterwards.

import type { TossCode } from './codes';
import { newTransactionKey } from './identifiers';
import type { Cancellation, Payment } from './payment';
import { taxes } from './payment-object';

export interface CancelRequest {
  readonly reason: string;
  /** Won to give back; everything that is left when absent. */
  readonly amount?: number | undefined;
  readonly taxFreeAmount?: number | undefined;
  /** What the asker believes is left; a lock against a cancellation he does not know of. */
  readonly refundableAmount?: number | undefined;
}

/** The payment after this cancellation, or the code of the refusal. */
export function cancelPayment(payment: Payment, request: CancelRequest, canceledAt: string): Payment | TossCode {
  const { balance, status } = payment;
  const amount = request.amount ?? balance;
  if (status === 'ABORTED') return 'NOT_CANCELABLE_PAYMENT';
  if (status === 'CANCELED') return 'ALREADY_CANCELED_PAYMENT';
  if (balance === 0) return 'NOT_CANCELABLE_AMOUNT';
  if (request.refundableAmount !== undefined && request.refundableAmount !== balance) {
    return 'NOT_MATCHES_REFUNDABLE_AMOUNT';
  }
  if (amount > balance) return 'NOT_CANCELABLE_AMOUNT';
  if (amount < balance && payment.taxExemptionAmount > 0) return 'NOT_ALLOWED_PARTIAL_REFUND';
  if (amount < balance && (request.taxFreeAmount ?? 0) > taxes(payment).taxFreeAmount) return 'INVALID_REFUND_AMOUNT';

  const whole = amount === payment.amount;
  return {
    ...payment,
    balance: balance - amount,
    status: whole ? 'CANCELED' : 'PARTIAL_CANCELED',
    cancellations: [...payment.cancellations, cancellationOf(payment, amount, request, canceledAt)],
  };
}

function cancellationOf(payment: Payment, amount: number, request: CancelRequest, canceledAt: string): Cancellation {
  const left = taxes(payment);
  const everything = amount === payment.balance;
  return {
    amount,
    reason: request.reason,
    taxFreeAmount: everything ? left.taxFreeAmount : (request.taxFreeAmount ?? 0),
    taxExemptionAmount: everything ? left.taxExemptionAmount : 0,
    balanceAfter: payment.balance - amount,
    canceledAt,
    transactionKey: newTransactionKey(),
  };
}
