// Planning: each subscription that falls due on a date gets its charge row, once, whoever plans and however often.

import { type EntityManager, In } from 'typeorm';
import type { Outbox } from '../cycle/outbox';
import { anchorsDueOn, type BillingTime, type CalendarDate, startOfCycle } from '../domain/calendar';
import { chargeId } from '../domain/charge-id';
import type { PgProvider } from '../domain/outcome';
import type { Charge } from '../domain/picture';
import { type Won, won } from '../domain/won';
import { insertMany } from './bulk';
import type { Database } from './database';
import { isDuplicate } from './dialect';
import { type Cycle, chargeTable, cycleTable, subscriptionTable } from './entities';

/** A subscription that falls due on the date and has no charge for it yet. */
interface Due {
  readonly id: string;
  readonly customerId: string;
  readonly amount: Won;
  readonly pgProvider: PgProvider;
  readonly planFrom: Date;
}

/** What planning a date would add. */
export interface PlanPreview {
  readonly count: number;
  readonly sum: number;
  /** Of these: the ones that the machine would not plan by itself, because they joined or changed after that date's billing time. */
  readonly early: { readonly count: number; readonly sum: number };
  readonly byPg: ReadonlyMap<PgProvider, number>;
}

const pageSize = 200;

export class Planner {
  constructor(
    private readonly database: Database,
    private readonly installationId: string,
    private readonly billingTime: BillingTime,
    private readonly outbox: Pick<Outbox, 'tell' | 'get'>,
  ) {}

  async preview(date: CalendarDate): Promise<PlanPreview> {
    const starts = startOfCycle(date, this.billingTime);
    const byPg = new Map<PgProvider, number>();
    const total = { count: 0, sum: 0, early: { count: 0, sum: 0 }, byPg };
    for await (const page of this.pages(date)) {
      for (const due of page) {
        const bins = due.planFrom >= starts ? [total, total.early] : [total];
        for (const bin of bins) {
          bin.count += 1;
          bin.sum += due.amount;
        }
        byPg.set(due.pgProvider, (byPg.get(due.pgProvider) ?? 0) + 1);
      }
    }
    return total;
  }

  /** Plans the date: every charge row first, then the cycle runs. Answers how many charges it added. */
  async plan(date: CalendarDate, options: { early: boolean; startedBy: string; now: Date }): Promise<number> {
    await this.database.write(async ({ manager }) => {
      const planning: Cycle = {
        billingDate: date,
        state: 'PLANNING',
        startedBy: options.startedBy,
        startedAt: options.now,
        endedAt: null,
      };
      if (!(await manager.existsBy(cycleTable, { billingDate: date }))) await insertOnce(manager, planning);
    });
    const starts = startOfCycle(date, this.billingTime);
    let added = 0;
    for await (const page of this.pages(date)) {
      const wanted = page.filter((due) => options.early || due.planFrom < starts);
      added += await this.planPage(date, wanted);
    }
    await this.moveCycle(date, ['PLANNING', 'DONE'], { state: 'RUNNING', endedAt: null });
    if (added > 0) await this.outbox.tell({ kind: 'cycle', subject: date });
    return added;
  }

  async done(date: CalendarDate, now: Date): Promise<void> {
    await this.moveCycle(date, ['RUNNING'], { state: 'DONE', endedAt: now });
    await this.outbox.tell({ kind: 'cycle', subject: date });
    // Told once: a later run of the same date changes the summary, and notifies nobody again.
    if (!(await this.outbox.get(`cycle-end:${date}`)))
      await this.outbox.tell({ kind: 'cycle-end', subject: date, threadOf: `cycle:${date}` });
  }

  private async moveCycle(date: CalendarDate, from: Cycle['state'][], to: Partial<Cycle>): Promise<void> {
    await this.database.write(({ manager }) => manager.update(cycleTable, { billingDate: date, state: In(from) }, to));
  }

  private async *pages(date: CalendarDate): AsyncGenerator<Due[]> {
    const anchors = anchorsDueOn(date).map(String);
    for (let after = ''; ; ) {
      const page = await this.database.read((manager) => duePage(manager, date, anchors, after));
      const last = page.at(-1);
      if (!last) return;
      after = last.id;
      const planned = await this.database.read((manager) => plannedAlready(manager, date, page));
      yield page.filter((due) => !planned.has(due.id));
    }
  }

