// Everything that a group of decisions sees, read under the customers' locks in a handful of statements; each decision
// changes it in memory, and what changed is written in a handful more.

import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from 'typeorm';
import type { NewMessage } from '../cycle/outbox';
import { deservesCard } from '../domain/card';
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
import { inOneTrip, inserts, list, puts, type Statement, selectIn, selectPairs, updates } from './bulk';
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
  pgStateTable,
  refundTable,
  type Subscription,
  subscriptionTable,
  surplusTable,
} from './entities';
import { chained } from './history-chain';
import { isStopped, messageIdOf, onePerId, pgMessage, redraws, tells } from './outbox';

/** Which rows a group needs. */
export interface Wanted {
  readonly customerIds: readonly string[];
  readonly chargeIds: readonly string[];
  /** Lock the PGs' states too, because the group will change them. */
  readonly locksPg: boolean;
}

const failedRetry = (charge: Charge): NewMessage => ({
  id: `reply:${charge.id}:${charge.attempts}`,
  kind: 'reply',
  subject: charge.id,
  body: String(charge.attempts),
  threadOf: messageIdOf({ kind: 'card', subject: charge.id }),
});

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
  private readonly messages: NewMessage[] = [];
  private readonly redrawn = { urgent: new Set<string>(), other: new Set<string>() };

  private constructor(
    private readonly manager: EntityManager,
    private readonly now: Date,
  ) {}

  /** Locks the customers, in id order so that no two groups wait for each other, and reads what belongs to them. */
  static async load(
    manager: EntityManager,
    forUpdate: string,
    wanted: Wanted,
    now: Date,
    opening: readonly Statement<void>[],
  ): Promise<WorkingSet> {
    const set = new WorkingSet(manager, now);
    const customerIds = [...new Set(wanted.customerIds)].sort();
    await set.read(customerIds, [...new Set(wanted.chargeIds)], forUpdate, wanted.locksPg, opening);
    return set;
  }

  /** The locks first, then everything that is known to be needed, in one trip. */
  private async read(
    customerIds: string[],
    chargeIds: string[],
    forUpdate: string,
    locksPg: boolean,
    opening: readonly Statement<void>[],
  ): Promise<void> {
    const { manager } = this;
    const [customers, pgs, charges, attempts, pairs, declines] = await inOneTrip(manager, opening, [
      selectIn(manager, customerTable, { column: 'id', values: customerIds, more: ` ORDER BY id${forUpdate}` }),
      selectIn(manager, pgStateTable, {
        column: 'provider',
        values: pgProviders,
        more: ` ORDER BY provider${locksPg ? forUpdate : ''}`,
      }),
      selectIn(
        manager,
        chargeTable,
        { column: 'id', values: chargeIds },
        { column: 'customerId', values: customerIds, more: neighbours },
      ),
      selectIn(manager, attemptTable, { column: 'chargeId', values: chargeIds, more: ' ORDER BY attempt_no' }),
      selectPairs(manager, subscriptionTable, billingKeyTable, subscriptionsOf(chargeIds), chargeIds),
      this.declinesLately(chargeIds),
    ]);
    for (const row of customers) this.customers.set(row.id, row);
    for (const row of pgs) this.pgs.set(row.provider, row);
    for (const row of charges) this.charges.set(row.id, row);
    for (const row of attempts) this.attempts.set(row.orderId, row);
    for (const [subscription, key] of pairs) {
      this.subscriptions.set(subscription.id, subscription);
      this.keys.set(key.id, key);
    }
    for (const [key, count] of declines) this.keyDeclines.set(key, count);
    await this.readMore(attempts);
  }

  /** What few charges have: money that went back, or an attempt on a card that is not today's. */
  private async readMore(attempts: readonly Attempt[]): Promise<void> {
    const { manager } = this;
    const captured = {
      column: 'chargeId',
      values: [...new Set(attempts.filter((row) => row.status === 'APPROVED').map((row) => row.chargeId))],
    } as const;
    const former = [...new Set(attempts.map((row) => row.billingKeyId).filter((id) => !this.keys.has(id)))];
    const [refunds, surpluses, keys] = await inOneTrip(
      manager,
      [],
      [
        selectIn(manager, refundTable, captured),
        selectIn(manager, surplusTable, captured),
        selectIn(manager, billingKeyTable, { column: 'id', values: former }),
      ],
    );
    for (const row of refunds) this.refunds.set(row.id, row);
    for (const row of surpluses) this.surpluses.set(`${row.orderId} ${row.paymentKey}`, row);
    for (const row of keys) this.keys.set(row.id, row);
  }

  /** How often each billing key was declined lately, over all charges. */
  private declinesLately(chargeIds: readonly string[]): Statement<[string, number][]> {
    const since = new Date(this.now.getTime() - budgets.perBillingKey.days * 86_400_000);
    const keys = `SELECT billing_key_id FROM subscription JOIN charge ON charge.subscription_id = subscription.id WHERE charge.id IN (${list(chargeIds.length)})`;
    return {
      sql: `SELECT billing_key_id AS \`key\`, COUNT(*) AS declines FROM attempt WHERE billing_key_id IN (${keys}) AND closed_at > ?
        AND status = 'DECLINED' AND decline_class IS NOT NULL AND decline_class <> 'merchant' GROUP BY billing_key_id`,
      values: [...chargeIds, asParameter(this.manager, since)],
      read: (rows) => rows.map((row) => [String(row.key), Number(row.declines)]),
    };
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

  /** Throws when a row of this change can't be written, before anything of it was taken up: a move never goes without its row. */
  refuseForeign({ rows = [] }: Change): void {
    const foreign = rows.find((row) => !this.customers.has(row.customerId));
    if (foreign) throw new Error(`row ${foreign.id} is about ${foreign.customerId}, whose chain is not locked`);
  }

  /** Takes a decision's change up. */
  apply(chargeId: string, change: Change): void {
    if (change.charge) this.put(this.charges, this.changed.charges, change.charge.id, change.charge);
    for (const attempt of change.attempts ?? []) this.putAttempt(attempt);
    for (const refund of change.refunds ?? []) this.put(this.refunds, this.changed.refunds, refund.id, refund);
    for (const surplus of change.surpluses ?? [])
      this.put(this.surpluses, this.changed.surpluses, `${surplus.orderId} ${surplus.paymentKey}`, surplus);
    if (change.pg) this.putPg(change.pg);
    for (const id of change.release ?? []) this.releaseNow(id);
    for (const row of change.rows ?? []) this.append(row);
    const charge = this.charges.get(chargeId);
    if (change.tell && charge) this.tell(charge, change);
  }

  /** Whether somebody is to be told of this group's work. */
  get told(): boolean {
    return this.messages.length > 0 || this.redrawn.urgent.size > 0 || this.redrawn.other.size > 0;
  }

  private put<Row>(rows: Map<string, Row>, changed: Set<string>, key: string, row: Row): void {
    rows.set(key, row);
    changed.add(key);
  }

  private putPg(pg: PgState): void {
    const before = this.pgs.get(pg.provider);
    if (isDeepStrictEqual(pg, before)) return;
    this.put(this.pgs, this.changed.pgs, pg.provider, pg);
    if (isStopped(pg) && !(before && isStopped(before))) this.messages.push(pgMessage(pg));
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

  /** Opens the charge's card where its state deserves one, else has the card drawn anew that may stand. */
  private tell(charge: Charge, { rows = [] }: Change): void {
    const urgent = rows.some((row) => row.actor.startsWith('slack:'));
    const surplus = [...this.surpluses.values()].some((one) => one.chargeId === charge.id && one.status === 'OPEN');
    if (deservesCard(charge, surplus)) this.messages.push({ kind: 'card', subject: charge.id, urgent });
    else this.redrawn[urgent ? 'urgent' : 'other'].add(messageIdOf({ kind: 'card', subject: charge.id }));
    const declined = rows.some((row) => row.act === 'CHARGE' && row.status === 'FAILED');
    if (declined && charge.attempts > 1) this.messages.push(failedRetry(charge));
  }

  /** Writes what changed, and ends the transaction. */
  async flush(closing: readonly Statement<void>[]): Promise<void> {
    const { manager, changed, redrawn } = this;
    const picked = <Row>(rows: Map<string, Row>, keys: Set<string>): Row[] =>
      [...keys].flatMap((key) => rows.get(key) ?? []);
    const attempts = picked(this.attempts, changed.attempts);
    const [fresh, known] = [
      attempts.filter((row) => this.newAttempts.has(row.orderId)),
      attempts.filter((row) => !this.newAttempts.has(row.orderId)),
    ];
    await inOneTrip(
      manager,
      [],
      [
        ...inserts(manager, historyTable, this.rows),
        ...inserts(manager, attemptTable, fresh),
        ...updates(manager, attemptTable, attemptColumns, known),
        ...updates(manager, chargeTable, chargeColumns, picked(this.charges, changed.charges)),
        ...puts(manager, refundTable, picked(this.refunds, changed.refunds)),
        ...puts(manager, surplusTable, picked(this.surpluses, changed.surpluses)),
        ...puts(manager, pgStateTable, picked(this.pgs, changed.pgs)),
        ...updates(manager, customerTable, ['chainSeq', 'chainHash', 'chainAt'], picked(this.customers, changed.heads)),
        ...tells(manager, onePerId(this.messages), this.now),
        ...redraws([...redrawn.urgent], true),
        ...redraws([...redrawn.other], false),
        ...closing,
      ],
    );
  }
}

/** The subscription (`a`) of each of these charges, and its billing key of today (`b`). */
const subscriptionsOf = (chargeIds: readonly string[]): string =>
  `charge c JOIN subscription a ON a.id = c.subscription_id JOIN billing_key b ON b.id = a.billing_key_id WHERE c.id IN (${list(chargeIds.length)})`;

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
