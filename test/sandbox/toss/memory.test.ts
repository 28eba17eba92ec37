// What the sandbox remembers over a restart, what it counts, and how it goes away and comes back.

import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeBenches, openBench, type TossBench, until } from './toss-bench';

afterEach(closeBenches);

describe('with a journal', () => {
  let folder: string;
  let journalFile: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'toss-sandbox-'));
    journalFile = join(folder, 'books', 'toss.jsonl');
  });
  afterEach(async () => {
    await closeBenches();
    rmSync(folder, { recursive: true });
  });

  const restart = async (before: TossBench): Promise<TossBench> => {
    await before.sandbox.close();
    return openBench({ journalFile });
  };

  test('payments, keys and answers are the same after a restart', async () => {
    let toss = await openBench({ journalFile });
    const headers = { 'idempotency-key': 'charge-1' };
    const { authKey } = toss.sandbox.books.addAuthKey({ customerKey: 'customer-kim' });
    const { billingKey } = (await toss.issue(authKey, 'customer-kim')).body;
    const charged = await toss.charge({ orderId: 'order-1', key: billingKey, headers });
    const { body: other } = await toss.charge({ orderId: 'order-2' });
    const canceled = await toss.cancel(other.paymentKey, { cancelAmount: 900 });
    await toss.remove('sbx_kim');
    const books = toss.sandbox.books.list();

    toss = await restart(toss);
    expect(toss.sandbox.books.list()).toEqual(books);
    expect((await toss.lookUp('order-2')).text).toBe(canceled.text);
    expect((await toss.charge({ orderId: 'order-1', key: billingKey, headers })).text).toBe(charged.text);
    expect((await toss.charge({ orderId: 'order-1', key: billingKey })).code).toBe('DUPLICATED_ORDER_ID');
    expect((await toss.charge({ orderId: 'order-3', key: billingKey })).status).toBe(200);
    expect((await toss.issue(authKey, 'customer-kim')).code).toBe('NOT_FOUND_BILLING');
    expect((await toss.charge({ key: 'sbx_kim' })).code).toBe('ALREADY_REMOVED_BILLING_KEY');
  });

  test('an approval is on file before its answer leaves', async () => {
    const toss = await openBench({ journalFile });
    const { body } = await toss.charge({ headers: { 'idempotency-key': 'charge-1' } });
    const lines = readFileSync(journalFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ kind }) => kind)).toEqual(['billing-key', 'payment', 'answer']);
    expect(lines[1].value.paymentKey).toBe(body.paymentKey);
  });

  test('the file never holds the secret key', async () => {
    const toss = await openBench({ journalFile });
    await toss.charge({ headers: { 'idempotency-key': 'charge-1' } });
    expect(readFileSync(journalFile, 'utf8')).not.toContain('test_sk_');
  });

  test('a start writes only the newest state of everything', async () => {
    let toss = await openBench({ journalFile });
    const { body } = await toss.charge({ orderId: 'order-1' });
    for (let part = 0; part < 5; part += 1) await toss.cancel(body.paymentKey, { cancelAmount: 100 });
    toss = await restart(toss);
    expect(readFileSync(journalFile, 'utf8').trim().split('\n')).toHaveLength(2);
    expect(toss.booked('order-1')).toMatchObject([{ balance: 4400 }]);
    expect(existsSync(`${journalFile}.new`)).toBe(false);
  });

  test('a last line that a dying process cut short is passed over', async () => {
    let toss = await openBench({ journalFile });
    await toss.charge({ orderId: 'order-1' });
    await toss.sandbox.close();
    appendFileSync(journalFile, '{"kind":"payment","value":{"paym');
    toss = await openBench({ journalFile });
    expect(toss.sandbox.books.list()).toHaveLength(1);
    expect((await (await restart(toss)).charge({ orderId: 'order-1' })).code).toBe('DUPLICATED_ORDER_ID');
  });

  test('a journal spoilt in the middle is refused by file and line, and left alone', async () => {
    await (await openBench({ journalFile })).sandbox.close();
    writeFileSync(journalFile, 'nonsense\n{}\n');
    await expect(openBench({ journalFile })).rejects.toThrow(`line 1 of the sandbox journal ${journalFile}`);
    expect(readFileSync(journalFile, 'utf8')).toBe('nonsense\n{}\n');
  });

  test('a promised automatic cancellation is kept after a restart', async () => {
    let toss = await openBench({ journalFile });
    toss.arrange({ all: [{ kind: 'auto-cancel', ms: 1500 }] });
    await toss.charge({ orderId: 'order-1' });
    toss = await restart(toss);
    expect(toss.booked('order-1')[0]?.status).toBe('DONE');
    await until(() => toss.booked('order-1')[0]?.status === 'CANCELED');
  });
});

