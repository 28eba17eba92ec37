// Adding rows to one chain outside the desk: acts that concern no charge, and refusals.

import type { EntityManager } from 'typeorm';
import type { HistoryEntry } from '../domain/history';
import { insertMany } from './bulk';
import { customerTable, historyTable } from './entities';
import { chained } from './history-chain';

/** Adds entries to the chain that was locked. */
export type Append = (entries: readonly HistoryEntry[], now: Date) => Promise<void>;

/**
 * Locks a chain and hands back the way to add to it. With `looksFor`, the id of a row that a former try may have
 * committed, it answers `written` when that row is there.
 */
export async function appendRows(
  manager: EntityManager,
  forUpdate: string,
  customerId: string,
  looksFor?: string,
): Promise<Append | 'written'> {
  if (forUpdate) await manager.query(`SELECT id FROM customer WHERE id = ?${forUpdate}`, [customerId]);
  if (looksFor !== undefined && (await manager.existsBy(historyTable, { id: looksFor }))) return 'written';
  return async (entries, now) => {
    let head = await manager.findOneByOrFail(customerTable, { id: customerId });
    const rows = entries.map((entry) => {
      const next = chained(head, entry, now);
      head = { ...head, ...next.head };
      return next.row;
    });
    await insertMany(manager, historyTable, rows);
    await manager.update(
      customerTable,
      { id: customerId },
      { chainSeq: head.chainSeq, chainHash: head.chainHash, chainAt: head.chainAt },
    );
  };
}
