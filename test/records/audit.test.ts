// The audit table against whoever would change it: the database refuses, and where it was made not to, verify tells.

import { createHash } from 'node:crypto';
import type { CalendarDate } from '../../src/domain/calendar';
import type { HistoryEntry } from '../../src/domain/history';
import { won } from '../../src/domain/won';
import { appendRows } from '../../src/records/append';
import { customerTable, type HistoryRow, historyTable } from '../../src/records/entities';
import { canonical, chained, genesisHash, hashOf, rawText, stored } from '../../src/records/history-chain';
import { type Verified, verify } from '../../src/records/verify';
import type { Bench } from '../support/bench';
import { describeOnEveryDatabase } from '../support/databases';
import { minutes } from '../support/given-clock';
import { lost } from '../support/scripted-pg';

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

const entry = (id: string, more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  id,
  customerId: 'kim',
  act: 'REFUSED',
  status: 'FAILED',
  actor: 'cli:test',
  ...more,
});

describeOnEveryDatabase('the audit table', (openBench) => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
    await bench.given({ id: 'kim' }, { id: 'lee' });
    bench.pg.answers.push(lost);
    await bench.cycle();
  });
  afterEach(() => bench.close());

  const mysql = (): boolean => bench.records.database.dialect === 'mysql';
  const run = (sql: string, values: unknown[] = []): Promise<unknown> =>
    bench.records.database.write(({ manager }) => manager.query(sql, values));
  const rows = (): Promise<HistoryRow[]> =>
    bench.records.database.read((manager) => manager.find(historyTable, { order: { customerId: 'ASC', seq: 'ASC' } }));
  const add = (...entries: HistoryEntry[]): Promise<void> =>
    bench.records.database.write(async ({ manager }) => {
      const append = await appendRows(manager, bench.records.database.forUpdate, 'kim');
      if (append !== 'written') await append(entries, bench.clock.now());
    });
  const kims = async (): Promise<HistoryRow[]> => (await rows()).filter((row) => row.customerId === 'kim');

  test('holds after a cycle, and says how much it read', async () => {
    expect(await verify(bench.records.database)).toEqual({ kind: 'holds', chains: 3, rows: 4 });
  });

  const columns = 'id, customer_id, act, status, actor, created_at, seq, prev_hash, hash';
  const again = (verb: string, id: string, seq: string): string =>
    `${verb} INTO payment_history (${columns}) SELECT ${id}, customer_id, act, status, 'mallory', created_at, ${seq}, prev_hash, hash FROM payment_history WHERE customer_id = 'kim' AND seq = 1`;

  const attacks = [
    ['UPDATE', () => "UPDATE payment_history SET actor = 'mallory'"],
    ['an UPDATE that changes nothing', () => 'UPDATE payment_history SET actor = actor'],
    ['DELETE', () => "DELETE FROM payment_history WHERE customer_id = 'kim'"],
    ['REPLACE by number', () => again('REPLACE', "'other'", 'seq')],
    ['REPLACE by id', () => again('REPLACE', 'id', 'seq + 100')],
    ['an upsert by number', () => `${again('INSERT', "'other'", 'seq')}${upsert('(customer_id, seq)')}`],
    ['an upsert by id', () => `${again('INSERT', 'id', 'seq + 100')}${upsert('(id)')}`],
  ] as const;
  test(`refuses ${attacks.map(([name]) => name).join(', ')}`, async () => {
    const before = await rows();
    for (const [name, sql] of attacks) {
      const answer = await run(sql()).catch((error: Error) => error.message);
      expect([name, answer]).toEqual([name, expect.stringContaining('payment_history is only ever added to')]);
      expect(await rows()).toEqual(before);
    }
    await bench.verified();
  });

  const upsert = (key: string): string =>
    mysql() ? " ON DUPLICATE KEY UPDATE actor = 'mallory'" : ` ON CONFLICT ${key} DO UPDATE SET actor = 'mallory'`;

  describe('without its triggers', () => {
    beforeEach(async () => {
      await add(entry('third', { failureReason: 'a reason' }), entry('fourth'));
      for (const event of ['update', 'delete', ...(mysql() ? [] : ['insert'])])
        await run(`DROP TRIGGER payment_history_no_${event}`);
    });

    const changes = [
      ['actor', "'mallory'"],
      ['amount', '48999'],
      ['act', "'REFUND'"],
      ['status', "'SUCCESS'"],
      ['pg_payment_key', "'pay-other'"],
      ['failure_reason', "'another reason'"],
      ['raw_response', `'{"http":200,"body":{}}'`],
      ['billing_date', "'2026-11-30'"],
      ['created_at', "'2026-10-31 01:00:00.001'"],
      ['charge_id', "'7H2K9M4P3QXA'"],
      ['prev_hash', `'${'f'.repeat(64)}'`],
      ['hash', `'${'f'.repeat(64)}'`],
    ] as const;
    test(`a changed column is found and its row named: ${changes.map(([column]) => column).join(', ')}`, async () => {
      for (const [column, value] of changes) {
        await run('CREATE TABLE kept AS SELECT * FROM payment_history');
        await run(`UPDATE payment_history SET ${column} = ${value} WHERE id = 'third'`);
        const { kind, id, seq } = (await verify(bench.records.database)) as Extract<Verified, { kind: 'broken' }>;
        expect({ column, kind, id, seq }).toEqual({ column, kind: 'broken', id: 'third', seq: 3 });
        await run('DELETE FROM payment_history');
        await run('INSERT INTO payment_history SELECT * FROM kept');
        await run('DROP TABLE kept');
      }
      await bench.verified();
    });

    test('a row that is gone from the middle is named by its number', async () => {
      await run("DELETE FROM payment_history WHERE id = 'third'");
      expect(await verify(bench.records.database)).toMatchObject({
        kind: 'broken',
        customerId: 'kim',
        reason: 'row 3 is missing',
      });
    });

    test('a last row that is gone contradicts the head of the chain', async () => {
      await run("DELETE FROM payment_history WHERE id = 'fourth'");
      expect(await verify(bench.records.database)).toMatchObject({
        kind: 'broken',
        customerId: 'kim',
        seq: 4,
        reason: "the chain ends at row 3, and its customer's row says 4",
      });
    });

    test('two rows that changed places are found at the first of them', async () => {
      for (const [id, seq] of [
        ['third', 1000],
        ['fourth', 3],
        ['third', 4],
      ])
        await run('UPDATE payment_history SET seq = ? WHERE id = ?', [seq, id]);
      expect(await verify(bench.records.database)).toMatchObject({ kind: 'broken', seq: 3, id: 'fourth' });
    });

    test('a rewritten last row with a fitting hash still contradicts the head', async () => {
      const last = (await kims()).at(-1);
      if (!last) throw new Error('no row');
      const forged = { ...last, actor: 'mallory' };
      await run('UPDATE payment_history SET actor = ?, hash = ? WHERE id = ?', [
        forged.actor,
        hashOf(forged.prevHash, forged),
        forged.id,
      ]);
      expect(await verify(bench.records.database)).toMatchObject({ kind: 'broken', customerId: 'kim' });
    });

    test('rows of a customer who is not there are found', async () => {
      await run("UPDATE customer SET id = 'gone' WHERE id = 'lee'");
      expect(await verify(bench.records.database)).toMatchObject({ kind: 'broken' });
    });
  });

  test('time never runs backwards in a chain when the clock does, and the chain holds', async () => {
    const before = bench.clock.now();
    bench.clock.pass(-minutes(90));
    await add(entry('later'));
    expect((await kims()).at(-1)).toMatchObject({ id: 'later', createdAt: before });
    await bench.verified();
    bench.clock.pass(minutes(100));
    await add(entry('latest'));
    expect((await kims()).at(-1)).toMatchObject({ id: 'latest', createdAt: bench.clock.now() });
    await bench.verified();
  });

  test('decomposed letters and half characters are stored composed and whole, and the chain holds', async () => {
    await add(entry('odd', { failureReason: `${'한글'.normalize('NFD')} \ud83d \u0000 💳`, actor: 'cli:\udc00' }));
    expect((await kims()).at(-1)).toMatchObject({ failureReason: '한글 \ufffd \ufffd 💳', actor: 'cli:\ufffd' });
    await bench.verified();
  });

  test('text longer than its column is cut to it, also through the middle of an emoji', async () => {
    await add(entry('long', { failureCode: 'C'.repeat(101), failureReason: `x${'💳'.repeat(600)}` }));
    const row = (await kims()).at(-1);
    expect(row?.failureCode).toBe(`${'C'.repeat(99)}…`);
    expect(row?.failureReason).toHaveLength(1000);
    expect(row?.failureReason?.isWellFormed()).toBe(true);
    await bench.verified();
  });

  test("a PG's answer comes back as the very text that was stored, whatever JSON it is", async () => {
    const bodies = [
      { z: 1, a: { y: [1.5, null, '김'], b: '2026-10-31' } },
      '123',
      123,
      'null',
      null,
      [],
      '<html>\ud83d',
    ];
    await add(...bodies.map((body, nth) => entry(`raw-${nth}`, { raw: { http: 200, body } })));
    const read = (await kims()).filter((row) => row.id.startsWith('raw-')).map((row) => row.rawResponse);
    expect(read).toEqual(bodies.map((body) => JSON.stringify({ http: 200, body })));
    expect(read.map((text) => JSON.parse(text ?? '').body)).toEqual(bodies);
    await bench.verified();
  });

  test('an answer of megabytes is cut, keeps its fingerprint, and fits', async () => {
    const raw = { http: 200, body: '💳"\n'.repeat(500_000) };
    await add(entry('huge', { raw }));
    const text = (await kims()).at(-1)?.rawResponse ?? '';
    expect(JSON.parse(text)).toMatchObject({ http: 200, cut: { sha256: sha256(JSON.stringify(raw)) } });
    await bench.verified();
  });

  test("the head stands in the customer's row", async () => {
    const last = (await kims()).at(-1);
    const kim = await bench.records.database.read((manager) => manager.findOneByOrFail(customerTable, { id: 'kim' }));
    expect(kim).toMatchObject({ chainSeq: last?.seq, chainHash: last?.hash, chainAt: last?.createdAt });
  });
});

