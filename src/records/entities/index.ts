// The tables, as TypeORM sees them. migrations/ creates them; a test compares the two.

import { EntitySchema } from 'typeorm';
import type { BillingDay, CalendarDate } from '../../domain/calendar';
import type { Act, RowStatus } from '../../domain/history';
import type { PgProvider } from '../../domain/outcome';
import type { Attempt, BillingKeyView, Charge, PgState, Refund, Surplus } from '../../domain/picture';
import type { Won } from '../../domain/won';
import {
  amount,
  date,
  decimalWon,
  id,
  instant,
  longText,
  name,
  named,
  nullable,
  primary,
  whole,
  word,
  yesNo,
} from './columns';
import { leaseTable, outboxTable } from './outbox';

export { type Lease, leaseTable, type OutboxRow, outboxTable } from './outbox';

export interface Installation {
  id: string;
  realm: 'sandbox' | 'test' | 'live';
  historyFormat: number;
  sealFormat: number;
  createdAt: Date;
}
export const installationTable = new EntitySchema<Installation>({
  name: 'installation',
  columns: {
    id: primary(id),
    realm: word,
    historyFormat: named(whole, 'history_format'),
    sealFormat: named(whole, 'seal_format'),
    createdAt: named(instant, 'created_at'),
  },
});

export interface Customer {
  id: string;
  name: string;
  /** The name as it is searched: NFC, lower case, without spaces. */
  nameKey: string;
  email: string;
  phone: string;
  /** Digits only. */
  phoneKey: string;
  /** The head of this customer's chain of history rows. */
  chainSeq: number;
  chainHash: string;
  chainAt: Date | null;
  createdAt: Date;
}
export const customerTable = new EntitySchema<Customer>({
  name: 'customer',
  columns: {
    id: primary(id),
    name,
    nameKey: named(name, 'name_key'),
    email: name,
    phone: word,
    phoneKey: named(word, 'phone_key'),
    chainSeq: named(whole, 'chain_seq'),
    chainHash: named(id, 'chain_hash'),
    chainAt: nullable(named(instant, 'chain_at')),
    createdAt: named(instant, 'created_at'),
  },
});

export interface Subscription {
  id: string;
  customerId: string;
  orderName: string;
  amount: Won;
  billingDay: string;
  status: 'ACTIVE' | 'PAUSED' | 'ENDED';
  startsOn: CalendarDate;
  endsOn: CalendarDate | null;
  planFrom: Date;
  billingKeyId: string;
  createdAt: Date;
}
export const subscriptionTable = new EntitySchema<Subscription>({
  name: 'subscription',
  columns: {
    id: primary(id),
    customerId: named(id, 'customer_id'),
    orderName: named(name, 'order_name'),
    amount,
    billingDay: named({ type: 'varchar', length: 2 }, 'billing_day'),
    status: word,
    startsOn: named(date, 'starts_on'),
    endsOn: nullable(named(date, 'ends_on')),
    planFrom: named(instant, 'plan_from'),
    billingKeyId: named(id, 'billing_key_id'),
    createdAt: named(instant, 'created_at'),
  },
});
/** A billing day as the table keeps it, read back. */
export const readBillingDay = (stored: string): BillingDay => (stored === 'L' ? 'L' : Number(stored));

export interface BillingKey extends BillingKeyView {
  fingerprint: string;
  createdAt: Date;
}
export const billingKeyTable = new EntitySchema<BillingKey>({
  name: 'billing_key',
  columns: {
    id: primary(id),
    customerId: named(id, 'customer_id'),
    pgProvider: named(word, 'pg_provider'),
    customerKey: named({ type: 'varchar', length: 300 }, 'customer_key'),
    sealed: { type: 'varchar', length: 1000 },
    secretId: named(word, 'secret_id'),
    fingerprint: id,
    status: word,
    createdAt: named(instant, 'created_at'),
  },
});

export interface Cycle {
  billingDate: CalendarDate;
  state: 'PLANNING' | 'AWAITING_APPROVAL' | 'RUNNING' | 'PAUSED' | 'DONE' | 'ABORTED';
  startedBy: string;
  startedAt: Date;
  endedAt: Date | null;
}
export const cycleTable = new EntitySchema<Cycle>({
  name: 'cycle',
  columns: {
    billingDate: primary(named(date, 'billing_date')),
    state: word,
    startedBy: named(name, 'started_by'),
    startedAt: named(instant, 'started_at'),
    endedAt: nullable(named(instant, 'ended_at')),
  },
});

