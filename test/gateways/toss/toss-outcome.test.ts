import { won } from '../../../src/domain/won';
import { httpServer } from '../local-server';
import {
  adapterAt,
  authKey,
  billingKey,
  canceled,
  cancellation,
  cancelRequest,
  chargeRequest,
  closeBench,
  customerKey,
  payment,
  question,
  tossSays,
} from './toss-bench';

afterEach(closeBench);

const without = (object: Record<string, unknown>, ...names: string[]) =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));

/** Bodies that no Toss wrote, each with the status it came with. */
const strangers: [string, number, string][] = [
  ['a maintenance page', 200, '<html>점검 중입니다</html>'],
  ['an empty body', 200, ''],
  ['JSON null', 200, 'null'],
  ['half a payment', 200, JSON.stringify(payment()).slice(0, 200)],
  ['a proxy that is out of reach', 502, '<html>502 Bad Gateway</html>'],
  ['a load balancer that gave up', 504, ''],
  ['a firewall', 403, '<html>Request blocked</html>'],
  ['an API gateway', 403, '{"message":"Forbidden"}'],
  ['another API gateway', 401, '{"error":{"code":"Unauthorized","message":"no token"}}'],
  ['a framework', 404, '{"timestamp":"2026-10-31","status":404,"error":"Not Found","path":"/v1"}'],
  ['a server with numbers for codes', 400, '{"code":400,"message":"bad request"}'],
  ['a code without a message', 400, '{"code":"REJECT_CARD_PAYMENT"}'],
  ['a code of several words', 400, '{"code":"Reject card payment","message":""}'],
  ['a list', 400, '[{"code":"REJECT_CARD_PAYMENT","message":"x"}]'],
];

