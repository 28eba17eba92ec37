// Which dates the machine bills by itself: those whose time has come, those it was down on, those a dead process left.

import {
  type BillingDaysOptions,
  billWhatIsDue,
  finishCycles,
  missedDates,
  type Planning,
} from '../../src/cycle/billing-days';
import type { CalendarDate } from '../../src/domain/calendar';
import { cycleTable, subscriptionTable } from '../../src/records/entities';
import { type Bench, policy } from '../support/bench';
import { describeOnEveryDatabase } from '../support/databases';

const seoul = (text: string): string => new Date(`${text}+09:00`).toISOString();
const date = (text: string): CalendarDate => text as CalendarDate;

function planningOf({ records }: Bench): Planning {
  return {
    preview: (of) => records.planner.preview(of),
    plan: (of, options) => records.planner.plan(of, options),
    done: (of, now) => records.planner.done(of, now),
    unfinished: () => records.reading.unfinished(),
  };
}

const usual: BillingDaysOptions = { catchUpDays: 7, billingTime: policy.billingTime, actor: 'cycle' };
const bill = (bench: Bench, more: Partial<BillingDaysOptions> = {}): Promise<CalendarDate[]> =>
  billWhatIsDue(bench.world, planningOf(bench), { ...usual, ...more });

const cycles = async (bench: Bench): Promise<string[]> =>
  (await bench.records.database.read((manager) => manager.find(cycleTable, { order: { billingDate: 'ASC' } }))).map(
    (cycle) => `${cycle.billingDate} ${cycle.state}`,
  );
const states = async (bench: Bench): Promise<string[]> =>
  (await bench.charges()).map((charge) => `${charge.subscriptionId} ${charge.billingDate} ${charge.state}`);

/** As if it had been imported at that moment. */
const joined = (bench: Bench, at: string): Promise<unknown> =>
  bench.records.database.write(({ manager }) =>
    manager.update(subscriptionTable, { status: 'ACTIVE' }, { planFrom: new Date(at) }),
  );

/** A cycle as a process leaves it that dies. */
const leftBehind = (bench: Bench, billingDate: string, state: 'PLANNING' | 'RUNNING'): Promise<unknown> =>
  bench.records.database.write(({ manager }) =>
    manager.update(cycleTable, { billingDate: date(billingDate) }, { state, endedAt: null }),
  );

