// The clock, on node-schedule and timers of its own: fake time runs both.

import { type ClockOptions, type DailyJob, type RepeatingJob, startClock } from '../../src/clock/scheduler';
import type { Log } from '../../src/cycle/ports';

const clock = { now: () => new Date() };

let lines: string[];
const log: Log = {
  info: (facts, message) => void lines.push(`${JSON.stringify(facts)} ${message}`),
  warn: (facts, message) => void lines.push(`${JSON.stringify(facts)} ${message}`),
  error: (facts, message) => void lines.push(`${JSON.stringify(facts)} ${message}`),
};

function start(jobs: Partial<Pick<ClockOptions, 'daily' | 'repeating' | 'zone'>>) {
  return startClock({ clock, zone: 'Asia/Seoul', daily: [], repeating: [], log, ...jobs });
}

const cycleJob = (more: Partial<DailyJob>): DailyJob => ({
  name: 'cycle',
  at: { hour: 10, minute: 0 },
  atStart: 'never',
  run: async () => undefined,
  ...more,
});
const everySecond = (run: RepeatingJob['run']): RepeatingJob => ({ name: 'sweep', everyMs: 1_000, run });

/** A run that goes on until the test ends it. */
function held() {
  const opens: (() => void)[] = [];
  return { run: () => new Promise<void>((resolve) => opens.push(resolve)), end: () => opens.shift()?.(), opens };
}

beforeEach(() => {
  lines = [];
  jest.useFakeTimers({ now: new Date('2026-10-31T09:58:00+09:00') });
});
afterEach(() => jest.useRealTimers());

test('a daily job runs at its wall-clock time in the zone, to the second, with the date it runs for', async () => {
  const ran: string[] = [];
  const running = start({
    daily: [cycleJob({ run: async (date) => ran.push(`${date} ${new Date().toISOString()}`) })],
  });
  await jest.advanceTimersByTimeAsync(119_000);
  expect(ran).toEqual([]);
  await jest.advanceTimersByTimeAsync(86_400_000);
  expect(ran).toEqual([expect.stringMatching(/^2026-10-31 2026-10-31T01:00:0[0-5]/)]);
  await jest.advanceTimersByTimeAsync(86_400_000);
  expect(ran).toHaveLength(2);
  await running.stop();
});

test('a bad time or zone is an error that names it, and leaves no schedule behind', () => {
  const fine = cycleJob({ name: 'reminder', atStart: 'always' });
  const late = cycleJob({ at: { hour: 25, minute: 0 } });
  expect(() => start({ daily: [fine, late] })).toThrow('the job "cycle" can\'t run at 25:00 in the zone "Asia/Seoul"');
  expect(() => start({ daily: [fine], zone: 'Asia/Soul' })).toThrow(
    'the job "reminder" can\'t run at 10:00 in the zone "Asia/Soul"; name an IANA zone such as Asia/Seoul',
  );
  expect(() => start({ repeating: [{ ...everySecond(async () => undefined), everyMs: 0 }] })).toThrow('every 0 ms');
  expect(jest.getTimerCount()).toBe(0);
});

test('a time that comes while the last run is still going is run for once, right after it', async () => {
  const work = held();
  const dates: string[] = [];
  const running = start({
    daily: [
      cycleJob({
        atStart: 'always',
        run: (date) => {
          dates.push(date);
          return work.run();
        },
      }),
    ],
  });
  await jest.advanceTimersByTimeAsync(180_000);
  expect(dates).toEqual(['2026-10-30']);
  expect(lines).toEqual(['{"job":"cycle"} came due while it still runs; it follows then']);
  work.end();
  await jest.advanceTimersByTimeAsync(0);
  expect(dates).toEqual(['2026-10-30', '2026-10-31']);
  work.end();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(dates).toHaveLength(2);
  await running.stop();
});

test('a machine that slept over the time runs the job when it wakes', async () => {
  const dates: string[] = [];
  const running = start({ daily: [cycleJob({ run: async (date) => dates.push(date) })] });
  jest.setSystemTime(new Date('2026-11-02T17:00:00+09:00')); // The timers know nothing of it.
  await jest.advanceTimersByTimeAsync(5_000);
  expect(dates).toEqual(['2026-11-02']);
  await jest.advanceTimersByTimeAsync(3_600_000);
  expect(dates).toHaveLength(1);
  await running.stop();
});

test('a rejection is a log line, and the date is tried again a minute later until it succeeds', async () => {
  const dates: string[] = [];
  const run = async (date: string): Promise<void> => {
    dates.push(date);
    if (dates.length < 3) throw new Error('the database is gone');
  };
  const running = start({ daily: [cycleJob({ atStart: 'always', run })] });
  await jest.advanceTimersByTimeAsync(10_000);
  expect(dates).toHaveLength(1);
  expect(lines).toEqual(['{"job":"cycle","error":"the database is gone"} failed; it is tried again in a minute']);
  await jest.advanceTimersByTimeAsync(150_000);
  expect(dates).toHaveLength(3);
  await jest.advanceTimersByTimeAsync(600_000);
  expect(dates).toHaveLength(3);
  await running.stop();
});

test('a job that throws before it returns a promise is no different', async () => {
  const throws = (): Promise<void> => {
    throw new Error('at once');
  };
  const running = start({ daily: [cycleJob({ atStart: 'always', run: throws })], repeating: [everySecond(throws)] });
  await jest.advanceTimersByTimeAsync(1_500);
  expect(lines.filter((line) => line.includes('at once'))).toHaveLength(3);
  await running.stop();
});

test('a repeating job starts at once, pauses between runs, never meets itself, and lives on after a rejection', async () => {
  const work = held();
  let started = 0;
  const running = start({
    repeating: [
      everySecond(async () => {
        started += 1;
        if (started === 1) throw new Error('trouble');
        await work.run();
      }),
    ],
  });
  await jest.advanceTimersByTimeAsync(0);
  expect(lines).toEqual(['{"job":"sweep","error":"trouble"} failed; it goes on at its next time']);
  await jest.advanceTimersByTimeAsync(30_000);
  expect(started).toBe(2);
  work.end();
  await jest.advanceTimersByTimeAsync(999);
  expect(started).toBe(2);
  await jest.advanceTimersByTimeAsync(1);
  expect(started).toBe(3);
  work.end();
  await running.stop();
});

test('stop tells running jobs, waits for their end, and starts nothing any more', async () => {
  const work = held();
  const told: string[] = [];
  const run = (name: string) => (_: unknown, stop: AbortSignal) => {
    stop.addEventListener('abort', () => told.push(name));
    return work.run();
  };
  const running = start({
    daily: [cycleJob({ atStart: 'always', run: run('cycle') })],
    repeating: [everySecond((stop) => run('sweep')(undefined, stop))],
  });
  let stopped = false;
  const stopping = running.stop().then(() => {
    stopped = true;
  });
  await jest.advanceTimersByTimeAsync(3_600_000);
  expect(told.sort()).toEqual(['cycle', 'sweep']);
  expect(stopped).toBe(false);
  work.end();
  work.end();
  await jest.advanceTimersByTimeAsync(0);
  await stopping;
  await jest.advanceTimersByTimeAsync(86_400_000);
  expect(work.opens).toEqual([]);
  expect(jest.getTimerCount()).toBe(0);
});
