// Settings that cannot be used: one message, the way out, no secret, and nothing half done.

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandLine, type Ran } from '../support/command-line';

/** Every command is a process, and a loaded machine starts one in a second or two. */
jest.setTimeout(90_000);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'billing-settings-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const secret = Buffer.alloc(32, 9).toString('base64');
const good = { DATABASE_URL: 'sqlite:billing.db', TOSS_SECRET_KEY: 'test_sk_hidden', BILLING_KEY_SECRET: secret };
const run = (env: Record<string, string>, ...args: string[]): Promise<Ran> =>
  new CommandLine(folder, { ...good, ...env }).run(...args);

function refused(ran: Ran, reason: RegExp): void {
  expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(reason) });
  expect(ran.stderr).not.toMatch(/^\s+at /m);
  for (const hidden of [secret, 'hidden', 'hunter2']) expect(ran.stderr).not.toContain(hidden);
}

test('every bad variable is in one message', async () => {
  const bad = { BILLING_TIME: '25:00', LOCALE: 'fr', PG_TIMEOUT_MS: 'soon', DATABASE_URL: 'postgres://u:hunter2@h/d' };
  const ran = await run({ ...bad, TOSS_SECRET_KEY: 'hidden' }, 'status');
  for (const name of [...Object.keys(bad), 'TOSS_SECRET_KEY']) refused(ran, new RegExp(`^ {2}${name} `, 'm'));
  expect(readdirSync(folder)).toEqual([]);
});

test.each(['status', 'migrate', 'cycle --date 2026-10-31 --yes'])(
  '%s at a database that does not answer says which, without the password',
  async (command) => {
    const ran = await run({ DATABASE_URL: 'mysql://bob:hunter2@127.0.0.1:1/billing' }, ...command.split(' '));
    refused(ran, /the database 127\.0\.0\.1:1\/billing does not answer/);
  },
);

test.each(['status', 'history 김민수', 'cycle --date 2026-10-31 --yes', 'hold toss', 'verify'])(
  '%s at a database that is not there leaves no file',
  async (command) => {
    refused(await run({}, ...command.split(' ')), /there is no database .*billing\.db; .*migrate/);
    expect(readdirSync(folder)).toEqual([]);
  },
);

test('an unmigrated database, and a file that is none, are called that', async () => {
  writeFileSync(join(folder, 'billing.db'), '');
  refused(await run({}, 'status'), /has no tables yet; run: .*migrate/);
  writeFileSync(join(folder, 'billing.db'), 'customer_id,customer_name\n'.repeat(50));
  refused(await run({}, 'status'), /no SQLite database/);
});

test('migrate runs twice, and the second time there is nothing to do', async () => {
  expect(await run({}, 'migrate')).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringContaining('(realm test)'),
  });
  expect(await run({}, 'migrate')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/is current \(realm test\)/),
  });
});

test('a database of another world is refused by every command', async () => {
  await run({}, 'migrate');
  const live = { TOSS_SECRET_KEY: 'live_sk_hidden' };
  for (const command of ['status', 'migrate', 'cycle --date 2026-10-31 --yes'])
    refused(await run(live, ...command.split(' ')), /belongs to realm test, and this process is of realm live/);
});

test('keys of two worlds, and no keys at all, are refused at migrate', async () => {
  refused(await run({ TOSS_CLIENT_KEY: 'live_ck_hidden' }, 'migrate'), /keys of test and live are mixed/);
  refused(await run({ TOSS_SECRET_KEY: '' }, 'migrate'), /DATABASE_URL is set and no PG is; set TOSS_SECRET_KEY/);
  expect(readdirSync(folder)).toEqual([]);
});

test('no command, an unknown one and a missing option end with 2 and the usage on stderr', async () => {
  for (const args of [[], ['bogus'], ['cycle'], ['import']]) refused(await run({}, ...args), /Usage: billing-bot/);
});
