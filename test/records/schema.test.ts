// The schema and the stamp: what migrate makes, makes again and refuses.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database, type DatabaseConfig } from '../../src/records/database';
import { refundTable, tables } from '../../src/records/entities';
import { openRecords, type Records } from '../../src/records/records';
import { migrate, openInstallation, type Realm } from '../../src/records/schema';
import { ChargeWorkList } from '../../src/records/work-list';
import { configOf } from '../support/databases';
import { describeOnMariadb } from '../support/mariadb';
import { installedServer, type PrivateMariadb, startMariadb } from '../support/mariadb-server';

const now = new Date('2026-10-31T01:00:00Z');
const ourMigrations = (database: Database): string[] => database.source.migrations.map((one) => one.name ?? '');

interface Column {
  readonly name: string;
  readonly nullable: boolean;
}

async function columnsOf(database: Database, table: string): Promise<Column[]> {
  const sqlite = database.dialect === 'sqlite';
  const sql = sqlite
    ? 'SELECT name, "notnull" = 0 AS nullable FROM pragma_table_info(?)'
    : "SELECT column_name AS name, is_nullable = 'YES' AS nullable FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ?";
  const rows = await database.read((manager) => manager.query<{ name: string; nullable: unknown }[]>(sql, [table]));
  return rows
    .map((row) => ({ name: row.name, nullable: Number(row.nullable) === 1 }))
    .sort((one, other) => one.name.localeCompare(other.name));
}

function records(database: DatabaseConfig, realm: Realm): Promise<Records> {
  const billingTime = { hour: 10, minute: 0, zone: 'Asia/Seoul' };
  return openRecords({ database, realm, billingTime, spoolFolder: join(tmpdir(), 'never'), clock: { now: () => now } });
}

