// What may go wrong with a charge: what the client gets to see, what the books hold, and what the same idempotency key
// hears afterwards. The three are the whole difference between these faults.

import type { Fault } from '../../../src/sandbox/toss/faults';
import { closeBenches, openBench, type TossBench, until } from './toss-bench';

let toss: TossBench;
beforeEach(async () => {
  toss = await openBench();
});
afterEach(closeBenches);

const headers = { 'idempotency-key': 'charge-1' };
const once = (fault: Fault): void => toss.arrange({ all: [{ ...fault, times: 1 }] });

/** Sends order-1 once with the fault, then again, and tells both ends and how many approvals the books hold in between and after. */
async function chargeTwice(fault: Fault) {
  once(fault);
  const first = await toss.charge({ orderId: 'order-1', headers }).then(
    ({ status, code }) => `${status} ${code ?? 'html or approved'}`,
    () => 'connection lost',
  );
  const booked = toss.booked('order-1').length;
  const again = await toss.charge({ orderId: 'order-1', headers });
  return [first, booked, `${again.status} ${again.code ?? 'approved'}`, toss.booked('order-1').length];
}

test.each<[Fault, string, number, string, number]>([
  [{ kind: 'drop' }, 'connection lost', 0, '200 approved', 1],
  [{ kind: 'approve-then-drop' }, 'connection lost', 1, '200 approved', 1],
  [{ kind: 'html' }, '502 html or approved', 0, '200 approved', 1],
  [{ kind: 'html-after' }, '502 html or approved', 1, '200 approved', 1],
  [{ kind: '500-before' }, '500 FAILED_INTERNAL_SYSTEM_PROCESSING', 0, '200 approved', 1],
  [{ kind: '500-after' }, '500 FAILED_INTERNAL_SYSTEM_PROCESSING', 1, '400 DUPLICATED_ORDER_ID', 1],
  [{ kind: 'decline', code: 'REJECT_CARD_PAYMENT' }, '403 REJECT_CARD_PAYMENT', 0, '403 REJECT_CARD_PAYMENT', 0],
  [{ kind: 'decline-but-approved', code: 'PROVIDER_ERROR' }, '400 PROVIDER_ERROR', 1, '400 PROVIDER_ERROR', 1],
  [{ kind: 'auto-cancel', ms: 60_000 }, '500 FAILED_BILLING_AUTO_CANCEL', 1, '400 DUPLICATED_ORDER_ID', 1],
  [{ kind: 'too-many' }, '429 TOO_MANY_REQUESTS', 0, '429 TOO_MANY_REQUESTS', 0],
  [{ kind: 'consecutive' }, '403 FORBIDDEN_CONSECUTIVE_REQUEST', 0, '403 FORBIDDEN_CONSECUTIVE_REQUEST', 0],
])('%j: the client sees %s, %i booked; the same key again sees %s, %i booked', async (fault, ...story) => {
  expect(await chargeTwice(fault)).toEqual(story);
});

test('a proxy’s page is html and carries no word of Toss', async () => {
  for (const kind of ['html', 'html-after'] as const) {
    once({ kind });
    const { status, text, headers: heard } = await toss.charge({ headers: { 'idempotency-key': kind } });
    expect(status).toBe(502);
    expect(heard.get('content-type')).toMatch(/^text\/html/);
    expect(text).toContain('502 Bad Gateway');
    expect(heard.get('x-tosspayments-trace-id')).toBeNull();
    expect(heard.get('idempotency-key')).toBeNull();
  }
});

test('a charge that hangs is never answered nor approved, and its socket is let go with the client', async () => {
  toss.arrange({ all: [{ kind: 'hang' }] });
  await toss.chargeUntil(() => toss.sandbox.requests.read().hanging === 1, { orderId: 'order-1' });
  await until(() => toss.sandbox.requests.read().hanging === 0);
  expect(toss.sandbox.requests.read().chargesInFlight).toBe(0);
  expect(toss.booked('order-1')).toEqual([]);
});

test('a late approval is booked after its time although nobody hears of it, and the same key then does', async () => {
  once({ kind: 'late-approval', ms: 1000 });
  await toss.chargeUntil(toss.busy, { orderId: 'order-1', headers });
  expect((await toss.lookUp('order-1')).status).toBe(404);
  expect((await toss.charge({ orderId: 'order-1', headers })).status).toBe(409);
  await until(() => toss.booked('order-1').length === 1);
  expect((await toss.lookUp('order-1')).body.status).toBe('DONE');
  expect((await toss.charge({ orderId: 'order-1', headers })).status).toBe(200);
});

test('a late approval still leaves the client without an answer when its time has come', async () => {
  once({ kind: 'late-approval', ms: 10 });
  await toss.chargeUntil(() => toss.sandbox.requests.read().hanging === 1, { orderId: 'order-1' });
  expect(toss.booked('order-1')).toHaveLength(1);
});

