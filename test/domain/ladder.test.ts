import * as fc from 'fast-check';
import { ladderMayRunAt, outsideMaintenance, stepAt } from '../../src/domain/ladder';
import { inSeoul } from './picture-builder';

const seoul = 'Asia/Seoul';
const ten = { hour: 10, minute: 0, zone: seoul };
const day = 86_400_000;

/** An instant as a clock on a wall in Seoul shows it. */
const onTheWall = (instant: Date): string =>
  new Date(instant.getTime() + 9 * 3_600_000).toISOString().replace('T', ' ').slice(0, 16);

describe('a step of a ladder', () => {
  test.each([
    ['2026-10-31 10:00', 1, '2026-11-01 10:00'],
    ['2026-10-31 10:03', 1, '2026-11-01 10:00'],
    ['2026-10-31 09:59', 1, '2026-11-01 10:00'],
    ['2026-10-31 23:59', 1, '2026-11-01 10:00'],
    ['2026-11-01 00:00', 1, '2026-11-02 10:00'],
    ['2026-10-31 10:03', 3, '2026-11-03 10:00'],
    ['2028-02-28 10:03', 1, '2028-02-29 10:00'],
    ['2026-12-31 10:03', 5, '2027-01-05 10:00'],
  ])('from %s, %i whole days later is %s: at the billing time', (from, wholeDays, expected) => {
    expect(onTheWall(stepAt({ ms: wholeDays * day, wholeDays }, inSeoul(from), ten))).toBe(expected);
  });

  test('whole days keep the billing time when the clocks change', () => {
    const nine = { hour: 9, minute: 0, zone: 'America/New_York' };
    const saturday = new Date('2026-03-07T14:00:00Z');
    expect(stepAt({ ms: day, wholeDays: 1 }, saturday, nine).toISOString()).toBe('2026-03-08T13:00:00.000Z');
  });

  test.each([1_000, 30_000, 3_600_000, day])('an offset of %i ms that is no whole day runs as it is', (ms) => {
    const from = inSeoul('2026-10-31 10:03');
    expect(stepAt({ ms }, from, ten).getTime() - from.getTime()).toBe(ms);
  });
});

describe('maintenance hours', () => {
  test.each([
    ['2026-10-31 22:59', '2026-10-31 22:59'],
    ['2026-10-31 23:00', '2026-11-01 01:00'],
    ['2026-10-31 23:59', '2026-11-01 01:00'],
    ['2026-11-01 00:00', '2026-11-01 01:00'],
    ['2026-11-01 00:59', '2026-11-01 01:00'],
    ['2026-11-01 01:00', '2026-11-01 01:00'],
    ['2026-10-31 12:00', '2026-10-31 12:00'],
  ])('a retry at %s in Seoul starts at %s', (wanted, starts) => {
    expect(onTheWall(outsideMaintenance(inSeoul(wanted)))).toBe(starts);
  });

  test('the last millisecond before eleven is not maintenance', () => {
    const last = new Date(inSeoul('2026-10-31 23:00').getTime() - 1);
    expect(outsideMaintenance(last)).toEqual(last);
  });

  test('no instant is moved into the past, by more than two hours, or into maintenance', () => {
    const instants = fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
    return fc.assert(
      fc.property(instants, (instant) => {
        const moved = outsideMaintenance(instant);
        const waitedMs = moved.getTime() - instant.getTime();
        expect(waitedMs).toBeGreaterThanOrEqual(0);
        expect(waitedMs).toBeLessThanOrEqual(2 * 3_600_000);
        const hour = Number(onTheWall(moved).slice(11, 13));
        expect(hour >= 1 && hour < 23).toBe(true);
      }),
    );
  });
});

describe('when a retry may run', () => {
  test.each([
    ['2026-11-01 10:00', '2026-11-01 10:00', '2026-11-01 10:00', 'on time'],
    ['2026-11-01 04:00', '2026-11-01 04:00', '2026-11-01 04:00', 'on time, however early: its hour was chosen'],
    ['2026-11-01 04:00', '2026-11-01 04:10', '2026-11-01 04:10', 'ten minutes late is on time'],
    ['2026-11-01 04:00', '2026-11-01 04:11', '2026-11-01 09:00', 'overdue before nine: in the morning'],
    ['2026-11-01 10:00', '2026-11-02 08:59', '2026-11-02 09:00', 'overdue, a minute to nine'],
    ['2026-11-01 10:00', '2026-11-02 09:00', '2026-11-02 09:00', 'overdue at nine: now'],
    ['2026-11-01 10:00', '2026-11-02 09:30', '2026-11-02 09:30', 'overdue half past nine: now'],
    ['2026-11-01 10:00', '2026-11-02 20:59', '2026-11-02 20:59', 'overdue before nine in the evening: now'],
    ['2026-11-01 10:00', '2026-11-02 21:00', '2026-11-03 09:00', 'overdue at nine in the evening: tomorrow'],
    ['2026-11-01 10:00', '2026-11-01 23:30', '2026-11-02 09:00', 'overdue in maintenance: tomorrow morning'],
    ['2026-11-01 22:58', '2026-11-01 23:01', '2026-11-02 01:00', 'on time, but maintenance has begun'],
  ])('due %s and seen %s: %s (%s)', (due, now, expected) => {
    expect(onTheWall(ladderMayRunAt(inSeoul(due), inSeoul(now), seoul))).toBe(expected);
  });

  test('waking hours are those of the billing zone', () => {
    const noonInBerlin = new Date('2026-11-02T11:00:00Z');
    expect(ladderMayRunAt(inSeoul('2026-11-01 10:00'), noonInBerlin, 'Europe/Berlin')).toEqual(noonInBerlin);
    expect(ladderMayRunAt(inSeoul('2026-11-01 10:00'), noonInBerlin, 'Pacific/Kiritimati').toISOString()).toBe(
      '2026-11-02T19:00:00.000Z',
    );
  });
});
