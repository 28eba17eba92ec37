// Every suite of records/ and cycle/ runs on both databases.

import type { DatabaseConfig } from '../../src/records/database';
import { Bench } from './bench';
import { describeOnMariadb } from './mariadb';

type OpenBench = (
  ...args: Parameters<typeof Bench.open> extends [unknown?, ...infer Rest] ? Rest : never
) => Promise<Bench>;

/** A suite that gets a bench on an empty database of its own for every call. */
export function describeOnEveryDatabase(title: string, suite: (openBench: OpenBench) => void): void {
  describe(`${title}, on SQLite`, () => suite((...rest) => Bench.open(undefined, ...rest)));
  describeOnMariadb(title, (mariadb) =>
    suite(async (...rest) => Bench.open(configOf((await mariadb.createDatabase()).url), ...rest)),
  );
}

/** A `mysql://` address as the records take it. */
export function configOf(url: string): DatabaseConfig {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    kind: 'mysql',
    host: hostname,
    port: Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: pathname.slice(1),
    ssl: false,
  };
}
