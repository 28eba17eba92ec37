// Everything the program remembers, opened as one thing.

import type { Clock } from '../cycle/ports';
import type { BillingTime } from '../domain/calendar';
import { Database, type DatabaseConfig } from './database';
import { Desk } from './desk';
import { StoredOutbox } from './outbox';
import { StoredPgStates } from './pg-states';
import { Planner } from './plan';
import { StoredReading } from './reading';
import { openInstallation, type Realm } from './schema';
import { FileSpool } from './spool';
import { ChargeWorkList } from './work-list';

export interface Records {
  readonly database: Database;
  readonly installationId: string;
  readonly desk: Desk;
  readonly workList: ChargeWorkList;
  readonly pgStates: StoredPgStates;
  readonly planner: Planner;
  readonly outbox: StoredOutbox;
  readonly reading: StoredReading;
  readonly spool: FileSpool;
  close(): Promise<void>;
}

export interface RecordsOptions {
  readonly database: DatabaseConfig;
  readonly realm: Realm;
  readonly billingTime: BillingTime;
  readonly spoolFolder: string;
  readonly clock: Pick<Clock, 'now'>;
}

/** Opens the records of a database that is migrated and of this realm. Throws `DatabaseGone` or `WrongDatabase`, with nothing left open. */
export async function openRecords(options: RecordsOptions): Promise<Records> {
  const database = await Database.open(options.database);
  try {
    const installation = await openInstallation(database, options.realm);
    const now = () => options.clock.now();
    const outbox = new StoredOutbox(database, now);
    const planner = new Planner(database, installation.id, options.billingTime, outbox);
    const spool = new FileSpool(options.spoolFolder);
    return {
      database,
      installationId: installation.id,
      desk: new Desk(database, now, outbox.announce),
      workList: new ChargeWorkList(database),
      pgStates: new StoredPgStates(database, now, outbox.announce),
      planner,
      outbox,
      reading: new StoredReading(database, options.billingTime, now, planner),
      spool,
      close: async () => {
        await spool.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