function suite(emptyDatabase: () => Promise<DatabaseConfig>): void {
  let config: DatabaseConfig;
  let database: Database;
  beforeEach(async () => {
    config = await emptyDatabase();
    database = await Database.open(config);
  });
  afterEach(() => database.close());
  const run = (sql: string): Promise<unknown> => database.write(({ manager }) => manager.query(sql));

  test('every entity has exactly the columns of its table, with the same right to be null', async () => {
    await migrate(database, 'test', now);
    for (const table of tables) {
      const { tableName, columns } = database.source.getMetadata(table);
      const declared = columns
        .map((column): Column => ({ name: column.databaseName, nullable: column.isNullable }))
        .sort((one, other) => one.name.localeCompare(other.name));
      expect([tableName, await columnsOf(database, tableName)]).toEqual([tableName, declared]);
    }
  });

  test('migrating twice does nothing the second time', async () => {
    expect(await migrate(database, 'test', now)).toEqual(ourMigrations(database));
    const stamp = await openInstallation(database, 'test');
    expect(await migrate(database, 'test', new Date(now.getTime() + 1000))).toEqual([]);
    expect(await openInstallation(database, 'test')).toEqual(stamp);
    expect(stamp).toMatchObject({ realm: 'test', historyFormat: 1, createdAt: now });
  });

  test('a migration that died half way is completed by the next', async () => {
    await migrate(database, 'test', now);
    const stamp = await openInstallation(database, 'test');
    for (const sql of [
      'DROP TABLE refusal',
      'DROP TABLE outbox',
      'DROP TRIGGER payment_history_no_update',
      database.dialect === 'sqlite' ? 'DROP INDEX charge_by_watch' : 'DROP INDEX charge_by_watch ON charge',
      'DELETE FROM schema_migration',
    ])
      await run(sql);
    await expect(openInstallation(database, 'test')).rejects.toThrow('npm run billing -- migrate');
    expect(await migrate(database, 'test', now)).toEqual(ourMigrations(database));
    expect(await openInstallation(database, 'test')).toEqual(stamp);
    expect(await columnsOf(database, 'refusal')).toHaveLength(3);
    await run(
      `INSERT INTO payment_history (id, customer_id, act, status, actor, created_at, seq, prev_hash, hash)
        VALUES ('a', 'SYSTEM', 'HOLD', 'SUCCESS', 'test', '2026-10-31 01:00:00', 1, '0', '0')`,
    );
    await expect(run("UPDATE payment_history SET actor = 'x'")).rejects.toThrow('only ever added to');
  });

  /** As the version before the dates of refunds left it, with this much of the next step done. */
  async function beforeRefundDates(done: 'nothing' | 'column' | 'column and index'): Promise<void> {
    await migrate(database, 'test', now);
    await run("DELETE FROM schema_migration WHERE name = 'RefundWatch1700000001000'");
    const index = database.dialect === 'sqlite' ? 'refund_by_watch' : 'refund_by_watch ON refund';
    if (done !== 'column and index') await run(`DROP INDEX ${index}`);
    if (done === 'nothing') await run('ALTER TABLE refund DROP COLUMN watch_at');
    const refunded: [string, string, string | null, string][] = [
      ['AAAA', 'REFUND_UNKNOWN', '2026-10-31 01:01:30.123', 'OPEN'],
      ['BBBB', 'UNKNOWN', '2026-10-31 02:00:00.000', 'OPEN'],
      ['CCCC', 'PAID', null, 'OPEN'],
      ['DDDD', 'PAID', null, 'CANCELED'],
    ];
    for (const [id, state, watchAt, status] of refunded) {
      await database.write(({ manager }) =>
        manager.query(
          `INSERT INTO charge (id, customer_id, subscription_id, billing_date, amount, pg_provider, state, version, watch_at, attempts, refunded_amount)
            VALUES (?, 'kim', ?, '2026-10-31', 49000, 'TOSS', ?, 3, ?, 1, 0)`,
          [id, id, state, watchAt],
        ),
      );
      await database.write(({ manager }) =>
        manager.query(
          `INSERT INTO refund (id, charge_id, customer_id, pg_provider, order_id, payment_key, amount, remaining, of_surplus, status, state_before, requested_by, sent_at, resolve_step)
            VALUES (?, ?, 'kim', 'TOSS', ?, 'pay', 49000, 49000, 0, ?, 'PAID', 'cli:kim', '2026-10-31 01:00:00.000', 0)`,
          [`refund-${id}`, id, `${id}-1`, status],
        ),
      );
    }
  }

  test.each(['nothing', 'column', 'column and index'] as const)(
    'open refunds of an earlier version get the date of their charge, or now, when of their own step %s was done',
    async (done) => {
      await beforeRefundDates(done);
      const startedAt = new Date(Date.now() - 5_000);
      expect(await migrate(database, 'test', now)).toEqual(['RefundWatch1700000001000']);
      const refunds = await database.read((manager) => manager.find(refundTable, { order: { id: 'ASC' } }));
      const dates = new Map(refunds.map((one) => [one.chargeId, one.watchAt]));
      expect(dates.get('AAAA')).toEqual(new Date('2026-10-31T01:01:30.123Z'));
      expect(dates.get('BBBB')).toEqual(new Date('2026-10-31T02:00:00Z'));
      const undated = dates.get('CCCC');
      expect(undated?.getTime()).toBeGreaterThan(startedAt.getTime());
      expect(undated?.getTime()).toBeLessThan(startedAt.getTime() + 60_000);
      expect(dates.get('DDDD')).toBeNull();
      const workList = new ChargeWorkList(database);
      const due = await workList.refundsWatched(new Date(Date.now() + 365 * 86_400_000), 10);
      expect(due.map((one) => one.chargeId).sort()).toEqual(['AAAA', 'BBBB', 'CCCC']);
      expect(await migrate(database, 'test', now)).toEqual([]);
    },
  );

  test('a database without tables is refused with the way out, and can be migrated afterwards', async () => {
    await expect(records(config, 'test')).rejects.toThrow(/has no tables yet; run: npm run billing -- migrate$/);
    await migrate(database, 'test', now);
    await (await records(config, 'test')).close();
  });

  test('a database that was never stamped is refused with the way out', async () => {
    await migrate(database, 'test', now);
    await run('DELETE FROM installation');
    await expect(records(config, 'test')).rejects.toThrow(/was never stamped; run: npm run billing -- migrate$/);
  });

  test('a database of another realm is refused by whoever opens it and by migrate', async () => {
    await migrate(database, 'live', now);
    const message = `the database ${database.where} belongs to realm live, and this process is of realm test; use the PG keys of live, or another DATABASE_URL`;
    await expect(records(config, 'test')).rejects.toThrow(message);
    await expect(migrate(database, 'test', now)).rejects.toThrow(message);
    expect((await openInstallation(database, 'live')).realm).toBe('live');
  });

  test('a schema newer than this program is refused by whoever opens it and by migrate', async () => {
    await migrate(database, 'test', now);
    await run("INSERT INTO schema_migration (timestamp, name) VALUES (1900000000000, 'Later1900000000000')");
    const message = /is newer than this program \(it has Later1900000000000\); install the newer version$/;
    await expect(records(config, 'test')).rejects.toThrow(message);
    await expect(migrate(database, 'test', now)).rejects.toThrow(message);
  });
}

