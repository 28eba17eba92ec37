// Real processes, killed and started again, several at once, at a PG with faults of every kind. At the end the PG's
// books and ours say the same. `BILLING_STORM=full npx jest test/crash` runs the long version.

import { setTimeout as sleep } from 'node:timers/promises';
import type { CycleReport } from '../../src/commands/cycle';
import { lastLine, type Ran } from '../support/command-line';
import { configOf } from '../support/databases';
import { describeOnMariadb } from '../support/mariadb';
import { Storm, type StormOptions } from '../support/storm';

const full = process.env.BILLING_STORM === 'full';
const size = full ? { customers: 2000, kills: 30 } : { customers: 150, kills: 4 };
const limitMs = full ? 1_200_000 : 180_000;

/** Says the figures of a long run. */
const say = (what: string): void => {
  if (full) process.stderr.write(`${what}\n`);
};

type Where = Pick<StormOptions, 'mysql'>;

describe('on SQLite', () => {
  theSame(async () => ({}), 2);
});

describeOnMariadb('in a storm', (mariadb) => {
  theSame(async () => {
    const { url } = await mariadb.createDatabase();
    return { mysql: { url, config: configOf(url) } };
  }, 3);
});

function theSame(place: () => Promise<Where>, processes: number): void {
  let storm: Storm | undefined;
  const begin = async (more: Partial<StormOptions> = {}): Promise<Storm> => {
    storm = await Storm.begin({
      customers: size.customers,
      faultRate: 0.05,
      seed: 20261031,
      ...(await place()),
      ...more,
    });
    return storm;
  };
  afterEach(async () => {
    await storm?.end();
    storm = undefined;
  });

  /** Everything known, everything added up, nobody charged by one more run. */
  async function atRest(storm: Storm): Promise<void> {
    await storm.calm();
    const before = (await storm.books()).length;
    const report = lastLine<CycleReport>(await storm.cycle());
    say(`${JSON.stringify(report)} books: ${before} payments`);
    expect(report.due).toBe(size.customers);
    expect(report.paid + report.failed + report.unknown + report.held + report.canceled).toBe(report.due);
    expect(await storm.disagreements()).toEqual([]);
    expect(await storm.books()).toHaveLength(before);
    const verified = await storm.cli.run('verify');
    say(verified.stdout.trim());
    expect(verified.code).toBe(0);
  }

  test(
    'a cycle at a PG with faults of every kind ends with equal books, and a second run charges nobody',
    async () => {
      const storm = await begin();
      const ran = await storm.cycle();
      say(ran.stdout.trim());
      expect(lastLine<CycleReport>(ran).due).toBe(size.customers);
      await atRest(storm);
    },
    limitMs,
  );

  test(
    `${size.kills} kills at random moments lose nothing and double nothing`,
    async () => {
      const storm = await begin({ latencyMs: 60, env: { PG_CONCURRENCY: '8' } });
      const random = numbers(7);
      for (let kill = 0; kill < size.kills; kill += 1) {
        const running = storm.cli.start('cycle', '--date', '2026-10-31', '--yes');
        await Promise.race([sleep(400 + random() * (full ? 4000 : 1500)), running.ended]);
        running.process.kill('SIGKILL');
        const ended = await running.ended;
        say(
          `kill ${kill + 1}: ${ended.signal ?? `had ended with ${ended.code}`}, ${(await storm.books()).length} payments`,
        );
      }
      await atRest(storm);
    },
    limitMs,
  );

  test(
    `${processes} processes at once share the date: nobody is charged twice`,
    async () => {
      const storm = await begin();
      const ran: Ran[] = await Promise.all(Array.from({ length: processes }, () => storm.cycle()));
      for (const one of ran) {
        say(one.stdout.trim());
        expect(one.code).not.toBe(2);
      }
      await atRest(storm);
    },
    limitMs,
  );
}

/** Numbers from 0 to 1 that are the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
