// Socket Mode: up to ten WebSockets of the bot. An envelope goes to one of them, any one; a socket is recycled now and
// then, as Slack does it every few hours.

import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Ack, Envelope, Transport } from './deliveries';
import type { DisconnectReason } from './faults';
import { fieldsOf, parsed } from './fields';
import { bot } from './residents';
import type { SlackSwitches } from './switches';
import type { Timers } from './timers';

const pingMs = 10_000;
/** A client that was told to go and stays is cut off. */
const leaveMs = 1_000;
/** What Slack tells a fresh socket about its age; the client only prints it. */
const approximateConnectionTimeSeconds = 18_060;

interface Link {
  readonly socket: WebSocket;
  /** Sent over this socket and not acked yet. */
  readonly open: Set<string>;
  isLeaving: boolean;
}

interface Waiting {
  readonly heard: (ack: Ack) => void;
}

export class SocketMode implements Transport {
  private readonly server = new WebSocketServer({ noServer: true });
  private readonly tickets = new Set<string>();
  private readonly links = new Set<Link>();
  private readonly waiting = new Map<string, Waiting>();
  private turn = 0;

  constructor(
    private readonly switches: SlackSwitches,
    private readonly timers: Timers,
    private readonly dropsAck: () => boolean,
    private readonly changed: () => void,
  ) {
    this.ping();
  }

  /** How many sockets would be given an envelope now. */
  get size(): number {
    return this.ready().length;
  }

  /** The path of a new socket; good for one connection. */
  newPath(): string {
    const ticket = randomBytes(12).toString('hex');
    this.tickets.add(ticket);
    return `/link/?ticket=${ticket}&app_id=${bot.appId}`;
  }

  accept(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://workspace');
    const isInvited = url.pathname === '/link/' && this.tickets.delete(url.searchParams.get('ticket') ?? '');
    if (!isInvited) {
      stream.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      return;
    }
    this.server.handleUpgrade(request, stream, head, (socket) => this.welcome(socket));
  }

  send(envelope: Envelope, heard: (ack: Ack) => void): boolean {
    const ready = this.ready();
    const link = ready[Math.floor(Math.random() * ready.length)];
    if (link === undefined) return false;
    this.waiting.set(envelope.envelope_id, { heard });
    link.open.add(envelope.envelope_id);
    this.timers.later(this.switches.ackTimeoutMs, () => this.forget(envelope.envelope_id));
    link.socket.send(JSON.stringify(envelope));
    return true;
  }

  /**
   * Sends one socket away, each time the next one, and tells how many are left. What was sent over it may still be
   * acked first, unless it is cut off at once.
   */
  async recycle(
    reason: DisconnectReason = 'refresh_requested',
    how: 'drained' | 'at once' = 'drained',
  ): Promise<number> {
    const ready = this.ready();
    const link = ready[this.turn % Math.max(1, ready.length)];
    this.turn += 1;
    if (link === undefined) return 0;
    link.isLeaving = true;
    this.changed();
    for (let waitedMs = 0; how === 'drained' && link.open.size > 0 && waitedMs < leaveMs; waitedMs += 5)
      await new Promise((resolve) => setTimeout(resolve, 5));
    this.tellToLeave(link, reason);
    return this.size;
  }

  /** Any text at all, to every socket. */
  sendRaw(text: string): void {
    for (const { socket } of this.links) socket.send(text);
  }

  /** Cuts every socket without a word. */
  cutAll(): void {
    for (const { socket } of this.links) socket.terminate();
  }

  close(): void {
    this.cutAll();
    this.server.close();
  }

  private ready = (): Link[] =>
    [...this.links].filter(({ socket, isLeaving }) => !isLeaving && socket.readyState === socket.OPEN);

  private welcome(socket: WebSocket): void {
    const link: Link = { socket, open: new Set(), isLeaving: false };
    socket.on('error', () => socket.terminate());
    if (this.ready().length >= this.switches.mostSockets) {
      this.tellToLeave(link, 'too_many_websockets');
      return;
    }
    this.links.add(link);
    socket.on('message', (data) => this.hear(String(data)));
    socket.on('close', () => {
      this.links.delete(link);
      this.changed();
    });
    const debug = { host: 'local-workspace', build_number: 1 };
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: this.ready().length,
        debug_info: { ...debug, approximate_connection_time: approximateConnectionTimeSeconds },
        connection_info: { app_id: bot.appId },
      }),
    );
    this.changed();
  }

  private hear(text: string): void {
    const { envelope_id, payload } = fieldsOf(parsed(text));
    const waiting = this.waiting.get(String(envelope_id));
    if (waiting === undefined || this.dropsAck()) return;
    this.forget(String(envelope_id));
    waiting.heard({ acked: true, payload: fieldsOf(payload) });
  }

  private forget(envelopeId: string): void {
    this.waiting.delete(envelopeId);
    for (const link of this.links) link.open.delete(envelopeId);
  }

  private tellToLeave({ socket }: Link, reason: DisconnectReason): void {
    if (socket.readyState !== socket.OPEN) return;
    socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'local-workspace' } }));
    this.timers.later(leaveMs, () => socket.terminate());
  }

  /** The client watches these once it has seen one, so they never stop. */
  private ping(): void {
    this.timers.later(pingMs, () => {
      for (const { socket } of this.links) if (socket.readyState === socket.OPEN) socket.ping();
      this.ping();
    });
  }
}
