// `sandbox`: one at a time, on the next free port, with books that survive it.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandLine, lastLine, type Running } from '../support/command-line';

/** Every command is a process, and a loaded machine starts one in a second or two. */
jest.setTimeout(90_000);

let folder: string;
let cli: CommandLine;
let running: Running | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'billing-sandbox-'));
  cli = new CommandLine(folder, {});
});
afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the sandbox and answers where its Toss is. */
async function start(): Promise<string> {
  let out = '';
  running = cli.start('sandbox');
  running.process.stdout?.on('data', (text: string) => {
    out += text;
  });
  for (let tries = 0; tries < 200; tries += 1) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(out);
    if (url && out.includes('In another terminal')) return url[0];
    await sleep(50);
  }
  throw new Error(`no sandbox: ${out}`);
}

async function stop(): Promise<number | null | undefined> {
  running?.process.kill('SIGTERM');
  const ended = await running?.ended;
  running = undefined;
  return ended?.code;
}

function sheet(): void {
  writeFileSync(
    join(folder, 'customers.csv'),
    `customer_id,customer_name,order_name,amount,billing_day,pg_provider,billing_key,customer_key,starts_on
k1,김민수,월 구독,49000,L,TOSS,sbx_k1,ck1,2026-01-01
`,
  );
}

test('commands that need the PG say that the sandbox is not running, and how to start it', async () => {
  sheet();
  expect((await cli.run('import', 'customers.csv')).code).toBe(0);
  expect((await cli.run('status')).code).toBe(0);
  for (const args of [['cycle', '--date', '2026-10-31', '--yes'], ['sweep'], ['retry', 'K7QM']]) {
    const ran = await cli.run(...args);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(
      'the sandbox is not running; start it in another terminal: npm run billing -- sandbox',
    );
  }
});

test('SIGTERM ends it with 0, and a restart has the same books and database', async () => {
  sheet();
  await start();
  await cli.run('import', 'customers.csv');
  expect(lastLine(await cli.run('cycle', '--date', '2026-10-31', '--yes'))).toMatchObject({ due: 1, paid: 1 });
  expect(await stop()).toBe(0);
  const books = await (await fetch(`${await start()}/sandbox/payments`)).json();
  expect(books).toMatchObject([{ amount: 49_000, balance: 49_000 }]);
  expect(lastLine(await cli.run('cycle', '--date', '2026-10-31', '--yes'))).toMatchObject({ due: 1, paid: 1 });
});

test('a second start in the same folder is refused while the first one runs', async () => {
  const url = await start();
  const second = await cli.run('sandbox');
  expect(second).toMatchObject({ code: 2, stdout: '' });
  expect(second.stderr).toContain(`is running already (pid ${running?.process.pid}, Toss at ${url})`);
});

test('a taken port gives way to the next free one, and that is said', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => {
    other.once('error', () => resolve()); // Somebody else has it: as good.
    other.listen(3011, '127.0.0.1', resolve);
  });
  try {
    const url = await start();
    const port = new URL(url).port;
    expect(Number(port)).toBeGreaterThan(3011);
    running?.process.kill('SIGTERM');
    expect((await running?.ended)?.stderr).toContain(`port 3011 is taken; Toss is on ${port}`);
  } finally {
    other.close();
  }
});

test('a damaged state is called that, with the way out', async () => {
  await cli.run('status');
  writeFileSync(join(folder, 'data/sandbox/state.json'), '{');
  const ran = await cli.run('status');
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expect(ran.stderr).toMatch(/state\.json is damaged; remove its folder/);
});
