import { inspect } from 'node:util';
import { won } from '../../../src/domain/won';
import { TossPaymentsAdapter } from '../../../src/gateways/toss/toss-payments-adapter';
import { closedPort, tcpServer } from '../local-server';
import {
  adapterAt,
  authKey,
  billingKey,
  canceled,
  cancelRequest,
  chargeRequest,
  closeBench,
  customerKey,
  payment,
  question,
  secretKey,
  tossSays,
} from './toss-bench';

afterEach(closeBench);

describe('what Toss gets to read', () => {
  test('a charge is posted to its billing key, with the colon after the secret key and the order id as idempotency key', async () => {
    const { toss, pg } = await tossSays(200, payment());
    await toss.charge(chargeRequest);
    expect(pg.received).toHaveLength(1);
    const [{ method, path, headers, body }] = pg.received as [(typeof pg.received)[0]];
    expect([method, path]).toEqual(['POST', '/v1/billing/Z_t5vOvQxrj4499PeiJcjen28-V2RyqgYTwN44Rdzk0%3D']);
    expect(headers).toMatchObject({
      authorization: 'Basic dGVzdF9za196WExrS0V5cE5BcldtbzUwblgzbG1lYXhZRzVSOg==',
      'content-type': 'application/json',
      'idempotency-key': 'K7QM4XWP9RTB-1',
    });
    expect(JSON.parse(body)).toEqual({
      amount: 49_000,
      customerKey,
      orderId: 'K7QM4XWP9RTB-1',
      orderName: '10월 구독',
      customerEmail: 'minsu@example.com',
      customerName: '김민수',
    });
  });

  test('the idempotency key of a charge changes with its suffix and with nothing else', async () => {
    const { toss, pg } = await tossSays(200, payment());
    await toss.charge(chargeRequest);
    await toss.charge({ ...chargeRequest, amount: won(100), orderName: 'x' });
    await toss.charge({ ...chargeRequest, idempotencySuffix: 1 });
    await toss.charge({ ...chargeRequest, idempotencySuffix: 12 });
    expect(pg.received.map(({ headers }) => headers['idempotency-key'])).toEqual([
      'K7QM4XWP9RTB-1',
      'K7QM4XWP9RTB-1',
      'K7QM4XWP9RTB-1.1',
      'K7QM4XWP9RTB-1.12',
    ]);
  });

  test('names longer than 100 characters are cut without halving one, and what is empty is left out', async () => {
    const { toss, pg } = await tossSays(200, payment());
    await toss.charge({
      ...chargeRequest,
      orderName: '🍎'.repeat(101),
      customer: { name: '', email: '', phone: '' },
    });
    expect(JSON.parse(pg.received[0]?.body ?? '')).toEqual({
      amount: 49_000,
      customerKey,
      orderId: 'K7QM4XWP9RTB-1',
      orderName: '🍎'.repeat(100),
    });
  });

  test('a full refund names no amount, a partial one does, and both lock the remainder under a fixed reason', async () => {
    const { toss, pg } = await tossSays(200, canceled());
    await toss.cancel(cancelRequest);
    await toss.cancel({ ...cancelRequest, amount: won(9_000) });
    expect(pg.received.map(({ method, path }) => `${method} ${path}`)).toEqual(
      Array(2).fill('POST /v1/payments/tviva20261031100003uN3L9/cancel'),
    );
    expect(pg.received.map(({ body }) => JSON.parse(body))).toEqual([
      { cancelReason: '정기결제 환불', refundableAmount: 49_000 },
      { cancelReason: '정기결제 환불', cancelAmount: 9_000, refundableAmount: 49_000 },
    ]);
    expect(pg.received[0]?.headers['idempotency-key']).toBe('refund-0b9e6f6e-2f51-4c0f-9a35-1c1f2b1c2d3e');
  });

  test('a question is a GET by order id, also when a payment key is named', async () => {
    const { toss, pg } = await tossSays(200, payment());
    await toss.getStatus({ ...question, paymentKey: 'something-typed' });
    expect(pg.received[0]).toMatchObject({ method: 'GET', path: '/v1/payments/orders/K7QM4XWP9RTB-1', body: '' });
    expect(pg.received[0]?.headers).not.toHaveProperty('idempotency-key');
  });

  test('a billing key is asked for under an idempotency key that does not show the one-time key', async () => {
    const { toss, pg } = await tossSays(200, { billingKey, customerKey });
    await toss.issueBillingKey({ authKey, customerKey });
    await toss.issueBillingKey({ authKey, customerKey });
    await toss.issueBillingKey({ authKey: `${authKey}x`, customerKey });
    const [first, again, other] = pg.received;
    expect(first).toMatchObject({ method: 'POST', path: '/v1/billing/authorizations/issue' });
    expect(JSON.parse(first?.body ?? '')).toEqual({ authKey, customerKey });
    expect(first?.headers['idempotency-key']).toMatch(/^issue-[0-9a-f]{64}$/);
    expect(again?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
    expect(other?.headers['idempotency-key']).not.toBe(first?.headers['idempotency-key']);
  });

  test('a billing key is given back by DELETE', async () => {
    const { toss, pg } = await tossSays(200, '');
    await toss.revokeBillingKey({ billingKey });
    expect(pg.received[0]).toMatchObject({
      method: 'DELETE',
      path: '/v1/billing/Z_t5vOvQxrj4499PeiJcjen28-V2RyqgYTwN44Rdzk0%3D',
    });
  });
});

describe('how long we listen', () => {
  test('a charge that is never answered is unknown when the time is over, and was sent once', async () => {
    let connections = 0;
    const pg = await tcpServer(() => {
      connections += 1;
    });
    const outcome = await adapterAt(pg.url, { timeoutMs: 100 }).charge(chargeRequest);
    expect(outcome).toEqual({ kind: 'unknown', code: 'READ_TIMEOUT', message: 'no whole answer within 100 ms' });
    expect(connections).toBe(1);
  });

  test('a question does not wait behind the charges it is about', async () => {
    const silent = await tcpServer((socket) =>
      socket.on('data', (data) => {
        if (`${data}`.startsWith('GET')) socket.write('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
      }),
    );
    const toss = new TossPaymentsAdapter({
      secretKey,
      baseUrl: silent.url,
      timeoutMs: 400,
      processingMs: 1,
      concurrency: 1,
    });
    const charging = toss.charge(chargeRequest);
    expect(await toss.getStatus(question)).toMatchObject({ code: 'HTTP_404', raw: { http: 404 } });
    expect(await charging).toMatchObject({ kind: 'unknown', code: 'READ_TIMEOUT' });
  });

  test('when Toss cannot be reached, every act is unsent and a question is not answered', async () => {
    const toss = adapterAt(await closedPort());
    const unsent = { kind: 'unsent', code: 'ECONNREFUSED', message: 'no connection was made (ECONNREFUSED)' };
    expect(await toss.charge(chargeRequest)).toEqual(unsent);
    expect(await toss.cancel(cancelRequest)).toEqual(unsent);
    expect(await toss.issueBillingKey({ authKey, customerKey })).toEqual(unsent);
    expect(await toss.revokeBillingKey({ billingKey })).toEqual(unsent);
    expect(await toss.getStatus(question)).toEqual({ ...unsent, kind: 'cannot-say', reached: false });
  });

  test('what cannot be put into a request is unsent and says whose mistake it is', async () => {
    const { toss, pg } = await tossSays(200, payment());
    const outcomes = [
      await toss.charge({ ...chargeRequest, billingKey: '' }),
      await toss.charge({ ...chargeRequest, orderId: '주문-1' }),
      await toss.cancel({ ...cancelRequest, paymentKey: '..' }),
      await toss.revokeBillingKey({ billingKey: '.' }),
    ];
    for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: 'unsent', code: 'REQUEST_NOT_BUILT' });
    expect(pg.received).toHaveLength(0);
  });
});