describe('a charge', () => {
  test('is approved by a whole yes, at the Korean time it names', async () => {
    const { toss } = await tossSays(200, payment());
    const outcome = await toss.charge(chargeRequest);
    expect(outcome).toMatchObject({
      kind: 'approved',
      paymentKey: 'tviva20261031100003uN3L9',
      amount: 49_000,
      approvedAt: new Date('2026-10-31T01:00:04Z'),
      card: '신한 ····1234',
    });
  });

  test('is approved without the fields that decide nothing', async () => {
    const bare = without(payment(), 'type', 'currency', 'card', 'balanceAmount', 'failure', 'requestedAt', 'mId');
    const { toss } = await tossSays(200, { ...bare, easyPay: { provider: '토스페이' }, newField: [1] });
    expect(await toss.charge(chargeRequest)).toMatchObject({ kind: 'approved', card: '' });
  });

  test.each([
    ['requestedAt', { approvedAt: null }, '2026-10-31T01:00:03Z'],
    ['the time of the answer', { approvedAt: 'soon', requestedAt: 7 }, '2026-10-31T01:00:09Z'],
  ])('whose approval names no time was approved at %s', async (_, more, time) => {
    const { toss } = await tossSays(200, payment(more), { date: 'Sat, 31 Oct 2026 01:00:09 GMT' });
    expect(await toss.charge(chargeRequest)).toMatchObject({ kind: 'approved', approvedAt: new Date(time) });
  });

  test.each([
    ['another order', { orderId: 'K7QM4XWP9RTB-2' }],
    ['another amount', { totalAmount: 49_001, balanceAmount: 49_001 }],
    ['a payment that is not done', { status: 'IN_PROGRESS' }],
    ['a payment that failed', { status: 'ABORTED', failure: { code: 'COMMON_ERROR', message: 'x' } }],
    ['a payment that was cancelled', { status: 'CANCELED', balanceAmount: 0 }],
    ['a failure beside DONE', { failure: { code: 'COMMON_ERROR', message: 'x' } }],
    ['a balance that is not whole', { balanceAmount: 48_999 }],
    ['another kind of payment', { type: 'NORMAL' }],
    ['another currency', { currency: 'USD' }],
  ])('that is answered with %s is unknown, because the yes contradicts itself', async (_, more) => {
    const { toss } = await tossSays(200, payment(more));
    expect(await toss.charge(chargeRequest)).toMatchObject({
      kind: 'unknown',
      code: 'CONTRADICTORY_ANSWER',
      raw: { http: 200, body: { paymentKey: 'tviva20261031100003uN3L9' }, trace: 'trace-1' },
    });
  });

  test.each([
    ['no payment key', without(payment(), 'paymentKey')],
    ['an empty payment key', payment({ paymentKey: '' })],
    ['no order id', without(payment(), 'orderId')],
    ['no amount', without(payment(), 'totalAmount')],
    ['its amount as text', payment({ totalAmount: '49000' })],
    ['a fraction of a won', payment({ totalAmount: 49_000.5 })],
    ['no status', without(payment(), 'status')],
  ])('that is answered with %s is unknown', async (_, body) => {
    const { toss } = await tossSays(200, body);
    expect(await toss.charge(chargeRequest)).toMatchObject({ kind: 'unknown', code: 'UNREADABLE_ANSWER' });
  });

  test.each([201, 202, 206, 301, 307, 400, 403, 500])(
    'that is answered with a payment and status %i is unknown',
    async (http) => {
      const { toss } = await tossSays(http, payment());
      expect(await toss.charge(chargeRequest)).toMatchObject({ kind: 'unknown', code: `HTTP_${http}` });
    },
  );

  test.each(strangers)('that is answered by %s is unknown', async (_, http, body) => {
    const { toss } = await tossSays(http, body);
    expect(await toss.charge(chargeRequest)).toMatchObject({ kind: 'unknown', raw: { http } });
  });

  test('that is redirected is unknown, and is not posted to where it points', async () => {
    const elsewhere = await tossSays(200, payment());
    const { toss } = await tossSays(307, '', { location: `${elsewhere.pg.url}/v1/billing/x` });
    expect(await toss.charge(chargeRequest)).toMatchObject({ kind: 'unknown', code: 'HTTP_307' });
    expect(elsewhere.pg.sockets).toHaveLength(0);
  });

  test('whose answer breaks off is unknown, with what had arrived and without what was secret in it', async () => {
    const pg = await httpServer((response, _received, socket) => {
      response.writeHead(200, { 'content-length': '9000', 'x-tosspayments-trace-id': 'trace-9' });
      response.write(`{"status":"DONE","secret":"ps_Q1w2E3","next":"/v1/billing/${billingKey.slice(0, 30)}`);
      setTimeout(() => socket.resetAndDestroy(), 20);
    });
    expect(await adapterAt(pg.url).charge(chargeRequest)).toEqual({
      kind: 'unknown',
      code: 'ECONNRESET',
      message: 'the connection gave no whole answer (ECONNRESET)',
      raw: { http: 200, body: '{"status":"DONE","secret":"***","next":"/v1/billing/***', trace: 'trace-9' },
    });
  });

  test.each([
    ['seconds', { 'retry-after': '7' }, 7_000],
    ['no time', {}, 0],
  ])('that came too fast is unsent and waits %s', async (_, headers, retryAfterMs) => {
    for (const body of [{ code: 'TOO_MANY_REQUESTS', message: '잠시 후' }, '<html>slow down</html>']) {
      const { toss } = await tossSays(429, body, headers);
      const outcome = await toss.charge(chargeRequest);
      expect(outcome).toMatchObject({ kind: 'unsent', retryAfterMs, answerStored: true, raw: { http: 429 } });
    }
  });

  test('that Toss found too repetitive is unknown, and only a fresh key would get another answer', async () => {
    const { toss } = await tossSays(403, { code: 'FORBIDDEN_CONSECUTIVE_REQUEST', message: '반복적인 요청' });
    expect(await toss.charge(chargeRequest)).toMatchObject({ kind: 'unknown', answerStored: true });
  });

  test('that Toss is about to cancel by itself is unknown, and its DONE counts half an hour later', async () => {
    const { toss } = await tossSays(500, { code: 'FAILED_BILLING_AUTO_CANCEL', message: '빌링 자동결제 취소' });
    expect(await toss.charge(chargeRequest)).toMatchObject({ kind: 'unknown', believeYesAfterMs: 1_800_000 });
  });

  test('has nothing of the kind beside any other doubt', async () => {
    const { toss } = await tossSays(500, { code: 'COMMON_ERROR', message: 'x' });
    const outcome = await toss.charge(chargeRequest);
    expect(Object.keys(outcome).toSorted()).toEqual(['code', 'kind', 'message', 'raw']);
  });

  test('is declined by the newer form of an error as well', async () => {
    const { toss } = await tossSays(403, {
      version: '2022-11-16',
      error: { code: 'REJECT_CARD_PAYMENT', message: '한도' },
    });
    expect(await toss.charge(chargeRequest)).toMatchObject({ kind: 'declined', class: 'funds', message: '한도' });
  });
});

