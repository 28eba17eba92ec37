// Every suite of records/ and cycle/ runs on both databases.

import { Bench } from './bench';

type OpenBench = (
  ...args: Parameters<typeof Bench.open> extends [unknown?, ...infer Rest] ? Rest : never
) => Promise<Bench>;

export function describeOnEveryDatabase(title: string, suite: (openBench: OpenBench) => void): void {
  describe(`${title}, on SQLite`, () => suite((...rest) => Bench.open(undefined, ...rest)));
}
