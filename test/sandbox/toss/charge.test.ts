// A charge on a billing key, when nothing goes wrong but the request itself.

import { closeBenches, openBench, type TossBench } from './toss-bench';

describe('a charge at the sandbox’s Toss', () => {
  let toss: TossBench;
  beforeEach(async () => {
    toss = await openBench({ now: () => new Date('2026-10-31T01:00:05.678Z') });
  });
  afterEach(closeBenches);

  test('is answered with every field of a Payment, in Korean time and without milliseconds', async () => {
    const { status, body, headers } = await toss.charge({ orderId: 'K7QM4XWP9RTB-1', orderName: '토스 프라임 구독' });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(headers.get('x-tosspayments-trace-id')).toMatch(/^\w{32}$/);
    expect(body).toEqual({
      mId: 'tvivarepublica',
      lastTransactionKey: expect.stringMatching(/^txrd_[a-z0-9]{12}$/),
      paymentKey: expect.stringMatching(/^tviva20261031100005[A-Za-z0-9]{5}$/),
      orderId: 'K7QM4XWP9RTB-1',
      orderName: '토스 프라임 구독',
      taxExemptionAmount: 0,
      status: 'DONE',
      requestedAt: '2026-10-31T10:00:05+09:00',
      approvedAt: '2026-10-31T10:00:05+09:00',
      useEscrow: false,
      cultureExpense: false,
      card: {
        issuerCode: expect.stringMatching(/^\d{2}$/),
        acquirerCode: expect.stringMatching(/^\d{2}$/),
        number: expect.stringMatching(/^\d{8}\*{4}\d{3}\*$/),
        installmentPlanMonths: 0,
        isInterestFree: false,
        interestPayer: null,
        approveNo: expect.stringMatching(/^\d{8}$/),
        useCardPoint: false,
        cardType: '신용',
        ownerType: '개인',
        acquireStatus: 'READY',
        amount: 4900,
      },
      virtualAccount: null,
      transfer: null,
      mobilePhone: null,
      giftCertificate: null,
      cashReceipt: null,
      cashReceipts: null,
      discount: null,
      cancels: null,
      secret: expect.stringMatching(/^ps_[A-Za-z0-9]{28}$/),
      type: 'BILLING',
      easyPay: null,
      country: 'KR',
      failure: null,
      isPartialCancelable: true,
      receipt: { url: expect.stringContaining('/receipt/redirection?transactionId=txrd_') },
      checkout: { url: `https://api.tosspayments.com/v1/payments/${body.paymentKey}/checkout` },
      currency: 'KRW',
      totalAmount: 4900,
      balanceAmount: 4900,
      suppliedAmount: 4455,
      vat: 445,
      taxFreeAmount: 0,
      metadata: null,
      method: '카드',
      version: '2022-11-16',
    });
  });

  test.each([
    [{ amount: 15000 }, 13636, 1364],
    [{ amount: 1000 }, 909, 91],
    [{ amount: 49000 }, 44545, 4455],
    [{ amount: 10000, taxFreeAmount: 4500 }, 5000, 500],
    [{ amount: 10000, taxFreeAmount: 3000, taxExemptionAmount: 1500 }, 5000, 500],
  ])('%j is %i won of supply and %i won of tax, the tax-free part taken out first', async (fields, supplied, vat) => {
    expect((await toss.charge(fields)).body).toMatchObject({ suppliedAmount: supplied, vat });
  });

  test('is found again by payment key and by order id, with the same words', async () => {
    const charged = await toss.charge({ orderId: 'order-1' });
    expect((await toss.lookUp('order-1')).text).toBe(charged.text);
    expect((await toss.lookUpPayment(charged.body.paymentKey)).text).toBe(charged.text);
  });

  test('of an order nobody sent is not to be found', async () => {
    expect(await toss.lookUp('order-none')).toMatchObject({ status: 404, code: 'NOT_FOUND_PAYMENT' });
    expect(await toss.lookUpPayment('tviva2026nothing')).toMatchObject({ status: 404, code: 'NOT_FOUND_PAYMENT' });
  });

  test.each([
    [{ amount: null }, 400, 'REQUIRED_AMOUNT'],
    [{ amount: '4900' }, 400, 'INVALID_REQUEST'],
    [{ amount: 4900.5 }, 400, 'INVALID_REQUEST'],
    [{ amount: 0 }, 400, 'BELOW_ZERO_AMOUNT'],
    [{ amount: 99 }, 400, 'BELOW_MINIMUM_AMOUNT'],
    [{ orderId: null }, 400, 'INVALID_REQUIRED_PARAM'],
    [{ orderId: 'five5' }, 400, 'INVALID_ORDER_ID'],
    [{ orderId: 'o'.repeat(65) }, 400, 'INVALID_ORDER_ID'],
    [{ orderId: 'order=id' }, 400, 'INVALID_ORDER_ID'],
    [{ orderName: '' }, 400, 'INVALID_REQUIRED_PARAM'],
    [{ orderName: '가'.repeat(101) }, 400, 'INVALID_ORDER_NAME'],
    [{ customerKey: null }, 400, 'INVALID_REQUIRED_PARAM'],
    [{ customerEmail: 'nobody' }, 400, 'INVALID_EMAIL'],
    [{ customerName: '김'.repeat(101) }, 400, 'INVALID_REQUEST'],
    [{ taxFreeAmount: 5000 }, 400, 'INVALID_REQUEST'],
    [{ cardInstallmentPlan: 1 }, 400, 'INVALID_CARD_INSTALLMENT_PLAN'],
    [{ cardInstallmentPlan: 13 }, 400, 'EXCEED_MAX_CARD_INSTALLMENT_PLAN'],
    [{ cardInstallmentPlan: 3 }, 400, 'NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT'],
  ])('with %j is refused with %i %s, and nothing is booked', async (fields, status, code) => {
    expect(await toss.charge(fields)).toMatchObject({ status, code });
    expect(toss.sandbox.books.list()).toEqual([]);
  });

  test('of the least amount, the shortest and the longest order id goes through', async () => {
    expect((await toss.charge({ amount: 100, orderId: 'order6' })).status).toBe(200);
    expect((await toss.charge({ amount: 100, orderId: 'o'.repeat(64), orderName: '가'.repeat(100) })).status).toBe(200);
  });

  test('refuses in Toss’s own Korean words', async () => {
    expect((await toss.charge({ amount: 50 })).body).toEqual({
      code: 'BELOW_MINIMUM_AMOUNT',
      message: '신용카드는 결제금액이 100원 이상, 계좌는 200원이상부터 결제가 가능합니다.',
    });
  });

  test.each(['{"amount":', '[]', '"text"', ''])('with the body %j is an invalid request', async (body) => {
    expect(await toss.send('POST', '/v1/billing/sbx_kim', body)).toMatchObject({
      status: 400,
      code: 'INVALID_REQUEST',
    });
  });

  test('of an approved order is a duplicate under any other idempotency key, also after it was cancelled', async () => {
    const { body } = await toss.charge({ orderId: 'order-1', headers: { 'idempotency-key': 'first' } });
    const again = { orderId: 'order-1', headers: { 'idempotency-key': 'second' } };
    expect(await toss.charge(again)).toMatchObject({ status: 400, code: 'DUPLICATED_ORDER_ID' });
    await toss.cancel(body.paymentKey);
    expect(await toss.charge({ orderId: 'order-1' })).toMatchObject({ status: 400, code: 'DUPLICATED_ORDER_ID' });
    expect(toss.booked('order-1')).toHaveLength(1);
  });

  test('twice at once with one order id is approved once', async () => {
    toss.arrange({ latencyMs: 30 });
    const answers = await Promise.all([toss.charge({ orderId: 'order-1' }), toss.charge({ orderId: 'order-1' })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect(toss.booked('order-1')).toHaveLength(1);
  });

  test('stands in the books with the key that paid it', async () => {
    const { body } = await toss.charge({ orderId: 'order-1', headers: { 'idempotency-key': 'charge-1' } });
    await toss.charge();
    const row = {
      paymentKey: body.paymentKey,
      orderId: 'order-1',
      billingKey: 'sbx_kim',
      customerKey: 'customer-kim',
      amount: 4900,
      balance: 4900,
      status: 'DONE',
      approvedAt: '2026-10-31T10:00:05+09:00',
      canceledAt: null,
      idempotencyKey: 'charge-1',
    };
    expect((await toss.control('GET', '/payments?orderId=order-1')).body).toEqual([row]);
    expect((await toss.control('GET', '/payments')).body).toHaveLength(2);
  });
});

test('a path that Toss does not have is 404 NOT_FOUND', async () => {
  const toss = await openBench();
  expect(await toss.send('GET', '/v1/elsewhere')).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  await closeBenches();
});
