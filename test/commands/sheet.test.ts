import fc from 'fast-check';
import { readSheet, type Sheet, type SheetProblem, type SheetRow } from '../../src/commands/sheet';

type Row = Record<string, string>;

const toss: Row = {
  customer_id: 'C-1',
  customer_name: '김민수',
  email: 'minsu@example.com',
  phone: '010-1234-5678',
  subscription_id: 'S-1',
  order_name: '정기 구독',
  amount: '49000',
  billing_day: 'L',
  pg_provider: 'TOSS',
  billing_key: 'Z_t5vOvQxrj4499PeiJcjen28-V2RyqgYTwN44Rdzk0=',
  customer_key: 'aENcQAtPdYbTjGhtQnNVj',
  starts_on: '2026-01-31',
  ends_on: '2026-12-31',
  status: 'ACTIVE',
};
const inicis: Row = {
  ...toss,
  pg_provider: 'INICIS',
  billing_key: '734f880246ece4ffdba841c1436399c9968d32cc',
  customer_key: '',
};

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** A sheet of these rows; the first one's keys are the header. */
function csv(rows: readonly Row[], newline = '\n'): string {
  const header = Object.keys(rows[0] ?? {});
  return [header, ...rows.map((row) => header.map((name) => row[name] ?? ''))]
    .map((cells) => cells.map(quoted).join(','))
    .join(newline);
}

const read = (text: string): Sheet => readSheet(Buffer.from(text));

function rowsOf(sheet: Sheet): readonly SheetRow[] {
  if (sheet.kind !== 'rows') throw new Error(JSON.stringify(sheet));
  return sheet.rows;
}

function problemsOf(sheet: Sheet): readonly SheetProblem[] {
  if (sheet.kind !== 'bad') throw new Error(JSON.stringify(sheet));
  return sheet.problems;
}

/** What is wrong with one row that differs from a good one in this. */
const problemsWith = (change: Row, good: Row = toss): readonly SheetProblem[] =>
  problemsOf(read(csv([{ ...good, ...change }])));

describe('a good sheet', () => {
  const row: SheetRow = {
    line: 2,
    customerId: 'C-1',
    customerName: '김민수',
    email: 'minsu@example.com',
    phone: '010-1234-5678',
    subscriptionId: 'S-1',
    orderName: '정기 구독',
    amount: 49_000 as SheetRow['amount'],
    billingDay: 'L',
    pgProvider: 'TOSS',
    billingKey: 'Z_t5vOvQxrj4499PeiJcjen28-V2RyqgYTwN44Rdzk0=',
    customerKey: 'aENcQAtPdYbTjGhtQnNVj',
    startsOn: '2026-01-31' as SheetRow['startsOn'],
    endsOn: '2026-12-31' as SheetRow['endsOn'],
    status: 'ACTIVE',
  };

  test.each<[string, string]>([
    ['plain', csv([toss])],
    ['with the BOM that Excel writes', `\ufeff${csv([toss])}`],
    ['with a BOM before a quoted header', `\ufeff${csv([toss]).replace('customer_id', '"customer_id"')}`],
    ['with CR LF and a newline at the end', `${csv([toss], '\r\n')}\r\n`],
    ['with every field in quotes', csv([toss]).replace(/[^,\n]+/g, '"$&"')],
    ['with columns in another order', csv([Object.fromEntries(Object.entries(toss).reverse())])],
    [
      'with names of columns in capitals and blanks around cells',
      csv([toss])
        .replace(/^[^\n]+/, (header) => header.toUpperCase())
        .replaceAll(',', ' , '),
    ],
    ['with decomposed Hangul', csv([toss]).normalize('NFD')],
    ['with rows of commas below, as Excel leaves them', `${csv([toss])}\n,,,,,,,,,,,,,\n\n`],
  ])('%s reads the same', (_, text) => {
    expect(rowsOf(read(text))).toEqual([row]);
  });

  test('what may be left out is left out, columns and all', () => {
    const { subscription_id, starts_on, ends_on, status, email, phone, ...rest } = toss;
    const left = { subscriptionId: 'C-1', startsOn: null, endsOn: null, status: 'ACTIVE', email: '', phone: '' };
    expect(rowsOf(read(csv([rest])))).toEqual([{ ...row, ...left }]);
    expect(
      rowsOf(
        read(csv([{ ...toss, subscription_id: '', starts_on: '', ends_on: '', status: '', email: '', phone: '' }])),
      ),
    ).toEqual([{ ...row, ...left }]);
  });

  test.each<[Row, Partial<SheetRow>]>([
    [{ amount: '49,000' }, { amount: 49_000 as SheetRow['amount'] }],
    [{ amount: '100' }, { amount: 100 as SheetRow['amount'] }],
    [{ amount: '99,999,999' }, { amount: 99_999_999 as SheetRow['amount'] }],
    [{ billing_day: 'l' }, { billingDay: 'L' }],
    [{ billing_day: '31' }, { billingDay: 31 }],
    [{ pg_provider: 'toss' }, { pgProvider: 'TOSS' }],
    [{ status: 'paused' }, { status: 'PAUSED' }],
    [{ starts_on: '2028-02-29', ends_on: '2028-02-29' }, {}],
    [{ customer_key: 'k'.repeat(300) }, { customerKey: 'k'.repeat(300) }],
    [{ phone: '+82 10 1234 5678' }, { phone: '+82 10 1234 5678' }],
    [{ phone: '1588-1234' }, { phone: '1588-1234' }],
  ])('%j is accepted', (change, meaning) => {
    expect(rowsOf(read(csv([{ ...toss, ...change }])))).toMatchObject([meaning]);
  });

  test('whatever a name or an order name is, quotes and commas included, it comes back as it was', () => {
    const visible = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 50 })
      .map((text) => text.trim().normalize('NFC'))
      .filter(
        (text) =>
          text !== '' &&
          !/[\p{Cc}\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd]/u.test(text) &&
          !text.startsWith('#'),
      );
    fc.assert(
      fc.property(visible, visible, fc.constantFrom('\n', '\r\n', '\r'), (customer_name, order_name, newline) => {
        const [only] = rowsOf(read(csv([{ ...toss, customer_name, order_name }], newline)));
        expect(only).toMatchObject({ customerName: customer_name, orderName: order_name });
      }),
    );
  });

  test('20,000 rows are read whole', () => {
    const many = Array.from({ length: 20_000 }, (_, nth) => ({
      ...toss,
      customer_id: `C-${nth}`,
      subscription_id: '',
      billing_key: `key-${nth}`,
    }));
    const bytes = Buffer.from(csv(many));
    expect(rowsOf(readSheet(bytes))).toHaveLength(20_000);
  });
});

