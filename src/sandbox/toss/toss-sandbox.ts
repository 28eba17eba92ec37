// Toss Payments on loopback: real HTTP that answers as Toss's billing API does, keeps books that can be read, and can be
// told what shall go wrong.

import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { no } from './answer';
import { ApiDesk, sendAnswer } from './api-desk';
import { acceptance } from './authorization';
import { issueBillingKey, removeBillingKey } from './billing-key-route';
import { Books } from './books';
import { cancel } from './cancel-route';
import { cancelLater, charge } from './charge-route';
import { addControlRoutes } from './control-routes';
import { Faults } from './fault-plan';
import type { Verb } from './faults';
import { FrontDoor } from './front-door';
import { Idempotency } from './idempotency';
import { newTraceId } from './identifiers';
import { Journal } from './journal';
import { lookUpOrder, lookUpPayment } from './lookup-route';
import { RateLimit } from './rate-limit';
import { RequestTally } from './request-tally';
import { type TossSwitches, usualSwitches } from './switches';
import { Timers } from './timers';
import type { Route, World } from './world';

export interface TossSandboxOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. A taken port rejects with EADDRINUSE. */
  readonly port?: number;
  /** The secret keys that are let in; every `test_sk_…` when absent. */
  readonly secretKey?: string | readonly string[];
  /** Where the books outlive the process; without it they end with it. One process per file. */
  readonly journalFile?: string;
  /** The clock of dates, idempotency keys and rate limits. Latencies and delays are real milliseconds. */
  readonly now?: () => Date;
  readonly switches?: Partial<TossSwitches>;
}

export interface TossSandbox {
  readonly url: string;
  readonly port: number;
  readonly books: Books;
  readonly faults: Faults;
  readonly requests: RequestTally;
  /** Goes away: connections are refused and open ones destroyed; comes back after this long, or on `up()`. */
  down(ms?: number): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a sandbox and resolves when it listens. */
export async function startTossSandbox(options: TossSandboxOptions = {}): Promise<TossSandbox> {
  const now = options.now ?? (() => new Date());
  const switches = { ...usualSwitches, ...options.switches };
  const journal = new Journal(options.journalFile);
  const books = new Books(journal, now);
  const idempotency = new Idempotency(journal, switches, now);
  await remember(journal, books, idempotency);

  const [faults, tally, timers] = [new Faults(), new RequestTally(), new Timers()];
  const acceptsSecretKey = acceptance(options.secretKey);
  const world: World = { books, faults, tally, timers, switches, now, acceptsSecretKey };
  for (const { paymentKey, atMs } of books.awaitingAutoCancel()) cancelLater(world, paymentKey, atMs - Date.now());

  const app = newApp();
  const door = new FrontDoor(
    (request, response) => app.routing(request, response),
    options.host ?? '127.0.0.1',
    options.port ?? 0,
  );
  addApiRoutes(app, new ApiDesk(world, idempotency, new RateLimit(switches, now)));
  addControlRoutes(app, world, (ms) => void door.shut(ms));
  await app.ready();

  const close = async () => {
    timers.callOffAll();
    await door.lock();
    await app.close();
    journal.close();
  };
  try {
    await door.open();
  } catch (error) {
    await close();
    throw error;
  }
  return { ...door.address, books, faults, requests: tally, down: (ms) => door.shut(ms), up: () => door.open(), close };
}

async function remember(journal: Journal, books: Books, idempotency: Idempotency): Promise<void> {
  for await (const entry of journal.read()) {
    if (entry.kind === 'answer') idempotency.restore(entry.value);
    else books.restore(entry);
  }
  // Only the newest state of everything is written again: the file starts each life as short as it can be.
  journal.beginWith(everything(books, idempotency));
}

function* everything(books: Books, idempotency: Idempotency) {
  yield* books.journalEntries();
  yield* idempotency.journalEntries();
}

function addApiRoutes(app: FastifyInstance, desk: ApiDesk): void {
  const on = <V extends Verb>(method: 'GET' | 'POST' | 'DELETE', path: string, verb: V, route: Route<V>) => {
    const url = path.replace(/{(\w+)}/, ':$1');
    app.route({ method, url, handler: desk.serve({ name: `${method} ${path}`, verb, route }) });
  };
  on('POST', '/v1/billing/authorizations/issue', 'billing-key', issueBillingKey);
  on('POST', '/v1/billing/{billingKey}', 'charge', charge);
  on('DELETE', '/v1/billing/{billingKey}', 'billing-key', removeBillingKey);
  on('GET', '/v1/payments/{paymentKey}', 'lookup', lookUpPayment);
  on('GET', '/v1/payments/orders/{orderId}', 'lookup', lookUpOrder);
  on('POST', '/v1/payments/{paymentKey}/cancel', 'cancel', cancel);
}

function newApp(): FastifyInstance {
  const traced = (reply: FastifyReply) => reply.header('x-tosspayments-trace-id', newTraceId());
  const refuse = (reply: FastifyReply) => sendAnswer(traced(reply), no('INVALID_REQUEST'));
  const app = fastify({
    // Billing keys and payment keys have up to 200 characters, three times as many when percent-encoded.
    routerOptions: { maxParamLength: 600 },
    // A whole company's billing keys may be registered in one request.
    bodyLimit: 64 * 1024 * 1024,
    frameworkErrors: (_error, _request, reply) => refuse(reply),
  });
  // A body is read as text: whether it is JSON is asked later, after the secret key and the idempotency key.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setNotFoundHandler((_request, reply) => sendAnswer(traced(reply), no('NOT_FOUND')));
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    if (error.statusCode !== undefined && error.statusCode < 500) return refuse(reply);
    const message = `The sandbox itself failed: ${error.message}`;
    return sendAnswer(traced(reply), no('FAILED_INTERNAL_SYSTEM_PROCESSING', message));
  });
  return app;
}
