// Two sockets under one app, each replaced at once when it ends. Slack recycles a socket every few hours; the client
// then waits five seconds before it connects again, and clicks that find no connection are lost. So its own
// reconnecting, which also has ends that kill a process, is off, and a socket that ended is followed by a new client.

import { type App, type Receiver, SocketModeReceiver, type SocketModeReceiverOptions } from '@slack/bolt';
import type { Clock, Log } from '../cycle/ports';

/** The pause after a connection that did not come about: doubling up to this. */
const longestPauseMs = 30_000;

export class RedundantSockets implements Receiver {
  private readonly members = new Set<SocketModeReceiver>();
  private readonly stopping = new AbortController();
  private app: App | undefined;
  private standing = 0;

  /** `options` makes an object of its own for each: the client writes into what it is given. */
  constructor(
    private readonly options: () => SocketModeReceiverOptions,
    private readonly count: number,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** How many connections stand now. */
  get open(): number {
    return this.standing;
  }

  init(app: App): void {
    this.app = app;
  }

  /** Rejects when Slack refuses the first connections. */
  async start(): Promise<void> {
    await Promise.all(Array.from({ length: this.count }, () => this.connect()));
  }

  /** Bolt's own stop waits for nothing; this one waits until the sockets are closed. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([...this.members].map((member) => member.client.disconnect()));
  }

  private async connect(): Promise<void> {
    const member = new SocketModeReceiver({ ...this.options(), autoReconnectEnabled: false });
    if (!this.app) throw new Error('the sockets were started before the app');
    member.init(this.app);
    await member.start();
    this.members.add(member);
    this.standing += 1;
    member.client.once('disconnected', () => {
      this.members.delete(member);
      this.standing -= 1;
      void this.follow();
    });
  }

  /** A new socket in place of one that ended, for as long as it takes. */
  private async follow(): Promise<void> {
    for (let pauseMs = 1_000; !this.stopping.signal.aborted; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      try {
        return await this.connect();
      } catch (error) {
        this.log.warn({ error: String(error), tryAgainMs: pauseMs }, 'a socket to Slack could not be opened');
        await this.clock.sleep(pauseMs, this.stopping.signal);
      }
    }
  }
}

/** An error that the socket client threw where nobody could catch it: a frame of Slack's that it can't read, a connection that ended twice. */
export const isStrayOfSockets = (reason: unknown): boolean =>
  reason === undefined || (reason instanceof Error && /[\\/]@slack[\\/]socket-mode[\\/]/.test(reason.stack ?? ''));
