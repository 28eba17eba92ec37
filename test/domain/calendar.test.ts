import { execFile } from 'node:child_process';
import * as fc from 'fast-check';
import {
  anchorsDueOn,
  type BillingDay,
  billingDay,
  type CalendarDate,
  calendarDate,
  type DueTerms,
  dateIn,
  daysBetween,
  fallsDue,
  hourIn,
  isDue,
  nextHour,
  plansItself,
  plusDays,
  startOfCycle,
} from '../../src/domain/calendar';

const on = (text: string): CalendarDate => {
  const date = calendarDate(text);
  if (!date) throw new Error(`${text} is not a calendar date`);
  return date;
};
const dateOf = (year: number, month: number, day: number): CalendarDate =>
  on([year, String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-'));

const everyAnchor: readonly BillingDay[] = [...Array.from({ length: 31 }, (_, index) => index + 1), 'L'];

/** The days of a month on which an anchor falls due. */
const dueDays = (anchor: BillingDay, year: number, month: number, monthEnd: number): number[] =>
  Array.from({ length: monthEnd }, (_, index) => index + 1).filter((day) => fallsDue(anchor, dateOf(year, month, day)));

describe('billing days', () => {
  const monthEnds = [
    [2025, [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]],
    [2026, [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]],
    [2027, [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]],
    [2028, [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]],
  ] as const;

  test.each(monthEnds)(
    'in every month of %i each anchor is due on its day, or on the last day the month has',
    (year, ends) => {
      const due = ends.map((monthEnd, index) =>
        everyAnchor.flatMap((anchor) => dueDays(anchor, year, index + 1, monthEnd)),
      );
      const expected = ends.map((monthEnd) =>
        everyAnchor.map((anchor) => (anchor === 'L' ? monthEnd : Math.min(anchor, monthEnd))),
      );
      expect(due).toEqual(expected);
    },
  );

  test.each([
    ['2026-02-27', [27]],
    ['2026-02-28', [28, 29, 30, 31, 'L']],
    ['2028-02-28', [28]],
    ['2028-02-29', [29, 30, 31, 'L']],
    ['2100-02-28', [28, 29, 30, 31, 'L']],
    ['2000-02-29', [29, 30, 31, 'L']],
    ['2026-04-30', [30, 31, 'L']],
    ['2026-10-30', [30]],
    ['2026-10-31', [31, 'L']],
    ['2026-11-15', [15]],
    ['2026-11-01', [1]],
  ] as const)('on %s the anchors %j are due', (date, anchors) => {
    expect(anchorsDueOn(on(date))).toEqual(anchors);
  });

  const years = fc.integer({ min: 1900, max: 2199 });
  const months = fc.integer({ min: 1, max: 12 });
  const monthEndOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

  test('each anchor falls due exactly once in every month', () => {
    return fc.assert(
      fc.property(years, months, fc.constantFrom(...everyAnchor), (year, month, anchor) => {
        expect(dueDays(anchor, year, month, monthEndOf(year, month))).toHaveLength(1);
      }),
    );
  });

  test('an anchor never drifts: after a short month it is back on its own day', () => {
    return fc.assert(
      fc.property(years, months, fc.integer({ min: 1, max: 31 }), (year, month, anchor) => {
        const monthEnd = monthEndOf(year, month);
        if (monthEnd >= anchor) expect(dueDays(anchor, year, month, monthEnd)).toEqual([anchor]);
      }),
    );
  });

  test('the anchors due on a date are those that fall due on it', () => {
    const days = fc.integer({ min: 0, max: 73_000 }).map((count) => plusDays(on('1970-01-01'), count));
    return fc.assert(
      fc.property(days, fc.constantFrom(...everyAnchor), (date, anchor) => {
        expect(anchorsDueOn(date).includes(anchor)).toBe(fallsDue(anchor, date));
      }),
    );
  });

  test.each([
    ['1', 1],
    ['01', 1],
    ['15', 15],
    ['31', 31],
    ['L', 'L'],
    ['l', 'L'],
    ['0', undefined],
    ['32', undefined],
    ['', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['015', undefined],
    ['LL', undefined],
    ['last', undefined],
  ])('a sheet that says %j means the billing day %j', (text, expected) => {
    expect(billingDay(text)).toBe(expected);
  });
});

describe('calendar dates', () => {
  test.each(['2026-10-31', '2028-02-29', '2000-02-29', '2026-12-31', '1900-01-01'])('%s is a date', (text) => {
    expect(calendarDate(text)).toBe(text);
  });

  test.each([
    '2026-02-30',
    '2026-02-29',
    '2100-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-10-00',
    '2026-10-32',
    '1899-12-31',
    '2026-1-1',
    '26-10-31',
    '2026/10/31',
    '2026-10-31T00:00',
    ' 2026-10-31',
    '',
  ])('%j is refused, because no calendar has it in this form', (text) => {
    expect(calendarDate(text)).toBeUndefined();
  });

  test.each([
    ['2026-10-31', 1, '2026-11-01'],
    ['2026-12-31', 1, '2027-01-01'],
    ['2028-02-28', 1, '2028-02-29'],
    ['2026-03-01', -1, '2026-02-28'],
    ['2026-03-07', 2, '2026-03-09'],
    ['2026-10-31', 0, '2026-10-31'],
  ])('%s and %i days is %s, and the days between say so', (from, days, to) => {
    expect(plusDays(on(from), days)).toBe(to);
    expect(daysBetween(on(from), on(to))).toBe(days);
  });

  test('a date that was never read as one is a bug, not an answer', () => {
    expect(() => fallsDue(1, 'tomorrow' as CalendarDate)).toThrow('tomorrow is not a calendar date');
  });
});

describe('instants', () => {
  test.each([
    ['Asia/Seoul', '2026-10-31', 10, 0, '2026-10-31T01:00:00.000Z'],
    ['Asia/Seoul', '2026-11-01', 0, 30, '2026-10-31T15:30:00.000Z'],
    ['UTC', '2026-10-31', 10, 0, '2026-10-31T10:00:00.000Z'],
    ['Pacific/Kiritimati', '2026-10-31', 10, 0, '2026-10-30T20:00:00.000Z'],
    ['America/New_York', '2026-03-07', 10, 0, '2026-03-07T15:00:00.000Z'],
    ['America/New_York', '2026-03-08', 10, 0, '2026-03-08T14:00:00.000Z'],
    ['America/New_York', '2026-10-31', 10, 0, '2026-10-31T14:00:00.000Z'],
    ['America/New_York', '2026-11-01', 10, 0, '2026-11-01T15:00:00.000Z'],
  ])('in %s the cycle of %s at %i:%i starts at one instant', (zone, date, hour, minute, instant) => {
    const starts = startOfCycle(on(date), { hour, minute, zone });
    expect(starts.toISOString()).toBe(instant);
    expect([dateIn(zone, starts), hourIn(zone, starts)]).toEqual([date, hour]);
  });

  test('a time of day that a clock change skips still starts its cycle on its own date', () => {
    const starts = startOfCycle(on('2026-03-08'), { hour: 2, minute: 30, zone: 'America/New_York' });
    expect(starts.toISOString()).toBe('2026-03-08T07:30:00.000Z');
    expect(dateIn('America/New_York', starts)).toBe('2026-03-08');
  });

  test('a time of day that a clock change repeats starts its cycle once, at the first of the two', () => {
    const starts = startOfCycle(on('2026-11-01'), { hour: 1, minute: 30, zone: 'America/New_York' });
    expect(starts.toISOString()).toBe('2026-11-01T05:30:00.000Z');
  });

  test.each([
    ['Asia/Seoul', '2026-10-31T14:59:59.999Z', '2026-10-31', 23],
    ['Asia/Seoul', '2026-10-31T15:00:00.000Z', '2026-11-01', 0],
    ['UTC', '2026-10-31T15:00:00.000Z', '2026-10-31', 15],
    ['America/New_York', '2026-11-01T03:59:59.999Z', '2026-10-31', 23],
    ['America/New_York', '2026-11-01T04:00:00.000Z', '2026-11-01', 0],
    ['Pacific/Kiritimati', '2026-10-31T10:00:00.000Z', '2026-11-01', 0],
  ])('in %s it is at %s the date %s, hour %i', (zone, instant, date, hour) => {
    expect([dateIn(zone, new Date(instant)), hourIn(zone, new Date(instant))]).toEqual([date, hour]);
  });

  test.each([
    ['2026-10-31T00:00:00Z', 9, '2026-10-31T00:00:00.000Z'],
    ['2026-10-31T00:00:01Z', 9, '2026-11-01T00:00:00.000Z'],
    ['2026-10-31T14:30:00Z', 1, '2026-10-31T16:00:00.000Z'],
    ['2026-10-31T15:30:00Z', 1, '2026-10-31T16:00:00.000Z'],
  ])('from %s the next full hour %i in Seoul is %s', (instant, hour, expected) => {
    expect(nextHour('Asia/Seoul', new Date(instant), hour).toISOString()).toBe(expected);
  });

  test('every date has its cycle on that date, in every zone and at every time of day', () => {
    const zones = fc.constantFrom('Asia/Seoul', 'UTC', 'America/New_York', 'Europe/Berlin', 'Pacific/Kiritimati');
    const dates = fc.integer({ min: 0, max: 3_650 }).map((count) => plusDays(on('2022-01-01'), count));
    const minutes = fc.integer({ min: 0, max: 59 });
    return fc.assert(
      fc.property(zones, dates, fc.integer({ min: 0, max: 23 }), minutes, (zone, date, hour, minute) => {
        expect(dateIn(zone, startOfCycle(date, { hour, minute, zone }))).toBe(date);
      }),
    );
  });
});

describe('who is due', () => {
  const tenInSeoul = { hour: 10, minute: 0, zone: 'Asia/Seoul' };
  const terms = (more: Partial<DueTerms> = {}): DueTerms => ({
    status: 'ACTIVE',
    billingDay: 1,
    startsOn: on('2026-01-01'),
    endsOn: null,
    planFrom: new Date('2026-01-01T00:00:00Z'),
    ...more,
  });

  test('going live on the 3rd does not bill the 1st a second time, and bills the next 1st', () => {
    const live = terms({ planFrom: new Date('2026-11-03T02:00:00Z') });
    expect(plansItself(live, on('2026-11-01'), tenInSeoul)).toBe(false);
    expect(plansItself(live, on('2026-12-01'), tenInSeoul)).toBe(true);
  });

  test('what the machine leaves alone a person may still bill', () => {
    expect(isDue(terms({ planFrom: new Date('2026-11-03T02:00:00Z') }), on('2026-11-01'))).toBe(true);
  });

  test.each([
    ['2026-11-01T00:59:59.999Z', true],
    ['2026-11-01T01:00:00.000Z', false],
    ['2026-11-01T01:00:00.001Z', false],
  ])('imported at %s, the date whose cycle starts at 01:00 UTC is planned: %s', (planFrom, planned) => {
    expect(plansItself(terms({ planFrom: new Date(planFrom) }), on('2026-11-01'), tenInSeoul)).toBe(planned);
  });

  test.each([
    ['2026-10-31', false],
    ['2026-11-01', true],
    ['2026-12-01', true],
    ['2027-01-01', true],
    ['2027-02-01', false],
  ])('a subscription of 2026-11-01 to 2027-01-01 is due on %s: %s', (date, due) => {
    expect(isDue(terms({ startsOn: on('2026-11-01'), endsOn: on('2027-01-01') }), on(date))).toBe(due);
  });

  test.each(['PAUSED', 'ENDED'] as const)('a subscription that is %s is never due, whoever asks', (status) => {
    expect(isDue(terms({ status }), on('2026-11-01'))).toBe(false);
    expect(plansItself(terms({ status }), on('2026-11-01'), tenInSeoul)).toBe(false);
  });

  test('a date that is not its day is not due', () => {
    expect(isDue(terms({ billingDay: 'L' }), on('2026-11-29'))).toBe(false);
    expect(isDue(terms({ billingDay: 'L' }), on('2026-11-30'))).toBe(true);
  });
});

describe('whatever zone the machine is in', () => {
  const elsewhere = process.env.CALENDAR_IN_ZONE;
  const machines = [
    ['America/Los_Angeles', 420],
    ['UTC', 0],
    ['Pacific/Kiritimati', -840],
  ] as const;

  if (elsewhere === undefined) {
    const runs = new Map<string, Promise<Run>>();
    beforeAll(() => {
      for (const [zone] of machines) runs.set(zone, runIn(zone));
    });
    test.each(machines)(
      'every claim of this file holds on a machine in %s',
      async (zone) => {
        const { passed, failed } = (await runs.get(zone)) ?? { passed: 0, failed: ['nothing was run'] };
        expect(failed).toEqual([]);
        expect(passed).toBeGreaterThan(90);
      },
      30_000,
    );
  } else {
    test('the machine really is in the zone that was asked for', () => {
      expect([elsewhere, new Date('2026-10-31T00:00:00Z').getTimezoneOffset()]).toEqual(
        machines.find(([zone]) => zone === elsewhere),
      );
    });
  }
});

interface Run {
  readonly passed: number;
  readonly failed: readonly string[];
}

/** Runs this file once more, in a process whose machine is in that zone. */
function runIn(zone: string): Promise<Run> {
  const jest = [require.resolve('jest/bin/jest'), '--ci', '--json', '--runTestsByPath', __filename];
  const env = { ...process.env, TZ: zone, CALENDAR_IN_ZONE: zone };
  return new Promise((resolve) => {
    execFile(process.execPath, jest, { env }, (_, stdout) => {
      const { testResults } = JSON.parse(stdout) as {
        testResults: { assertionResults: { status: string; fullName: string }[] }[];
      };
      const tests = testResults.flatMap((file) => file.assertionResults);
      const of = (status: string) => tests.filter((one) => one.status === status).map((one) => one.fullName);
      resolve({ passed: of('passed').length, failed: of('failed') });
    });
  });
}
