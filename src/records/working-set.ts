// Everything that a group of decisions sees, read under the customers' locks in a handful of statements; each decision
// changes it in memory, and what changed is written in a handful more.

import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from 'typeorm';
import { isOpen } from '../domain/charge-state';
import { budgets } from '../domain/decline-policy';
import type { HistoryEntry } from '../domain/history';
import { pgProviders } from '../domain/outcome';
import {
  type Attempt,
  type Change,
  type Charge,
  openAttempt,
  type PgState,
  type Picture,
  type Refund,
  type Surplus,
} from '../domain/picture';
import { insertMany, putMany, selectIn, selectPairs, updateMany } from './bulk';
import { asParameter } from './dialect';
import {
  attemptTable,
  type BillingKey,
  billingKeyTable,
  type Customer,
  chargeTable,
  customerTable,
  type HistoryRow,
  historyTable,
  type OutboxRow,
  outboxTable,
  pgStateTable,
  refundTable,
  type Subscription,
  subscriptionTable,
  surplusTable,
} from './entities';
import { chained } from './history-chain';

/** Which rows a group needs. */
export interface Wanted {
  readonly customerIds: readonly string[];
  readonly chargeIds: readonly string[];
  /** Lock the PGs' states too, because the group will change them. */
  readonly locksPg: boolean;
}

/** The customer's other charges that bear on this one: what may be alive, and what waits for it. */
const neighbours = " AND state IN ('CHARGING', 'UNKNOWN', 'ADJUDICATION', 'HELD')";

export class WorkingSet {
  private readonly customers = new Map<string, Customer>();
  private readonly charges = new Map<string, Charge>();
  private readonly attempts = new Map<string, Attempt>();
  private readonly refunds = new Map<string, Refund>();
  private readonly surpluses = new Map<string, Surplus>();
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly keys = new Map<string, BillingKey>();
  private readonly pgs = new Map<string, PgState>();
  private readonly keyDeclines = new Map<string, number>();
  private readonly changed = {
    charges: new Set<string>(),
    attempts: new Set<string>(),
    refunds: new Set<string>(),
    surpluses: new Set<string>(),
    pgs: new Set<string>(),
    heads: new Set<string>(),
  };
  private readonly newAttempts = new Set<string>();
  private readonly rows: HistoryRow[] = [];
  private readonly outbox: OutboxRow[] = [];

  private constructor(
    private readonly manager: EntityManager,
    private readonly now: Date,
  ) {}

  /** Locks the customers, in id order so that no two groups wait for each other, and reads what belongs to them. */
  static async load(manager: EntityManager, forUpdate: string, wanted: Wanted, now: Date): Promise<WorkingSet> {
    const set = new WorkingSet(manager, now);
    const customerIds = [...new Set(wanted.customerIds)].sort();
    if (customerIds.length === 0) return set;
    const locked = { column: 'id', values: customerIds, more: ` ORDER BY id${forUpdate}` } as const;
    for (const row of await selectIn(manager, customerTable, locked)) set.customers.set(row.id, row);
    const states = {
      column: 'provider',
      values: pgProviders,
      more: ` ORDER BY provider${wanted.locksPg ? forUpdate : ''}`,
    } as const;
    for (const row of await selectIn(manager, pgStateTable, states)) set.pgs.set(row.provider, row);
    await set.loadCharges(customerIds, [...new Set(wanted.chargeIds)]);
    return set;
  }

  private async loadCharges(customerIds: string[], chargeIds: string[]): Promise<void> {
    if (chargeIds.length === 0) return;
    const { manager } = this;
    const these = { column: 'id', values: chargeIds } as const;
    const theirs = { column: 'customerId', values: customerIds, more: neighbours } as const;
    for (const row of await selectIn(manager, chargeTable, these, theirs)) this.charges.set(row.id, row);
    const charges = chargeIds.flatMap((id) => this.charges.get(id) ?? []);
    const tried = charges.filter((charge) => charge.attempts > 0).map((charge) => charge.id);
    const attempts = await selectIn(manager, attemptTable, { column: 'chargeId', values: tried });
    for (const row of attempts.sort((one, other) => one.attemptNo - other.attemptNo))
      this.attempts.set(row.orderId, row);
    await this.loadMoneyBack(attempts);
    await this.loadKeys(charges.map((charge) => charge.subscriptionId));
  }