describe('a refund', () => {
  test('is canceled when the newest cancellation is ours and nothing is left', async () => {
    const { toss } = await tossSays(200, canceled());
    expect(await toss.cancel(cancelRequest)).toMatchObject({
      kind: 'canceled',
      amount: 49_000,
      remaining: 0,
      canceledAt: new Date('2026-11-02T06:30:00Z'),
      raw: { http: 200 },
    });
  });

  const earlier = cancellation({ cancelAmount: 9_000, transactionKey: 't1', canceledAt: '2026-11-01T10:00:00+09:00' });
  const rest = cancellation({ cancelAmount: 40_000, transactionKey: 't2', canceledAt: '2026-11-02T10:00:00+09:00' });
  const inParts = { amount: won(40_000), remaining: won(40_000) };

  test.each([
    ['by its transaction key', [rest, earlier], 't2'],
    ['by its time', [rest, earlier], null],
    ['by its place, where times are equal', [earlier, { ...rest, canceledAt: earlier.canceledAt }], 'gone'],
  ])('of the rest stays PARTIAL_CANCELED at Toss and is canceled; the newest is known %s', async (_, cancels, last) => {
    const body = canceled({ status: 'PARTIAL_CANCELED', cancels, lastTransactionKey: last });
    const { toss } = await tossSays(200, body);
    expect(await toss.cancel({ ...cancelRequest, ...inParts })).toMatchObject({ kind: 'canceled', remaining: 0 });
  });

  test('of a part leaves what has to be left', async () => {
    const body = canceled({
      status: 'PARTIAL_CANCELED',
      balanceAmount: 40_000,
      cancels: [earlier],
      lastTransactionKey: 't1',
    });
    const { toss } = await tossSays(200, body);
    const outcome = await toss.cancel({ ...cancelRequest, amount: won(9_000) });
    expect(outcome).toMatchObject({ kind: 'canceled', amount: 9_000, remaining: 40_000 });
  });

  test.each([
    ['another payment', { paymentKey: 'tviva2' }],
    ['another order', { orderId: 'K7QM4XWP9RTB-2' }],
    ['a payment that is still DONE', { status: 'DONE' }],
    ['no cancellation', { cancels: null }],
    ['a cancellation of another amount', { cancels: [cancellation({ cancelAmount: 48_000 })] }],
    ['a cancellation that is not done yet', { cancels: [cancellation({ cancelStatus: 'IN_PROGRESS' })] }],
    [
      'an older cancellation of our amount',
      { cancels: [cancellation({ transactionKey: 'a' }), { ...earlier, transactionKey: 'txrd_cancel1' }] },
    ],
    ['a balance', { balanceAmount: 1 }],
    ['no balance', { balanceAmount: null }],
  ])('that is answered with %s is unknown', async (_, more) => {
    const { toss } = await tossSays(200, canceled(more));
    expect(await toss.cancel(cancelRequest)).toMatchObject({
      kind: 'unknown',
      code: 'CONTRADICTORY_ANSWER',
      raw: { http: 200 },
    });
  });

  test.each(strangers)('that is answered by %s is unknown', async (_, http, body) => {
    const { toss } = await tossSays(http, body);
    expect(await toss.cancel(cancelRequest)).toMatchObject({ kind: 'unknown', raw: { http } });
  });
});

