// Reading charges and their history: by what a person types, for an answer or a report.

import { In, Like } from 'typeorm';
import { typedChargeId, typedOrderId } from '../domain/charge-id';
import type { ChargeState } from '../domain/charge-state';
import type { PgProvider } from '../domain/outcome';
import type { Attempt, Charge, HeldReason } from '../domain/picture';
import type { Database } from './database';
import {
  attemptTable,
  chargeTable,
  type HistoryRow,
  historyTable,
  noteTable,
  refusalTable,
  type Subscription,
  subscriptionTable,
  surplusTable,
} from './entities';

/** What a typed charge id may mean. */
export type FoundCharge =
  | { readonly kind: 'one'; readonly charge: Charge }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly ids: string[] };

/** A charge by its id, in any case, with or without dashes, whole or by its beginning, or by one of its order ids. */
export async function findCharge(database: Database, typed: string): Promise<FoundCharge> {
  const order = typedOrderId(typed);
  const beginning = order ? order.slice(0, 12) : typedChargeId(typed);
  if (!beginning) return { kind: 'none' };
  const rows = await database.read((manager) =>
    manager.find(chargeTable, { where: { id: Like(`${beginning}%`) }, order: { id: 'ASC' }, take: 6 }),
  );
  const [first, ...others] = rows;
  if (!first) return { kind: 'none' };
  return others.length === 0 ? { kind: 'one', charge: first } : { kind: 'several', ids: rows.map((row) => row.id) };
}

/** A customer's charges, the newest billing date first. */
export async function chargesOf(database: Database, customerId: string, limit: number): Promise<Charge[]> {
  return database.read((manager) =>
    manager.find(chargeTable, { where: { customerId }, order: { billingDate: 'DESC', id: 'ASC' }, take: limit }),
  );
}

export async function attemptsOf(database: Database, chargeIds: string[]): Promise<Attempt[]> {
  return database.read((manager) =>
    manager.find(attemptTable, { where: { chargeId: In(chargeIds) }, order: { attemptNo: 'ASC' } }),
  );
}

export async function subscriptionsOf(database: Database, customerId: string): Promise<Subscription[]> {
  return database.read((manager) => manager.find(subscriptionTable, { where: { customerId }, order: { id: 'ASC' } }));
}

/** A customer's rows, or one charge's, the oldest first; the newest `limit` of them. */
export async function historyOf(
  database: Database,
  of: { customerId: string } | { chargeId: string },
  limit: number,
): Promise<HistoryRow[]> {
  const rows = await database.read((manager) =>
    manager.find(historyTable, { where: of, order: { seq: 'DESC' }, take: limit }),
  );
  return rows.reverse();
}

export interface Standing {
  readonly states: ReadonlyMap<ChargeState, { readonly count: number; readonly sum: number }>;
  readonly held: readonly { readonly reason: HeldReason; readonly provider: PgProvider; readonly count: number }[];
  readonly surpluses: readonly { readonly chargeId: string; readonly orderId: string; readonly amount: number }[];
}

/** How everything stands, over all dates. */
export async function standing(database: Database): Promise<Standing> {
  return database.read(async (manager) => {
    const states = await manager
      .createQueryBuilder(chargeTable, 'charge')
      .select('charge.state', 'state')
      .addSelect('COUNT(*)', 'count')
      .addSelect('SUM(charge.amount)', 'sum')
      .groupBy('charge.state')
      .getRawMany<{ state: ChargeState; count: string; sum: string }>();
    const held = await manager
      .createQueryBuilder(chargeTable, 'charge')
      .select('charge.heldReason', 'reason')
      .addSelect('charge.pgProvider', 'provider')
      .addSelect('COUNT(*)', 'count')
      .where("charge.state = 'HELD'")
      .groupBy('charge.heldReason')
      .addGroupBy('charge.pgProvider')
      .getRawMany<{ reason: HeldReason; provider: PgProvider; count: string }>();
    const surpluses = await manager.findBy(surplusTable, { status: 'OPEN' });
    return {
      states: new Map(states.map((row) => [row.state, { count: Number(row.count), sum: Number(row.sum) }])),
      held: held.map((row) => ({ ...row, count: Number(row.count) })),
      surpluses,
    };
  });
}

/** Keeps words that a person typed beside the row that carries their digest. */
export async function keepNote(database: Database, note: { rowId: string; salt: string; text: string }): Promise<void> {
  await database.write(async ({ manager }) => {
    if (!(await manager.existsBy(noteTable, { rowId: note.rowId }))) await manager.insert(noteTable, note);
  });
}

/** Counts a refusal; answers whether it is still to be written down as a row (the first twenty of a minute are). */
export async function countRefusal(database: Database, actor: string, now: Date): Promise<boolean> {
  const minute = new Date(Math.floor(now.getTime() / 60_000) * 60_000);
  return database.write(async ({ manager }) => {
    const before = await manager.findOneBy(refusalTable, { actor, minute });
    if (before) await manager.update(refusalTable, { actor, minute }, { count: before.count + 1 });
    else await manager.insert(refusalTable, { actor, minute, count: 1 });
    return (before?.count ?? 0) < 20;
  });
}

/** Forgets words that a person typed; the row with their digest stays. */
export async function forgetNote(database: Database, rowId: string): Promise<void> {
  await database.write(({ manager }) => manager.delete(noteTable, { rowId }));
}
