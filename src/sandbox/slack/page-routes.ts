// The page: three files, what a window shows as JSON, and a stream that says when to look again.

import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Notices } from './notices';
import { pageState, type Sight } from './page-state';
import type { World } from './world';

const files = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
} as const;

/** Nothing from elsewhere and no script in the markup: what escaping is for, once more. */
const contentPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'";

/** Several changes in a row are one reason to look. */
const gatherMs = 20;

/** The windows that are open. */
export class Audience {
  private readonly windows = new Set<ServerResponse>();
  private telling: NodeJS.Timeout | undefined;

  add(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 500\n\ndata: changed\n\n');
    this.windows.add(response);
    response.once('close', () => this.windows.delete(response));
  }

  tell(): void {
    if (this.windows.size === 0 || this.telling !== undefined) return;
    this.telling = setTimeout(() => {
      this.telling = undefined;
      for (const window of this.windows) window.write('data: changed\n\n');
    }, gatherMs);
  }

  sendAway(): void {
    clearTimeout(this.telling);
    for (const window of this.windows) window.destroy();
  }
}

export function addPageRoutes(
  app: FastifyInstance,
  world: World,
  notices: Notices,
  audience: Audience,
  sockets: () => number,
): void {
  for (const [url, [name, type]] of Object.entries(files))
    app.get(url, (_request, reply) =>
      reply
        .type(type)
        .headers({
          'content-security-policy': contentPolicy,
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
        })
        .send(readFileSync(join(__dirname, 'page', name), 'utf8')),
    );
  app.get('/favicon.ico', (_request, reply) => reply.code(204).send());
  app.get('/page/state', (request, reply) =>
    reply.header('cache-control', 'no-store').send(pageState(world, notices, sockets(), request.query as Sight)),
  );
  app.get('/page/changes', (_request, reply) => {
    reply.hijack();
    audience.add(reply.raw);
  });
  // Where `chat.getPermalink` points.
  app.get('/archives/:channel/:message', (request, reply) => {
    const { channel, message } = request.params as { channel: string; message: string };
    const ts = message.replace(/^p(\d+)(\d{6})$/, '$1.$2');
    const { thread_ts: thread = '' } = request.query as { thread_ts?: string };
    return reply.redirect(`/?${new URLSearchParams({ channel, message: ts, ...(thread && { thread }) })}`);
  });
}
