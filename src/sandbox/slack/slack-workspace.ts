// A Slack workspace on loopback: the Web API, Socket Mode and response URLs for a bot that cannot tell the difference, a
// page for people, and a control for tests.

import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { ApiDesk } from './api-desk';
import { ApiLog } from './api-log';
import { Control } from './control';
import { addControlRoutes } from './control-routes';
import { Conversations } from './conversations';
import { Deliveries } from './deliveries';
import { Faults } from './faults';
import { fieldsOf, parsed } from './fields';
import { Forms } from './forms';
import { Hands } from './hands';
import { HttpTransport } from './http-events';
import { Journal } from './journal';
import { Modals } from './modals';
import { Notices } from './notices';
import { Audience, addPageRoutes } from './page-routes';
import { RateLimit } from './rate-limit';
import { appToken, botToken, channel, otherChannel, users } from './residents';
import { respond } from './response-url';
import { SocketMode } from './socket-mode';
import { type SlackSwitches, usualSwitches } from './switches';
import { Tickets } from './tickets';
import { Timers } from './timers';
import type { World } from './world';

export { appToken, botToken, channel, otherChannel, stranger, team, userGroup, users } from './residents';

export interface SlackWorkspaceOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. A taken port rejects with EADDRINUSE. */
  readonly port?: number;
  /** Where messages outlive the process; without it they end with it. One process per file. */
  readonly journalFile?: string;
  /** The clock of messages, triggers and response URLs. Acks and rate limits are real milliseconds. */
  readonly now?: () => Date;
  readonly switches?: Partial<SlackSwitches>;
}

export interface SlackWorkspace {
  /** The page. */
  readonly url: string;
  /** What goes into `SLACK_API_URL`. */
  readonly apiUrl: string;
  readonly port: number;
  readonly botToken: string;
  readonly appToken: string;
  readonly channel: string;
  readonly otherChannel: string;
  readonly users: typeof users;
  readonly control: Control;
  close(): Promise<void>;
}

/** Starts a workspace and resolves when it listens. */
export async function startSlackWorkspace(options: SlackWorkspaceOptions = {}): Promise<SlackWorkspace> {
  const house = furnish(options);
  const { app, world, control, audience, socketMode, timers, journal } = house;
  const close = async () => {
    timers.callOffAll();
    world.faults.set({});
    audience.sendAway();
    socketMode.close();
    await app.close();
    journal.close();
  };
  try {
    await app.listen({ host: house.host, port: options.port ?? 0 });
  } catch (error) {
    await close();
    throw error;
  }
  const url = world.address();
  const { port } = app.server.address() as AddressInfo;
  return { url, apiUrl: `${url}/api/`, port, botToken, appToken, channel, otherChannel, users, control, close };
}

function furnish(options: SlackWorkspaceOptions) {
  const host = options.host ?? '127.0.0.1';
  const now = options.now ?? (() => new Date());
  const switches = { ...usualSwitches, ...options.switches };
  const [timers, audience, log, app] = [new Timers(), new Audience(), new ApiLog(), newApp()];
  const changed = () => audience.tell();

  const journal = new Journal(options.journalFile);
  const conversations = new Conversations(journal, now, changed);
  for (const entry of journal.read()) conversations.restore(entry);
  // Only the newest state of every message is written again: the file starts each life as short as it can be.
  journal.beginWith(conversations.journalEntries());

  const notices = new Notices(changed);
  const faults = new Faults((plan) => recycler.set(plan.sockets?.recycleEveryMs, plan.sockets?.reason));
  const socketMode = new SocketMode(switches, timers, () => faults.dropsThisAck(), changed);
  const recycler = new Recycler(socketMode);
  const address = () => addressOf(host, app);
  const world: World = {
    conversations,
    modals: new Modals(now, changed),
    tickets: new Tickets(switches, now),
    faults,
    rate: new RateLimit(switches),
    switches,
    now,
    address,
    openSocket: () => `${address().replace('http', 'ws')}${socketMode.newPath()}`,
  };
  const { events, ackTimeoutMs } = switches;
  const transport = events === null ? socketMode : new HttpTransport(events, ackTimeoutMs);
  const deliveries = new Deliveries(transport, switches, timers, now, () => faults.deliversThisTwice());
  const hands = new Hands(world, deliveries, notices, address);
  const forms = new Forms(world, deliveries, notices);
  const doors = new FrontDoor(app, socketMode, timers);
  const control = new Control(world, hands, forms, notices, log, deliveries, socketMode, doors);

  const desk = new ApiDesk(world, log);
  desk.addRoutes(app);
  addResponseUrls(app, world, desk);
  addControlRoutes(app, control);
  addPageRoutes(app, world, notices, audience, () => socketMode.size);
  return { app, host, world, control, audience, socketMode, timers, journal };
}

function newApp(): FastifyInstance {
  const app = fastify({ forceCloseConnections: true, bodyLimit: 16 * 1024 * 1024 });
  // A body is read as text: what it is to mean is asked by whoever reads it.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  return app;
}

function addResponseUrls(app: FastifyInstance, world: World, desk: ApiDesk): void {
  app.post('/response/:id', (request, reply) => {
    const { id } = request.params as { id: string };
    const body = fieldsOf(parsed(String(request.body ?? '')));
    return desk.serve('response_url', body, reply, () => respond(world, id, body));
  });
}

function addressOf(host: string, app: FastifyInstance): string {
  const { port } = app.server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The way in for the bot, which can be shut for a while; the page and the control have their own. */
class FrontDoor {
  private isShut = false;
  private callOff: () => void = () => {};

  constructor(
    app: FastifyInstance,
    private readonly socketMode: SocketMode,
    private readonly timers: Timers,
  ) {
    app.addHook('onRequest', (request, reply, done) => {
      if (!this.isShut || !/^\/(api|response)\//.test(request.url)) return done();
      reply.hijack();
      request.raw.socket.destroy();
    });
    app.server.on('upgrade', (request, stream, head) => {
      if (this.isShut) stream.destroy();
      else socketMode.accept(request, stream, head);
    });
  }

  down(ms?: number): void {
    this.callOff();
    this.isShut = true;
    this.socketMode.cutAll();
    if (ms !== undefined) this.callOff = this.timers.later(ms, () => this.up());
  }

  up(): void {
    this.callOff();
    this.isShut = false;
  }
}

/** Sends one socket after another away, as long as a fault says so. */
class Recycler {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly socketMode: SocketMode) {}

  set(everyMs: number | undefined, reason: Parameters<SocketMode['recycle']>[0]): void {
    clearInterval(this.timer);
    if (everyMs !== undefined) this.timer = setInterval(() => void this.socketMode.recycle(reason), everyMs);
  }
}
