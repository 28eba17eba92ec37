import { chargeableWon, showWon, won } from '../../src/domain/won';

test.each([0, 1, 49_000, 99_999_999, Number.MAX_SAFE_INTEGER])('%d is an amount in whole won', (value) => {
  expect(won(value)).toBe(value);
});

test.each([-1, 0.5, 49_000.01, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER + 1])(
  '%d is a bug, not an amount',
  (value) => {
    expect(() => won(value)).toThrow(`${value} is not an amount in whole won`);
  },
);

test.each([
  [0, '0원'],
  [100, '100원'],
  [49_000, '49,000원'],
  [99_999_999, '99,999,999원'],
])('%d is shown as %s', (value, shown) => {
  expect(showWon(value)).toBe(shown);
});

test('one charge is 100 to 99,999,999 won', () => {
  expect(chargeableWon).toEqual({ least: 100, most: 99_999_999 });
});
