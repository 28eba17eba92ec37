// What differs between SQLite and MySQL, and nothing else.

import { type DataSource, type DataSourceOptions, type EntityManager, QueryFailedError } from 'typeorm';
import type { DatabaseConfig } from './database';

export type DialectName = 'sqlite' | 'mysql';

/** How TypeORM opens each. The pool's session settings are made in `prepareSessions`. */
export function dataSourceOptions(config: DatabaseConfig): DataSourceOptions {
  if (config.kind === 'sqlite') {
    return {
      type: 'better-sqlite3',
      database: config.path,
      enableWAL: true,
      // A blocked event loop answers nobody: wait briefly here, and again asynchronously in database.ts.
      prepareDatabase: (db: { pragma(text: string): unknown }) => {
        db.pragma('synchronous = FULL');
        db.pragma('busy_timeout = 100');
        db.pragma('foreign_keys = ON');
      },
    };
  }
  return {
    type: 'mysql',
    host: config.host,
    port: config.port,
    username: config.user,
    password: config.password,
    database: config.database,
    ...(config.ssl ? { ssl: { rejectUnauthorized: true } } : {}),
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    // A date read as an instant moves by a day on a machine west of UTC.
    dateStrings: ['DATE'],
    connectTimeout: 10_000,
    poolSize: 8,
    supportBigNumbers: true,
    // The driver would note the call stack of every query for the sake of the few that fail.
    extra: { trace: false },
    // For batches of statements in one trip (bulk.ts). Every value is a parameter.
    multipleStatements: true,
  };
}

interface Pool {
  on(event: 'connection', listener: (connection: { query(sql: string): void }) => void): void;
}

const sessionSettings = [
  // Read committed takes no gap locks, and every read after a lock sees what the lock waited for.
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00', innodb_lock_wait_timeout = 5",
] as const;

/** MySQL: UTC, strict (nothing is cut silently), short lock waits. Runs on every new connection before its first statement. */
export async function prepareSessions(dataSource: DataSource): Promise<void> {
  if (dialectOf(dataSource) === 'sqlite') return;
  const { pool } = dataSource.driver as unknown as { pool: Pool };
  pool.on('connection', (connection) => {
    for (const setting of sessionSettings) connection.query(setting);
  });
  // TypeORM opened one connection to look at the server, before anybody could listen; it is the one that is free now.
  for (const setting of sessionSettings) await dataSource.query(setting);
}

export const dialectOf = (dataSource: DataSource): DialectName =>
  dataSource.options.type === 'better-sqlite3' ? 'sqlite' : 'mysql';

/** Row locks where there are any; SQLite's BEGIN IMMEDIATE holds the whole database. */
export const forUpdate = (dialect: DialectName): string => (dialect === 'mysql' ? ' FOR UPDATE' : '');

/** What went wrong, as far as it decides what to do: repeat at once, wait for the database to return, or give up. */
export type Trouble = 'conflict' | 'gone' | 'other';

const conflicts = new Set([
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_CHECKREAD',
  'SQLITE_BUSY',
  'SQLITE_BUSY_SNAPSHOT',
  'SQLITE_BUSY_RECOVERY',
  'SQLITE_LOCKED',
]);

const gone = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ER_SERVER_SHUTDOWN',
  'ER_NEW_ABORTING_CONNECTION',
  'ER_CON_COUNT_ERROR',
  'ER_OPTION_PREVENTS_STATEMENT', // A failover left us on a read-only server.
  'ER_CONNECTION_KILLED',
  'ER_QUERY_INTERRUPTED',
  'ER_UNKNOWN_COM_ERROR', // A Galera node that is not part of its cluster.
]);

/** Classifies an error of the driver. */
export function troubleOf(error: unknown): Trouble {
  const code = codeOf(error);
  if (conflicts.has(code)) return 'conflict';
  const text = error instanceof Error ? error.message : '';
  const closed = /closed state|Connection is closed|Pool is closed|connection was killed|server has gone away/i.test(
    text,
  );
  return gone.has(code) || closed ? 'gone' : 'other';
}

/** The driver's code of an error, or an empty string. */
export function codeOf(error: unknown): string {
  const inner =
    error instanceof QueryFailedError
      ? (error.driverError as { code?: unknown })
      : (error as { code?: unknown } | null);
  return typeof inner?.code === 'string' ? inner.code : '';
}

/** Whether an insert met a row that is there already. */
export const isDuplicate = (error: unknown): boolean =>
  ['ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'].includes(codeOf(error));

/** An instant as a parameter of a hand-written statement: SQLite binds no dates, it keeps instants as UTC text. */
export const asParameter = (manager: EntityManager, instant: Date): Date | string =>
  dialectOf(manager.connection) === 'sqlite' ? instant.toISOString().replace('T', ' ').replace('Z', '') : instant;
