// The schema and the stamp: bringing a database to the current schema, and refusing one that is not ours to use.

import { randomUUID } from 'node:crypto';
import { systemCustomer } from '../domain/history';
import { pgProviders } from '../domain/outcome';
import type { Database } from './database';
import { codeOf } from './dialect';
import { customerTable, type Installation, installationTable, pgStateTable } from './entities';
import { genesisHash, historyFormat } from './history-chain';

export type Realm = Installation['realm'];

/** The database is not one that this process may work on; the message names the way out. */
export class WrongDatabase extends Error {}

const sealFormat = 1;

/** Brings the database to the current schema and stamps it. Every step can be repeated. Answers the names of what it did. */
export async function migrate(database: Database, realm: Realm, now: Date): Promise<string[]> {
  await refuseOther(database, realm);
  const done = await runMigrations(database);
  await database.write(async ({ manager }) => {
    if ((await manager.count(installationTable)) === 0) {
      await manager.insert(installationTable, { id: randomUUID(), realm, historyFormat, sealFormat, createdAt: now });
    }
    if (!(await manager.existsBy(customerTable, { id: systemCustomer }))) {
      const blank = { name: '', nameKey: '', email: '', phone: '', phoneKey: '' };
      await manager.insert(customerTable, {
        id: systemCustomer,
        ...blank,
        chainSeq: 0,
        chainHash: genesisHash,
        chainAt: null,
        createdAt: now,
      });
    }
    for (const provider of pgProviders) {
      if (await manager.existsBy(pgStateTable, { provider })) continue;
      const quiet = {
        heldBy: null,
        heldAt: null,
        heldReason: null,
        breakerOpenedAt: null,
        pausedUntil: null,
        probeAt: null,
      };
      await manager.insert(pgStateTable, { provider, ...quiet, recent: '', pauseMs: 0, probeStep: 0 });
    }
  });
  return done;
}

/** The installation of a database that this process may work on, or {@link WrongDatabase}. */
export async function openInstallation(database: Database, realm: Realm): Promise<Installation> {
  await refuseOther(database, realm);
  const pending = await database.inTurn(() => database.source.showMigrations());
  const known = await applied(database);
  if (known.length === 0)
    throw new WrongDatabase(`the database ${database.where} has no tables yet; run: npm run billing -- migrate`);
  if (pending)
    throw new WrongDatabase(
      `the schema of ${database.where} is older than this program; run: npm run billing -- migrate`,
    );
  const installation = await database.read((manager) => manager.findOne(installationTable, { where: {} }));
  if (!installation)
    throw new WrongDatabase(`the database ${database.where} was never stamped; run: npm run billing -- migrate`);
  return installation;
}

async function refuseOther(database: Database, realm: Realm): Promise<void> {
  const names = await applied(database);
  if (names.length === 0) return;
  const ours = new Set(database.source.migrations.map((migration) => migration.name));
  const newer = names.find((name) => !ours.has(name));
  if (newer)
    throw new WrongDatabase(
      `the schema of ${database.where} is newer than this program (it has ${newer}); install the newer version`,
    );
  const stamp = await database.read((manager) => manager.findOne(installationTable, { where: {} }).catch(() => null));
  if (stamp && stamp.realm !== realm) {
    throw new WrongDatabase(
      `the database ${database.where} belongs to realm ${stamp.realm}, and this process is of realm ${realm}; use the PG keys of ${stamp.realm}, or another DATABASE_URL`,
    );
  }
}

/** The migrations that this database has seen. */
async function applied(database: Database): Promise<string[]> {
  const exists = await database.inTurn(async () => {
    const runner = database.source.createQueryRunner();
    try {
      return await runner.hasTable('schema_migration');
    } finally {
      if (database.dialect === 'mysql') await runner.release();
    }
  });
  if (!exists) return [];
  const rows = await database.read((manager) =>
    manager.query<{ name: string }[]>('SELECT name FROM schema_migration ORDER BY id'),
  );
  return rows.map((row) => row.name);
}

async function runMigrations(database: Database): Promise<string[]> {
  try {
    if (database.dialect === 'mysql')
      return (await database.source.runMigrations({ transaction: 'none' })).map((one) => one.name);
    return await database.write(async () =>
      (await database.source.runMigrations({ transaction: 'none' })).map((one) => one.name),
    );
  } catch (error) {
    if (codeOf(error) === 'ER_BINLOG_CREATE_ROUTINE_NEED_SUPER') {
      throw new WrongDatabase(
        `the database ${database.where} refuses triggers from a user without SUPER while its binary log is on; ` +
          'have its administrator run: SET GLOBAL log_bin_trust_function_creators = 1; then run migrate again',
      );
    }
    throw error;
  }
}
