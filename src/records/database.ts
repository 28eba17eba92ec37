// The way to the database: one gate for SQLite, a pool for MySQL, and transactions that are repeated after a conflict.

import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type EntityManager, type Logger, type QueryRunner } from 'typeorm';
import { MoneyCore1700000000000 } from '../../migrations/1700000000000-money-core';
import { RefundWatch1700000001000 } from '../../migrations/1700000001000-refund-watch';
import { Messages1700000002000 } from '../../migrations/1700000002000-messages';
import type { Statement } from './bulk';
import { type DialectName, dataSourceOptions, dialectOf, forUpdate, prepareSessions, troubleOf } from './dialect';
import { tables } from './entities';

export type DatabaseConfig =
  | { readonly kind: 'sqlite'; readonly path: string }
  | {
      readonly kind: 'mysql';
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
      readonly ssl: boolean;
    };

/** The database cannot be reached, or went away and did not come back in time. */
export class DatabaseGone extends Error {
  constructor(where: string, cause: unknown) {
    super(
      `the database ${where} does not answer: ${cause instanceof Error ? cause.message || cause.name : String(cause)}`,
      { cause },
    );
    this.name = 'DatabaseGone';
  }
}

/** What a transaction sees of itself. */
export interface Transaction {
  readonly manager: EntityManager;
  /** 0 the first time; a repeat first looks whether its own ids are already there, because a COMMIT's answer can be lost. */
  readonly repeat: number;
}

/** A transaction that begins in its work's first trip and ends in its last: a trip more is a wait more, for everybody in line. */
export interface TravellingTransaction extends Transaction {
  /** What the first trip begins with. */
  readonly opening: readonly Statement<void>[];
  /** What the last trip ends with. */
  readonly closing: readonly Statement<void>[];
}

/** TypeORM would print to stdout, which is for results. Every error reaches its caller. */
const silent: Logger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};

/** How long a transaction is repeated before it is given up: a failover takes a while. */
const patienceMs = 20_000;

export class Database {
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly dataSource: DataSource,
    readonly where: string,
  ) {}

  static async open(config: DatabaseConfig): Promise<Database> {
    const where = config.kind === 'sqlite' ? config.path : `${config.host}:${config.port}/${config.database}`;
    const dataSource = new DataSource({
      ...dataSourceOptions(config),
      entities: tables,
      migrations: [MoneyCore1700000000000, RefundWatch1700000001000, Messages1700000002000],
      migrationsTableName: 'schema_migration',
      logger: silent,
    });
    try {
      await dataSource.initialize();
      await prepareSessions(dataSource);
    } catch (error) {
      if (dataSource.isInitialized) await dataSource.destroy().catch(() => undefined);
      throw troubleOf(error) === 'other' ? error : new DatabaseGone(where, error);
    }
    return new Database(dataSource, where);
  }

  get dialect(): DialectName {
    return dialectOf(this.dataSource);
  }

  /** ` FOR UPDATE` where rows are locked one by one. */
  get forUpdate(): string {
    return forUpdate(this.dialect);
  }

  /** For migrations and tests of the schema. */
  get source(): DataSource {
    return this.dataSource;
  }

  /** Reads outside any transaction. On SQLite it waits its turn: one DataSource is one connection, and a read would land in somebody's transaction. */
  async read<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.patiently(() =>
      this.dialect === 'sqlite' ? this.inTurn(() => work(this.dataSource.manager)) : work(this.dataSource.manager),
    );
  }

  /** One short transaction, repeated whole after a conflict, also one that shows only at COMMIT. Nothing is true before this returns. */
  async write<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return this.patiently((repeat) =>
      this.dialect === 'sqlite' ? this.inTurn(() => this.onSqlite(work, repeat)) : this.onMysql(work, repeat),
    );
  }

  /** As {@link write}, for work that puts `opening` first in its first trip and `closing` last in its last. */
  async writeInTrips<Result>(work: (transaction: TravellingTransaction) => Promise<Result>): Promise<Result> {
    const onSqlite = (one: Transaction): Promise<Result> => work({ ...one, opening: [], closing: [] });
    return this.patiently((repeat) =>
      this.dialect === 'sqlite'
        ? this.inTurn(() => this.onSqlite(onSqlite, repeat))
        : this.travelling(
            (one) => work({ ...one, opening: [said('START TRANSACTION')], closing: [said('COMMIT')] }),
            repeat,
          ),
    );
  }

  /** Runs `work` alone on SQLite's only connection. */
  async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = this.turn;
    let done = (): void => {};
    this.turn = new Promise<void>((resolve) => {
      done = resolve;
    });
    await before;
    try {
      return await work();
    } finally {
      done();
    }
  }

  async close(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  /** TypeORM's own BEGIN is deferred, and a deferred transaction that reads and then writes beside another process fails at once. */
  private async onSqlite<Result>(work: (transaction: Transaction) => Promise<Result>, repeat: number): Promise<Result> {
    const runner = this.dataSource.createQueryRunner();
    await runner.query('BEGIN IMMEDIATE');
    return this.committed(runner, work, repeat, {
      commit: () => runner.query('COMMIT'),
      rollback: () => runner.query('ROLLBACK'),
    });
  }

  private async onMysql<Result>(work: (transaction: Transaction) => Promise<Result>, repeat: number): Promise<Result> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      return await this.committed(runner, work, repeat, {
        commit: () => runner.commitTransaction(),
        rollback: () => runner.rollbackTransaction(),
      });
    } finally {
      await runner.release().catch(() => undefined);
    }
  }

  private async travelling<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    repeat: number,
  ): Promise<Result> {
    const runner = this.dataSource.createQueryRunner();
    try {
      return await this.committed(runner, work, repeat, {
        commit: async () => undefined, // The work's last trip did it.
        rollback: () => runner.query('ROLLBACK'),
      });
    } finally {
      await runner.release().catch(() => undefined);
    }
  }

  private async committed<Result>(
    runner: QueryRunner,
    work: (transaction: Transaction) => Promise<Result>,
    repeat: number,
    end: { commit(): Promise<unknown>; rollback(): Promise<unknown> },
  ): Promise<Result> {
    try {
      const result = await work({ manager: runner.manager, repeat });
      await end.commit();
      return result;
    } catch (error) {
      await end.rollback().catch(() => undefined);
      throw error;
    }
  }

  private async patiently<Result>(work: (repeat: number) => Promise<Result>): Promise<Result> {
    const givenUpAt = performance.now() + patienceMs;
    for (let repeat = 0; ; repeat += 1) {
      try {
        return await work(repeat);
      } catch (error) {
        const trouble = troubleOf(error);
        if (trouble === 'other') throw error;
        if (performance.now() > givenUpAt) throw new DatabaseGone(this.where, error);
        const most = trouble === 'conflict' ? Math.min(250, 5 * 2 ** repeat) : 500;
        await sleep(most / 2 + (Math.random() * most) / 2);
      }
    }
  }
}

/** A statement without parameters that answers nothing. */
const said = (sql: string): Statement<void> => ({ sql, values: [], read: () => undefined });
