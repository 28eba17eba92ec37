// Which daily run is owed: through clock changes, a sleep of the machine, and a clock that was set.

import { DailyDates, tryAgainMs } from '../../src/clock/daily';
import type { CalendarDate } from '../../src/domain/calendar';

const at = (text: string): Date => new Date(text);
const seoul = (atStart: 'always' | 'if-passed' | 'never', start: string): DailyDates =>
  new DailyDates({ hour: 10, minute: 0 }, 'Asia/Seoul', atStart, at(start));

test('a start before the time owes nothing until the time has come, and then one run', () => {
  const dates = seoul('if-passed', '2026-10-31T09:59:59+09:00');
  expect(dates.owed(at('2026-10-31T09:59:59.999+09:00'))).toBeUndefined();
  expect(dates.owed(at('2026-10-31T10:00:00+09:00'))).toBe('2026-10-31');
  dates.done('2026-10-31' as CalendarDate);
  expect(dates.owed(at('2026-10-31T10:00:00.001+09:00'))).toBeUndefined();
  expect(dates.owed(at('2026-11-01T09:59:00+09:00'))).toBeUndefined();
});

test.each([
  ['always', '2026-10-31T08:00:00+09:00', '2026-10-30'],
  ['always', '2026-10-31T12:00:00+09:00', '2026-10-31'],
  ['if-passed', '2026-10-31T08:00:00+09:00', undefined],
  ['if-passed', '2026-10-31T12:00:00+09:00', '2026-10-31'],
  ['never', '2026-10-31T08:00:00+09:00', undefined],
  ['never', '2026-10-31T12:00:00+09:00', undefined],
] as const)('a job that at start runs "%s" owes at %s the run of %s', (atStart, start, owed) => {
  expect(seoul(atStart, start).owed(at(start))).toBe(owed);
});

test('what runs always at start still runs at its time of the same day', () => {
  const dates = seoul('always', '2026-10-31T08:00:00+09:00');
  dates.done('2026-10-30' as CalendarDate);
  expect(dates.owed(at('2026-10-31T09:00:00+09:00'))).toBeUndefined();
  expect(dates.owed(at('2026-10-31T10:00:00+09:00'))).toBe('2026-10-31');
});

test('a machine that slept for three days owes one run, for the newest date', () => {
  const dates = seoul('never', '2026-10-28T12:00:00+09:00');
  expect(dates.owed(at('2026-10-31T10:30:00+09:00'))).toBe('2026-10-31');
});

test('a failed run is owed again a minute later, for the same date', () => {
  const dates = seoul('always', '2026-10-31T10:00:00+09:00');
  dates.failed(at('2026-10-31T10:00:00+09:00'));
  expect(dates.owed(new Date(at('2026-10-31T10:00:00+09:00').getTime() + tryAgainMs - 1))).toBeUndefined();
  expect(dates.owed(new Date(at('2026-10-31T10:00:00+09:00').getTime() + tryAgainMs))).toBe('2026-10-31');
});

describe('around a clock change in New York', () => {
  const nightly = (start: string): DailyDates =>
    new DailyDates({ hour: 2, minute: 30 }, 'America/New_York', 'never', at(start));

  test('a time that the clock skips runs once, as much later as the clock was put forward', () => {
    const dates = nightly('2026-03-07T12:00:00-05:00');
    expect(dates.owed(at('2026-03-08T03:29:59-04:00'))).toBeUndefined();
    expect(dates.owed(at('2026-03-08T03:30:00-04:00'))).toBe('2026-03-08');
    dates.done('2026-03-08' as CalendarDate);
    expect(dates.owed(at('2026-03-08T23:00:00-04:00'))).toBeUndefined();
  });

  test('a time that the clock repeats runs once, the first time', () => {
    const dates = new DailyDates({ hour: 1, minute: 30 }, 'America/New_York', 'never', at('2026-10-31T12:00:00-04:00'));
    expect(dates.owed(at('2026-11-01T01:30:00-04:00'))).toBe('2026-11-01');
    dates.done('2026-11-01' as CalendarDate);
    expect(dates.owed(at('2026-11-01T01:30:00-05:00'))).toBeUndefined();
  });
});

test('a clock put back by an hour repeats nothing', () => {
  const dates = seoul('if-passed', '2026-10-31T10:20:00+09:00');
  dates.done('2026-10-31' as CalendarDate);
  expect(dates.owed(at('2026-10-31T09:20:00+09:00'))).toBeUndefined();
  expect(dates.owed(at('2026-10-31T10:00:00+09:00'))).toBeUndefined();
});

test('a clock that was years ahead and is put right does not wait for years', () => {
  const dates = seoul('if-passed', '2030-01-01T12:00:00+09:00');
  dates.done('2030-01-01' as CalendarDate);
  expect(dates.owed(at('2026-10-31T10:00:00+09:00'))).toBe('2026-10-31');
});