test('a late approval comes to nothing when the order was approved meanwhile', async () => {
  once({ kind: 'late-approval', ms: 1000 });
  await toss.chargeUntil(toss.busy, { orderId: 'order-1', headers });
  expect((await toss.charge({ orderId: 'order-1' })).status).toBe(200);
  await until(async () => (await toss.charge({ orderId: 'order-1', headers })).status !== 409);
  expect((await toss.charge({ orderId: 'order-1', headers })).code).toBe('DUPLICATED_ORDER_ID');
  expect(toss.booked('order-1')).toHaveLength(1);
});

test('an answer that lies about the amount is consistent in its lie, and the books are right', async () => {
  once({ kind: 'other-amount' });
  const { body } = await toss.charge({ orderId: 'order-1', amount: 4900 });
  expect(body).toMatchObject({ totalAmount: 5900, balanceAmount: 5900, card: { amount: 5900 } });
  expect(toss.booked('order-1')).toMatchObject([{ amount: 4900 }]);
  expect((await toss.lookUp('order-1')).body.totalAmount).toBe(4900);
});

test('an answer may tell of another order, and the books are right', async () => {
  once({ kind: 'other-order' });
  expect((await toss.charge({ orderId: 'order-1' })).body.orderId).toBe('another-customers-order');
  expect((await toss.lookUp('order-1')).body.orderId).toBe('order-1');
});

test('an automatic cancellation is announced first and happens later', async () => {
  once({ kind: 'auto-cancel', ms: 1000 });
  expect((await toss.charge({ orderId: 'order-1' })).code).toBe('FAILED_BILLING_AUTO_CANCEL');
  expect((await toss.lookUp('order-1')).body).toMatchObject({ status: 'DONE', balanceAmount: 4900 });
  await until(() => toss.booked('order-1')[0]?.status === 'CANCELED');
  expect((await toss.lookUp('order-1')).body).toMatchObject({ status: 'CANCELED', balanceAmount: 0 });
});

test('429 names the seconds to wait when it was told to', async () => {
  once({ kind: 'too-many', retryAfter: 7 });
  expect((await toss.charge()).headers.get('retry-after')).toBe('7');
  once({ kind: 'too-many' });
  expect((await toss.charge()).headers.get('retry-after')).toBeNull();
});

test('a decline may use a code that nobody has met before, with any status and words', async () => {
  once({ kind: 'decline', code: 'BRAND_NEW', message: '새로운 사유', status: 422 });
  expect(await toss.charge()).toMatchObject({ status: 422, body: { code: 'BRAND_NEW', message: '새로운 사유' } });
});

test('faults of the card come after the checks: a duplicate order stays a duplicate', async () => {
  await toss.charge({ orderId: 'order-1' });
  once({ kind: 'decline', code: 'REJECT_CARD_PAYMENT' });
  expect((await toss.charge({ orderId: 'order-1' })).code).toBe('DUPLICATED_ORDER_ID');
});

describe('after a decline', () => {
  const decline = async () => {
    once({ kind: 'decline', code: 'REJECT_CARD_PAYMENT' });
    await toss.charge({ orderId: 'order-1' });
  };

  test('the lookup tells an ABORTED payment with its failure, and the books tell that no money moved', async () => {
    await decline();
    expect((await toss.lookUp('order-1')).body).toMatchObject({
      status: 'ABORTED',
      approvedAt: null,
      card: null,
      totalAmount: 4900,
      balanceAmount: 4900,
      failure: { code: 'REJECT_CARD_PAYMENT', message: '한도초과 혹은 잔액부족으로 결제에 실패했습니다.' },
    });
    expect(toss.booked('order-1')).toEqual([]);
  });

  test('an ABORTED payment has nothing to give back', async () => {
    await decline();
    const { paymentKey } = (await toss.lookUp('order-1')).body;
    expect(await toss.cancel(paymentKey)).toMatchObject({ status: 403, code: 'NOT_CANCELABLE_PAYMENT' });
  });

  test('by the switch, there is no such payment', async () => {
    toss = await openBench({ switches: { declinedLookup: 'NOT_FOUND_PAYMENT' } });
    await decline();
    expect((await toss.lookUp('order-1')).code).toBe('NOT_FOUND_PAYMENT');
  });

  test('the order id may be used again, and then the lookup tells the approval', async () => {
    await decline();
    expect((await toss.charge({ orderId: 'order-1' })).status).toBe(200);
    expect((await toss.lookUp('order-1')).body.status).toBe('DONE');
  });

  test('by the switch, the order id is spent', async () => {
    toss = await openBench({ switches: { declinedOrderId: 'DUPLICATED_ORDER_ID' } });
    await decline();
    expect((await toss.charge({ orderId: 'order-1' })).code).toBe('DUPLICATED_ORDER_ID');
  });
});
