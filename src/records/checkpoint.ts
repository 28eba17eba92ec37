// The fingerprint of all chain heads at one moment. It is stored and posted in Slack: who rewrites the audit table
// afterwards contradicts what everybody in the channel could read.

import { createHash, randomUUID } from 'node:crypto';
import { MoreThan } from 'typeorm';
import type { Database } from './database';
import { type Checkpoint, checkpointTable, customerTable, cycleTable } from './entities';
import type { StoredOutbox } from './outbox';

const pageSize = 1000;

/** Takes and stores a checkpoint, and has it posted in the thread of the latest cycle. Nothing is taken twice of the same heads. */
export async function takeCheckpoint(database: Database, outbox: StoredOutbox, now: Date): Promise<Checkpoint> {
  const { digest, chains } = await digestOfHeads(database);
  const latest = await database.read((manager) =>
    manager.findOne(checkpointTable, { where: {}, order: { takenAt: 'DESC' } }),
  );
  if (latest?.digest === digest) return latest;
  const checkpoint: Checkpoint = { id: randomUUID(), takenAt: now, chains, digest };
  await database.write(async ({ manager, repeat }) => {
    if (repeat > 0 && (await manager.existsBy(checkpointTable, { id: checkpoint.id }))) return;
    await manager.insert(checkpointTable, checkpoint);
  });
  const cycle = await database.read((manager) =>
    manager.findOne(cycleTable, { where: {}, order: { startedAt: 'DESC' } }),
  );
  await outbox.tell({
    kind: 'checkpoint',
    subject: checkpoint.id,
    body: JSON.stringify({ digest, chains, at: now.toISOString() }),
    ...(cycle ? { threadOf: `cycle:${cycle.billingDate}` } : {}),
  });
  return checkpoint;
}

/** SHA-256 over `id seq hash` of each chain, a line each, in the order of ids by bytes. */
async function digestOfHeads(database: Database): Promise<{ digest: string; chains: number }> {
  const hash = createHash('sha256');
  let chains = 0;
  for (let after = ''; ; ) {
    const page = await database.read((manager) =>
      manager.find(customerTable, {
        select: { id: true, chainSeq: true, chainHash: true },
        where: { id: MoreThan(after) },
        order: { id: 'ASC' },
        take: pageSize,
      }),
    );
    const last = page.at(-1);
    if (!last) return { digest: hash.digest('hex'), chains };
    for (const head of page) hash.update(`${head.id} ${head.chainSeq} ${head.chainHash}\n`, 'utf8');
    chains += page.length;
    after = last.id;
  }
}