describe('the tally', () => {
  test('counts every request per endpoint and every transmission per order, dropped ones too', async () => {
    const toss = await openBench();
    toss.arrange({ byOrderId: { 'order-1': [{ kind: 'drop', times: 1 }] } });
    await toss.chargeInVain({ orderId: 'order-1' });
    const { body } = await toss.charge({ orderId: 'order-1' });
    await toss.lookUp('order-1');
    await toss.lookUpPayment(body.paymentKey);
    await toss.cancel(body.paymentKey);
    expect((await toss.control('GET', '/requests')).body).toEqual({
      endpoints: {
        'POST /v1/billing/{billingKey}': 2,
        'GET /v1/payments/orders/{orderId}': 1,
        'GET /v1/payments/{paymentKey}': 1,
        'POST /v1/payments/{paymentKey}/cancel': 1,
      },
      orders: { 'order-1': { charges: 2, lookups: 2, cancels: 1 } },
      chargesInFlight: 0,
      mostChargesInFlight: 1,
      hanging: 0,
    });
  });

  test('knows how many charges were in flight at once', async () => {
    const toss = await openBench();
    toss.arrange({ latencyMs: 1000 });
    await Promise.all(Array.from({ length: 20 }, () => toss.charge()));
    expect(toss.sandbox.requests.read()).toMatchObject({ mostChargesInFlight: 20, chargesInFlight: 0 });
  });

  test('and the books are read quickly with 20,000 payments in them', async () => {
    const toss = await openBench();
    const billingKey = toss.sandbox.books.registerBillingKey('Zkim=', { customerKey: 'customer-kim' });
    const order = {
      billingKey,
      orderName: '구독',
      amount: 4900,
      taxFreeAmount: 0,
      taxExemptionAmount: 0,
      installmentMonths: 0,
      idempotencyKey: null,
      requestedAt: '2026-10-31T10:00:00+09:00',
    };
    for (let nth = 0; nth < 20_000; nth += 1) toss.sandbox.books.approve({ ...order, orderId: `order-${nth}` });
    const before = performance.now();
    expect((await toss.control('GET', '/payments')).body).toHaveLength(20_000);
    expect((await toss.control('GET', '/payments?orderId=order-19999')).body).toHaveLength(1);
    expect(performance.now() - before).toBeLessThan(2000);
  });
});

describe('the listening socket', () => {
  const refusal = async (toss: TossBench) => {
    const error = await toss.lookUp('order-1').catch((cause: Error) => cause);
    return (error as { cause?: { code?: string } }).cause?.code;
  };

  test('is really closed while down, open connections with it, and is back on its port on up()', async () => {
    const toss = await openBench();
    const socket = connect(toss.sandbox.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const severed = new Promise((resolve) => socket.once('close', resolve));
    await toss.sandbox.down();
    await severed;
    expect(await refusal(toss)).toBe('ECONNREFUSED');
    await toss.sandbox.up();
    expect((await toss.charge()).status).toBe(200);
  });

  test('comes back by itself after the time it was given over HTTP', async () => {
    const toss = await openBench();
    expect((await toss.control('POST', '/down', { ms: 500 })).body).toEqual({ downForMs: 500 });
    await until(async () => (await refusal(toss)) === 'ECONNREFUSED');
    await until(async () => (await refusal(toss)) === undefined);
    expect((await toss.charge()).status).toBe(200);
  });

  test('loses the answers under way when it goes down, but not the money', async () => {
    const toss = await openBench();
    toss.arrange({ latencyMs: 1000 });
    const charge = toss.chargeInVain({ orderId: 'order-1' });
    await until(toss.busy);
    await toss.sandbox.down();
    await charge;
    await until(() => toss.booked('order-1').length === 1);
  });

  test('that was never opened, because the port is taken, rejects with EADDRINUSE', async () => {
    const toss = await openBench();
    await expect(openBench({ port: toss.sandbox.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('closes at once although requests hang on it, and nothing is booked afterwards', async () => {
    const toss = await openBench();
    toss.arrange({ byOrderId: { 'order-1': [{ kind: 'hang' }], 'order-2': [{ kind: 'late-approval', ms: 1000 }] } });
    const hanging = [toss.chargeInVain({ orderId: 'order-1' }), toss.chargeInVain({ orderId: 'order-2' })];
    await until(() => toss.sandbox.requests.read().chargesInFlight === 2);
    await toss.sandbox.close();
    await Promise.all(hanging);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(toss.sandbox.books.list()).toEqual([]);
    expect(await refusal(toss)).toBe('ECONNREFUSED');
  });
});
