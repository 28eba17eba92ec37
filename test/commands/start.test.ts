// `start` in its sandbox: real servers, a real database, the clock of the machine. Slack's part is a stand-in here; it
// has its own tests.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSandboxState } from '../../src/commands/sandbox-state';
import { runStart, type SlackBot, type SlackParts, type StartFlags } from '../../src/commands/start';
import { type Config, readConfig } from '../../src/config';
import type { ChargeState } from '../../src/domain/charge-state';
import { chargeTable, customerTable, outboxTable } from '../../src/records/entities';

jest.setTimeout(90_000);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'billing-start-'));
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(async () => {
  await bot?.end();
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const configOf = (env: Record<string, string> = {}): Config =>
  readConfig({ env: { PORT: '0', ...env }, cwd: folder, command: 'start' });

class StartedBot {
  parts: SlackParts | undefined;
  url = '';
  workspaceUrl: string | undefined;
  readonly slack: string[] = [];
  private readonly stop = new AbortController();
  private ended: Promise<number> = Promise.resolve(0);

  /** Resolves when everything is open, or rejects with what stood against it. */
  async start(config: Config, flags: StartFlags = {}, refusals = 0): Promise<this> {
    let left = refusals;
    const slack: SlackBot = {
      start: async () => {
        this.slack.push('start');
        if (left-- > 0) throw new Error('ECONNREFUSED');
      },
      stop: async () => void this.slack.push('stop'),
      ready: () => ({ ok: true, detail: '2 sockets open' }),
    };
    await new Promise<void>((resolve, reject) => {
      this.ended = runStart(config, flags, {
        stop: this.stop.signal,
        openSlack: (parts) => {
          this.parts = parts;
          return slack;
        },
        opened: ({ url, workspaceUrl }) => {
          this.url = url;
          this.workspaceUrl = workspaceUrl;
          resolve();
        },
      });
      this.ended.catch(reject);
    });
    return this;
  }

  async end(): Promise<number> {
    this.stop.abort();
    return this.ended.catch(() => 2);
  }

  async states(): Promise<Map<string, ChargeState>> {
    const { records } = this.parts?.session ?? {};
    if (!records) throw new Error('not started');
    const charges = await records.database.read((manager) => manager.find(chargeTable));
    const customers = await records.database.read((manager) => manager.find(customerTable));
    const nameOf = new Map(customers.map(({ id, name }) => [id, name]));
    return new Map(
      charges.map((charge) => [`${nameOf.get(charge.customerId)} ${charge.subscriptionId}`, charge.state]),
    );
  }

  async until(holds: (states: Map<string, ChargeState>) => boolean, ms: number): Promise<Map<string, ChargeState>> {
    for (const end = Date.now() + ms; ; await sleep(200)) {
      const states = await this.states();
      if (holds(states)) return states;
      if (Date.now() > end) throw new Error(`not within ${ms} ms: ${JSON.stringify([...states])}`);
    }
  }
}

let bot: StartedBot | undefined;
const start = async (...args: Parameters<StartedBot['start']>): Promise<StartedBot> => {
  bot = new StartedBot();
  return bot.start(...args);
};
const settled = (states: Map<string, ChargeState>): boolean =>
  states.size > 40 && ![...states.values()].some((state) => ['DUE', 'CHARGING', 'UNKNOWN'].includes(state));

test('the first cycle starts at once and shows everything that an operator will meet, within 30 seconds', async () => {
  const startedAt = Date.now();
  const first = await start(configOf({ RETRY_LADDER: '12s' }));
  const states = await first.until(settled, 30_000);
  expect(Date.now() - startedAt).toBeLessThan(30_000);
  const of = (name: string): (ChargeState | undefined)[] =>
    [...states].filter(([who]) => who.startsWith(name)).map(([, state]) => state);
  expect(of('김민수')).toEqual(['PAID']);
  expect(of('강수빈')).toEqual(['RETRY_WAIT']);
  expect([of('장시우'), of('송다인')]).toEqual([['FAILED'], ['FAILED']]);
  expect(of('배수지')).toEqual(['RETRY_WAIT']);
  expect(of('한빛서점')).toEqual(['RETRY_WAIT']);
  expect(of('주식회사 누리')).toEqual(['PAID']);
  expect([...states.values()].filter((state) => state === 'PAID').length).toBeGreaterThan(30);

  const messages = await first.parts?.session.records.database.read((manager) => manager.find(outboxTable));
  expect(messages?.filter((message) => message.kind === 'card').length).toBeGreaterThanOrEqual(6);
  expect(messages?.filter((message) => message.kind === 'cycle-end')).toHaveLength(1);
  // The limit that was reached is not reached any more.
  await first.until((now) => [...now].some(([who, state]) => who.startsWith('강수빈') && state === 'PAID'), 45_000);
});

test('it is alive and ready, and its workspace has people who may act', async () => {
  const { url, workspaceUrl, parts } = await start(configOf());
  expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
  for (let tries = 0; (await fetch(`${url}/readyz`)).status !== 200 && tries < 50; tries += 1) await sleep(100);
  const ready = await fetch(`${url}/readyz`);
  expect([ready.status, await ready.json()]).toMatchObject([
    200,
    {
      ready: true,
      checks: { database: { ok: true }, slack: { ok: true }, sweep: { ok: true }, process: { ok: true } },
    },
  ]);
  expect((await fetch(`${workspaceUrl}/`)).ok).toBe(true);
  expect(parts?.slack).toMatchObject({ mode: 'socket', sockets: 2, apiUrl: `${workspaceUrl}/api/` });
  expect(parts?.operators.users).toEqual(expect.arrayContaining([...(parts?.approvers.users ?? ['?'])]));
  expect(parts?.approvers.users).toHaveLength(1);
});

test('a second start resumes: the same customers, and nobody is charged twice', async () => {
  const before = await (await start(configOf())).until(settled, 40_000);
  expect(await bot?.end()).toBe(0);
  expect(bot?.slack).toEqual(['start', 'stop']);
  expect(readSandboxState(configOf())).toMatchObject({ hasSamples: true });
  expect(readSandboxState(configOf()).running).toBeUndefined();

  const again = await start(configOf());
  await sleep(3_000);
  const after = await again.states();
  expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
  const toss = again.parts?.session.config.toss?.apiUrl;
  const booked = (await (await fetch(`${toss}/sandbox/payments`)).json()) as { orderId: string }[];
  const charges = booked.map(({ orderId }) => orderId.split('-')[0]);
  expect(new Set(charges).size).toBe(charges.length);
});

test('while it runs a second one is refused, and so is beginning again', async () => {
  await start(configOf());
  const other = new StartedBot();
  await expect(other.start(configOf())).rejects.toThrow(`is running already (pid ${process.pid}, Toss at http`);
  await expect(other.start(configOf(), { fresh: true })).rejects.toThrow('is running already');
  expect(await bot?.states()).toBeDefined();
});

test('--fresh begins again, and only where a sandbox lies', async () => {
  await start(configOf());
  const secret = readSandboxState(configOf()).secret;
  await bot?.end();
  await start(configOf(), { fresh: true });
  expect(readSandboxState(configOf()).secret).not.toBe(secret);
  await bot?.end();

  rmSync(join(folder, 'data/sandbox/state.json'));
  await expect(new StartedBot().start(configOf(), { fresh: true })).rejects.toThrow('holds no sandbox');
});

test('a process that was killed is no reason to refuse', async () => {
  const config = configOf();
  await start(config);
  const { running } = readSandboxState(config);
  await bot?.end();
  const file = join(config.sandboxDir, 'state.json');
  // Its number is another living process's by now, and nobody answers where its Toss was.
  writeFileSync(file, JSON.stringify({ ...readSandboxState(config), running: { ...running, pid: process.ppid } }));
  expect((await start(config)).url).toMatch(/^http/);
});

test('a Slack that is not there yet is tried again, and the cycle does not wait for it', async () => {
  const away = await start(configOf(), {}, 2);
  await away.until(settled, 40_000);
  for (let tries = 0; away.slack.length < 3 && tries < 50; tries += 1) await sleep(100);
  expect(away.slack).toEqual(['start', 'start', 'start']);
});

test('a data folder that cannot be written is one clear line', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(start(configOf({ DATA_DIR: 'file/data' }))).rejects.toThrow(
    /^DATA_DIR .*file\/data can't be written \(ENOTDIR\); give this user the right, or set another DATA_DIR$/,
  );
});