describe('a question', () => {
  test.each([
    ['DONE', 49_000],
    ['PARTIAL_CANCELED', 9_000],
    ['PARTIAL_CANCELED', 0],
    ['CANCELED', 0],
    ['CANCELED', 49_000],
    ['DONE', 0],
  ])(
    'answered %s with %i won left: it happened, and the balance says how much is still there',
    async (status, balanceAmount) => {
      const { toss } = await tossSays(200, payment({ status, balanceAmount }));
      expect(await toss.getStatus(question)).toMatchObject({
        kind: 'happened',
        orderId: 'K7QM4XWP9RTB-1',
        paymentKey: 'tviva20261031100003uN3L9',
        amount: 49_000,
        remaining: balanceAmount,
        approvedAt: new Date('2026-10-31T01:00:04Z'),
        card: '신한 ····1234',
        raw: { http: 200 },
      });
    },
  );

  test('says what was really taken, also when we asked for another amount', async () => {
    const { toss } = await tossSays(200, payment({ totalAmount: 1_000, balanceAmount: 1_000 }));
    expect(await toss.getStatus(question)).toMatchObject({ kind: 'happened', amount: 1_000 });
  });

  test.each([
    ['ABORTED', { code: 'REJECT_CARD_PAYMENT', message: '한도초과' }, 'funds', 'REJECT_CARD_PAYMENT'],
    ['ABORTED', { code: 'INVALID_STOPPED_CARD', message: '정지' }, 'card', 'INVALID_STOPPED_CARD'],
    ['ABORTED', { code: 'COMMON_ERROR', message: '오류' }, 'temporary', 'COMMON_ERROR'],
    ['ABORTED', { code: 'A_CODE_OF_NEXT_YEAR', message: '' }, 'unclassified', 'A_CODE_OF_NEXT_YEAR'],
    ['ABORTED', null, 'unclassified', 'ABORTED'],
    ['EXPIRED', { code: 'EXPIRED_PAYMENT', message: '만료' }, 'unclassified', 'EXPIRED_PAYMENT'],
  ])('answered %s %j: it failed, as %s', async (status, failure, declineClass, code) => {
    const { toss } = await tossSays(200, payment({ status, failure, approvedAt: null, card: null }));
    const answer = await toss.getStatus(question);
    expect(answer).toMatchObject({
      kind: 'failed',
      class: declineClass,
      code,
      message: failure?.message ?? '',
      raw: { http: 200 },
    });
  });

  test.each([
    ['READY', { status: 'READY' }],
    ['IN_PROGRESS', { status: 'IN_PROGRESS' }],
    ['WAITING_FOR_DEPOSIT', { status: 'WAITING_FOR_DEPOSIT' }],
    ['a status of next year', { status: 'HALF_DONE' }],
    ["another order's payment", { orderId: 'K7QM4XWP9RTB-2' }],
    ["another order's failure", { orderId: 'K7QM4XWP9RTB-2', status: 'ABORTED' }],
    ['another kind of payment', { type: 'NORMAL' }],
    ['another currency', { currency: 'USD' }],
    ['no balance', { balanceAmount: null }],
    ['a balance above the amount', { balanceAmount: 49_001 }],
  ])('answered with %s cannot be decided, although Toss was reached', async (_, more) => {
    const { toss } = await tossSays(200, payment(more));
    expect(await toss.getStatus(question)).toMatchObject({ kind: 'cannot-say', reached: true, raw: { http: 200 } });
  });

  test("answered 404 NOT_FOUND_PAYMENT: not found, in Toss's own words", async () => {
    const { toss } = await tossSays(404, { code: 'NOT_FOUND_PAYMENT', message: '존재하지 않는 결제 정보 입니다.' });
    expect(await toss.getStatus(question)).toMatchObject({
      kind: 'not-found',
      code: 'NOT_FOUND_PAYMENT',
      raw: { http: 404 },
    });
  });

  test.each([
    [404, 'NOT_FOUND'],
    [404, 'NOT_FOUND_MERCHANT'],
    [404, 'NOT_FOUND_PAYMENT_SESSION'],
    [400, 'NOT_FOUND_PAYMENT'],
    [500, 'NOT_FOUND_PAYMENT'],
    [200, 'NOT_FOUND_PAYMENT'],
    [401, 'UNAUTHORIZED_KEY'],
    [403, 'FORBIDDEN_CONSECUTIVE_REQUEST'],
    [500, 'FAILED_INTERNAL_SYSTEM_PROCESSING'],
  ])('answered %i %s cannot be decided, although Toss was reached', async (http, code) => {
    const { toss } = await tossSays(http, { code, message: 'x' });
    expect(await toss.getStatus(question)).toMatchObject({ kind: 'cannot-say', reached: true, code, raw: { http } });
  });

  test('turned away with 429 was not answered', async () => {
    const { toss } = await tossSays(429, { code: 'TOO_MANY_REQUESTS', message: 'x' });
    expect(await toss.getStatus(question)).toMatchObject({ kind: 'cannot-say', reached: false, raw: { http: 429 } });
  });

  test.each(strangers)('that meets %s was not answered', async (_, http, body) => {
    const { toss } = await tossSays(http, body);
    expect(await toss.getStatus(question)).toMatchObject({ kind: 'cannot-say', reached: false, raw: { http } });
  });

  test('whose answer breaks off was not answered', async () => {
    const pg = await httpServer((_response, _received, socket) => socket.resetAndDestroy());
    expect(await adapterAt(pg.url).getStatus(question)).toMatchObject({
      kind: 'cannot-say',
      reached: false,
      code: 'ECONNRESET',
    });
  });
});

