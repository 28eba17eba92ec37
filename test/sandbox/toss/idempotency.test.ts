// The promise of Idempotency-Key: carried out once, then only repeated.

import { basic, closeBenches, openBench, type TossBench, until } from './toss-bench';

const dayMs = 24 * 3_600_000;

describe('the same idempotency key', () => {
  let toss: TossBench;
  let nowMs: number;
  const headers = { 'idempotency-key': 'charge-1' };

  beforeEach(async () => {
    nowMs = Date.parse('2026-10-31T01:00:00Z');
    toss = await openBench({ secretKey: ['test_sk_ofThisBench', 'test_sk_other'], now: () => new Date(nowMs) });
  });
  afterEach(closeBenches);

  test('repeats an approval byte for byte and books it once', async () => {
    const first = await toss.charge({ orderId: 'order-1', headers });
    await toss.cancel(first.body.paymentKey);
    const second = await toss.charge({ orderId: 'order-1', headers });
    expect(second).toMatchObject({ status: 200, text: first.text });
    expect(toss.sandbox.books.list()).toHaveLength(1);
  });

  test('is echoed, and a replay names both traces: its own, then the one that did the work', async () => {
    const first = await toss.charge({ headers });
    const second = await toss.charge({ headers });
    expect(first.headers.get('idempotency-key')).toBe('charge-1');
    expect(second.headers.get('idempotency-key')).toBe('charge-1');
    const [own, original] = second.headers.get('x-tosspayments-trace-id')?.split(', ') ?? [];
    expect(original).toBe(first.headers.get('x-tosspayments-trace-id'));
    expect(own).not.toBe(original);
  });

  test('repeats the first answer to another body, because bodies are not compared', async () => {
    const first = await toss.charge({ orderId: 'order-1', headers });
    const second = await toss.charge({ orderId: 'order-2', amount: 9900, headers });
    expect(second.text).toBe(first.text);
    expect(toss.booked('order-2')).toEqual([]);
  });

  test('repeats a refusal although the mistake has been corrected', async () => {
    expect((await toss.charge({ orderId: 'order-1', amount: 50, headers })).code).toBe('BELOW_MINIMUM_AMOUNT');
    expect((await toss.charge({ orderId: 'order-1', headers })).code).toBe('BELOW_MINIMUM_AMOUNT');
  });

  test('is answered 409 while the first request is still running', async () => {
    toss.arrange({ latencyMs: 1000 });
    const first = toss.charge({ orderId: 'order-1', headers });
    await until(toss.busy);
    expect(await toss.charge({ orderId: 'order-1', headers })).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENT_REQUEST_PROCESSING', message: '이전 멱등 요청이 처리중입니다.' },
    });
    expect((await toss.charge({ orderId: 'order-1', headers })).status).toBe(409);
    const { text } = await first;
    expect((await toss.charge({ orderId: 'order-1', headers })).text).toBe(text);
  });

  test('gets the approval that its first request, given up by the client, was still working on', async () => {
    toss.arrange({ latencyMs: 60 });
    await toss.chargeUntil(toss.busy, { orderId: 'order-1', headers });
    await until(() => toss.booked('order-1').length === 1);
    const heard = await toss.charge({ orderId: 'order-1', headers });
    expect(heard).toMatchObject({ status: 200, body: { orderId: 'order-1' } });
  });

  test.each([
    ['on another billing key', { key: 'sbx_lee' }],
    ['with another secret key', { headers: { ...headers, authorization: basic('test_sk_other:') } }],
  ])('%s is another request, and charges', async (_where, over) => {
    await toss.charge({ headers });
    await toss.charge({ headers, ...over });
    expect(toss.sandbox.books.list()).toHaveLength(2);
  });

  test('means the same billing key, percent-encoded or not', async () => {
    toss.sandbox.books.registerBillingKey('Zabc=', { customerKey: 'customer-kim' });
    const body = { customerKey: 'customer-kim', amount: 4900, orderId: 'order-1', orderName: '구독' };
    const raw = await toss.send('POST', '/v1/billing/Zabc=', body, headers);
    const encoded = await toss.send('POST', '/v1/billing/Zabc%3D', body, headers);
    expect(raw.status).toBe(200);
    expect(encoded.text).toBe(raw.text);
  });

  test('means something for fifteen days from its first use, and then nothing', async () => {
    const first = await toss.charge({ orderId: 'order-1', headers });
    nowMs += 15 * dayMs - 1;
    expect((await toss.charge({ orderId: 'order-2', headers })).text).toBe(first.text);
    nowMs += 1;
    expect((await toss.charge({ orderId: 'order-2', headers })).body.orderId).toBe('order-2');
  });

  test('of 300 characters is taken, of 301 refused', async () => {
    expect((await toss.charge({ headers: { 'idempotency-key': 'k'.repeat(300) } })).status).toBe(200);
    expect(await toss.charge({ headers: { 'idempotency-key': 'k'.repeat(301) } })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_IDEMPOTENCY_KEY', message: '멱등키는 300자 이하여야 합니다.' },
    });
  });

  test('protects a cancellation and an issue as well', async () => {
    const { body } = await toss.charge();
    const canceled = await toss.cancel(body.paymentKey, {}, headers);
    expect((await toss.cancel(body.paymentKey, {}, headers)).text).toBe(canceled.text);
    const { authKey } = toss.sandbox.books.addAuthKey({ customerKey: 'customer-lee' });
    const issued = await toss.issue(authKey, 'customer-lee', headers);
    expect(issued.status).toBe(200);
    expect((await toss.issue(authKey, 'customer-lee', headers)).text).toBe(issued.text);
  });

  test('is ignored on a lookup', async () => {
    expect((await toss.send('GET', '/v1/payments/orders/order-1', undefined, headers)).status).toBe(404);
    await toss.charge({ orderId: 'order-1' });
    const found = await toss.send('GET', '/v1/payments/orders/order-1', undefined, headers);
    expect(found.status).toBe(200);
    expect(found.headers.get('idempotency-key')).toBeNull();
  });
});

test.each([
  [false, 200, 1],
  [true, 500, 0],
])('when 5xx answers are kept: %s, the same key then gets %i', async (keepsServerErrors, status, booked) => {
  const toss = await openBench({ switches: { keepsServerErrors } });
  toss.arrange({ all: [{ kind: '500-before', times: 1 }] });
  const headers = { 'idempotency-key': 'charge-1' };
  expect((await toss.charge({ orderId: 'order-1', headers })).status).toBe(500);
  expect((await toss.charge({ orderId: 'order-1', headers })).status).toBe(status);
  expect(toss.booked('order-1')).toHaveLength(booked);
  await closeBenches();
});
