import { cardText, errorFrom, instantFrom, paymentFrom } from '../../../src/gateways/toss/toss-wire';
import { payment } from './toss-bench';

test.each([
  ['2026-01-02T14:46:44+09:00', '2026-01-02T05:46:44.000Z'],
  ['2026-01-02T14:46:44+0900', '2026-01-02T05:46:44.000Z'],
  ['2026-01-02T14:46:44', '2026-01-02T05:46:44.000Z'],
  ['2026-01-02T14:46:59.65327', '2026-01-02T05:46:59.653Z'],
  ['2026-01-02T14:46:44Z', '2026-01-02T14:46:44.000Z'],
  ['2026-01-01T00:00:00+09:00', '2025-12-31T15:00:00.000Z'],
])('the time %s is %s, whatever zone this machine is in', (written, instant) => {
  expect(instantFrom(written)?.toISOString()).toBe(instant);
});

test.each([undefined, '', 'soon', '2026-01-02', '2026-13-02T14:46:44+09:00', '1767333604000'])(
  '%s is no time',
  (written) => {
    expect(instantFrom(written)).toBeUndefined();
  },
);

test.each([
  ['신한 ····1234', { issuerCode: '41', number: '55222012****1234' }],
  ['현대 ····123*', { issuerCode: '61', number: '43301234****123*' }],
  ['우리 ····1234', { issuerCode: 'W1', number: '5522-20**-****-1234' }],
  ['카드 ····1234', { issuerCode: 'ZZ', number: '55222012****1234' }],
  ['카드 ····1234', { number: '55222012****1234' }],
  ['국민', { issuerCode: '11', number: '94901234********' }],
  ['국민', { issuerCode: '11' }],
  ['', { issuerCode: 'constructor' }],
  ['', {}],
  ['', undefined],
])('a person reads "%s" for %j', (text, card) => {
  expect(cardText(card)).toBe(text);
});

test('a field of an unexpected type is as good as absent, unless a decision needs it', () => {
  const odd = {
    type: 7,
    card: 'none',
    cancels: [{ cancelAmount: '1' }],
    failure: 'no',
    balanceAmount: -1,
    approvedAt: {},
  };
  expect(paymentFrom(payment(odd))).toEqual({
    ...{ paymentKey: 'tviva20261031100003uN3L9', orderId: 'K7QM4XWP9RTB-1', status: 'DONE', totalAmount: 49_000 },
    ...{ currency: 'KRW', requestedAt: '2026-10-31T10:00:03+09:00', lastTransactionKey: 'txrd_avxk3wkn3vcw' },
  });
  for (const needed of ['paymentKey', 'orderId', 'status', 'totalAmount']) {
    expect(paymentFrom(payment({ [needed]: {} }))).toBeUndefined();
  }
});

test('an error is a code in capitals with a message, by itself or under "error"', () => {
  const error = { code: 'NOT_FOUND_PAYMENT', message: '없음' };
  expect(errorFrom({ ...error, data: null })).toEqual(error);
  expect(errorFrom({ version: '1', error })).toEqual(error);
  expect(errorFrom({ ...error, message: '🍎'.repeat(511) })).toEqual({ ...error, message: '🍎'.repeat(510) });
  for (const other of [
    null,
    'NOT_FOUND_PAYMENT',
    [error],
    { code: 'not_found', message: '' },
    { code: 'NO' },
    { error: 'x' },
  ]) {
    expect(errorFrom(other)).toBeUndefined();
  }
});
