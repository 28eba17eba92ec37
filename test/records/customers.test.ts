// Importing a sheet, all or nothing and as often as one likes; and finding somebody by what a person types.

import type { CalendarDate } from '../../src/domain/calendar';
import { won } from '../../src/domain/won';
import {
  findCustomers,
  type ImportOptions,
  type ImportResult,
  type ImportRow,
  importRows,
} from '../../src/records/customers';
import {
  type BillingKey,
  billingKeyTable,
  type Customer,
  customerTable,
  type Subscription,
  subscriptionTable,
} from '../../src/records/entities';
import type { Bench } from '../support/bench';
import { describeOnEveryDatabase } from '../support/databases';

const october1 = new Date('2026-10-01T00:00:00Z');
const november1 = new Date('2026-11-01T00:00:00Z');

const row = (more: Partial<ImportRow> = {}): ImportRow => ({
  line: 2,
  customerId: 'kim',
  customerName: '김하나',
  email: 'kim@example.com',
  phone: '010-1234-5678',
  subscriptionId: 'kim-1',
  orderName: '월 구독',
  amount: won(49_000),
  billingDay: 'L',
  pgProvider: 'TOSS',
  billingKey: 'bk-kim',
  customerKey: 'ck-kim',
  startsOn: '2026-01-01' as CalendarDate,
  endsOn: null,
  status: 'ACTIVE',
  ...more,
});
const lee = (more: Partial<ImportRow> = {}): ImportRow =>
  row({ line: 3, customerId: 'lee', customerName: '이두리', subscriptionId: 'lee-1', billingKey: 'bk-lee', ...more });

describeOnEveryDatabase('importing', (openBench) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    for (const table of ['customer', 'subscription', 'billing_key', 'charge', 'cycle'])
      await bench.records.database.write(({ manager }) =>
        manager.query(`DELETE FROM ${table} WHERE ${table === 'customer' ? "id <> 'SYSTEM'" : '1 = 1'}`),
      );
  });

  const take = (rows: ImportRow[], more: Partial<ImportOptions> = {}): Promise<ImportResult> =>
    importRows(bench.records.database, bench.keys, rows, {
      dryRun: false,
      allowSecond: false,
      now: october1,
      zone: 'Asia/Seoul',
      ...more,
    });
  const state = (): Promise<[Customer[], Subscription[], BillingKey[]]> =>
    bench.records.database.read(async (manager) => [
      await manager.find(customerTable, { order: { id: 'ASC' } }),
      await manager.find(subscriptionTable, { order: { id: 'ASC' } }),
      await manager.find(billingKeyTable, { order: { createdAt: 'ASC', id: 'ASC' } }),
    ]);
  const subscription = async (id = 'kim-1'): Promise<Subscription | undefined> =>
    (await state())[1].find((one) => one.id === id);

  test('one bad row keeps every row out', async () => {
    await take([row()]);
    const before = await state();
    expect(await take([lee(), row({ line: 4, customerId: 'lee' })])).toMatchObject({ kind: 'refused' });
    expect(await state()).toEqual(before);
  });

  test('a dry run counts and writes nothing', async () => {
    const before = await state();
    expect(await take([row(), lee()], { dryRun: true })).toEqual({ kind: 'done', added: 2, changed: 0, unchanged: 0 });
    expect(await state()).toEqual(before);
  });

  test('the same sheet again changes nothing, at any later time', async () => {
    expect(await take([row(), lee()])).toEqual({ kind: 'done', added: 2, changed: 0, unchanged: 0 });
    const before = await state();
    expect(await take([row(), lee()], { now: november1 })).toEqual({
      kind: 'done',
      added: 0,
      changed: 0,
      unchanged: 2,
    });
    expect(await state()).toEqual(before);
  });

  test('changed values of a customer, a subscription and a card are brought up to date', async () => {
    await take([row(), lee()]);
    const changed = row({
      customerName: '김 한나',
      phone: '010-9999-0000',
      amount: won(59_000),
      orderName: '연 구독',
      endsOn: '2027-01-31' as CalendarDate,
      customerKey: 'ck-2',
    });
    expect(await take([changed, lee()])).toEqual({ kind: 'done', added: 0, changed: 1, unchanged: 1 });
    const [customers, , keys] = await state();
    expect(customers.find(({ id }) => id === 'kim')).toMatchObject({
      name: '김 한나',
      nameKey: '김한나',
      phoneKey: '01099990000',
      chainSeq: 0,
    });
    expect(await subscription()).toMatchObject({ amount: 59_000, orderName: '연 구독', endsOn: '2027-01-31' });
    expect(keys.find(({ customerId }) => customerId === 'kim')?.customerKey).toBe('ck-2');
  });

  test("a new key joins the customer's and becomes the subscription's; the old one stays", async () => {
    await take([row()]);
    const before = await subscription();
    expect(await take([row({ billingKey: 'bk-new' })])).toMatchObject({ changed: 1 });
    const [, , keys] = await state();
    const now = keys.find(({ id }) => id !== before?.billingKeyId);
    expect(keys).toHaveLength(2);
    expect(await subscription()).toEqual({ ...before, billingKeyId: now?.id });
    expect(now && bench.keys.open(now.sealed, now.secretId, now)).toBe('bk-new');
    expect(JSON.stringify(await state())).not.toContain('bk-new');
  });

  test('the amount of a charge that exists never changes', async () => {
    await take([row()]);
    await bench.plan();
    await take([row({ amount: won(59_000) })]);
    await bench.plan();
    expect((await bench.charges()).map(({ amount }) => amount)).toEqual([49_000]);
  });

  test('a second subscription alike is refused unless it is meant', async () => {
    await take([row()]);
    const second = row({ line: 7, subscriptionId: 'kim-2' });
    expect(await take([second])).toEqual({
      kind: 'refused',
      problems: [
        {
          line: 7,
          reason:
            'customer "kim" pays 49000 won on day L already (subscription "kim-1"); if this is really a second one, import with --allow-second',
        },
      ],
    });
    for (const other of [{ amount: won(50_000) }, { billingDay: 15 as const }, { status: 'PAUSED' as const }])
      expect(await take([row({ ...second, ...other })], { dryRun: true })).toMatchObject({ kind: 'done', added: 1 });
    expect(await take([second], { allowSecond: true })).toMatchObject({ kind: 'done', added: 1 });
  });

  test('two alike in one sheet are refused at the second', async () => {
    expect(await take([row(), row({ line: 9, subscriptionId: 'kim-2' })])).toMatchObject({
      problems: [{ line: 9, reason: expect.stringContaining('already (line 2)') }],
    });
  });

  test("another customer's subscription or card is refused by its owner's name", async () => {
    await take([row()]);
    expect(await take([lee({ subscriptionId: 'kim-1' }), lee({ line: 4, billingKey: 'bk-kim' })])).toEqual({
      kind: 'refused',
      problems: [
        { line: 3, reason: 'subscription_id "kim-1" belongs to customer "kim"' },
        expect.objectContaining({
          line: 4,
          reason: 'its billing_key belongs to customer "kim"; a card is one customer\'s',
        }),
      ],
    });
  });

  test.each([
    ['new: from now', [], row(), november1],
    [
      'new, starting later: from that midnight in Seoul',
      [],
      row({ startsOn: '2026-12-01' as CalendarDate }),
      new Date('2026-11-30T15:00:00Z'),
    ],
    ['unchanged: as before', [row()], row(), october1],
    ['another amount: as before', [row()], row({ amount: won(1_000) }), october1],
    ['paused: as before', [row()], row({ status: 'PAUSED' }), october1],
    ['activated: from now', [row({ status: 'PAUSED' })], row(), november1],
    ['another day: from now', [row()], row({ billingDay: 15 }), november1],
    ['another start: from now', [row()], row({ startsOn: '2026-02-01' as CalendarDate }), november1],
  ])('the machine plans a subscription that is %s', async (_, before, after, planFrom) => {
    await take(before);
    await take([after], { now: november1 });
    expect((await subscription())?.planFrom).toEqual(planFrom);
  });
});