  private async planPage(date: CalendarDate, page: readonly Due[]): Promise<number> {
    if (page.length === 0) return 0;
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.database.write(({ manager }) => this.insertPage(manager, date, page));
      } catch (error) {
        // Another process planned one of these meanwhile: look again, the unique key has decided.
        if (!(isDuplicate(error) && tries < 20)) throw error;
      }
    }
  }

  private async insertPage(manager: EntityManager, date: CalendarDate, page: readonly Due[]): Promise<number> {
    const planned = await plannedAlready(manager, date, page);
    const missing = page.filter((due) => !planned.has(due.id));
    const ids = await this.freeIds(manager, date, missing);
    const rows: Charge[] = missing.map((due) => ({
      id: ids.get(due.id) ?? '',
      customerId: due.customerId,
      subscriptionId: due.id,
      billingDate: date,
      amount: due.amount,
      pgProvider: due.pgProvider,
      state: 'DUE',
      version: 1,
      watchAt: null,
      heldReason: null,
      heldFrom: null,
      attempts: 0,
      firstFailedAt: null,
      paidOrderId: null,
      paidAt: null,
      refundedAmount: won(0),
    }));
    await insertMany(manager, chargeTable, rows);
    return rows.length;
  }

  /** The derived id of each, or the next one where another charge has it. */
  private async freeIds(
    manager: EntityManager,
    date: CalendarDate,
    page: readonly Due[],
  ): Promise<Map<string, string>> {
    const ids = new Map<string, string>();
    const taken = new Set<string>();
    for (let nth = 0, open = page; open.length > 0; nth += 1) {
      const derived = open.map((due) => ({ due, id: chargeId(this.installationId, due.id, date, nth) }));
      for (const row of await manager.find(chargeTable, {
        select: { id: true },
        where: { id: In(derived.map((one) => one.id)) },
      }))
        taken.add(row.id);
      const still: Due[] = [];
      for (const { due, id } of derived) {
        if (taken.has(id)) still.push(due);
        else ids.set(due.id, id);
        taken.add(id);
      }
      open = still;
    }
    return ids;
  }
}

async function insertOnce(manager: EntityManager, row: Cycle): Promise<void> {
  await manager
    .createQueryBuilder()
    .insert()
    .into(cycleTable)
    .values(row)
    .orUpdate(['billing_date'], ['billing_date'])
    .updateEntity(false)
    .execute();
}

async function duePage(manager: EntityManager, date: CalendarDate, anchors: string[], after: string): Promise<Due[]> {
  const rows = await manager
    .createQueryBuilder(subscriptionTable, 'subscription')
    .innerJoin('billing_key', 'billing_key', 'billing_key.id = subscription.billingKeyId')
    .select('subscription.id', 'id')
    .addSelect('subscription.customerId', 'customerId')
    .addSelect('subscription.amount', 'amount')
    .addSelect('subscription.planFrom', 'planFrom')
    .addSelect('billing_key.pg_provider', 'pgProvider')
    .where("subscription.status = 'ACTIVE' AND subscription.billingDay IN (:...anchors)", { anchors })
    .andWhere('subscription.startsOn <= :date AND (subscription.endsOn IS NULL OR subscription.endsOn >= :date)', {
      date,
    })
    .andWhere('subscription.id > :after', { after })
    .orderBy('subscription.id')
    .limit(pageSize)
    .getRawMany<Omit<Due, 'planFrom'> & { planFrom: Date | string }>();
  return rows.map((row) => ({
    ...row,
    planFrom: row.planFrom instanceof Date ? row.planFrom : new Date(`${row.planFrom.replace(' ', 'T')}Z`),
  }));
}

async function plannedAlready(manager: EntityManager, date: CalendarDate, page: readonly Due[]): Promise<Set<string>> {
  const rows = await manager.find(chargeTable, {
    select: { id: true, subscriptionId: true },
    where: { billingDate: date, subscriptionId: In(page.map((due) => due.id)) },
  });
  return new Set(rows.map((row) => row.subscriptionId));
}
