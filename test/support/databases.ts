// Every suite of records/ and cycle/ runs on both databases.

import { Bench } from './bench';
import { configOf } from './database-config';
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

export { configOf };