describe('a billing key', () => {
  const billing = { mId: 'tosspayments', billingKey, customerKey, method: '카드', transfers: null };

  test('is issued with the card as its owner knows it', async () => {
    const { toss } = await tossSays(200, { ...billing, card: { issuerCode: '61', number: '43301234****123*' } });
    expect(await toss.issueBillingKey({ authKey, customerKey })).toMatchObject({
      kind: 'issued',
      billingKey,
      customerKey,
      card: '현대 ····123*',
    });
  });

  test('of another customer is not issued to this one', async () => {
    const { toss } = await tossSays(200, { ...billing, customerKey: 'somebody-else' });
    const outcome = await toss.issueBillingKey({ authKey, customerKey });
    expect(outcome).toMatchObject({ kind: 'unknown', code: 'CONTRADICTORY_ANSWER' });
    expect(JSON.stringify(outcome)).not.toContain(billingKey);
  });

  test.each([
    ['no key', { ...billing, billingKey: undefined }],
    ['an empty key', { ...billing, billingKey: '' }],
    ['no customer key', { ...billing, customerKey: null }],
    ['a page', '<html></html>'],
  ])('answered with %s is unknown', async (_, body) => {
    const { toss } = await tossSays(200, body);
    expect(await toss.issueBillingKey({ authKey, customerKey })).toMatchObject({
      kind: 'unknown',
      code: 'UNREADABLE_ANSWER',
    });
  });

  test.each([
    ['200 without a body', 200, ''],
    ['200 with JSON', 200, {}],
    ['that it is removed already', 400, { code: 'ALREADY_REMOVED_BILLING_KEY', message: '이미 삭제된 빌링키입니다' }],
    ['that there is none', 404, { code: 'NOT_FOUND_BILLING', message: 'x' }],
  ])('is revoked when Toss answers %s', async (_, http, body) => {
    const { toss } = await tossSays(http, body);
    expect(await toss.revokeBillingKey({ billingKey })).toMatchObject({ kind: 'revoked', raw: { http } });
  });

  test.each([
    ['unknown', 200, '<html>점검</html>'],
    ['unknown', 200, { code: 'COMMON_ERROR', message: 'x' }],
    ['unknown', 404, '<html>404</html>'],
    ['unknown', 500, { code: 'NOT_FOUND_BILLING', message: 'x' }],
    ['declined', 404, { code: 'NOT_FOUND', message: 'x' }],
    ['declined', 401, { code: 'UNAUTHORIZED_KEY', message: 'x' }],
    ['unsent', 429, ''],
  ])('is not revoked but %s when Toss answers %i %j', async (kind, http, body) => {
    const { toss } = await tossSays(http, body);
    expect(await toss.revokeBillingKey({ billingKey })).toMatchObject({ kind });
  });
});