describe('the schema, on SQLite', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'billing-schema-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  suite(async () => ({ kind: 'sqlite', path: join(folder, 'billing.db') }));
});

describeOnMariadb('the schema', (mariadb) => {
  const emptyDatabase = async () => configOf((await mariadb.createDatabase()).url);
  suite(emptyDatabase);

  test('every connection of the pool speaks UTC, cuts nothing silently and takes no gap locks, the first one too', async () => {
    const database = await Database.open(await emptyDatabase());
    const ask = () =>
      database.read((manager) =>
        manager.query<object[]>(
          'SELECT CONNECTION_ID() AS id, @@tx_isolation AS isolation, @@sql_mode AS mode, @@time_zone AS zone, CONCAT(@@innodb_lock_wait_timeout) AS wait, SLEEP(0.05) AS slept',
        ),
      );
    const seen = (await Promise.all(Array.from({ length: 4 }, ask))).flat();
    expect(seen).toEqual(
      seen.map(() =>
        expect.objectContaining({
          isolation: 'READ-COMMITTED',
          mode: 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',
          zone: '+00:00',
          wait: '5',
        }),
      ),
    );
    await database.close();
  });

  test('a wrong password is refused without being repeated', async () => {
    const config = { ...(await emptyDatabase()), password: 'not-the-password' };
    const error = await Database.open(config).catch((one: unknown) => one);
    expect(String(error)).toContain('Access denied');
    expect(String(error)).not.toContain('not-the-password');
  });

  test('a server that is not there is named, and its password is not', async () => {
    const config = { ...(await emptyDatabase()), port: 1, password: 'a-password' };
    const error = await Database.open(config).catch((one: unknown) => one);
    expect(String(error)).toContain('the database 127.0.0.1:1/');
    expect(String(error)).toContain('connect ECONNREFUSED');
    expect(String(error)).not.toContain('a-password');
  });
});

(installedServer() ? describe : describe.skip)('a MariaDB that lets only SUPER create triggers', () => {
  let server: PrivateMariadb | undefined;
  beforeAll(async () => {
    server = await startMariadb();
  }, 60_000);
  afterAll(() => server?.stop());

  test('is told by the name of its setting, is not used half made, and is completed once it is set', async () => {
    if (!server) throw new Error('no server');
    const config = configOf((await server.createDatabase()).url);
    const database = await Database.open(config);
    await expect(migrate(database, 'test', now)).rejects.toThrow(
      'SET GLOBAL log_bin_trust_function_creators = 1; then run migrate again',
    );
    await expect(records(config, 'test')).rejects.toThrow('npm run billing -- migrate');
    await server.query('SET GLOBAL log_bin_trust_function_creators = 1');
    expect(await migrate(database, 'test', now)).toEqual(ourMigrations(database));
    await (await records(config, 'test')).close();
    await database.close();
  });
});
