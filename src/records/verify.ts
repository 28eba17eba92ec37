// Recomputing the chain of the audit table, row by row, in pages: the first row that does not hold is named.

import type { Database } from './database';
import { type Customer, customerTable, type HistoryRow, historyTable } from './entities';
import { genesisHash, hashOf } from './history-chain';

export type Verified =
  | { readonly kind: 'holds'; readonly chains: number; readonly rows: number }
  | {
      readonly kind: 'broken';
      readonly customerId: string;
      readonly seq: number;
      readonly id: string;
      readonly reason: string;
      readonly rows: number;
    };

const pageSize = 1000;

type Head = Pick<Customer, 'id' | 'chainSeq' | 'chainHash'>;

/** Walks every chain from its first row to the head that the customer's row carries. Rows that are added meanwhile do not disturb it. */
export async function verify(
  database: Database,
  progress: (rows: number) => void = () => undefined,
): Promise<Verified> {
  let rows = 0;
  let chains = 0;
  for await (const heads of headPages(database)) {
    for (const head of heads) {
      const chain = await verifyChain(database, head);
      rows += chain.rows;
      if (chain.kind === 'broken') return { ...chain, rows };
      chains += 1;
      progress(rows);
    }
  }
  const orphan = await firstOrphan(database);
  return orphan ? { ...orphan, rows } : { kind: 'holds', chains, rows };
}

async function* headPages(database: Database): AsyncGenerator<Head[]> {
  for (let after = ''; ; ) {
    const page = await database.read((manager) =>
      manager
        .createQueryBuilder(customerTable, 'customer')
        .select(['customer.id', 'customer.chainSeq', 'customer.chainHash'])
        .where('customer.id > :after', { after })
        .orderBy('customer.id')
        .limit(pageSize)
        .getMany(),
    );
    const last = page.at(-1);
    if (!last) return;
    after = last.id;
    yield page;
  }
}

type Broken = Extract<Verified, { kind: 'broken' }>;

async function verifyChain(database: Database, head: Head): Promise<Broken | { kind: 'holds'; rows: number }> {
  let expected = { seq: 1, prevHash: genesisHash, at: 0 };
  for (;;) {
    const page = await rowsFrom(database, head.id, expected.seq);
    for (const row of page) {
      if (row.seq > head.chainSeq) break; // Added after the head was read.
      const reason = whatIsWrong(row, expected);
      if (reason)
        return { kind: 'broken', customerId: row.customerId, seq: row.seq, id: row.id, reason, rows: expected.seq - 1 };
      expected = { seq: row.seq + 1, prevHash: row.hash, at: row.createdAt.getTime() };
    }
    if (page.length < pageSize || expected.seq > head.chainSeq) break;
  }
  const complete = expected.seq === head.chainSeq + 1 && expected.prevHash === head.chainHash;
  if (complete) return { kind: 'holds', rows: head.chainSeq };
  const reason = `the chain ends at row ${expected.seq - 1}, and its customer's row says ${head.chainSeq}`;
  return { kind: 'broken', customerId: head.id, seq: expected.seq, id: '', reason, rows: expected.seq - 1 };
}

function rowsFrom(database: Database, customerId: string, seq: number): Promise<HistoryRow[]> {
  return database.read((manager) =>
    manager
      .createQueryBuilder(historyTable, 'row')
      .where('row.customerId = :customerId AND row.seq >= :seq', { customerId, seq })
      .orderBy('row.seq')
      .limit(pageSize)
      .getMany(),
  );
}

function whatIsWrong(row: HistoryRow, expected: { seq: number; prevHash: string; at: number }): string | undefined {
  if (row.seq !== expected.seq) return `row ${expected.seq} is missing`;
  if (row.prevHash !== expected.prevHash) return 'its prev_hash is not the hash of the row before it';
  if (row.hash !== hashOf(row.prevHash, row)) return 'its hash is not that of its content';
  if (row.createdAt.getTime() < expected.at) return 'it is older than the row before it';
  return undefined;
}

/** A row whose customer does not exist belongs to no chain. */
async function firstOrphan(database: Database): Promise<Omit<Broken, 'rows'> | undefined> {
  const row = await database.read((manager) =>
    manager
      .createQueryBuilder(historyTable, 'row')
      .leftJoin('customer', 'customer', 'customer.id = row.customerId')
      .where('customer.id IS NULL')
      .limit(1)
      .getOne(),
  );
  return row
    ? { kind: 'broken', customerId: row.customerId, seq: row.seq, id: row.id, reason: 'there is no such customer' }
    : undefined;
}
