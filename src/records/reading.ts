// What people are told about, read without locks.

import { distance } from 'fastest-levenshtein';
import { type EntityManager, In, Like, MoreThan } from 'typeorm';
import {
  type ChargeStory,
  type Contact,
  type CustomerStory,
  type CycleStory,
  type Found,
  type FoundOne,
  type HistoryLine,
  historyPage,
  type Preview,
  type Reading,
  type Standing,
  type SubscriptionStory,
  type Verified,
  type Waiting,
} from '../cycle/reading';
import { nextBilling } from '../domain/answer';
import type { BillingTime, CalendarDate } from '../domain/calendar';
import { typedChargeId, typedOrderId } from '../domain/charge-id';
import { isPerson, systemCustomer } from '../domain/history';
import type { Attempt, Charge, HeldReason, PgState, Surplus } from '../domain/picture';
import { findCharge, standing } from './charges';
import { findCustomers, nameKeyOf } from './customers';
import type { Database } from './database';
import {
  attemptTable,
  chargeTable,
  customerTable,
  cycleTable,
  type HistoryRow,
  historyTable,
  pgStateTable,
  readBillingDay,
  type Subscription,
  subscriptionTable,
  surplusTable,
} from './entities';
import type { Planner } from './plan';
import { verify } from './verify';

/** How many equal matches are offered to choose from. */
const mostMatches = 10;
const mostNearest = 3;

/** States in which a charge waits for a person. */
const waitingStates = ['FAILED', 'ADJUDICATION', 'HELD', 'UNKNOWN', 'REFUND_UNKNOWN'] as const;

export class StoredReading implements Reading {
  constructor(
    private readonly database: Database,
    private readonly billingTime: BillingTime,
    private readonly now: () => Date,
    private readonly planner: Pick<Planner, 'preview'>,
  ) {}

  async find(typed: string): Promise<Found> {
    const customers = await findCustomers(this.database, typed);
    const [only, ...others] = customers;
    if (only && others.length === 0) return { kind: 'customer', customerId: only.id };
    if (only) return this.several(customers);
    if (typedOrderId(typed) || typedChargeId(typed)) {
      const found = await findCharge(this.database, typed);
      if (found.kind === 'one') return { kind: 'charge', chargeId: found.charge.id };
      if (found.kind === 'several') return { kind: 'charges', chargeIds: found.ids };
    }
    return { kind: 'nobody', nearest: await this.nearest(typed) };
  }

  private async several(customers: readonly { id: string; name: string; phone: string }[]): Promise<Found> {
    const shown = customers.slice(0, mostMatches);
    const subscriptions = await this.database.read((manager) =>
      manager.findBy(subscriptionTable, { customerId: In(shown.map((one) => one.id)) }),
    );
    const found = shown.map(
      ({ id, name, phone }): FoundOne => ({
        id,
        name,
        phone,
        orderNames: subscriptions.filter((one) => one.customerId === id).map((one) => one.orderName),
      }),
    );
    return { kind: 'customers', customers: found, more: customers.length > shown.length };
  }

  /** Names one or two letters away, of those that begin alike. */
  private async nearest(typed: string): Promise<string[]> {
    const key = nameKeyOf(typed);
    const begin = [...key][0];
    if (begin === undefined || key.length > 40 || /[\\%_]/.test(begin)) return [];
    const rows = await this.database.read((manager) =>
      manager.find(customerTable, {
        select: { id: true, name: true, nameKey: true },
        where: { nameKey: Like(`${begin}%`) },
        take: 2000,
      }),
    );
    const near = rows
      .map(({ name, nameKey }) => ({ name, far: distance(nameKey, key) }))
      .filter(({ far }) => far <= Math.max(1, Math.floor(key.length / 3)))
      .sort((a, b) => a.far - b.far);
    return [...new Set(near.map(({ name }) => name))].slice(0, mostNearest);
  }