describeOnEveryDatabase('billing days', (openBench) => {
  let bench: Bench;
  afterEach(() => bench.close());

  test('today is billed when its billing time has come, not before', async () => {
    bench = await openBench(seoul('2026-10-31T09:59:59'));
    await bench.given({ id: 'kim' });
    expect(await bill(bench)).toEqual([]);
    expect(await cycles(bench)).toEqual([]);
    bench.clock.set(seoul('2026-10-31T10:00:00'));
    expect(await bill(bench)).toEqual(['2026-10-31']);
    expect(await states(bench)).toEqual(['kim 2026-10-31 PAID']);
    expect(await cycles(bench)).toEqual(['2026-10-31 DONE']);
  });

  test('a bot that was down over the 31st and the 1st bills both when it starts, the older first, and once', async () => {
    bench = await openBench(seoul('2026-11-03T08:00:00'));
    await bench.given({ id: 'kim' }, { id: 'lee', day: 1 }, { id: 'park', day: 15 });
    expect(await bill(bench)).toEqual(['2026-10-31', '2026-11-01']);
    expect(await states(bench)).toEqual(['kim 2026-10-31 PAID', 'lee 2026-11-01 PAID']);
    expect(await bill(bench)).toEqual([]);
    expect(bench.pg.charges).toHaveLength(2);
    await bench.verified();
  });

  test('going live on the 3rd bills nothing of the 1st', async () => {
    bench = await openBench(seoul('2026-11-03T12:00:00'));
    await bench.given({ id: 'kim', day: 1 });
    await joined(bench, seoul('2026-11-03T11:00:00'));
    expect(await bill(bench)).toEqual([]);
    expect(await cycles(bench)).toEqual([]);
    expect(await missedDates(planningOf(bench), { ...usual, now: bench.clock.now() })).toEqual([]);
  });

  test('a date on which nothing falls due leaves no cycle behind', async () => {
    bench = await openBench(seoul('2026-11-20T12:00:00'));
    await bench.given({ id: 'kim', day: 31 });
    await bill(bench);
    expect(await cycles(bench)).toEqual([]);
  });

  test('two bots at once charge once', async () => {
    bench = await openBench();
    await bench.given(...Array.from({ length: 12 }, (_, nth) => ({ id: `c${nth}` })));
    const other = await bench.another();
    await Promise.all([bill(bench), bill(other)]);
    expect(bench.pg.charges).toHaveLength(12);
    expect(new Set(await states(bench))).toEqual(
      new Set(Array.from({ length: 12 }, (_, nth) => `c${nth} 2026-10-31 PAID`)),
    );
    expect(await cycles(bench)).toEqual(['2026-10-31 DONE']);
    await other.leave();
  });

  test('a cycle that a dead process left RUNNING is finished, whatever its date', async () => {
    bench = await openBench(seoul('2026-10-31T10:00:00'));
    await bench.given({ id: 'kim' });
    await bench.plan();
    expect(await cycles(bench)).toEqual(['2026-10-31 RUNNING']);
    bench.clock.set(seoul('2027-02-20T03:00:00'));
    expect(await bill(bench)).toEqual(['2026-10-31']);
    expect(await states(bench)).toEqual(['kim 2026-10-31 PAID']);
    expect(await cycles(bench)).toEqual(['2026-10-31 DONE']);
  });

  test('a cycle whose planner died is planned to its end while its date is young', async () => {
    bench = await openBench(seoul('2026-10-31T10:00:00'));
    await bench.given({ id: 'kim' });
    await bench.plan();
    await leftBehind(bench, '2026-10-31', 'PLANNING');
    await bench.given({ id: 'lee' });
    expect(await finishCycles(bench.world, planningOf(bench), usual)).toEqual(['2026-10-31']);
    expect(await states(bench)).toEqual(['kim 2026-10-31 PAID', 'lee 2026-10-31 PAID']);
    expect(await cycles(bench)).toEqual(['2026-10-31 DONE']);
  });

  test('of an old cycle whose planner died, what was planned is sent and the rest asks', async () => {
    bench = await openBench(seoul('2026-10-31T10:00:00'));
    await bench.given({ id: 'kim' });
    await bench.plan();
    await leftBehind(bench, '2026-10-31', 'PLANNING');
    await bench.given({ id: 'lee', amount: 9_900 });
    bench.clock.set(seoul('2026-11-20T10:00:00'));
    await bill(bench);
    expect(await states(bench)).toEqual(['kim 2026-10-31 PAID']);
    expect(await cycles(bench)).toEqual(['2026-10-31 PLANNING']);
    expect(await missedDates(planningOf(bench), { ...usual, now: bench.clock.now() })).toEqual([
      { date: '2026-10-31', count: 1, sum: 9_900 },
    ]);
  });

  test('a date older than the catch-up is not billed, and asks; past two months nobody asks any more', async () => {
    bench = await openBench(seoul('2026-11-08T12:00:00'));
    await bench.given({ id: 'kim' }, { id: 'lee', amount: 9_900 });
    const missed = () => missedDates(planningOf(bench), { ...usual, now: bench.clock.now() });
    expect(await bill(bench)).toEqual([]);
    expect(await missed()).toEqual([{ date: '2026-10-31', count: 2, sum: 58_900 }]);
    bench.clock.set(seoul('2027-01-02T09:00:00'));
    expect((await missed()).map((one) => one.date)).toEqual(['2026-11-30']);
  });

  test('with a catch-up of 0 days only today is billed, and yesterday asks', async () => {
    bench = await openBench(seoul('2026-11-01T12:00:00'));
    await bench.given({ id: 'kim' }, { id: 'lee', day: 1 });
    expect(await bill(bench, { catchUpDays: 0 })).toEqual(['2026-11-01']);
    const missed = await missedDates(planningOf(bench), { ...usual, catchUpDays: 0, now: bench.clock.now() });
    expect(missed.map((one) => one.date)).toEqual(['2026-10-01', '2026-10-31']);
  });

  test('a bot told to stop claims nothing more, and the cycle stays to be finished', async () => {
    bench = await openBench();
    await bench.given({ id: 'kim' });
    await bench.plan();
    const stop = new AbortController();
    stop.abort();
    await bill(bench, { stop: stop.signal });
    expect(bench.pg.charges).toEqual([]);
    expect(await cycles(bench)).toEqual(['2026-10-31 RUNNING']);
    expect(await bill(bench)).toEqual(['2026-10-31']);
  });

  test('in the sandbox today is due before its billing time', async () => {
    bench = await openBench(seoul('2026-10-31T00:10:00'));
    await bench.given({ id: 'kim' });
    expect(await bill(bench, { todayAtOnce: true })).toEqual(['2026-10-31']);
    expect(await states(bench)).toEqual(['kim 2026-10-31 PAID']);
  });

  test('in a zone that puts its clock forward over the billing time, the date is billed once, after it', async () => {
    bench = await openBench('2027-03-14T06:59:00Z'); // 01:59 in New York; there is no 02:30 that day.
    await bench.given({ id: 'kim', day: 14 });
    const billingTime = { hour: 2, minute: 30, zone: 'America/New_York' };
    expect(await bill(bench, { billingTime })).toEqual([]);
    bench.clock.set('2027-03-14T07:30:00Z');
    expect(await bill(bench, { billingTime })).toEqual(['2027-03-14']);
    expect(await bill(bench, { billingTime })).toEqual([]);
    expect(bench.pg.charges).toHaveLength(1);
  });
});
