// What most tests of records/ and cycle/ stand on: a real database with customers in it, a scripted PG, a given clock.

import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log, World } from '../../src/cycle/ports';
import { runCycle } from '../../src/cycle/run-cycle';
import type { BillingDay, CalendarDate } from '../../src/domain/calendar';
import type { Charge, Policy } from '../../src/domain/picture';
import { won } from '../../src/domain/won';
import { type ImportRow, importRows } from '../../src/records/customers';
import { Database, type DatabaseConfig } from '../../src/records/database';
import { attemptTable, chargeTable, historyTable } from '../../src/records/entities';
import { openRecords, type Records } from '../../src/records/records';
import { migrate } from '../../src/records/schema';
import { SealedKeys } from '../../src/records/sealed-keys';
import { verify } from '../../src/records/verify';
import { GivenClock } from './given-clock';
import { ScriptedPg } from './scripted-pg';

export const october31 = '2026-10-31' as CalendarDate;
/** 10:00 in Seoul on that day. */
export const tenOClock = '2026-10-31T01:00:00.000Z';

export const policy: Policy = {
  resolveLadderMs: [90_000, 300_000, 1_800_000, 7_200_000, 43_200_000, 86_400_000],
  retryLadder: [
    { ms: 86_400_000, wholeDays: 1 },
    { ms: 3 * 86_400_000, wholeDays: 3 },
    { ms: 5 * 86_400_000, wholeDays: 5 },
  ],
  billingTime: { hour: 10, minute: 0, zone: 'Asia/Seoul' },
  keepsHours: true,
  leaseMs: 90_000,
};

const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export interface GivenCustomer {
  readonly id: string;
  readonly subscriptionId?: string;
  readonly amount?: number;
  readonly day?: BillingDay;
  readonly status?: ImportRow['status'];
  readonly billingKey?: string;
  readonly startsOn?: string;
  readonly endsOn?: string;
  readonly pg?: ImportRow['pgProvider'];
}

export class Bench {
  readonly keys = new SealedKeys([randomBytes(32)]);

  private constructor(
    readonly clock: GivenClock,
    readonly pg: ScriptedPg,
    readonly records: Records,
    readonly world: World,
    readonly config: DatabaseConfig,
    private readonly folder: string,
  ) {}

  /** A bench on an empty database: `mysql` is that of a test's own database, none means a SQLite file. */
  static async open(mysql?: DatabaseConfig, at = tenOClock, more: Partial<Policy> = {}): Promise<Bench> {
    const folder = mkdtempSync(join(tmpdir(), 'billing-bench-'));
    const config = mysql ?? ({ kind: 'sqlite', path: join(folder, 'billing.db') } as const);
    const clock = new GivenClock(new Date(at));
    const database = await Database.open(config);
    await migrate(database, 'test', clock.now());
    await database.close();
    return Bench.on(config, folder, clock, new ScriptedPg(clock.now), more);
  }

  private static async on(
    config: DatabaseConfig,
    folder: string,
    clock: GivenClock,
    pg: ScriptedPg,
    more: Partial<Policy>,
    secrets?: SealedKeys,
  ): Promise<Bench> {
    const records = await openRecords({
      database: config,
      realm: 'test',
      billingTime: policy.billingTime,
      spoolFolder: join(folder, 'spool'),
      clock,
    });
    const keys = secrets ?? new SealedKeys([randomBytes(32)]);
    const world: World = {
      clock,
      ledger: records.desk,
      workList: records.workList,
      pgStates: records.pgStates,
      gateways: new Map([[pg.provider, pg]]),
      keys,
      spool: records.spool,
      policy: { ...policy, ...more },
      log: quiet,
      newId: randomUUID,
    };
    const bench = new Bench(clock, pg, records, world, config, folder);
    Object.assign(bench, { keys });
    return bench;
  }

  /** Another process on the same database, with the same PG, secrets and clock. */
  async another(): Promise<Bench> {
    return Bench.on(this.config, this.folder, this.clock, this.pg, this.world.policy, this.keys);
  }

  async given(...customers: GivenCustomer[]): Promise<void> {
    const result = await importRows(this.records.database, this.keys, customers.map(rowOf), {
      dryRun: false,
      allowSecond: true,
      now: new Date('2026-10-01T00:00:00Z'),
      zone: 'Asia/Seoul',
    });
    if (result.kind !== 'done') throw new Error(JSON.stringify(result));
  }

  async plan(date: CalendarDate = october31): Promise<number> {
    return this.records.planner.plan(date, { early: true, startedBy: 'cycle', now: this.clock.now() });
  }

  /** Plans and runs a date. */
  async cycle(date: CalendarDate = october31): Promise<void> {
    await this.plan(date);
    await runCycle(this.world, date, { actor: 'cycle' });
  }

  async charges(): Promise<Charge[]> {
    return this.records.database.read((manager) =>
      manager.find(chargeTable, { order: { customerId: 'ASC', billingDate: 'ASC' } }),
    );
  }

  /** The only charge of this subscription (or customer). */
  async charge(subscriptionId: string): Promise<Charge> {
    const found = (await this.charges()).filter((charge) => charge.subscriptionId === subscriptionId);
    const [only] = found;
    if (!only || found.length > 1) throw new Error(`${subscriptionId} has ${found.length} charges`);
    return only;
  }

  async attempts(subscriptionId: string) {
    const { id } = await this.charge(subscriptionId);
    return this.records.database.read((manager) =>
      manager.find(attemptTable, { where: { chargeId: id }, order: { attemptNo: 'ASC' } }),
    );
  }

  /** A charge's rows as `ACT STATUS`, oldest first. */
  async story(subscriptionId: string): Promise<string[]> {
    const { id } = await this.charge(subscriptionId);
    const rows = await this.records.database.read((manager) =>
      manager.find(historyTable, { where: { chargeId: id }, order: { seq: 'ASC' } }),
    );
    return rows.map((row) => `${row.act} ${row.status}${row.failureCode ? ` ${row.failureCode}` : ''}`);
  }

  /** The chain of every customer holds. */
  async verified(): Promise<void> {
    const result = await verify(this.records.database);
    if (result.kind !== 'holds') throw new Error(JSON.stringify(result));
  }

  /** Ends this process only; the database stays. */
  async leave(): Promise<void> {
    await this.records.close();
  }

  async close(): Promise<void> {
    await this.records.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function rowOf(given: GivenCustomer, nth: number): ImportRow {
  return {
    line: nth + 2,
    customerId: given.id,
    customerName: `고객 ${given.id}`,
    email: `${given.id}@example.com`,
    phone: '010-1234-5678',
    subscriptionId: given.subscriptionId ?? given.id,
    orderName: '월 구독',
    amount: won(given.amount ?? 49_000),
    billingDay: given.day ?? 'L',
    pgProvider: given.pg ?? 'TOSS',
    billingKey: given.billingKey ?? `key-of-${given.subscriptionId ?? given.id}`,
    customerKey: `ck-${given.id}`,
    startsOn: (given.startsOn ?? '2026-01-01') as CalendarDate,
    endsOn: (given.endsOn ?? null) as CalendarDate | null,
    status: given.status ?? 'ACTIVE',
  };
}