  /** Only what was captured can go back. */
  private async loadMoneyBack(attempts: readonly Attempt[]): Promise<void> {
    const captured = {
      column: 'chargeId',
      values: [...new Set(attempts.filter((row) => row.status === 'APPROVED').map((row) => row.chargeId))],
    } as const;
    for (const row of await selectIn(this.manager, refundTable, captured)) this.refunds.set(row.id, row);
    for (const row of await selectIn(this.manager, surplusTable, captured))
      this.surpluses.set(`${row.orderId} ${row.paymentKey}`, row);
  }

  private async loadKeys(subscriptionIds: readonly string[]): Promise<void> {
    const pairs = await selectPairs(
      this.manager,
      subscriptionTable,
      billingKeyTable,
      'b.id = a.billing_key_id',
      subscriptionIds,
    );
    for (const [subscription, key] of pairs) {
      this.subscriptions.set(subscription.id, subscription);
      this.keys.set(key.id, key);
    }
    const former = [...this.attempts.values()].map((row) => row.billingKeyId).filter((id) => !this.keys.has(id));
    for (const row of await selectIn(this.manager, billingKeyTable, { column: 'id', values: former }))
      this.keys.set(row.id, row);
    await this.loadKeyDeclines([...this.keys.keys()]);
  }

  /** How often each billing key was declined lately, over all charges. */
  private async loadKeyDeclines(keyIds: string[]): Promise<void> {
    if (keyIds.length === 0) return;
    const since = new Date(this.now.getTime() - budgets.perBillingKey.days * 86_400_000);
    const counts = await this.manager.query<{ key: string; declines: string | number }[]>(
      `SELECT billing_key_id AS \`key\`, COUNT(*) AS declines FROM attempt WHERE billing_key_id IN (${keyIds.map(() => '?').join(',')}) AND closed_at > ?
        AND status = 'DECLINED' AND decline_class IS NOT NULL AND decline_class <> 'merchant' GROUP BY billing_key_id`,
      [...keyIds, asParameter(this.manager, since)],
    );
    for (const { key, declines } of counts) this.keyDeclines.set(key, Number(declines));
  }

  /** What a decision about this charge sees, changes of earlier decisions of the group included; undefined when there is no such charge. */
  picture(chargeId: string): Picture | undefined {
    const charge = this.charges.get(chargeId);
    const subscription = charge && this.subscriptions.get(charge.subscriptionId);
    const billingKey = subscription && this.keys.get(subscription.billingKeyId);
    const customer = charge && this.customers.get(charge.customerId);
    const pg = charge && this.pgs.get(charge.pgProvider);
    if (!charge || !subscription || !billingKey || !customer || !pg) return undefined;
    const ofThis = <Row extends { chargeId: string }>(rows: Map<string, Row>): Row[] =>
      [...rows.values()].filter((row) => row.chargeId === chargeId);
    const attempts = ofThis(this.attempts);
    const open = openAttempt(attempts);
    const others = [...this.charges.values()].filter(
      (other) => other.customerId === charge.customerId && other.id !== chargeId,
    );
    return {
      now: this.now,
      charge,
      customer,
      subscription,
      billingKey,
      attemptKey: (open && this.keys.get(open.billingKeyId)) ?? null,
      attempts,
      surpluses: ofThis(this.surpluses),
      refunds: ofThis(this.refunds),
      openElsewhere: others.filter((other) => isOpen(other.state)),
      waitingForThis: others.filter((other) => other.heldReason === 'CUSTOMER_UNKNOWN').map((other) => other.id),
      keyDeclinesLately: this.keyDeclines.get(billingKey.id) ?? 0,
      pg,
    };
  }

  pg(provider: string): PgState | undefined {
    return this.pgs.get(provider);
  }

