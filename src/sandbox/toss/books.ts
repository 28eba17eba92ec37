// The books: which billing keys exist and which payments were made. The truth about money in the sandbox; answers may
// lie about it, the books never do.

import { type CancelRequest, cancelPayment } from './cancellation';
import type { TossCode } from './codes';
import { koreanTime, newAuthKey, newBillingKey } from './identifiers';
import type { Journal, JournalEntry } from './journal';
import type { ChargeOrder, Payment } from './payment';
import { type AuthKey, abortedPayment, approvedPayment, type BillingKey, type Card, cardOf } from './payment';

/** A payment as somebody reads it who checks the books. Times are Korean, as in Toss's own answers. */
export interface BookedPayment {
  readonly paymentKey: string;
  readonly orderId: string;
  readonly billingKey: string;
  readonly customerKey: string;
  readonly amount: number;
  /** Won not given back. */
  readonly balance: number;
  readonly status: 'DONE' | 'PARTIAL_CANCELED' | 'CANCELED';
  readonly approvedAt: string;
  /** When money was last given back. */
  readonly canceledAt: string | null;
  readonly idempotencyKey: string | null;
}

export interface KeyHolder {
  readonly customerKey: string;
  readonly card?: { readonly [K in keyof Card]?: Card[K] | undefined } | undefined;
}

/** What the books keep in the journal. */
export type BooksEntry = Exclude<JournalEntry, { kind: 'answer' }>;

/** Billing keys with this beginning need no registration: the first charge makes them known. */
const selfMadeKeys = 'sbx_';

export class Books {
  private readonly authKeys = new Map<string, AuthKey>();
  private readonly billingKeys = new Map<string, BillingKey>();
  private readonly payments = new Map<string, Payment>();
  private readonly orders = new Map<string, string[]>();
  private readonly bookedAtMs = new Map<string, number>();

  constructor(
    private readonly journal: Journal,
    private readonly now: () => Date,
  ) {}

  /** A finished visit to the card window: an auth key that can be exchanged for a billing key once. */
  addAuthKey(holder: KeyHolder): AuthKey {
    const authKey = newAuthKey();
    const value = { authKey, customerKey: holder.customerKey, card: cardFor(authKey, holder), used: false };
    return this.write({ kind: 'auth-key', value });
  }

  /** Makes a billing key known that was issued elsewhere. A removed key stays removed. */
  registerBillingKey(billingKey: string, holder: KeyHolder): BillingKey {
    const removed = this.billingKeys.get(billingKey)?.removed ?? false;
    const value = { billingKey, customerKey: holder.customerKey, card: cardFor(billingKey, holder), removed };
    return this.write({ kind: 'billing-key', value });
  }

  authKey(authKey: string): AuthKey | undefined {
    return this.authKeys.get(authKey);
  }

  /** The billing key as charged by this customer key, which a self-made key is bound to from its first charge on. */
  billingKey(billingKey: string, chargedBy?: string): BillingKey | undefined {
    const known = this.billingKeys.get(billingKey);
    if (known !== undefined || chargedBy === undefined || !billingKey.startsWith(selfMadeKeys)) return known;
    return this.registerBillingKey(billingKey, { customerKey: chargedBy });
  }

  issueBillingKey(authKey: AuthKey): BillingKey {
    const { customerKey, card } = authKey;
    this.write({ kind: 'auth-key', value: { ...authKey, used: true } });
    return this.write({
      kind: 'billing-key',
      value: { billingKey: newBillingKey(), customerKey, card, removed: false },
    });
  }

  removeBillingKey(key: BillingKey): void {
    this.write({ kind: 'billing-key', value: { ...key, removed: true } });
  }

  /** Books an approval; `autoCancelAtMs` is when it will be taken back by itself. */
  approve(order: ChargeOrder, autoCancelAtMs: number | null = null): Payment {
    const at = this.now();
    const payment = this.withFreshKey(() => approvedPayment(order, at, koreanTime(at)));
    this.bookedAtMs.set(payment.paymentKey, Date.now());
    return this.write({ kind: 'payment', value: { ...payment, autoCancelAtMs } });
  }