export const chargeTable = new EntitySchema<Charge>({
  name: 'charge',
  columns: {
    id: primary({ type: 'varchar', length: 12 }),
    customerId: named(id, 'customer_id'),
    subscriptionId: named(id, 'subscription_id'),
    billingDate: named(date, 'billing_date'),
    amount,
    pgProvider: named(word, 'pg_provider'),
    state: word,
    version: whole,
    watchAt: nullable(named(instant, 'watch_at')),
    heldReason: nullable(named(word, 'held_reason')),
    heldFrom: nullable(named(word, 'held_from')),
    attempts: whole,
    firstFailedAt: nullable(named(instant, 'first_failed_at')),
    paidOrderId: nullable(named(id, 'paid_order_id')),
    paidAt: nullable(named(instant, 'paid_at')),
    refundedAmount: named(amount, 'refunded_amount'),
  },
});

export const attemptTable = new EntitySchema<Attempt>({
  name: 'attempt',
  columns: {
    orderId: primary(named(id, 'order_id')),
    chargeId: named({ type: 'varchar', length: 12 }, 'charge_id'),
    customerId: named(id, 'customer_id'),
    attemptNo: named(whole, 'attempt_no'),
    billingKeyId: named(id, 'billing_key_id'),
    pgProvider: named(word, 'pg_provider'),
    merchant: id,
    amount,
    startedBy: named(word, 'started_by'),
    status: word,
    transmissions: whole,
    firstSentAt: named(instant, 'first_sent_at'),
    sentAt: named(instant, 'sent_at'),
    transmissionId: named(id, 'transmission_id'),
    ended: yesNo,
    doubtful: yesNo,
    resolveStep: named(whole, 'resolve_step'),
    resendFrom: nullable(named(instant, 'resend_from')),
    believeYesFrom: nullable(named(instant, 'believe_yes_from')),
    idempotencySuffix: named(whole, 'idempotency_suffix'),
    freshKeyDue: named(yesNo, 'fresh_key_due'),
    declineClass: nullable(named(word, 'decline_class')),
    declineCode: nullable(named({ type: 'varchar', length: 100 }, 'decline_code')),
    declineMessage: nullable(named({ type: 'varchar', length: 1000 }, 'decline_message')),
    paymentKey: nullable(named({ type: 'varchar', length: 200 }, 'payment_key')),
    approvedAt: nullable(named(instant, 'approved_at')),
    card: nullable({ type: 'varchar', length: 100 }),
    closedAt: nullable(named(instant, 'closed_at')),
  },
});

export const surplusTable = new EntitySchema<Surplus>({
  name: 'surplus',
  columns: {
    orderId: primary(named(id, 'order_id')),
    paymentKey: primary(named({ type: 'varchar', length: 200 }, 'payment_key')),
    chargeId: named({ type: 'varchar', length: 12 }, 'charge_id'),
    customerId: named(id, 'customer_id'),
    amount,
    status: word,
  },
});

export const refundTable = new EntitySchema<Refund>({
  name: 'refund',
  columns: {
    id: primary(id),
    chargeId: named({ type: 'varchar', length: 12 }, 'charge_id'),
    customerId: named(id, 'customer_id'),
    pgProvider: named(word, 'pg_provider'),
    orderId: named(id, 'order_id'),
    paymentKey: named({ type: 'varchar', length: 200 }, 'payment_key'),
    amount,
    remaining: amount,
    ofSurplus: named(yesNo, 'of_surplus'),
    status: word,
    stateBefore: named(word, 'state_before'),
    requestedBy: named(name, 'requested_by'),
    approvedBy: nullable(named(name, 'approved_by')),
    sentAt: named(instant, 'sent_at'),
    resolveStep: named(whole, 'resolve_step'),
    watchAt: nullable(named(instant, 'watch_at')),
  },
});

