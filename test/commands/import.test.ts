// `import` as a user runs it.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ran } from '../support/command-line';
import { Storm } from '../support/storm';

/** Every command is a process, and a loaded machine starts one in a second or two. */
jest.setTimeout(90_000);

let storm: Storm;
beforeEach(async () => {
  storm = await Storm.begin({ customers: 2, faultRate: 0, seed: 1 });
});
afterEach(() => storm.end());

const header = 'customer_id,customer_name,order_name,amount,billing_day,pg_provider,billing_key,customer_key';
const sheet = (amount: string | number = 49_000): string =>
  `${header}\nk1,김민수,월 구독,${amount},L,TOSS,sbx_k1,ck1\nk2,이영희,월 구독,59000,15,TOSS,sbx_k2,ck2\n`;

function importing(content: string | Buffer, ...flags: string[]): Promise<Ran> {
  writeFileSync(join(storm.cli.folder, '고객.csv'), content);
  return storm.cli.run('import', '고객.csv', ...flags);
}

test('what is new, changed and unchanged is counted, and twice the same changes nothing', async () => {
  expect(await importing(sheet())).toMatchObject({ code: 0, stdout: 'new 2 / changed 0 / unchanged 0\n', stderr: '' });
  expect(await importing(sheet())).toMatchObject({ code: 0, stdout: 'new 0 / changed 0 / unchanged 2\n' });
  expect(await importing(sheet(51_000))).toMatchObject({ code: 0, stdout: 'new 0 / changed 1 / unchanged 1\n' });
});

test('a dry run counts the same and writes nothing', async () => {
  const dry = await importing(sheet(), '--dry-run');
  expect(dry).toMatchObject({ code: 0, stdout: 'new 2 / changed 0 / unchanged 0 (dry run: nothing was written)\n' });
  expect((await storm.cli.run('history', 'k1')).code).toBe(1);
  expect(await importing(sheet())).toMatchObject({ stdout: 'new 2 / changed 0 / unchanged 0\n' });
});

test('one bad row keeps every row out, and each is named by line, column and reason', async () => {
  const bad = await importing(
    `${sheet()}k3,박철수,월 구독,49,32,TOSS,sbx_k3,ck3\nk4,최지우,월 구독,49000,L,KAKAO,sbx_k4,ck4\n`,
  );
  expect(bad).toMatchObject({ code: 2, stdout: '' });
  expect(bad.stderr).toContain('고객.csv: nothing was imported, because 3 things need a correction:');
  expect(bad.stderr).toContain('line 4, amount: "49" is not an amount in whole won');
  expect(bad.stderr).toMatch(/line 4, billing_day: .*32/);
  expect(bad.stderr).toMatch(/line 5, pg_provider: .*KAKAO/);
  expect((await storm.cli.run('history', 'k1')).code).toBe(1);
});

test('a second subscription that looks like the first one is a bad row, unless --allow-second', async () => {
  await importing(sheet());
  const twin = `${header},subscription_id\nk1,김민수,월 구독,49000,L,TOSS,sbx_k1,ck1,second\n`;
  const refused = await importing(twin);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/line 2.*--allow-second/);
  expect(await importing(twin, '--allow-second')).toMatchObject({
    code: 0,
    stdout: 'new 1 / changed 0 / unchanged 0\n',
  });
});

test.each<[string, string | Buffer, RegExp]>([
  ['an empty file', '', /고객\.csv: the file is empty/],
  ['a workbook', Buffer.from('PK\u0003\u0004\u0000\u0000\u0000\u0000binary', 'latin1'), /CSV UTF-8/],
  ['a file of random bytes', Buffer.from(Array.from({ length: 999 }, (_, nth) => (nth * 89) % 256)), /CSV UTF-8/],
])('%s is refused with the way out', async (_, content, reason) => {
  const ran = await importing(content);
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expect(ran.stderr).toMatch(reason);
});

test('a file that is missing, and a folder, are called that', async () => {
  expect(await storm.cli.run('import', 'nope.csv')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: 'nope.csv: there is no such file\n',
  });
  expect(await storm.cli.run('import', 'data')).toMatchObject({ code: 2, stderr: 'data: it is a folder\n' });
});