  /** Notes that the card was refused. No money moved. */
  abort(order: ChargeOrder, failure: { code: string; message: string }): void {
    const at = this.now();
    this.write({ kind: 'payment', value: this.withFreshKey(() => abortedPayment(order, at, failure)) });
  }

  /** Gives money back, or tells the code of the refusal. */
  cancel(paymentKey: string, request: CancelRequest): Payment | TossCode {
    const payment = this.payments.get(paymentKey);
    if (payment === undefined) return 'NOT_FOUND_PAYMENT';
    const canceled = cancelPayment(payment, request, koreanTime(this.now()));
    return typeof canceled === 'string' ? canceled : this.write({ kind: 'payment', value: canceled });
  }

  payment(paymentKey: string): Payment | undefined {
    return this.payments.get(paymentKey);
  }

  /** The order's newest payment; an approved one, once there is one. */
  paymentOfOrder(orderId: string): Payment | undefined {
    const newest = this.orders.get(orderId)?.at(-1);
    return newest === undefined ? undefined : this.payments.get(newest);
  }

  /** Real milliseconds since the approval was booked by this process; endless for what an earlier one booked. */
  msSinceApproval(payment: Payment): number {
    return Date.now() - (this.bookedAtMs.get(payment.paymentKey) ?? Number.NEGATIVE_INFINITY);
  }

  /** Every payment that moved money, oldest first, or those of one order id. Declined charges are not among them. */
  list(orderId?: string): BookedPayment[] {
    const keys = orderId === undefined ? this.payments.keys() : (this.orders.get(orderId) ?? []);
    const booked: BookedPayment[] = [];
    for (const key of keys) {
      const payment = this.payments.get(key);
      const row = payment && bookedPayment(payment);
      if (row) booked.push(row);
    }
    return booked;
  }

  /** Payments that announced to be taken back and have not been yet. */
  *awaitingAutoCancel(): Generator<{ paymentKey: string; atMs: number }> {
    for (const { paymentKey, status, autoCancelAtMs } of this.payments.values()) {
      if (status === 'DONE' && autoCancelAtMs !== null) yield { paymentKey, atMs: autoCancelAtMs };
    }
  }

  restore(entry: BooksEntry): void {
    switch (entry.kind) {
      case 'auth-key':
        this.authKeys.set(entry.value.authKey, entry.value);
        return;
      case 'billing-key':
        this.billingKeys.set(entry.value.billingKey, entry.value);
        return;
      case 'payment': {
        const { paymentKey, orderId } = entry.value;
        if (!this.payments.has(paymentKey)) this.orders.set(orderId, [...(this.orders.get(orderId) ?? []), paymentKey]);
        this.payments.set(paymentKey, entry.value);
      }
    }
  }

  *journalEntries(): Generator<JournalEntry> {
    for (const value of this.authKeys.values()) yield { kind: 'auth-key', value };
    for (const value of this.billingKeys.values()) yield { kind: 'billing-key', value };
    for (const value of this.payments.values()) yield { kind: 'payment', value };
  }

  // The journal first: what could not be written down has not happened.
  private write<E extends BooksEntry>(entry: E): E['value'] {
    this.journal.append(entry);
    this.restore(entry);
    return entry.value;
  }

  private withFreshKey(draw: () => Payment): Payment {
    let payment = draw();
    while (this.payments.has(payment.paymentKey)) payment = draw();
    return payment;
  }
}

function cardFor(key: string, { card }: KeyHolder): Card {
  const named = Object.entries(card ?? {}).filter(([, value]) => value !== undefined);
  return { ...cardOf(key), ...Object.fromEntries(named) };
}

function bookedPayment(payment: Payment): BookedPayment | undefined {
  if (payment.status === 'ABORTED' || payment.approvedAt === null) return undefined;
  return {
    paymentKey: payment.paymentKey,
    orderId: payment.orderId,
    billingKey: payment.billingKey,
    customerKey: payment.customerKey,
    amount: payment.amount,
    balance: payment.balance,
    status: payment.status,
    approvedAt: payment.approvedAt,
    canceledAt: payment.cancellations.at(-1)?.canceledAt ?? null,
    idempotencyKey: payment.idempotencyKey,
  };
}
