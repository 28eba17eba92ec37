// `migrate`: brings the database to the current schema and stamps it with this process's realm.

import { systemClock } from '../clock/system-clock';
import type { Config } from '../config';
import { Database } from '../records/database';
import { migrate } from '../records/schema';
import { type ExitCode, print } from './session';

export async function runMigrate(config: Config): Promise<ExitCode> {
  const database = await Database.open(config.database);
  try {
    const done = await migrate(database, config.realm, systemClock.now());
    print(
      done.length === 0
        ? `${database.where} is current (realm ${config.realm})`
        : `${database.where} migrated: ${done.join(', ')} (realm ${config.realm})`,
    );
    return 0;
  } finally {
    await database.close();
  }
}
