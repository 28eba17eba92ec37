// What a person does to one charge: retry, cancel, uncancel, resolve, refund; and what is said when it may not be.

import { userInfo } from 'node:os';
import { Storm } from '../support/storm';

/** Every command is a process, and a loaded machine starts one in a second or two. */
jest.setTimeout(90_000);

type Row = { act: string; status: string; actor: string; failure_code: string | null; charge_id: string };

let storm: Storm;
beforeEach(async () => {
  storm = await Storm.begin({ customers: 2, faultRate: 0, seed: 1, env: { REFUND_APPROVAL_FROM: '10001' } });
});
afterEach(() => storm.end());

const rowsOf = async (customer: string): Promise<Row[]> =>
  JSON.parse((await storm.cli.run('history', customer, '--json')).stdout) as Row[];
const chargeOf = async (customer: string): Promise<string> => (await rowsOf(customer))[0]?.charge_id ?? '';
const newest = async (customer: string): Promise<Row | undefined> => (await rowsOf(customer)).at(-1);
const decline = (): void =>
  storm.toss.faults.set({ byBillingKey: { sbx_c000000: [{ kind: 'decline', code: 'INVALID_STOPPED_CARD' }] } });

test('a retry that is declined again says why and ends with 1, one that is approved with 0', async () => {
  decline();
  await storm.cycle();
  const charge = await chargeOf('c000000');
  const again = await storm.cli.run('retry', charge, '--actor', '민수');
  expect(again).toMatchObject({ code: 1, stderr: '' });
  expect(again.stdout).toMatch(/: 거절 \(정지된 카드 입니다\.\)\n$/);
  expect(await newest('c000000')).toMatchObject({ act: 'CHARGE', status: 'FAILED', actor: 'cli:민수' });
  storm.toss.faults.set({});
  const paid = await storm.cli.run('retry', charge, '--actor', '민수');
  expect(paid).toMatchObject({ code: 0, stdout: expect.stringMatching(/: 승인\n$/) });
  expect(await storm.disagreements()).toEqual([]);
});

test('a cancelled charge is collected by nobody, until the cancel is taken back', async () => {
  decline();
  await storm.cycle();
  const charge = await chargeOf('c000000');
  expect(await storm.cli.run('cancel', charge, '--actor', 'kim')).toMatchObject({ code: 0 });
  expect(await newest('c000000')).toMatchObject({ act: 'CANCEL', status: 'SUCCESS', actor: 'cli:kim' });
  storm.toss.faults.set({});
  const retried = await storm.cli.run('retry', charge);
  expect(retried).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('uncancel') });
  await storm.cli.run('sweep');
  expect(await storm.books()).toHaveLength(1);
  expect(await storm.cli.run('uncancel', charge, '--actor', 'kim')).toMatchObject({ code: 0 });
  expect(await newest('c000000')).toMatchObject({ act: 'UNCANCEL', status: 'SUCCESS', actor: 'cli:kim' });
  expect((await storm.cycle()).code).toBe(0);
  expect(await storm.books()).toHaveLength(2);
});

test('resolve asks the PG: unclear ends with 1, an answer with 0, and nobody is charged for asking', async () => {
  storm.toss.faults.set({
    byBillingKey: { sbx_c000000: [{ kind: 'approve-then-drop' }] },
    all: [{ kind: 'lookup-500' }],
  });
  await storm.cycle();
  const charge = await chargeOf('c000000');
  for (const act of ['retry', 'cancel']) {
    const refused = await storm.cli.run(act, charge);
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/결과 확인 중\. .*resolve/) });
    expect(await newest('c000000')).toMatchObject({
      act: 'REFUSED',
      failure_code: 'UNKNOWN',
      actor: `cli:${userInfo().username}`,
    });
  }
  expect((await storm.cli.run('resolve', charge)).code).toBe(1);
  storm.toss.faults.set({});
  const known = await storm.cli.run('resolve', charge, '--actor', '영희');
  expect(known).toMatchObject({ code: 0, stdout: expect.stringMatching(/: 승인\n$/) });
  expect((await rowsOf('c000000')).filter((row) => row.act === 'INQUIRY').at(-1)?.actor).toBe('cli:영희');
  expect(await storm.books()).toHaveLength(2);
  expect(await storm.disagreements()).toEqual([]);
});

