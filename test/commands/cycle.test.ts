// `cycle` as a user runs it: what it asks before, what it says after, and what is in the PG's books.

import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from '../../src/records/database';
import { historyTable } from '../../src/records/entities';
import { lastLine, type Ran } from '../support/command-line';
import { Storm, stormDate } from '../support/storm';

/** Every command is a process, and a loaded machine starts one in a second or two. */
jest.setTimeout(90_000);

type Report = Record<string, number>;

const keys = 'billingDate due paid failed retrying unknown held canceled refunded paidAmount seconds'.split(' ');

let storm: Storm;
afterEach(() => storm.end());

const begin = async (customers: number, env: Record<string, string> = {}, latencyMs = 0): Promise<Storm> => {
  storm = await Storm.begin({ customers, faultRate: 0, seed: 1, latencyMs, env });
  return storm;
};

function reportOf(ran: Ran): Report {
  const report = lastLine<Report>(ran);
  expect(Object.keys(report)).toEqual(keys);
  const { due, paid, failed, unknown, held, canceled } = report as Record<string, number>;
  expect(due).toBe(paid! + failed! + unknown! + held! + canceled!);
  return report;
}

const transmissions = async (): Promise<number> => {
  const database = await Database.open(storm.config);
  try {
    return await database.read((manager) => manager.countBy(historyTable, { act: 'CHARGE', status: 'REQUESTED' }));
  } finally {
    await database.close();
  }
};

test('a date from before the subscriptions joined waits for --yes, and nothing is sent meanwhile', async () => {
  await begin(3);
  const asked = await storm.cli.run('cycle', '--date', stormDate);
  expect(asked).toMatchObject({ code: 2, stdout: '' });
  expect(asked.stderr).toMatch(/3 charges \(30,003원\) of 2026-10-31 .*Nothing was sent\. .*--yes/);
  expect(await storm.books()).toEqual([]);
});

test('a dry run says what would be, and sends nothing', async () => {
  await begin(3);
  const dry = await storm.cli.run('cycle', '--date', stormDate, '--dry-run');
  expect(dry).toMatchObject({ code: 0, stderr: '' });
  expect(dry.stdout).toContain('3 charges (30,003원) would be planned and sent; of these 3 need --yes');
  expect(reportOf(dry)).toMatchObject({ due: 3, held: 3, paid: 0 });
  expect(await storm.books()).toEqual([]);
  expect(await transmissions()).toBe(0);
});

test('a second run charges nobody', async () => {
  await begin(3);
  const first = await storm.cycle();
  expect(first.code).toBe(0);
  expect(reportOf(first)).toMatchObject({ due: 3, paid: 3, paidAmount: 30_003 });
  const second = await storm.cli.run('cycle', '--date', stormDate);
  expect(second.code).toBe(0);
  expect(reportOf(second)).toMatchObject({ due: 3, paid: 3, paidAmount: 30_003 });
  expect(await storm.books()).toHaveLength(3);
  expect(await transmissions()).toBe(3);
});

test.each([
  ['2999-01-01', /2999-01-01 lies ahead \(today is \d{4}-\d\d-\d\d in Asia\/Seoul\)/],
  ['2026-02-30', /"2026-02-30" is not a date; write YYYY-MM-DD/],
  ['yesterday', /"yesterday" is not a date; write YYYY-MM-DD/],
])('--date %s is refused, also with --yes', async (date, reason) => {
  await begin(1);
  const ran = await storm.cli.run('cycle', '--date', date, '--yes');
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expect(ran.stderr).toMatch(reason);
});

test('a date on which nothing falls due says so beside its zeros', async () => {
  await begin(1);
  const ran = await storm.cli.run('cycle', '--date', '2026-10-30', '--yes');
  expect(ran.code).toBe(0);
  expect(reportOf(ran)).toMatchObject({ due: 0 });
  expect(ran.stderr).toContain('nothing falls due on 2026-10-30');
});

test('a declined and an unclear charge are counted, and end the command with 1', async () => {
  await begin(3);
  storm.toss.faults.set({
    byBillingKey: {
      sbx_c000000: [{ kind: 'decline', code: 'INVALID_STOPPED_CARD' }],
      sbx_c000001: [{ kind: 'approve-then-drop' }, { kind: 'lookup-500' }],
    },
  });
  const ran = await storm.cycle();
  expect(ran.code).toBe(1);
  expect(reportOf(ran)).toMatchObject({ due: 3, paid: 1, failed: 1, retrying: 0, unknown: 1, paidAmount: 10_002 });
});

test('a PG that is down gets a few attempts, the rest is held; once it is up everything is collected once', async () => {
  await begin(60, { PG_CONCURRENCY: '4' });
  await storm.toss.down();
  const down = await storm.cycle();
  expect(down.code).toBe(1);
  expect(reportOf(down)).toMatchObject({ due: 60, paid: 0, failed: 0, held: 60, unknown: 0 });
  expect(await transmissions()).toBeLessThan(30);
  await storm.toss.up();
  await storm.calm();
  const up = await storm.cycle();
  expect(up.code).toBe(0);
  expect(reportOf(up)).toMatchObject({ due: 60, paid: 60 });
  expect(await storm.disagreements()).toEqual([]);
});

test('SIGINT lets calls in flight end and be recorded; the next run completes the date', async () => {
  await begin(40, { PG_CONCURRENCY: '4' }, 300);
  const running = storm.cli.start('cycle', '--date', stormDate, '--yes');
  while ((await storm.books()).length < 4) await sleep(20);
  running.process.kill('SIGINT');
  const stopped = await running.ended;
  expect(stopped).toMatchObject({ code: 1, signal: null });
  expect(stopped.stderr).toContain('stopping: calls in flight end and are recorded');
  const { paid, held, unknown } = reportOf(stopped);
  expect(unknown).toBe(0);
  expect(held).toBeGreaterThan(0);
  expect(await storm.books()).toHaveLength(paid!);
  const second = await storm.cycle();
  expect(second.code).toBe(0);
  expect(reportOf(second)).toMatchObject({ due: 40, paid: 40 });
  expect(await transmissions()).toBe(40);
  expect(await storm.disagreements()).toEqual([]);
});