  async customer(customerId: string, page: number): Promise<CustomerStory | undefined> {
    const found = await this.database.read(async (manager) => {
      const customer = await manager.findOneBy(customerTable, { id: customerId });
      if (!customer || customer.id === systemCustomer) return undefined;
      const subscriptions = await manager.find(subscriptionTable, { where: { customerId }, order: { id: 'ASC' } });
      const [rows, rowCount] = await manager.findAndCount(historyTable, {
        where: { customerId },
        order: { seq: 'DESC' },
        skip: page * historyPage,
        take: historyPage,
      });
      return { customer, subscriptions, rows, rowCount };
    });
    if (!found) return undefined;
    const stories = await Promise.all(found.subscriptions.map((one) => this.subscription(one)));
    return {
      customer: contactOf(found.customer),
      subscriptions: stories,
      rows: found.rows.map(lineOf),
      rowCount: found.rowCount,
    };
  }

  private async subscription(row: Subscription): Promise<SubscriptionStory> {
    const newest = await this.database.read((manager) =>
      manager.findOne(chargeTable, { where: { subscriptionId: row.id }, order: { billingDate: 'DESC' } }),
    );
    const terms = { ...row, billingDay: readBillingDay(row.billingDay) };
    return {
      id: row.id,
      orderName: row.orderName,
      amount: row.amount,
      status: row.status,
      newest: newest ? await this.charge(newest.id) : undefined,
      next: nextBilling(terms, this.billingTime, this.now()),
    };
  }

  async charge(chargeId: string): Promise<ChargeStory | undefined> {
    return this.database.read(async (manager) => {
      const charge = await manager.findOneBy(chargeTable, { id: chargeId });
      return charge ? storyOf(manager, charge) : undefined;
    });
  }

  async cycle(date: CalendarDate): Promise<CycleStory | undefined> {
    return this.database.read(async (manager) => {
      const cycle = await manager.findOneBy(cycleTable, { billingDate: date });
      return cycle ? { ...cycle, ...(await countsOf(manager, date)) } : undefined;
    });
  }

  async unfinished(): Promise<CalendarDate[]> {
    const rows = await this.database.read((manager) =>
      manager.find(cycleTable, { where: { state: In(['PLANNING', 'RUNNING']) }, order: { billingDate: 'ASC' } }),
    );
    return rows.map((row) => row.billingDate);
  }

  async recentCycles(since: Date): Promise<CalendarDate[]> {
    const rows = await this.database.read((manager) =>
      manager.find(cycleTable, { where: { startedAt: MoreThan(since) }, order: { billingDate: 'ASC' } }),
    );
    return rows.map((row) => row.billingDate);
  }

  preview(date: CalendarDate): Promise<Preview> {
    return this.planner.preview(date);
  }

  standing(): Promise<Standing> {
    return standing(this.database);
  }

  async waiting(limit: number): Promise<{ count: number; some: Waiting[] }> {
    return this.database.read(async (manager) => {
      const where = { state: In([...waitingStates]) };
      const [rows, count] = await manager.findAndCount(chargeTable, {
        where,
        order: { billingDate: 'ASC', id: 'ASC' },
        take: limit,
      });
      const customers = await manager.findBy(customerTable, { id: In(rows.map((row) => row.customerId)) });
      const names = new Map(customers.map((one) => [one.id, one.name]));
      const some = rows.map(({ id, customerId, amount, billingDate, state }) => ({
        chargeId: id,
        customerName: names.get(customerId) ?? customerId,
        amount,
        billingDate,
        state,
      }));
      return { count, some };
    });
  }

  pgs(): Promise<PgState[]> {
    return this.database.read((manager) => manager.find(pgStateTable, { order: { provider: 'ASC' } }));
  }

  verify(): Promise<Verified> {
    return verify(this.database);
  }
}

const contactOf = ({ id, name, phone, email }: Contact): Contact => ({ id, name, phone, email });