test.each([
  ['retry', /승인\. It is paid; nothing is left to collect/],
  ['cancel', /승인\. It is paid; to give the money back: refund/],
  ['uncancel', /승인\. See history/],
])('%s of a paid charge is refused with the way out, and leaves a row', async (act, reason) => {
  await storm.cycle();
  const refused = await storm.cli.run(act, await chargeOf('c000000'), '--actor', 'kim');
  expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(reason) });
  expect(await newest('c000000')).toMatchObject({ act: 'REFUSED', failure_code: 'PAID', actor: 'cli:kim' });
});

test('a refund gives the money back once, and the typed reason is in no row', async () => {
  await storm.cycle();
  const charge = await chargeOf('c000000');
  const refund = (): ReturnType<typeof storm.cli.run> =>
    storm.cli.run('refund', charge, '--reason', '고객 변심, 계좌 110-22');
  expect(await refund()).toMatchObject({ code: 0, stdout: expect.stringContaining('환불됨 (10,000원)') });
  expect((await storm.books()).map((payment) => payment.balance).sort()).toEqual([0, 10_001]);
  expect(await refund()).toMatchObject({ code: 2, stderr: expect.stringContaining('환불됨') });
  expect(JSON.stringify(await rowsOf('c000000'))).not.toMatch(/변심|110-22/);
  expect((await storm.cli.run('history', 'c000000')).stdout).not.toContain('sha256');
  const report = await storm.cycle();
  expect(report.stdout).toMatch(/"paid":2,.*"refunded":1,/);
});

test('from REFUND_APPROVAL_FROM on a second person approves, who is not the actor', async () => {
  await storm.cycle();
  const charge = await chargeOf('c000001');
  const refund = (...more: string[]): ReturnType<typeof storm.cli.run> =>
    storm.cli.run('refund', charge, '--reason', '중복 결제', '--actor', '민수', ...more);
  for (const more of [[], ['--approver', '민수']]) {
    const refused = await refund(...more);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('from 10,001원 on a second person approves. Add --approver NAME (not 민수).');
    expect(await newest('c000001')).toMatchObject({ act: 'REFUSED', failure_code: 'NEEDS_APPROVER' });
  }
  expect((await storm.books()).every((payment) => payment.balance > 0)).toBe(true);
  expect((await refund('--approver', '박 팀장')).code).toBe(0);
  const rows = await rowsOf('c000001');
  expect(rows.find((row) => row.act === 'APPROVAL')?.actor).toBe('cli:박 팀장');
  expect(rows.at(-1)).toMatchObject({ act: 'REFUND', status: 'CANCELED', actor: 'cli:민수' });
});

test('what is no charge, no actor, no reason or a part of the amount is refused before anything is sent', async () => {
  await storm.cycle();
  const charge = await chargeOf('c000000');
  for (const [args, reason] of [
    [['retry', 'ZZ'], /there is no charge "ZZ"; a charge id looks like/],
    [['retry', charge, '--actor', 'a;b'], /--actor "a;b" is no name/],
    [['refund', charge, '--reason', ' '], /--reason takes 1 to 500 characters/],
    [['refund', charge], /--reason/],
    [['refund', charge, '--reason', 'x', '--amount', '10'], /--amount 10 is a part of 10000/],
    [['refund', charge, '--reason', 'x', '--amount', 'all'], /--amount "all" is not an amount in whole won/],
  ] as const)
    expect(await storm.cli.run(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(reason) });
  expect((await storm.books()).every((payment) => payment.balance === payment.amount)).toBe(true);
});
