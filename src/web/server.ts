// The bot's HTTP: whether it is alive, whether it is ready, and Slack's way in when there is no socket.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { type Checks, readinessOf } from './checks';

export interface WebOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** A port that a person chose is not exchanged for another one. */
  readonly portIsSet: boolean;
  readonly checks: Checks;
  /** Slack's requests in HTTP mode: reads the body itself, because the signature covers its bytes. */
  readonly slackEvents?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Told in a sentence when another port had to do. */
  readonly tell?: (line: string) => void;
}

export interface Web {
  readonly url: string;
  readonly port: number;
  /** Takes no new requests and resolves when those under way have been answered. */
  close(): Promise<void>;
}

/** This host and port can't be listened on; the message names them and the way out. */
export class CannotListen extends Error {}

/** How many ports behind the usual one are tried. */
const portsTried = 20;

/** Starts the server and resolves when it listens. Throws {@link CannotListen}. */
export async function startWeb(options: WebOptions): Promise<Web> {
  const last = options.portIsSet || options.port === 0 ? options.port : Math.min(options.port + portsTried, 65_535);
  for (let port = options.port; ; port += 1) {
    const app = newApp(options);
    try {
      await app.listen({ host: options.host, port });
    } catch (error) {
      await app.close();
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE' && port < last) continue;
      throw new CannotListen(explained(error, options, port));
    }
    const { port: chosen } = app.server.address() as AddressInfo;
    if (port !== options.port) options.tell?.(`port ${options.port} is taken; the bot's HTTP is on ${chosen}`);
    return { url: `http://${named(options.host)}:${chosen}`, port: chosen, close: () => app.close() };
  }
}

function newApp({ checks, slackEvents }: WebOptions): FastifyInstance {
  const app = fastify();
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const readiness = await readinessOf(checks);
    return reply
      .code(readiness.ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(readiness);
  });
  if (slackEvents) {
    // Taken before anything reads the body.
    const onRequest = (request: { raw: IncomingMessage }, reply: { raw: ServerResponse; hijack(): unknown }): void => {
      reply.hijack();
      slackEvents(request.raw, reply.raw);
    };
    app.post('/slack/events', { onRequest }, () => undefined);
  }
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'there is nothing here' }));
  app.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    return reply
      .code(status)
      .send({ error: status < 500 ? 'this request is not understood' : 'an error of this program' });
  });
  return app;
}

/** The host as a person can open it from this machine. */
function named(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function explained(error: unknown, { host, port, portIsSet }: WebOptions, tried: number): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return portIsSet
      ? `PORT ${port} is taken on ${host}; stop what runs there, or choose another PORT`
      : `ports ${port} to ${tried} are all taken on ${host}; stop what runs there, or choose a PORT`;
  if (code === 'EACCES') return `PORT ${port} may not be used by this user; choose one above 1023`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST "${host}" is no address of this machine; use 127.0.0.1 for this machine only, or 0.0.0.0 for all`;
  return `HTTP can't be opened on ${host}:${port} (${code ?? message}); correct HOST or PORT`;
}