describe('a file that is no sheet says so, and how to make one', () => {
  const cp949 = Buffer.concat([Buffer.from('customer_id,customer_name\nC-1,Kim\nC-2,'), Buffer.from([0xb1, 0xe8])]);
  test.each<[string, Uint8Array, RegExp]>([
    [
      'an Excel workbook',
      Buffer.from('PK\u0003\u0004rest'),
      /^this is an Excel workbook \(\.xlsx\), not CSV; .*CSV UTF-8/,
    ],
    ['an old Excel workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), /^this is an old Excel workbook/],
    ['Korean in CP949, as Excel saves "CSV"', cp949, /^the text on line 3 is not UTF-8, .*다른 이름으로 저장/],
    ['"Unicode text" of Excel', Buffer.from('\ufeffcustomer_id', 'utf16le'), /^this is UTF-16 text/],
    ['binary', Buffer.from('customer_id\u0000'), /^this is not a text file/],
    ['nothing', Buffer.alloc(0), /^the file is empty$/],
    ['blank lines', Buffer.from('\n \n\r\n'), /^the file is empty$/],
    ['a header alone', Buffer.from(`${Object.keys(toss).join(',')}\n`), /^the file has a header and no row below it$/],
  ])('%s', (_, bytes, reason) => {
    expect(readSheet(bytes)).toEqual({ kind: 'unreadable', reason: expect.stringMatching(reason) });
  });
});

describe('the header', () => {
  test('every unknown, missing and repeated column is named', () => {
    const { amount, billing_day, ...rest } = toss;
    expect(problemsOf(read(csv([{ ...rest, ammount: '1', status2: '' }])))).toEqual([
      { line: 1, reason: expect.stringMatching(/^unknown column "ammount"; known are customer_id, /) },
      { line: 1, reason: expect.stringMatching(/^unknown column \(not shown\)/) },
      { line: 1, reason: 'missing columns amount, billing_day' },
    ]);
    expect(problemsOf(read(`amount,${csv([toss])}`))).toEqual([
      { line: 1, reason: 'column amount stands there twice' },
    ]);
    expect(problemsOf(read(csv([toss]).replace('status', '')))).toEqual([{ line: 1, reason: 'column 14 has no name' }]);
  });

  test('semicolons and tabs are named as what they are', () => {
    expect(problemsOf(read(csv([toss]).replaceAll(',', ';')))).toEqual([
      { line: 1, reason: 'columns are separated by ";"; separate them by commas' },
    ]);
    expect(problemsOf(read(csv([toss]).replaceAll(',', '\t')))[0]?.reason).toContain('separated by "\\t"');
  });

  test("a sheet without one does not show its first customer's key", () => {
    const body = csv([toss]).split('\n')[1] ?? '';
    expect(JSON.stringify(read(`${body}\n${body}`))).not.toContain('Z_t5v');
  });
});

describe('a bad cell is named with its line, its column and the way out', () => {
  test.each<[Row, string, string]>([
    [{ customer_id: '' }, 'customer_id', 'is empty'],
    [{ customer_id: 'System' }, 'customer_id', '"System" is reserved'],
    [{ customer_id: 'c'.repeat(65) }, 'customer_id', 'has 65 characters; 64 are the most'],
    [{ customer_id: '1.01E+10' }, 'customer_id', '"1.01E+10" is what Excel made of a long number'],
    [{ customer_name: '가'.repeat(101) }, 'customer_name', 'has 101 characters; 100 are the most'],
    [{ customer_name: '김\u200b민수' }, 'customer_name', 'contains an invisible character (U+200B)'],
    [{ customer_name: '김\u0007민수' }, 'customer_name', 'contains an invisible character (U+0007)'],
    [{ customer_name: '김\n민수' }, 'customer_name', 'contains a line break'],
    [{ customer_name: '김\ufffd수' }, 'customer_name', 'a letter was lost'],
    [{ customer_name: '#REF!' }, 'customer_name', "is Excel's error #REF!"],
    [{ email: 'minsu@example' }, 'email', '"minsu@example" is not an e-mail address'],
    [{ phone: '전화' }, 'phone', '"전화" is not a phone number'],
    [{ phone: '1012345678' }, 'phone', '"1012345678" has lost its leading 0; format the column as text'],
    [{ order_name: '' }, 'order_name', 'is empty'],
    [{ amount: '99' }, 'amount', '"99" is not an amount in whole won from 100 to 99,999,999'],
    [{ amount: '100,000,000' }, 'amount', 'is not an amount'],
    [{ amount: '4,9000' }, 'amount', 'is not an amount'],
    [{ amount: '49000.0' }, 'amount', 'is not an amount'],
    [{ amount: '-49000' }, 'amount', 'is not an amount'],
    [{ amount: '49,000원' }, 'amount', 'write 49000 or 49,000'],
    [{ amount: '４９０００' }, 'amount', 'is not an amount'],
    [{ billing_day: '32' }, 'billing_day', '"32" is not a billing day; write 1 to 31, or L'],
    [{ billing_day: '0' }, 'billing_day', 'is not a billing day'],
    [{ billing_day: '말일' }, 'billing_day', 'is not a billing day'],
    [{ pg_provider: 'KCP' }, 'pg_provider', '"KCP" is none of TOSS, INICIS'],
    [{ billing_key: '' }, 'billing_key', 'is empty'],
    [{ billing_key: 'k'.repeat(201) }, 'billing_key', 'has 201 characters; 200 are the most'],
    [{ billing_key: 'two parts' }, 'billing_key', 'contains a blank'],
    [{ customer_key: '' }, 'customer_key', 'is empty; TOSS needs it'],
    [{ customer_key: 'k' }, 'customer_key', 'is none of TOSS'],
    [{ customer_key: 'with blank' }, 'customer_key', 'is none of TOSS'],
    [{ customer_key: 'k'.repeat(301) }, 'customer_key', 'has 301 characters; 300 are the most'],
    [{ starts_on: '2026-02-30' }, 'starts_on', '"2026-02-30" is not a date of the calendar; write YYYY-MM-DD'],
    [{ starts_on: '2026. 1. 31' }, 'starts_on', 'is not a date'],
    [{ ends_on: '2026-01-30' }, 'ends_on', '2026-01-30 lies before starts_on 2026-01-31'],
    [{ status: 'STOPPED' }, 'status', '"STOPPED" is none of ACTIVE, PAUSED, ENDED'],
  ])('%j', (change, column, reason) => {
    expect(problemsWith(change)).toEqual([{ line: 2, column, reason: expect.stringContaining(reason) }]);
  });

  test('Inicis needs an e-mail address and a phone, and takes no transaction for a billing key', () => {
    expect(problemsWith({ email: '', phone: '' }, inicis)).toEqual([
      { line: 2, column: 'email', reason: 'is empty; INICIS needs it' },
      { line: 2, column: 'phone', reason: 'is empty; INICIS needs it' },
    ]);
    expect(problemsWith({ billing_key: 'StdpayCARDINIBillTst20260624135620552191' }, inicis)).toEqual([
      { line: 2, column: 'billing_key', reason: 'is the number of a transaction (TID), not a billing key' },
    ]);
  });

  test('all cells of all rows at once, each on the line where its row begins, multi-line fields counted', () => {
    const rows = [
      { ...toss, order_name: '두\n줄', amount: '1' },
      { ...toss, customer_id: 'C-2', subscription_id: 'S-2', billing_key: 'k2' },
      { ...toss, customer_id: 'C-3', subscription_id: 'S-3', billing_key: 'k3', status: 'x' },
    ];
    const expected = [
      [2, 'order_name'],
      [2, 'amount'],
      [5, 'status'],
    ];
    for (const newline of ['\n', '\r\n'])
      expect(
        problemsOf(read(csv(rows, newline).replaceAll('두\n줄', `두${newline}줄`))).map(({ line, column }) => [
          line,
          column,
        ]),
      ).toEqual(expected);
  });

  test('a row with a comma too many or too few is one problem, not fourteen', () => {
    expect(problemsOf(read(`${csv([toss])},\n`))).toEqual([
      { line: 2, reason: expect.stringContaining('has 15 fields, and the header 14') },
    ]);
    expect(problemsOf(read(csv([toss]).replace(',김민수', '')))).toEqual([
      { line: 2, reason: expect.stringContaining('has 13 fields') },
    ]);
  });

  test('a quote that never closes is named where it opens, after what was wrong above it', () => {
    const text = `${csv([{ ...toss, amount: '1' }])}\nC-2,"김민수\n,,,\n`;
    expect(problemsOf(read(text))).toEqual([
      { line: 2, column: 'amount', reason: expect.any(String) },
      { line: 3, reason: 'a quote opens in this row and never closes' },
    ]);
    expect(problemsOf(read(`${csv([toss])}\nC-2,김"민"수\n`))).toEqual([
      { line: 3, reason: expect.stringMatching(/^a quote stands inside a field; .*Nothing below was read$/) },
    ]);
  });
});

describe('rows that contradict each other', () => {
  const second = { ...toss, customer_id: 'C-2', subscription_id: 'S-2', billing_key: 'another-key' };
  const problemsBetween = (one: Row, other: Row): readonly SheetProblem[] => problemsOf(read(csv([one, other])));

  test('one subscription twice names both lines, also where its id comes from the customer', () => {
    expect(problemsBetween(toss, { ...second, subscription_id: 'S-1' })).toEqual([
      { line: 3, column: 'subscription_id', reason: '"S-1" stands on line 2 already' },
    ]);
    expect(problemsBetween({ ...toss, subscription_id: '' }, { ...toss, subscription_id: '' })).toEqual([
      {
        line: 3,
        column: 'subscription_id',
        reason: '"C-1" (the customer_id, because none is given) stands on line 2 already',
      },
    ]);
  });

  test('one customer is one person', () => {
    const other = { ...toss, subscription_id: 'S-2', customer_name: '김민서', email: 'x@example.com', phone: '' };
    expect(problemsBetween(toss, other)).toEqual(
      ['customer_name', 'email', 'phone'].map((column) => ({
        line: 3,
        column,
        reason: 'differs from line 2, the same customer "C-1"',
      })),
    );
  });

  test('one billing key belongs to one customer, at one PG, under one customer key', () => {
    expect(problemsBetween(toss, { ...second, billing_key: toss.billing_key ?? '' })).toEqual([
      { line: 3, column: 'billing_key', reason: 'belongs to another customer on line 2' },
    ]);
    expect(problemsBetween(toss, { ...toss, subscription_id: 'S-2', customer_key: 'another' })).toEqual([
      { line: 3, column: 'billing_key', reason: 'has another pg_provider or customer_key on line 2' },
    ]);
  });

  test('one customer may have several subscriptions on one card', () => {
    expect(rowsOf(read(csv([toss, { ...toss, subscription_id: 'S-2', amount: '1000' }])))).toHaveLength(2);
  });

  test('a row that is bad for another reason is still compared', () => {
    expect(
      problemsBetween({ ...toss, amount: '1' }, { ...toss, amount: '1' }).map(({ line, column }) => [line, column]),
    ).toEqual([
      [2, 'amount'],
      [3, 'amount'],
      [3, 'subscription_id'],
    ]);
  });
});

test('no reason shows a billing key, in whatever column it has slipped into', () => {
  const key = fc.stringMatching(/^[A-Za-z0-9_=-]{20,60}$/);
  fc.assert(
    fc.property(key, fc.constantFrom(...Object.keys(toss)), fc.boolean(), (billing_key, column, twice) => {
      const row = { ...toss, billing_key, [column]: billing_key };
      const text = csv(twice ? [row, { ...row, customer_name: '다른 이름', customer_id: 'C-9' }] : [row]);
      expect(JSON.stringify({ ...read(text), rows: [] })).not.toContain(billing_key);
    }),
  );
});
