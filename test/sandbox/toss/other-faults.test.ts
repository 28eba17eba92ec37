// What may go wrong with a question and with a cancellation, and how a plan of faults chooses.

import type { Fault } from '../../../src/sandbox/toss/faults';
import { closeBenches, openBench, type TossBench, until } from './toss-bench';

let toss: TossBench;
beforeEach(async () => {
  toss = await openBench();
});
afterEach(closeBenches);

const once = (fault: Fault): void => toss.arrange({ all: [{ ...fault, times: 1 }] });

describe('a lookup', () => {
  beforeEach(() => toss.charge({ orderId: 'order-1' }));

  test.each<[Fault, number, string | undefined]>([
    [{ kind: 'lookup-500' }, 500, 'FAILED_INTERNAL_SYSTEM_PROCESSING'],
    [{ kind: 'lookup-html' }, 502, undefined],
    [{ kind: 'lookup-missing' }, 404, 'NOT_FOUND_PAYMENT'],
  ])('%j answers %i %s once, then the truth', async (fault, status, code) => {
    once(fault);
    const heard = await toss.lookUp('order-1');
    expect([heard.status, heard.code]).toEqual([status, code]);
    expect((await toss.lookUp('order-1')).body.status).toBe('DONE');
  });

  test('that hangs is let go with the client', async () => {
    toss.arrange({ all: [{ kind: 'lookup-hang' }] });
    const client = new AbortController();
    const question = toss.send('GET', '/v1/payments/orders/order-1', undefined, {}, client.signal);
    await until(() => toss.sandbox.requests.read().hanging === 1);
    client.abort();
    await expect(question).rejects.toThrow();
    await until(() => toss.sandbox.requests.read().hanging === 0);
  });

  test('finds nothing until some time after the approval', async () => {
    toss.arrange({ all: [{ kind: 'lookup-late', ms: 1000 }] });
    await toss.charge({ orderId: 'order-2' });
    expect((await toss.lookUp('order-2')).status).toBe(404);
    await until(async () => (await toss.lookUp('order-2')).status === 200);
  });
});

describe('a cancellation', () => {
  let paymentKey: string;
  const headers = { 'idempotency-key': 'refund-1' };
  beforeEach(async () => {
    paymentKey = (await toss.charge({ orderId: 'order-1' })).body.paymentKey;
  });

  test.each<[Fault, string, number, string]>([
    [{ kind: 'cancel-decline', code: 'NOT_CANCELABLE_PAYMENT' }, '403', 4900, '403 NOT_CANCELABLE_PAYMENT'],
    [{ kind: 'cancel-then-drop' }, 'connection lost', 0, '200 CANCELED'],
    [{ kind: 'cancel-drop' }, 'connection lost', 4900, '200 CANCELED'],
    [{ kind: 'cancel-500-before' }, '500', 4900, '200 CANCELED'],
    [{ kind: 'cancel-500-after' }, '500', 0, '400 ALREADY_CANCELED_PAYMENT'],
  ])('%j: the client sees %s, %i won are left; the same key again sees %s', async (fault, seen, left, again) => {
    once(fault);
    const first = await toss.cancel(paymentKey, {}, headers).then(
      ({ status }) => String(status),
      () => 'connection lost',
    );
    expect(first).toBe(seen);
    expect(toss.booked('order-1')[0]?.balance).toBe(left);
    const second = await toss.cancel(paymentKey, {}, headers);
    expect(`${second.status} ${second.code ?? second.body.status}`).toBe(again);
  });

  test('that hangs gives nothing back', async () => {
    once({ kind: 'cancel-hang' });
    const path = `/v1/payments/${paymentKey}/cancel`;
    const signal = AbortSignal.timeout(200);
    await expect(toss.send('POST', path, { cancelReason: '고객 요청' }, {}, signal)).rejects.toThrow();
    expect(toss.booked('order-1')[0]?.balance).toBe(4900);
  });
});

