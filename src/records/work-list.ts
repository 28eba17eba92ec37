// What there is to do, found without locks.

import { randomBytes } from 'node:crypto';
import {
  And,
  type EntityManager,
  Equal,
  type FindOperator,
  type FindOptionsWhere,
  In,
  IsNull,
  LessThan,
  LessThanOrEqual,
  MoreThan,
  MoreThanOrEqual,
  Not,
} from 'typeorm';
import type { DateStates, OpenRefund, WatchPart, WorkItem, WorkList } from '../cycle/ports';
import type { CalendarDate } from '../domain/calendar';
import type { ChargeState } from '../domain/charge-state';
import type { PgProvider } from '../domain/outcome';
import type { Charge, HeldReason } from '../domain/picture';
import { inParts } from './bulk';
import type { Database } from './database';
import { attemptTable, chargeTable, pgStateTable, refundTable } from './entities';

const item = { id: true, customerId: true, state: true, watchAt: true, pgProvider: true, billingDate: true } as const;

export class ChargeWorkList implements WorkList {
  /** Processes walk the list from different places, so that they meet rarely. */
  private readonly startAt = Array.from(randomBytes(4), (byte) => '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'[byte & 31]).join(
    '',
  );

  constructor(private readonly database: Database) {}

  async due(billingDate: CalendarDate, provider: PgProvider, now: Date, limit: number): Promise<WorkItem[]> {
    const base = { billingDate, pgProvider: provider, state: 'DUE' as const };
    const ready = (id: FindOptionsWhere<Charge>['id']): FindOptionsWhere<Charge>[] => [
      { ...base, id: id as never, watchAt: IsNull() },
      { ...base, id: id as never, watchAt: LessThanOrEqual(now) },
    ];
    return this.database.read(async (manager) => {
      const behind = await manager.find(chargeTable, {
        select: item,
        where: ready(MoreThanOrEqual(this.startAt)),
        order: { id: 'ASC' },
        take: limit,
      });
      if (behind.length === limit) return behind;
      const before = await manager.find(chargeTable, {
        select: item,
        where: ready(LessThan(this.startAt)),
        order: { id: 'ASC' },
        take: limit - behind.length,
      });
      return [...behind, ...before];
    });
  }

  async watched(now: Date, limit: number, { billingDate, after }: WatchPart = {}): Promise<WorkItem[]> {
    // A dead worker's charge is taken over whatever its date, because it may block its customer's other charges.
    const where = come(now, after).flatMap((due): FindOptionsWhere<Charge>[] =>
      billingDate === undefined
        ? [due]
        : [
            { ...due, billingDate, state: Not(In(['RETRY_WAIT', 'DUE'])) },
            { ...due, state: 'CHARGING' },
          ],
    );
    return this.database.read((manager) =>
      manager.find(chargeTable, { select: item, where, order: { watchAt: 'ASC', id: 'ASC' }, take: limit }),
    );
  }

  async refundsWatched(now: Date, limit: number, { billingDate, after }: WatchPart = {}): Promise<OpenRefund[]> {
    return this.database.read((manager) => {
      const open = manager
        .createQueryBuilder(refundTable, 'refund')
        .where(come(now, after).map((due) => ({ ...due, status: 'OPEN' })))
        .orderBy({ 'refund.watchAt': 'ASC', 'refund.id': 'ASC' })
        .limit(limit);
      if (billingDate !== undefined)
        open.andWhere(
          'EXISTS (SELECT 1 FROM charge WHERE charge.id = refund.chargeId AND charge.billing_date = :billingDate)',
          { billingDate },
        );
      return open.getMany();
    });
  }

  async nextLook(billingDate: CalendarDate): Promise<Date | null> {
    const found = await this.database.read((manager) =>
      manager.findOne(chargeTable, {
        select: item,
        where: { billingDate, state: In(['DUE', 'CHARGING']) },
        order: { watchAt: 'ASC' },
      }),
    );
    return found ? (found.watchAt ?? new Date(0)) : null;
  }

