// Who may ask, and the test codes that a test key may ask for.

import { basic, closeBenches, openBench, secretKey } from './toss-bench';

afterEach(closeBenches);

test.each([
  ['nobody at all', '', 401, 'UNAUTHORIZED_KEY'],
  ['a bearer', 'Bearer x', 401, 'UNAUTHORIZED_KEY'],
  ['another key', basic('test_sk_another:'), 401, 'UNAUTHORIZED_KEY'],
  ['the key without its colon', basic(secretKey), 403, 'INCORRECT_BASIC_AUTH_FORMAT'],
])('%s is turned away before the request is looked at', async (_who, authorization, status, code) => {
  const toss = await openBench();
  expect(await toss.charge({ amount: 1, headers: { authorization } })).toMatchObject({ status, code });
  expect(await toss.send('GET', '/v1/payments/none', undefined, { authorization })).toMatchObject({ status, code });
});

test('without a given key every test key is let in, and no live key', async () => {
  const toss = await openBench({ secretKey: undefined } as never);
  expect((await toss.charge({ headers: { authorization: basic('test_sk_whoever:') } })).status).toBe(200);
  expect((await toss.charge({ headers: { authorization: basic('live_sk_whoever:') } })).status).toBe(401);
});

test('while keys are exchanged the old and the new one are let in', async () => {
  const toss = await openBench({ secretKey: ['test_sk_old', 'test_sk_new'] });
  expect((await toss.charge({ headers: { authorization: basic('test_sk_old:') } })).status).toBe(200);
  expect((await toss.charge({ headers: { authorization: basic('test_sk_new:') } })).status).toBe(200);
});

test('a test code is answered with its own status and message, whatever the request, and books nothing', async () => {
  const toss = await openBench();
  const headers = { 'tosspayments-test-code': 'REJECT_CARD_PAYMENT' };
  expect(await toss.charge({ amount: -1, headers })).toMatchObject({
    status: 403,
    body: { code: 'REJECT_CARD_PAYMENT', message: '한도초과 혹은 잔액부족으로 결제에 실패했습니다.' },
  });
  const processing = { 'tosspayments-test-code': 'IDEMPOTENT_REQUEST_PROCESSING' };
  expect(await toss.charge({ headers: processing })).toMatchObject({ status: 409 });
  expect(toss.sandbox.books.list()).toEqual([]);
});

test('a word that is no code of Toss is an invalid test code', async () => {
  const toss = await openBench();
  for (const word of ['MADE_UP', 'toString']) {
    const headers = { 'tosspayments-test-code': word };
    expect(await toss.charge({ headers })).toMatchObject({ status: 400, code: 'INVALID_TEST_CODE' });
  }
});

test('a live key asks for test codes in vain', async () => {
  const toss = await openBench({ secretKey: 'live_sk_real' });
  const headers = { authorization: basic('live_sk_real:'), 'tosspayments-test-code': 'REJECT_CARD_PAYMENT' };
  expect((await toss.charge({ headers })).status).toBe(200);
});

describe('with a limit of two requests per minute', () => {
  const start = Date.parse('2026-10-31T01:00:15Z');

  test('the third is 429 until the minute is over, and each API has its own count', async () => {
    let nowMs = start;
    const toss = await openBench({ now: () => new Date(nowMs), switches: { requestsPerMinute: 2 } });
    await toss.charge();
    await toss.charge();
    const third = await toss.charge({ orderId: 'order-3' });
    expect(third.status).toBe(429);
    expect(third.headers.get('retry-after')).toBe('45');
    expect(toss.booked('order-3')).toEqual([]);
    expect((await toss.lookUp('order-3')).status).toBe(404);
    nowMs += 45_000;
    expect((await toss.charge({ orderId: 'order-3' })).status).toBe(200);
  });

  test('the refusal names no time when the switch says so', async () => {
    const toss = await openBench({ switches: { requestsPerMinute: 0, retryAfterHeader: false } });
    expect((await toss.charge()).headers.get('retry-after')).toBeNull();
  });

  test.each([
    [true, 429],
    [false, 200],
  ])(
    'when 429 is kept under an idempotency key: %s, the same key then gets %i',
    async (keepsTooManyRequests, status) => {
      let nowMs = start;
      const switches = { requestsPerMinute: 1, keepsTooManyRequests };
      const toss = await openBench({ now: () => new Date(nowMs), switches });
      const headers = { 'idempotency-key': 'charge-1' };
      await toss.charge();
      expect((await toss.charge({ orderId: 'order-1', headers })).status).toBe(429);
      nowMs += 60_000;
      expect((await toss.charge({ orderId: 'order-1', headers })).status).toBe(status);
    },
  );
});