async function storyOf(manager: EntityManager, charge: Charge): Promise<ChargeStory> {
  const chargeId = charge.id;
  const customer = await manager.findOneByOrFail(customerTable, { id: charge.customerId });
  const subscription = await manager.findOneByOrFail(subscriptionTable, { id: charge.subscriptionId });
  const attempts: Attempt[] = await manager.find(attemptTable, { where: { chargeId }, order: { attemptNo: 'ASC' } });
  const surpluses: Surplus[] = await manager.findBy(surplusTable, { chargeId });
  const rows = await manager.find(historyTable, { where: { chargeId }, order: { seq: 'DESC' }, take: 50 });
  const act = rows.find((row) => isPerson(row.actor) && row.act !== 'REFUSED');
  return {
    charge,
    customer: contactOf(customer),
    orderName: subscription.orderName,
    attempts,
    surpluses,
    lastAct: act ? { act: act.act, actor: act.actor, at: act.createdAt } : null,
  };
}

/** A typed reason is kept beside the table; its row has a digest, which tells people nothing. */
const lineOf = (row: HistoryRow): HistoryLine => ({
  at: row.createdAt,
  act: row.act,
  status: row.status,
  amount: row.amount,
  orderId: row.orderId,
  chargeId: row.chargeId,
  code: row.failureCode,
  reason: row.failureReason?.startsWith('sha256:') ? null : row.failureReason,
  actor: row.actor,
});

async function countsOf(
  manager: EntityManager,
  date: CalendarDate,
): Promise<Pick<CycleStory, 'states' | 'reasons' | 'held' | 'retries'>> {
  const ofDate = () => manager.createQueryBuilder(chargeTable, 'charge').where('charge.billingDate = :date', { date });
  const states = await ofDate()
    .select('charge.state', 'state')
    .addSelect('COUNT(*)', 'count')
    .addSelect('SUM(charge.amount)', 'sum')
    .groupBy('charge.state')
    .getRawMany<{ state: Charge['state']; count: string; sum: string }>();
  const held = await ofDate()
    .andWhere("charge.state = 'HELD'")
    .select('charge.heldReason', 'reason')
    .addSelect('COUNT(*)', 'count')
    .groupBy('charge.heldReason')
    .getRawMany<{ reason: HeldReason; count: string }>();
  const reasons = await ofDate()
    .innerJoin('attempt', 'attempt', 'attempt.charge_id = charge.id AND attempt.attempt_no = charge.attempts')
    .andWhere("charge.state IN ('FAILED', 'RETRY_WAIT')")
    .select('attempt.decline_class', 'declineClass')
    .addSelect('COUNT(*)', 'count')
    .addSelect('SUM(charge.amount)', 'sum')
    .groupBy('attempt.decline_class')
    .orderBy('COUNT(*)', 'DESC')
    .getRawMany<{ declineClass: Attempt['declineClass']; count: string; sum: string }>();
  const retries = await ofDate()
    .andWhere("charge.state = 'RETRY_WAIT' AND charge.watchAt IS NOT NULL")
    .select('charge.watchAt', 'at')
    .addSelect('COUNT(*)', 'count')
    .groupBy('charge.watchAt')
    .orderBy('charge.watchAt', 'ASC')
    .limit(5)
    .getRawMany<{ at: Date | string; count: string }>();
  return {
    states: states.map((row) => ({ state: row.state, count: Number(row.count), sum: Number(row.sum) })),
    held: held.map((row) => ({ reason: row.reason, count: Number(row.count) })),
    reasons: reasons.map((row) => ({ class: row.declineClass, count: Number(row.count), sum: Number(row.sum) })),
    retries: retries.map((row) => ({
      at: row.at instanceof Date ? row.at : new Date(`${row.at.replace(' ', 'T')}Z`),
      count: Number(row.count),
    })),
  };
}