describe('a plan of faults', () => {
  const codeOf = async (orderId: string, key = 'sbx_kim') => {
    const customerKey = `customer-of-${key}`;
    return (await toss.charge({ orderId, key, customerKey })).code;
  };

  test('is a script: each fault strikes as often as it says, then the next', async () => {
    toss.arrange({
      byOrderId: {
        'order-1': [
          { kind: '500-before', times: 2 },
          { kind: 'decline', code: 'REJECT_CARD_PAYMENT', times: 1 },
        ],
      },
    });
    const codes = [];
    for (let nth = 1; nth <= 4; nth += 1) codes.push(await codeOf('order-1'));
    const trouble = 'FAILED_INTERNAL_SYSTEM_PROCESSING';
    expect(codes).toEqual([trouble, trouble, 'REJECT_CARD_PAYMENT', undefined]);
  });

  test('asks an order’s list first, then its billing key’s, then the one for all', async () => {
    const decline = (code: string): Fault[] => [{ kind: 'decline', code }];
    toss.arrange({
      all: decline('FOR_ALL'),
      byBillingKey: { sbx_lee: decline('FOR_KEY') },
      byOrderId: { 'order-1': decline('FOR_ORDER') },
    });
    expect(await codeOf('order-1', 'sbx_lee')).toBe('FOR_ORDER');
    expect(await codeOf('order-2', 'sbx_lee')).toBe('FOR_KEY');
    expect(await codeOf('order-3', 'sbx_kim')).toBe('FOR_ALL');
  });

  test('lets a latency and another fault strike together', async () => {
    toss.arrange({
      all: [
        { kind: 'latency', ms: 80 },
        { kind: 'decline', code: 'REJECT_CARD_PAYMENT' },
      ],
    });
    const before = performance.now();
    expect(await codeOf('order-1')).toBe('REJECT_CARD_PAYMENT');
    expect(performance.now() - before).toBeGreaterThanOrEqual(75);
  });

  test('does not waste a fault on a replay, which never gets that far', async () => {
    const headers = { 'idempotency-key': 'charge-1' };
    await toss.charge({ orderId: 'order-1', headers });
    once({ kind: 'decline', code: 'REJECT_CARD_PAYMENT' });
    expect((await toss.charge({ orderId: 'order-1', headers })).status).toBe(200);
    expect((await toss.charge({ orderId: 'order-2' })).code).toBe('REJECT_CARD_PAYMENT');
  });

  test('is read back as it was set, replaced as a whole, and refused when it makes no sense', async () => {
    const plan = { latencyMs: 1, byBillingKey: { sbx_kim: [{ kind: 'drop', times: 1 }] } };
    expect((await toss.control('PUT', '/faults', plan)).status).toBe(200);
    expect((await toss.control('GET', '/faults')).body).toEqual(plan);
    const nonsense = await toss.control('PUT', '/faults', { all: [{ kind: 'decline' }] });
    expect(nonsense).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    expect(nonsense.body.message).toContain('all[0].code');
    expect((await toss.control('GET', '/faults')).body).toEqual(plan);
    await toss.control('PUT', '/faults', {});
    expect((await toss.charge()).status).toBe(200);
  });

  test('mixes the same faults into the same orders for the same seed, at its rate', async () => {
    const strikes = async (seed: number) => {
      toss = await openBench();
      toss.arrange({ mix: { rate: 0.3, seed, faults: [{ kind: '500-before' }, { kind: 'consecutive' }] } });
      const codes: (string | undefined)[] = [];
      for (let order = 0; order < 200; order += 1) codes.push(await codeOf(`order-${order}`));
      return codes;
    };
    const [first, second, other] = [await strikes(7), await strikes(7), await strikes(8)];
    expect(second).toEqual(first);
    expect(other).not.toEqual(first);
    const count = (code: string) => first.filter((found) => found === code).length;
    expect(count('FAILED_INTERNAL_SYSTEM_PROCESSING')).toBeGreaterThan(15);
    expect(count('FORBIDDEN_CONSECUTIVE_REQUEST')).toBeGreaterThan(15);
    expect(count('FAILED_INTERNAL_SYSTEM_PROCESSING') + count('FORBIDDEN_CONSECUTIVE_REQUEST')).toBeLessThan(90);
  });

  test('with times in its mix spares an order’s later transmissions', async () => {
    toss.arrange({ mix: { rate: 1, seed: 'always', faults: [{ kind: '500-before', times: 2 }] } });
    const codes = [await codeOf('order-1'), await codeOf('order-1'), await codeOf('order-1')];
    expect(codes.filter((code) => code === 'FAILED_INTERNAL_SYSTEM_PROCESSING')).toHaveLength(2);
    expect(codes[2]).toBeUndefined();
  });
});
