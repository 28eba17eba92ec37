// A billing key comes to be, is charged only by whom it belongs to, and goes away.

import { closeBenches, openBench, type TossBench } from './toss-bench';

let toss: TossBench;
beforeEach(async () => {
  toss = await openBench({ now: () => new Date('2026-10-31T01:00:00Z') });
});
afterEach(closeBenches);

const kim = { customerKey: 'customer-kim' };
const visitCardWindow = async (body: object = kim) => (await toss.control('POST', '/auth-keys', body)).body.authKey;

test('a visit to the card window is worth one billing key, and that key is charged', async () => {
  const authKey = await visitCardWindow({ ...kim, card: { issuerCode: '41', number: '12345678****999*' } });
  const { status, body } = await toss.issue(authKey, 'customer-kim');
  expect(status).toBe(200);
  expect(body).toEqual({
    mId: 'tvivarepublica',
    customerKey: 'customer-kim',
    authenticatedAt: '2026-10-31T10:00:00+09:00',
    method: '카드',
    billingKey: expect.stringMatching(/^[A-Za-z0-9_-]{43}=$/),
    card: {
      issuerCode: '41',
      acquirerCode: expect.any(String),
      number: '12345678****999*',
      cardType: '신용',
      ownerType: '개인',
    },
    transfers: null,
  });
  const charged = await toss.charge({ key: body.billingKey });
  expect(charged.body.card).toMatchObject({ issuerCode: '41', number: '12345678****999*' });
  expect(await toss.issue(authKey, 'customer-kim')).toMatchObject({ status: 404, code: 'NOT_FOUND_BILLING' });
});

test.each([
  ['made-up', 'customer-kim', 404, 'NOT_FOUND_BILLING'],
  [undefined, 'customer-kim', 400, 'INVALID_REQUIRED_PARAM'],
  ['made-up', 'k', 400, 'INVALID_CUSTOMER_KEY'],
  ['made-up', 'k'.repeat(301), 500, 'FAILED_DB_PROCESSING'],
])('auth key %s with customer key %s is refused with %i %s', async (authKey, customerKey, status, code) => {
  expect(await toss.issue(authKey, customerKey)).toMatchObject({ status, code });
});

test.each(['NOT_MATCHES_CUSTOMER_KEY', 'INVALID_REQUEST'] as const)(
  'an auth key of another customer is refused with %s by the switch, and stays good for its owner',
  async (foreignAuthKey) => {
    toss = await openBench({ switches: { foreignAuthKey } });
    const authKey = await visitCardWindow();
    expect(await toss.issue(authKey, 'customer-lee')).toMatchObject({ status: 400, code: foreignAuthKey });
    expect((await toss.issue(authKey, 'customer-kim')).status).toBe(200);
  },
);

test('a billing key is charged with its own customer key only', async () => {
  await toss.charge({ key: 'sbx_kim', customerKey: 'customer-kim' });
  const foreign = await toss.charge({ key: 'sbx_kim', customerKey: 'customer-lee' });
  expect(foreign).toMatchObject({ status: 400, code: 'NOT_MATCHES_CUSTOMER_KEY' });
});

test.each([
  ['NOT_FOUND_BILLING', 404],
  ['INVALID_BILL_KEY_REQUEST', 400],
] as const)('a key that nobody issued is refused with %s by the switch', async (unknownBillingKey, status) => {
  toss = await openBench({ switches: { unknownBillingKey } });
  expect(await toss.charge({ key: 'Zunknown=' })).toMatchObject({ status, code: unknownBillingKey });
  expect(await toss.remove('Zunknown=')).toMatchObject({ status, code: unknownBillingKey });
});

test('the key is asked about before the body: an unknown key with a bad amount is an unknown key', async () => {
  expect((await toss.charge({ key: 'Zunknown=', amount: 1 })).code).toBe('NOT_FOUND_BILLING');
});

test('keys from a sheet are known once they are registered, one or many at a time', async () => {
  expect((await toss.control('POST', '/billing-keys', { billingKey: 'Zkim=', ...kim })).body).toEqual({
    registered: 1,
  });
  const many = ['Zlee=', 'Zpark='].map((billingKey) => ({ billingKey, customerKey: 'customer-other' }));
  expect((await toss.control('POST', '/billing-keys', many)).body).toEqual({ registered: 2 });
  expect((await toss.charge({ key: 'Zkim=' })).status).toBe(200);
  expect((await toss.charge({ key: 'Zpark=', customerKey: 'customer-other' })).status).toBe(200);
});

test('a registration that lacks something is refused and says what', async () => {
  const refused = await toss.control('POST', '/billing-keys', [{ billingKey: 'Zkim=' }]);
  expect(refused).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
  expect(refused.body.message).toContain('customerKey');
});

test.each([
  ['ALREADY_REMOVED_BILLING_KEY', 400],
  ['NOT_FOUND_BILLING', 404],
] as const)('a removed key answers nothing, is not charged, and is removed again with %s', async (code, status) => {
  toss = await openBench({ switches: { repeatedDeletion: code } });
  await toss.charge({ key: 'sbx_kim' });
  const removed = await toss.remove('sbx_kim');
  expect(removed).toMatchObject({ status: 200, text: '' });
  expect(removed.headers.get('content-length')).toBe('0');
  expect(await toss.charge({ key: 'sbx_kim' })).toMatchObject({ status: 400, code: 'ALREADY_REMOVED_BILLING_KEY' });
  expect(await toss.remove('sbx_kim')).toMatchObject({ status, code });
});

test('registering a removed key again does not bring it back', async () => {
  toss.sandbox.books.registerBillingKey('Zkim=', kim);
  await toss.remove('Zkim=');
  toss.sandbox.books.registerBillingKey('Zkim=', kim);
  expect((await toss.charge({ key: 'Zkim=' })).code).toBe('ALREADY_REMOVED_BILLING_KEY');
});