describe('the canonical form', () => {
  const row: Omit<HistoryRow, 'prevHash' | 'hash'> = {
    id: '00000000-0000-4000-8000-000000000001',
    customerId: 'kim',
    subscriptionId: 'kim-sub',
    chargeId: '7H2K9M4P3QXA',
    attemptNo: 1,
    refundId: null,
    orderId: '7H2K9M4P3QXA-1',
    billingDate: '2026-10-31' as CalendarDate,
    act: 'CHARGE',
    status: 'SUCCESS',
    amount: won(49_000),
    pgProvider: 'TOSS',
    pgPaymentKey: 'pay-1',
    billingKeyId: 'key-1',
    failureCode: null,
    failureReason: '한도 "초과"\n✓',
    actor: 'cycle',
    rawResponse: '{"http":200,"body":{"status":"DONE","name":"김"}}',
    createdAt: new Date('2026-10-31T01:00:00.123Z'),
    seq: 7,
  };

  test('is frozen: this row has this text and this hash for ever', () => {
    expect(canonical(row)).toBe(
      '["00000000-0000-4000-8000-000000000001","kim","kim-sub","7H2K9M4P3QXA",1,null,"7H2K9M4P3QXA-1","2026-10-31","CHARGE","SUCCESS",49000,"TOSS","pay-1","key-1",null,"한도 \\"초과\\"\\n✓","cycle","5e064071b7c660c2b705420732356c74a94eab70097ce15c235619379b548508",1793408400123,7]',
    );
    // Computed by another implementation: Python's json (ensure_ascii=False, no spaces) and hashlib.
    expect(hashOf('a'.repeat(64), row)).toBe('fcc903f0268911c2f98eb73479a71315034ef48effd90aa5d28c00e8a22fa999');
  });

  test('an entry joins no chain but its own', () => {
    const head = { id: 'lee', chainSeq: 0, chainHash: genesisHash, chainAt: null };
    expect(() => chained(head, entry('a'), new Date(0))).toThrow("row a of kim can't join the chain of lee");
  });

  test('an answer up to 64 KiB is whole, one character more is cut', () => {
    const fits = 64 * 1024 - JSON.stringify({ http: 200, body: '' }).length;
    const whole = { http: 200, body: 'x'.repeat(fits) };
    expect(rawText(whole)).toBe(JSON.stringify(whole));
    const over = { http: 200, body: 'x'.repeat(fits + 1), trace: 't' };
    expect(JSON.parse(rawText(over))).toEqual({
      http: 200,
      body: 'x'.repeat(32 * 1024),
      cut: { characters: JSON.stringify(over).length, sha256: sha256(JSON.stringify(over)) },
    });
  });

  test.each([
    ['e\u0301', 5, 'é'],
    ['abcdef', 5, 'abcd…'],
    ['abc💳f', 5, 'abc\ufffd…'],
    ['abcde', 5, 'abcde'],
  ])('%j in %i characters is stored as %j', (text, length, expected) => {
    expect(stored(text, length)).toBe(expected);
  });
});
