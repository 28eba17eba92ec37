// `history`: "저 결제 됐나요?" answered first, found by whatever the customer says.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '../../src/records/database';
import { Storm, stormDate } from '../support/storm';

/** Every command is a process, and a loaded machine starts one in a second or two. */
jest.setTimeout(90_000);

const columns = [
  ...['id', 'customer_id', 'subscription_id', 'charge_id', 'attempt_no', 'refund_id', 'order_id', 'billing_date'],
  ...['act', 'status', 'amount', 'pg_provider', 'pg_payment_key', 'billing_key_id', 'failure_code'],
  ...['failure_reason', 'actor', 'raw_response', 'created_at', 'seq', 'prev_hash', 'hash'],
];

let storm: Storm;
let charge: string;
beforeAll(async () => {
  storm = await Storm.begin({ customers: 2, faultRate: 0, seed: 1 });
  writeFileSync(
    join(storm.cli.folder, 'more.csv'),
    `customer_id,customer_name,phone,order_name,amount,billing_day,pg_provider,billing_key,customer_key,starts_on
k1,김민수,010-1111-1234,월 구독,49000,L,TOSS,sbx_k1,ck1,2026-01-01
k2,김민수,010-2222-5678,월 구독,59000,L,TOSS,sbx_k2,ck2,2026-01-01
k3,이영희,010-3333-9999,월 구독,69000,15,TOSS,sbx_k3,ck3,2026-01-01
`,
  );
  await storm.cli.run('import', 'more.csv');
  storm.toss.faults.set({ byBillingKey: { sbx_k2: [{ kind: 'decline', code: 'INVALID_STOPPED_CARD' }] } });
  await storm.cycle();
  const rows = JSON.parse((await storm.cli.run('history', 'k1', '--json')).stdout) as { charge_id: string }[];
  charge = rows[0]?.charge_id ?? '';
});
afterAll(() => storm.end());

const history = (...args: string[]) => storm.cli.run('history', ...args);

test('the answer comes first, then the rows, then a sentence for the customer', async () => {
  const ran = await history('k1');
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  const lines = ran.stdout.trim().split('\n');
  expect(lines[0]).toMatch(/^결제됨 — 10월 31일분 49,000원, \d\d-\d\d \d\d:\d\d 승인 \(.+ ····.+\), 다음 결제일 /);
  expect(ran.stdout).toMatch(/김민수 · k1 · 이력 2건\n {2}.*청구 요청.*\n {2}.*청구 성공/);
  expect(lines.at(-1)).toMatch(/^김민수 고객님, 10월 31일분 49,000원이 .*정상 결제되었습니다\.$/);
});

test('a charge that was declined is answered with the words of the PG', async () => {
  expect((await history('k2')).stdout).toMatch(/^아직 — 10월 31일분 59,000원, 거절 \(정지된 카드 입니다\.\)/);
});

test('nothing charged yet is an answer too', async () => {
  expect(await history('이영희')).toMatchObject({ code: 0 });
  expect((await history('이영희')).stdout).toMatch(/^아직 — 청구된 적 없음, 다음 결제일 /);
});

test('two people of one name are told apart by the ends of their phone numbers', async () => {
  const ran = await history('김민수');
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(ran.stderr).toMatch(/2명/);
  expect(ran.stderr).toMatch(/k1 {2}김민수 {2}····1234\n {2}k2 {2}김민수 {2}····5678/);
});

test('it is found by phone, by charge id in any form, and by order id', async () => {
  const shown = charge.replace(/(.{4})(.{4})(.{4})/, '$1-$2-$3');
  for (const typed of ['1234', '010-1111-1234']) expect((await history(typed)).stdout).toContain('김민수 · k1');
  for (const typed of [charge, shown, shown.toLowerCase(), charge.slice(0, 6), `${charge}-1`]) {
    const ran = await history(typed);
    expect([typed, ran.code]).toEqual([typed, 0]);
    expect(ran.stdout).toMatch(new RegExp(`^${shown} 결제됨 — 10월 31일분 49,000원`));
  }
});

test('--json is an array of rows with exactly the columns of the table', async () => {
  const ran = await history('k1', '--json');
  const rows = JSON.parse(ran.stdout) as Record<string, unknown>[];
  expect(rows).toHaveLength(2);
  for (const row of rows) expect(Object.keys(row)).toEqual(columns);
  expect(rows[1]).toMatchObject({ act: 'CHARGE', status: 'SUCCESS', amount: 49_000, billing_date: stormDate });
});

test('nobody found ends with 1, and --json is an empty array', async () => {
  expect(await history('없는사람')).toMatchObject({ code: 1, stdout: '' });
  expect(await history('없는사람', '--json')).toMatchObject({ code: 1, stdout: '[]\n' });
});

test('verify holds, and names the first bad row once somebody changed one', async () => {
  expect(await storm.cli.run('verify')).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringContaining('payment_history holds'),
  });
  const database = await Database.open(storm.config);
  try {
    const triggers = await database.source.query("SELECT name FROM sqlite_master WHERE type = 'trigger'");
    for (const { name } of triggers as { name: string }[]) await database.source.query(`DROP TRIGGER "${name}"`);
    await database.source.query(
      "UPDATE payment_history SET amount = 1 WHERE customer_id = 'k1' AND status = 'SUCCESS'",
    );
  } finally {
    await database.close();
  }
  const changed = await storm.cli.run('verify');
  expect(changed).toMatchObject({ code: 1, stderr: '' });
  expect(changed.stdout).toMatch(/payment_history does not hold: customer k1, row 2 /);
});