describeOnEveryDatabase('finding a customer', (openBench) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
    const people: [id: string, name: string, phone: string][] = [
      ['kim', '김하나', '010-1234-5678'],
      ['kim2', '김하나래', '010-2222-5678'],
      ['percent', '100% 주스', '02-555-0001'],
      ['plain', '100 주스', '02-555-0002'],
      ['under', 'a_b', '02-555-0003'],
      ['slash', 'a\\b', '02-555-0004'],
      ['other', 'axb', '02-555-0005'],
      ['Lee', 'Lee Dul', '010 3333 4444'],
    ];
    const rows = people.map(([id, customerName, phone], nth) =>
      row({ line: nth + 2, customerId: id, customerName, phone, subscriptionId: id, billingKey: `bk-${id}` }),
    );
    await importRows(bench.records.database, bench.keys, rows, {
      dryRun: false,
      allowSecond: true,
      now: october1,
      zone: 'Asia/Seoul',
    });
  });
  afterAll(() => bench.close());

  test.each([
    ['an exact name before names that contain it', '김하나', ['kim']],
    ['a part of a name', '하나', ['kim', 'kim2']],
    ['a decomposed name', '김하나'.normalize('NFD'), ['kim']],
    ['a decomposed part', '하나래'.normalize('NFD'), ['kim2']],
    ['a name in other letters and spaces', ' lEEdul ', ['Lee']],
    ['an id', ' kim2 ', ['kim2']],
    ['a phone', '010-1234-5678', ['kim']],
    ['a phone without dashes', '01022225678', ['kim2']],
    ['the last four digits', '5678', ['kim', 'kim2']],
    ['no middle digits', '1234', []],
    ['no three digits', '678', []],
    ['a literal %', '%', ['percent']],
    ['a literal _', '_', ['under']],
    ['a literal backslash', '\\', ['slash']],
    ['a name with %', '100%', ['percent']],
    ['nobody for nothing', '  ', []],
    ['never SYSTEM', 'SYSTEM', []],
    ['nobody unknown', '박', []],
  ])('finds %s', async (_, typed, ids) => {
    expect((await findCustomers(bench.records.database, typed)).map(({ id }) => id)).toEqual(ids);
  });
});
