// The world of a benchmark, from the environment: a database that is migrated, a Toss sandbox, and how many calls in flight.

import { randomUUID } from 'node:crypto';
import { systemClock } from '../../src/clock/system-clock';
import type { World } from '../../src/cycle/ports';
import { openGateways } from '../../src/gateways';
import { openRecords, type Records } from '../../src/records/records';
import { SealedKeys } from '../../src/records/sealed-keys';
import { configOf } from '../support/database-config';

export const benchKey = 'test_sk_bench0000000000000000';
export const benchSecret = Buffer.alloc(32, 5);
export const billingTime = { hour: 10, minute: 0, zone: 'Asia/Seoul' } as const;

export const needed = (name: 'BENCH_DATABASE' | 'BENCH_TOSS' | 'BENCH_CONCURRENCY'): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; run: npm run bench`);
  return value;
};

export async function openBenchWorld(): Promise<{ world: World; records: Records }> {
  const records = await openRecords({
    database: configOf(needed('BENCH_DATABASE')),
    realm: 'test',
    billingTime,
    spoolFolder: 'no-spool',
    clock: systemClock,
  });
  const world: World = {
    clock: systemClock,
    ledger: records.desk,
    workList: records.workList,
    pgStates: records.pgStates,
    gateways: openGateways({
      toss: { secretKey: benchKey, baseUrl: needed('BENCH_TOSS') },
      timeoutMs: 65_000,
      processingMs: 60_000,
      concurrency: Number(needed('BENCH_CONCURRENCY')),
    }),
    keys: new SealedKeys([benchSecret]),
    spool: records.spool,
    policy: { resolveLadderMs: [90_000], retryLadder: [], billingTime, keepsHours: true, leaseMs: 90_000 },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    newId: randomUUID,
  };
  return { world, records };
}