  /** Takes a decision's change up. */
  apply(chargeId: string, change: Change): void {
    if (change.charge) this.put(this.charges, this.changed.charges, change.charge.id, change.charge);
    for (const attempt of change.attempts ?? []) this.putAttempt(attempt);
    for (const refund of change.refunds ?? []) this.put(this.refunds, this.changed.refunds, refund.id, refund);
    for (const surplus of change.surpluses ?? [])
      this.put(this.surpluses, this.changed.surpluses, `${surplus.orderId} ${surplus.paymentKey}`, surplus);
    if (change.pg && !isDeepStrictEqual(change.pg, this.pgs.get(change.pg.provider)))
      this.put(this.pgs, this.changed.pgs, change.pg.provider, change.pg);
    for (const id of change.release ?? []) this.releaseNow(id);
    for (const row of change.rows ?? []) this.append(row);
    const charge = this.charges.get(chargeId);
    if (change.tell && charge) this.tell(charge);
  }

  private put<Row>(rows: Map<string, Row>, changed: Set<string>, key: string, row: Row): void {
    rows.set(key, row);
    changed.add(key);
  }

  private putAttempt(attempt: Attempt): void {
    const before = this.attempts.get(attempt.orderId);
    if (!before) this.newAttempts.add(attempt.orderId);
    if (
      before?.status === 'OPEN' &&
      attempt.status === 'DECLINED' &&
      attempt.declineClass !== null &&
      attempt.declineClass !== 'merchant'
    ) {
      this.keyDeclines.set(attempt.billingKeyId, (this.keyDeclines.get(attempt.billingKeyId) ?? 0) + 1);
    }
    this.put(this.attempts, this.changed.attempts, attempt.orderId, attempt);
  }

  private releaseNow(chargeId: string): void {
    const charge = this.charges.get(chargeId);
    if (charge?.state === 'HELD')
      this.put(this.charges, this.changed.charges, chargeId, { ...charge, watchAt: this.now });
  }

  private append(entry: HistoryEntry): void {
    const head = this.customers.get(entry.customerId);
    if (!head) throw new Error(`row ${entry.id} is about ${entry.customerId}, whose chain is not locked`);
    const next = chained(head, entry, this.now);
    this.rows.push(next.row);
    this.put(this.customers, this.changed.heads, head.id, { ...head, ...next.head });
  }

  private tell(charge: Charge): void {
    this.outbox.push({
      id: randomUUID(),
      kind: 'charge',
      chargeId: charge.id,
      version: charge.version,
      createdAt: this.now,
      deliveredAt: null,
    });
  }

  /** Writes what changed. */
  async flush(): Promise<void> {
    const { manager, changed } = this;
    const picked = <Row>(rows: Map<string, Row>, keys: Set<string>): Row[] =>
      [...keys].flatMap((key) => rows.get(key) ?? []);
    await insertMany(manager, historyTable, this.rows);
    const attempts = picked(this.attempts, changed.attempts);
    await insertMany(
      manager,
      attemptTable,
      attempts.filter((row) => this.newAttempts.has(row.orderId)),
    );
    await updateMany(
      manager,
      attemptTable,
      attemptColumns,
      attempts.filter((row) => !this.newAttempts.has(row.orderId)),
    );
    await updateMany(manager, chargeTable, chargeColumns, picked(this.charges, changed.charges));
    await putMany(manager, refundTable, picked(this.refunds, changed.refunds));
    await putMany(manager, surplusTable, picked(this.surpluses, changed.surpluses));
    await putMany(manager, pgStateTable, picked(this.pgs, changed.pgs));
    await updateMany(
      manager,
      customerTable,
      ['chainSeq', 'chainHash', 'chainAt'],
      picked(this.customers, changed.heads),
    );
    await insertMany(manager, outboxTable, this.outbox);
  }
}

const chargeColumns = [
  'pgProvider',
  'state',
  'version',
  'watchAt',
  'heldReason',
  'heldFrom',
  'attempts',
  'firstFailedAt',
  'paidOrderId',
  'paidAt',
  'refundedAmount',
] as const;

const attemptColumns = [
  'status',
  'transmissions',
  'sentAt',
  'transmissionId',
  'ended',
  'doubtful',
  'resolveStep',
  'resendFrom',
  'believeYesFrom',
  'idempotencySuffix',
  'freshKeyDue',
  'declineClass',
  'declineCode',
  'declineMessage',
  'paymentKey',
  'approvedAt',
  'card',
  'closedAt',
] as const;