describe('what the adapter says of itself', () => {
  const limits = { timeoutMs: 65_000, processingMs: 60_000, concurrency: 32 };

  test('that it can be asked, and how long a re-send is safe', () => {
    const toss = new TossPaymentsAdapter({ secretKey, ...limits });
    expect(toss.provider).toBe('TOSS');
    expect(toss.capabilities).toEqual({
      asksByOrderId: true,
      resendWindowMs: 1_209_600_000,
      failedIsDocumented: true,
      processingMs: 60_000,
      concurrency: 32,
    });
  });

  test('which merchant key it speaks for, without showing it', () => {
    const ours = new TossPaymentsAdapter({ secretKey, ...limits }).merchant;
    expect(ours).toMatch(/^[0-9a-f]{16}$/);
    expect(new TossPaymentsAdapter({ secretKey, ...limits, timeoutMs: 1 }).merchant).toBe(ours);
    expect(new TossPaymentsAdapter({ secretKey: `${secretKey}x`, ...limits }).merchant).not.toBe(ours);
  });

  test('and nothing of its secret, however one looks at it', async () => {
    const { toss } = await tossSays(200, payment());
    await toss.charge(chargeRequest);
    const seen = inspect(toss, { depth: 20, showHidden: true }) + JSON.stringify(toss);
    expect(seen).not.toMatch(/test_sk|dGVzdF9za|Rdzk0/);
  });
});

