import fc from 'fast-check';
import { ladder } from '../../src/config/ladder';
import { given } from './settings';

describe('ladders', () => {
  const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  const step = fc.tuple(
    fc.integer({ min: 1, max: 300 }),
    fc.constantFrom(...(Object.keys(units) as (keyof typeof units)[])),
  );
  const ms = ([count, unit]: [number, keyof typeof units]): number => count * units[unit];

  test('ascending offsets come back in milliseconds, and a day stays a day', () => {
    fc.assert(
      fc.property(fc.uniqueArray(step, { selector: ms, minLength: 1, maxLength: 12 }), (steps) => {
        const ascending = steps.toSorted((one, other) => ms(one) - ms(other));
        expect(ladder(ascending.map(([count, unit]) => `${count}${unit}`).join(', '))).toEqual({
          ok: true,
          value: ascending.map((one) => (one[1] === 'd' ? { ms: ms(one), wholeDays: one[0] } : { ms: ms(one) })),
        });
      }),
    );
  });

  test('any other order is refused', () => {
    fc.assert(
      fc.property(step, step, (one, other) => {
        const [longer, shorter] = ms(one) > ms(other) ? [one, other] : [other, one];
        expect(ladder(`${longer.join('')},${shorter.join('')}`).ok).toBe(false);
      }),
    );
  });

  test('a day of RESOLVE_LADDER is 24 hours, because the PG is asked at any time of day', () => {
    expect(given({ RESOLVE_LADDER: '1h,1d' }).resolveLadderMs).toEqual([3_600_000, 86_400_000]);
  });
});
