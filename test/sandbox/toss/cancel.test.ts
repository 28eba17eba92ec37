// Giving money back: the rules measured in the test environment, as a table.

import { closeBenches, openBench, type TossBench } from './toss-bench';

let toss: TossBench;
let paymentKey: string;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.parse('2026-10-31T01:00:00Z');
  toss = await openBench({ now: () => new Date(nowMs) });
  paymentKey = (await toss.charge({ orderId: 'order-1', amount: 15000 })).body.paymentKey;
  nowMs += 3_600_000;
});
afterEach(closeBenches);

test('a full cancellation leaves nothing: balance and every tax amount are 0', async () => {
  const { status, body } = await toss.cancel(paymentKey, { cancelReason: '중복 결제' });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    status: 'CANCELED',
    totalAmount: 15000,
    balanceAmount: 0,
    suppliedAmount: 0,
    vat: 0,
    lastTransactionKey: body.cancels[0].transactionKey,
  });
  expect(body.cancels).toEqual([
    {
      cancelAmount: 15000,
      cancelReason: '중복 결제',
      taxFreeAmount: 0,
      taxExemptionAmount: 0,
      refundableAmount: 0,
      cardDiscountAmount: 0,
      transferDiscountAmount: 0,
      easyPayDiscountAmount: 0,
      canceledAt: '2026-10-31T11:00:00+09:00',
      transactionKey: expect.stringMatching(/^txrd_/),
      receiptKey: null,
      cancelStatus: 'DONE',
      cancelRequestId: null,
    },
  ]);
  expect((await toss.lookUp('order-1')).body).toEqual(body);
  expect(toss.booked('order-1')).toMatchObject([
    { status: 'CANCELED', balance: 0, canceledAt: '2026-10-31T11:00:00+09:00' },
  ]);
});

test('naming the whole balance is a full cancellation too', async () => {
  expect((await toss.cancel(paymentKey, { cancelAmount: 15000 })).body.status).toBe('CANCELED');
});

test('a part leaves the rest, with the tax of the rest', async () => {
  const { body } = await toss.cancel(paymentKey, { cancelAmount: 14000 });
  expect(body).toMatchObject({ status: 'PARTIAL_CANCELED', balanceAmount: 1000, suppliedAmount: 909, vat: 91 });
  expect(body.cancels[0]).toMatchObject({ cancelAmount: 14000, refundableAmount: 1000 });
});

test('a part and then the rest stays PARTIAL_CANCELED, and then says that no amount is left', async () => {
  await toss.cancel(paymentKey, { cancelAmount: 5000 });
  const { body } = await toss.cancel(paymentKey);
  expect(body).toMatchObject({ status: 'PARTIAL_CANCELED', balanceAmount: 0 });
  expect(body.cancels.map((cancel: { cancelAmount: number }) => cancel.cancelAmount)).toEqual([5000, 10000]);
  expect(await toss.cancel(paymentKey)).toMatchObject({ status: 403, code: 'NOT_CANCELABLE_AMOUNT' });
});

test('what was cancelled in full is already cancelled', async () => {
  await toss.cancel(paymentKey);
  expect(await toss.cancel(paymentKey)).toMatchObject({ status: 400, code: 'ALREADY_CANCELED_PAYMENT' });
});

test.each([
  [{ cancelAmount: 15001 }, 403, 'NOT_CANCELABLE_AMOUNT'],
  [{ refundableAmount: 14999 }, 400, 'NOT_MATCHES_REFUNDABLE_AMOUNT'],
  [{ cancelReason: null }, 400, 'INVALID_REQUIRED_PARAM'],
  [{ cancelReason: '왜'.repeat(201) }, 400, 'INVALID_REQUEST'],
  [{ cancelAmount: 0 }, 400, 'INVALID_REQUEST'],
  [{ cancelAmount: '1000' }, 400, 'INVALID_REQUEST'],
  [{ cancelAmount: 1000, taxFreeAmount: 1 }, 400, 'INVALID_REFUND_AMOUNT'],
])('%j is refused with %i %s and gives nothing back', async (fields, status, code) => {
  expect(await toss.cancel(paymentKey, fields)).toMatchObject({ status, code });
  expect(toss.booked('order-1')).toMatchObject([{ status: 'DONE', balance: 15000 }]);
});

test('a lock that names the true balance lets the cancellation through', async () => {
  await toss.cancel(paymentKey, { cancelAmount: 5000, refundableAmount: 15000 });
  expect((await toss.cancel(paymentKey, { refundableAmount: 10000 })).status).toBe(200);
});

test('a payment with an exempt amount is not given back in parts', async () => {
  const { body } = await toss.charge({ amount: 10000, taxExemptionAmount: 1000 });
  expect(body.isPartialCancelable).toBe(false);
  const part = await toss.cancel(body.paymentKey, { cancelAmount: 1000 });
  expect(part).toMatchObject({ status: 403, code: 'NOT_ALLOWED_PARTIAL_REFUND' });
  const whole = await toss.cancel(body.paymentKey);
  expect(whole.body).toMatchObject({ taxExemptionAmount: 0, cancels: [{ taxExemptionAmount: 1000 }] });
});

test('the tax-free part goes back as far as the request names it', async () => {
  const { body } = await toss.charge({ amount: 10000, taxFreeAmount: 4500 });
  const part = await toss.cancel(body.paymentKey, { cancelAmount: 4500, taxFreeAmount: 4500 });
  expect(part.body).toMatchObject({ balanceAmount: 5500, taxFreeAmount: 0, suppliedAmount: 5000, vat: 500 });
});

test('an unknown payment has nothing to give back', async () => {
  expect(await toss.cancel('tviva2026nothing')).toMatchObject({ status: 404, code: 'NOT_FOUND_PAYMENT' });
});

test('somebody cancelling in the console is seen by the next lookup and by nobody before', async () => {
  const answer = await toss.control('POST', `/payments/${paymentKey}/cancel`);
  expect(answer.body).toMatchObject({ orderId: 'order-1', status: 'CANCELED', balance: 0 });
  expect((await toss.lookUp('order-1')).body).toMatchObject({ status: 'CANCELED', balanceAmount: 0 });
  expect((await toss.control('POST', `/payments/${paymentKey}/cancel`)).code).toBe('ALREADY_CANCELED_PAYMENT');
  expect((await toss.control('POST', '/payments/nothing/cancel')).code).toBe('NOT_FOUND_PAYMENT');
});