export const pgStateTable = new EntitySchema<PgState>({
  name: 'pg_state',
  columns: {
    provider: primary(word),
    heldBy: nullable(named(name, 'held_by')),
    heldAt: nullable(named(instant, 'held_at')),
    heldReason: nullable(named({ type: 'varchar', length: 1000 }, 'held_reason')),
    breakerOpenedAt: nullable(named(instant, 'breaker_opened_at')),
    recent: { type: 'varchar', length: 40 },
    pausedUntil: nullable(named(instant, 'paused_until')),
    pauseMs: named(whole, 'pause_ms'),
    probeAt: nullable(named(instant, 'probe_at')),
    probeStep: named(whole, 'probe_step'),
  },
});

/** A row of `payment_history`, as stored: the contract's columns in the contract's order. */
export interface HistoryRow {
  id: string;
  customerId: string;
  subscriptionId: string | null;
  chargeId: string | null;
  attemptNo: number | null;
  refundId: string | null;
  orderId: string | null;
  billingDate: CalendarDate | null;
  act: Act;
  status: RowStatus;
  amount: Won | null;
  pgProvider: PgProvider | null;
  pgPaymentKey: string | null;
  billingKeyId: string | null;
  failureCode: string | null;
  failureReason: string | null;
  actor: string;
  rawResponse: string | null;
  createdAt: Date;
  seq: number;
  prevHash: string;
  hash: string;
}
export const historyTable = new EntitySchema<HistoryRow>({
  name: 'payment_history',
  columns: {
    id,
    customerId: primary(named(id, 'customer_id')),
    subscriptionId: nullable(named(id, 'subscription_id')),
    chargeId: nullable(named({ type: 'varchar', length: 12 }, 'charge_id')),
    attemptNo: nullable(named(whole, 'attempt_no')),
    refundId: nullable(named(id, 'refund_id')),
    orderId: nullable(named(id, 'order_id')),
    billingDate: nullable(named(date, 'billing_date')),
    act: word,
    status: word,
    amount: nullable(decimalWon),
    pgProvider: nullable(named(word, 'pg_provider')),
    pgPaymentKey: nullable(named({ type: 'varchar', length: 200 }, 'pg_payment_key')),
    billingKeyId: nullable(named(id, 'billing_key_id')),
    failureCode: nullable(named({ type: 'varchar', length: 100 }, 'failure_code')),
    failureReason: nullable(named({ type: 'varchar', length: 1000 }, 'failure_reason')),
    actor: name,
    rawResponse: nullable(named(longText, 'raw_response')),
    createdAt: named(instant, 'created_at'),
    seq: primary(whole),
    prevHash: named(id, 'prev_hash'),
    hash: id,
  },
});

/** One press of one button: the same version of a charge can't be acted on twice. */
export interface ActToken {
  chargeId: string;
  version: number;
  act: string;
  actor: string;
  usedAt: Date;
}
export const actTokenTable = new EntitySchema<ActToken>({
  name: 'act_token',
  columns: {
    chargeId: primary(named({ type: 'varchar', length: 12 }, 'charge_id')),
    version: primary(whole),
    act: primary(word),
    actor: name,
    usedAt: named(instant, 'used_at'),
  },
});

/** The fingerprint of all chain heads at one moment. */
export interface Checkpoint {
  id: string;
  takenAt: Date;
  chains: number;
  digest: string;
}
export const checkpointTable = new EntitySchema<Checkpoint>({
  name: 'checkpoint',
  columns: { id: primary(id), takenAt: named(instant, 'taken_at'), chains: whole, digest: id },
});

/** Words that a person typed, beside the row that carries their salted digest, so that they can be forgotten. */
export interface Note {
  rowId: string;
  salt: string;
  text: string;
}
export const noteTable = new EntitySchema<Note>({
  name: 'note',
  columns: { rowId: primary(named(id, 'row_id')), salt: id, text: { type: 'varchar', length: 1000 } },
});

/** How often somebody was refused within one minute: past twenty it is counted, not repeated in the history. */
export interface RefusalCount {
  actor: string;
  minute: Date;
  count: number;
}
export const refusalTable = new EntitySchema<RefusalCount>({
  name: 'refusal',
  columns: { actor: primary(name), minute: primary(instant), count: whole },
});

export const tables = [
  installationTable,
  customerTable,
  subscriptionTable,
  billingKeyTable,
  cycleTable,
  chargeTable,
  attemptTable,
  surplusTable,
  refundTable,
  pgStateTable,
  historyTable,
  outboxTable,
  leaseTable,
  actTokenTable,
  checkpointTable,
  noteTable,
  refusalTable,
];
