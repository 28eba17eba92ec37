import * as fc from 'fast-check';
import type { CalendarDate } from '../../src/domain/calendar';
import { chargeId, orderIdOf, showChargeId, typedChargeId, typedOrderId } from '../../src/domain/charge-id';

const letters = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const installation = '3f0c9a52-6f0e-4f5e-9d5c-0b8f4a1f7e21';
const october31 = '2026-10-31' as CalendarDate;
const id = chargeId(installation, 'sub-001', october31);

const ids = fc.array(fc.constantFrom(...letters), { minLength: 12, maxLength: 12 }).map((drawn) => drawn.join(''));

describe('a charge id', () => {
  // Computed once with another program. If one of these ever changes, a restored database no longer knows its own orders.
  test.each([
    ['sub-001', '2026-10-31', 0, 'XS6T4D46QVEQ'],
    ['sub-001', '2026-10-31', 1, '7VK5EQBFNP3W'],
    ['구독 "가"', '2028-02-29', 0, '4E6L79CDTBQ8'],
  ])('of %s for %s, taken %i times, is for ever the same', (subscription, date, nth, expected) => {
    expect(chargeId(installation, subscription, date as CalendarDate, nth)).toBe(expected);
  });

  test('is twelve letters, none of them one that is misread', () => {
    return fc.assert(
      fc.property(fc.string(), fc.string(), (installed, subscription) => {
        expect(chargeId(installed, subscription, october31)).toMatch(new RegExp(`^[${letters}]{12}$`));
      }),
    );
  });

  test('uses every letter of its alphabet', () => {
    const drawn = new Set(
      Array.from({ length: 200 }, (_, nth) => chargeId(installation, 'a', october31, nth)).join(''),
    );
    expect([...drawn].sort().join('')).toBe(letters);
  });

  test.each([
    ['another installation', chargeId('other', 'sub-001', october31)],
    ['another subscription', chargeId(installation, 'sub-002', october31)],
    ['another date', chargeId(installation, 'sub-001', '2026-11-30' as CalendarDate)],
    ['a taken id', chargeId(installation, 'sub-001', october31, 1)],
    ['an id taken twice', chargeId(installation, 'sub-001', october31, 2)],
  ])('%s derives another one', (_, other) => {
    expect(other).not.toBe(id);
  });

  test('parts that run together are not the same parts', () => {
    expect(chargeId('a', 'bc', october31)).not.toBe(chargeId('ab', 'c', october31));
  });
});

describe('what a person types', () => {
  test.each([
    ['K7QM-4XWP-9RTB', 'K7QM4XWP9RTB'],
    ['k7qm-4xwp-9rtb', 'K7QM4XWP9RTB'],
    ['K7QM4XWP9RTB', 'K7QM4XWP9RTB'],
    [' k7qm4xwp9rtb ', 'K7QM4XWP9RTB'],
    ['k7qm', 'K7QM'],
    ['K7QM-', 'K7QM'],
    ['k7qm-4x', 'K7QM4X'],
    ['k7-qm', 'K7QM'],
  ])('%j means the charge whose id begins with %s', (text, beginning) => {
    expect(typedChargeId(text)).toBe(beginning);
  });

  test.each(['', 'k7q', 'K7QM4XWP9RTBX', 'K7QM-4XWP-9RT0', 'K1QM', 'KIQM', 'KOQM', '김민수', 'K7QM 4XWP', 'K7QM_4XWP'])(
    '%j can be no charge id',
    (text) => {
      expect(typedChargeId(text)).toBeUndefined();
    },
  );

  test('what is shown can be typed back, in any case, and so can any beginning of four letters or more', () => {
    return fc.assert(
      fc.property(ids, fc.integer({ min: 4, max: 12 }), (charge, length) => {
        expect(typedChargeId(showChargeId(charge))).toBe(charge);
        expect(typedChargeId(showChargeId(charge).toLowerCase())).toBe(charge);
        expect(typedChargeId(charge.slice(0, length))).toBe(charge.slice(0, length));
      }),
    );
  });

  test('it is shown in fours', () => {
    expect(showChargeId('K7QM4XWP9RTB')).toBe('K7QM-4XWP-9RTB');
  });
});

describe('an order id', () => {
  test('is the charge id and the number of the attempt', () => {
    expect(orderIdOf('K7QM4XWP9RTB', 1)).toBe('K7QM4XWP9RTB-1');
  });

  test('is read back as it was written, in any case, and is something every PG takes', () => {
    return fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 9_999 }), (charge, attemptNo) => {
        const orderId = orderIdOf(charge, attemptNo);
        expect(orderId).toMatch(/^[A-Za-z0-9-]{6,64}$/);
        expect(typedOrderId(orderId)).toBe(orderId);
        expect(typedOrderId(` ${orderId.toLowerCase()} `)).toBe(orderId);
      }),
    );
  });

  test.each(['', 'K7QM4XWP9RTB', 'K7QM4XWP9RTB-', 'K7QM4XWP9RTB-x', 'K7QM4XWP9RT0-1', 'K7QM-1', 'K7QM4XWP9RTB-12345'])(
    '%j is none of ours',
    (text) => {
      expect(typedOrderId(text)).toBeUndefined();
    },
  );
});