  async statesOf(billingDate: CalendarDate): Promise<DateStates> {
    const rows = await this.database.read((manager) =>
      manager
        .createQueryBuilder(chargeTable, 'charge')
        .select('charge.state', 'state')
        .addSelect('COUNT(*)', 'count')
        .addSelect('SUM(charge.amount)', 'sum')
        .where('charge.billingDate = :billingDate', { billingDate })
        .groupBy('charge.state')
        .getRawMany<{ state: ChargeState; count: string | number; sum: string | number }>(),
    );
    return rows.map((row) => ({ state: row.state, count: Number(row.count), sum: Number(row.sum) }));
  }

  async openCount(): Promise<number> {
    return this.database.read((manager) =>
      manager.countBy(chargeTable, { state: In(['CHARGING', 'UNKNOWN', 'ADJUDICATION']) }),
    );
  }

  async wake(now: Date): Promise<number> {
    const states = await this.database.read((manager) => manager.find(pgStateTable));
    let woken = 0;
    for (const pg of states) {
      const gone: HeldReason[] = [
        ...(pg.heldBy === null ? (['PG_HOLD', 'MERCHANT'] as const) : []),
        ...(pg.breakerOpenedAt === null ? (['BREAKER'] as const) : []),
      ];
      if (gone.length === 0) continue;
      const asleep = await this.database.read((manager) =>
        manager.find(chargeTable, {
          select: { id: true },
          where: { state: 'HELD', heldReason: In(gone), pgProvider: pg.provider, watchAt: MoreThan(now) },
        }),
      );
      for (const part of inParts(asleep)) {
        const ids = part.map((row) => row.id);
        await this.database.write(({ manager }) => wakeUp(manager, ids, now));
      }
      woken += asleep.length;
    }
    return woken;
  }

  async knownPayment(provider: PgProvider): Promise<{ orderId: string; paymentKey: string; approvedAt: Date } | null> {
    const found = await this.database.read((manager) =>
      manager.findOne(attemptTable, {
        where: { pgProvider: provider, status: 'APPROVED' },
        order: { closedAt: 'DESC' },
      }),
    );
    return found?.paymentKey
      ? { orderId: found.orderId, paymentKey: found.paymentKey, approvedAt: found.approvedAt ?? found.sentAt }
      : null;
  }

  async probeCandidate(provider: PgProvider, now: Date): Promise<WorkItem | null> {
    const ready = [
      { pgProvider: provider, state: 'HELD' as const, heldReason: 'BREAKER' as const },
      { pgProvider: provider, state: 'DUE' as const, watchAt: IsNull() },
      { pgProvider: provider, state: 'DUE' as const, watchAt: LessThanOrEqual(now) },
    ];
    return this.database.read((manager) =>
      manager
        .createQueryBuilder(chargeTable, 'charge')
        .where(ready)
        .andWhere(
          `NOT EXISTS (SELECT 1 FROM attempt WHERE attempt.charge_id = charge.id
            AND attempt.status = 'OPEN' AND attempt.fresh_key_due AND attempt.resend_from IS NULL)`,
        )
        .orderBy('charge.id')
        .limit(1)
        .getOne(),
    );
  }
}

/** Whose date has come, behind the last one that was seen; the order is that of the date, then of the id. */
function come(now: Date, after: WatchPart['after']): { watchAt: FindOperator<Date>; id?: FindOperator<string> }[] {
  if (!after?.watchAt) return [{ watchAt: LessThanOrEqual(now) }];
  return [
    { watchAt: And(MoreThan(after.watchAt), LessThanOrEqual(now)) },
    { watchAt: Equal(after.watchAt), id: MoreThan(after.id) },
  ];
}

async function wakeUp(manager: EntityManager, ids: string[], now: Date): Promise<void> {
  await manager
    .createQueryBuilder()
    .update(chargeTable)
    .set({ watchAt: now })
    .where({ id: In(ids), state: 'HELD', watchAt: MoreThan(now) })
    .execute();
}