describe('what stays of an answer', () => {
  test('the whole body but its secrets, the status and the trace', async () => {
    const { toss } = await tossSays(200, { ...payment(), echo: `POST /v1/billing/${encodeURIComponent(billingKey)}` });
    const outcome = await toss.charge(chargeRequest);
    expect(outcome).toMatchObject({ kind: 'approved' });
    expect('raw' in outcome && outcome.raw).toEqual({
      http: 200,
      body: { ...payment(), secret: '***', echo: 'POST /v1/billing/***' },
      trace: 'trace-1',
    });
  });

  test.each([200, 400, 403, 429, 500, 502])('no key of ours in anything that a %i page quotes', async (http) => {
    const basic = Buffer.from(`${secretKey}:`).toString('base64');
    const quoting = (key: string) => `<h1>${secretKey} ${basic} ${key} ${encodeURIComponent(key)}</h1>`;
    const acts = {
      [billingKey]: [(toss) => toss.charge(chargeRequest), (toss) => toss.revokeBillingKey({ billingKey })],
      [authKey]: [(toss) => toss.issueBillingKey({ authKey, customerKey })],
    } satisfies Record<string, ((toss: TossPaymentsAdapter) => Promise<unknown>)[]>;
    for (const [key, acting] of Object.entries(acts)) {
      for (const body of [quoting(key), { code: 'SOMETHING_NEW', message: quoting(key) }]) {
        const { toss } = await tossSays(http, body, { 'x-tosspayments-trace-id': `t-${secretKey}` });
        for (const act of acting) {
          const seen = JSON.stringify(await act(toss));
          expect(seen).toContain('<h1>*** ***');
          for (const secret of [secretKey, basic.slice(0, 40), key, key.slice(0, -1)])
            expect(seen).not.toContain(secret);
        }
      }
    }
  });

  test('a new billing key stands in the outcome and nowhere in what is kept', async () => {
    const { toss } = await tossSays(200, { billingKey, customerKey, card: null, note: `key ${billingKey}` });
    const outcome = await toss.issueBillingKey({ authKey, customerKey });
    expect(outcome).toMatchObject({ kind: 'issued', billingKey });
    expect('raw' in outcome && outcome.raw?.body).toEqual({
      billingKey: '***',
      customerKey: '***',
      card: null,
      note: 'key ***',
    });
  });
});
