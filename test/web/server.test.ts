// The bot's HTTP, asked over real sockets.

import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Checks, sweptLately } from '../../src/web/checks';
import { CannotListen, startWeb, type Web, type WebOptions } from '../../src/web/server';

const fine = { ok: true, detail: 'fine' };
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function open(more: Partial<WebOptions> = {}): Promise<Web> {
  const web = await startWeb({ host: '127.0.0.1', port: 0, portIsSet: true, checks: {}, ...more });
  closing.push(() => web.close());
  return web;
}

/** Somebody else's server, which has its port. */
async function somebodyElse(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

test('it is alive', async () => {
  const { url } = await open({ checks: { database: () => ({ ok: false, detail: 'gone' }) } });
  const answer = await fetch(`${url}/healthz`);
  expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
});

describe('it is ready', () => {
  const readyz = async (checks: Checks): Promise<[number, unknown]> => {
    const answer = await fetch(`${(await open({ checks })).url}/readyz`);
    return [answer.status, await answer.json()];
  };

  test('when every check is well', async () => {
    expect(await readyz({ database: () => fine, slack: async () => fine })).toEqual([
      200,
      { ready: true, checks: { database: fine, slack: fine } },
    ]);
  });

  test('not when one is not, and it says which', async () => {
    const slack = { ok: false, detail: '0 of 2 sockets' };
    expect(await readyz({ database: () => fine, slack: () => slack })).toEqual([
      503,
      { ready: false, checks: { database: fine, slack } },
    ]);
  });

  test('not when one fails, and what it failed with stays in the log', async () => {
    const database = () => Promise.reject(new Error('mysql://billing:hunter2@db:3306'));
    const [status, body] = await readyz({ database });
    expect(status).toBe(503);
    expect(JSON.stringify(body)).toBe(
      '{"ready":false,"checks":{"database":{"ok":false,"detail":"does not answer; the log says why"}}}',
    );
  });

  test('not when one never answers', async () => {
    const [status, body] = await readyz({ database: () => new Promise(() => undefined), slack: () => fine });
    expect(status).toBe(503);
    expect(body).toMatchObject({ checks: { database: { ok: false, detail: 'no answer within 3 s' }, slack: fine } });
  });

  test('as long as the last sweep is younger than five minutes', () => {
    const now = new Date('2026-10-31T10:00:00Z');
    expect(sweptLately(undefined, now)).toEqual({ ok: false, detail: 'no sweep yet' });
    expect(sweptLately(new Date('2026-10-31T09:55:00Z'), now).ok).toBe(true);
    expect(sweptLately(new Date('2026-10-31T09:54:59Z'), now)).toEqual({
      ok: false,
      detail: 'last sweep 2026-10-31T09:54:59.000Z',
    });
  });
});

describe("Slack's way in", () => {
  const sum = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

  test('hands on the very bytes that came, whatever they are called', async () => {
    const { url } = await open({
      slackEvents: async (request, response) => {
        const parts: Buffer[] = [];
        for await (const part of request) parts.push(part as Buffer);
        response.end(sum(Buffer.concat(parts)));
      },
    });
    const body = 'payload=%7B%22type%22%3A%22block_actions%22%7D&text=%EA%B9%80';
    for (const type of ['application/x-www-form-urlencoded', 'application/json', 'text/plain']) {
      const answer = await fetch(`${url}/slack/events`, { method: 'POST', body, headers: { 'content-type': type } });
      expect([answer.status, await answer.text()]).toEqual([200, sum(body)]);
    }
  });

  test('is not there in socket mode', async () => {
    const answer = await fetch(`${(await open()).url}/slack/events`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(404);
  });
});

test('what is not there, and what is not understood, is answered in a word and without a stack', async () => {
  const { url } = await open();
  const nothing = await fetch(`${url}/metrics/../etc/passwd`);
  expect([nothing.status, await nothing.json()]).toEqual([404, { error: 'there is nothing here' }]);
  const broken = await fetch(`${url}/%ff`);
  expect(broken.status).toBe(400);
  expect(await broken.text()).not.toMatch(/ at |node_modules/);
});

describe('a taken port', () => {
  test('that nobody chose gives way to the next free one, and that is said', async () => {
    const port = await somebodyElse();
    const said: string[] = [];
    const web = await open({ port, portIsSet: false, tell: (line) => said.push(line) });
    expect(web.port).toBeGreaterThan(port);
    expect(said).toEqual([`port ${port} is taken; the bot's HTTP is on ${web.port}`]);
    expect((await fetch(`${web.url}/healthz`)).status).toBe(200);
  });

  test('that a person chose is an error that names it and the way out', async () => {
    const port = await somebodyElse();
    await expect(open({ port })).rejects.toThrow(
      new CannotListen(`PORT ${port} is taken on 127.0.0.1; stop what runs there, or choose another PORT`),
    );
  });
});

test('an address of another machine is an error that names it', async () => {
  await expect(open({ host: '192.0.2.1' })).rejects.toThrow(
    'HOST "192.0.2.1" is no address of this machine; use 127.0.0.1 for this machine only, or 0.0.0.0 for all',
  );
});

test('closing lets a request under way end, and takes no new one', async () => {
  const events = new EventEmitter();
  const slow = async () => {
    const answered = once(events, 'answer');
    events.emit('asked');
    await answered;
    return fine;
  };
  const asked = once(events, 'asked');
  const web = await startWeb({ host: '127.0.0.1', port: 0, portIsSet: true, checks: { slow } });
  const underWay = fetch(`${web.url}/readyz`);
  await asked;
  const closed = web.close();
  events.emit('answer');
  expect((await underWay).status).toBe(200);
  await closed;
  await expect(fetch(`${web.url}/healthz`)).rejects.toThrow();
});
