// Bolt: the way in (Socket Mode with two sockets, or HTTP), the listeners, and the post office.

import type { RequestListener } from 'node:http';
import { App, HTTPReceiver, type Logger, LogLevel } from '@slack/bolt';
import { type RetryOptions, WebClient } from '@slack/web-api';
import type { Log } from '../cycle/ports';
import { Access, type AccessRules } from './access';
import { answered, type Counter } from './answering';
import { unknownButtonOf } from './cards/answers';
import { buttonAnswer } from './listeners/button';
import { commandAnswer, refused } from './listeners/command';
import { type Payload, type Who, whoOf } from './listeners/who';
import type { Office } from './office';
import { PostOffice } from './post-office';
import { RedundantSockets } from './sockets';

export interface SlackOptions {
  readonly botToken: string;
  /** Another base URL of the Web API, with a slash at its end. */
  readonly apiUrl: string | undefined;
  readonly way:
    | { readonly mode: 'socket'; readonly appToken: string; readonly sockets: number }
    | { readonly mode: 'http'; readonly signingSecret: string };
  readonly access: Omit<AccessRules, 'channel'>;
  readonly office: Office;
}

export interface SlackBot {
  start(): Promise<void>;
  /** Takes nothing new, lets what is under way answer, and closes. */
  stop(): Promise<void>;
  ready(): { readonly ok: boolean; readonly detail: string };
  /** HTTP mode: what answers `POST /slack/events`. */
  readonly listener: RequestListener | undefined;
}

/** Without these the SDK waits for ever and tries ten times over half an hour; a repeated post may post twice. */
const patience = { timeout: 10_000, retryConfig: { retries: 2, factor: 2, minTimeout: 500 } satisfies RetryOptions };

/** Slack's own mistakes on the wire are not ours to die of. */
const drainMs = 60_000;

export function openSlack(options: SlackOptions): SlackBot {
  return new Bot(options);
}

class Bot implements SlackBot {
  private readonly sockets: RedundantSockets | undefined;
  private readonly http: HTTPReceiver | undefined;
  private readonly app: App;
  private readonly postOffice: PostOffice;
  private readonly access: Access;
  private readonly running = new Set<Promise<void>>();
  private team = '';
  private started = false;

  constructor(private readonly options: SlackOptions) {
    const { office, botToken } = options;
    const logger = boltLogger(office.log);
    const { way } = options;
    if (way.mode === 'socket' && way.sockets > 0) {
      const { appToken } = way;
      const own = () => ({ appToken, logger, installerOptions: { clientOptions: { ...this.address(), ...patience } } });
      this.sockets = new RedundantSockets(own, way.sockets, office.clock, office.log);
    }
    if (way.mode === 'http')
      this.http = new HTTPReceiver({ signingSecret: way.signingSecret, logger, endpoints: '/slack/events' });
    const receiver =
      this.sockets ?? this.http ?? new RedundantSockets(() => ({ appToken: '' }), 0, office.clock, office.log);
    this.app = new App({
      token: botToken,
      receiver,
      logger,
      clientOptions: { ...this.address(), ...patience, allowAbsoluteUrls: false },
      deferInitialization: true,
      convoStore: false,
    });
    // A client of its own, so that a pause of the posts is none of the answers.
    const posting = new WebClient(botToken, {
      ...this.address(),
      timeout: patience.timeout,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      logger,
    });
    this.postOffice = new PostOffice(office, posting);
    this.access = new Access({ ...options.access, channel: office.channel }, this.app.client, office.clock, office.log);
    this.listen();
  }

  /** Made anew each time: the clients write into what they are given. */
  private address(): { slackApiUrl?: string } {
    return this.options.apiUrl === undefined ? {} : { slackApiUrl: this.options.apiUrl };
  }

  get listener(): RequestListener | undefined {
    return this.http && ((request, response) => this.http?.requestListener(request, response));
  }

  async start(): Promise<void> {
    await this.app.init();
    const { team_id: team = '' } = await this.app.client.auth.test();
    this.team = team;
    if (this.http === undefined) await this.app.start();
    this.postOffice.start();
    this.started = true;
  }

  async stop(): Promise<void> {
    this.started = false;
    await this.sockets?.stop().catch(() => undefined);
    const drained = new AbortController();
    const answers = Promise.allSettled([...this.running]).then(() => drained.abort());
    await Promise.race([answers, this.options.office.clock.sleep(drainMs, drained.signal)]);
    await this.postOffice.stop();
  }

  ready(): { ok: boolean; detail: string } {
    if (!this.started) return { ok: false, detail: 'not started' };
    if (this.postOffice.trouble !== null) return { ok: false, detail: this.postOffice.trouble };
    if (this.sockets === undefined) return { ok: true, detail: 'HTTP mode, or no sockets of this process' };
    return { ok: this.sockets.open > 0, detail: `${this.sockets.open} sockets open` };
  }

  private listen(): void {
    const { office } = this.options;
    this.app.command('/billing', async ({ ack, body, command, respond, client }) => {
      await ack();
      await this.serve(
        { respond, client },
        body,
        (who) => commandAnswer(office, this.access, who, command.text ?? ''),
        'command',
      );
    });
    this.app.action(/^billing\./, async ({ ack, body, action, respond, client }) => {
      await ack();
      const pressed = { name: nameOf(action), value: textOf(action) };
      await this.serve(
        { respond, client },
        body,
        (who) => buttonAnswer(office, this.access, who, pressed),
        pressed.name,
      );
    });
    this.app.action(/^(?!billing\.)/, async ({ ack, body, respond, client }) => {
      await ack();
      await this.serve({ respond, client }, body, async () => unknownButtonOf(office.drawing()), 'unknown');
    });
    this.app.error(async (error) => {
      office.log.error({ error: error.message }, 'a Slack request failed before anybody could be answered');
    });
  }

  /** Everybody is answered; people of another team with a refusal. */
  private async serve(
    { respond, client }: Pick<Counter, 'respond' | 'client'>,
    payload: unknown,
    work: (who: Who) => ReturnType<typeof commandAnswer>,
    tried: string,
  ): Promise<void> {
    const who = whoOf(payload as Payload, this.team);
    const { userId, channelId } = who;
    const counter = { respond, client, userId, channelId, replaces: who.private };
    const served = answered(this.options.office, counter, () =>
      who.isOurs ? work(who) : refused(this.options.office, 'other-team', who, tried),
    );
    this.running.add(served);
    await served.finally(() => this.running.delete(served));
  }
}

const nameOf = (action: object): string =>
  ('action_id' in action ? String(action.action_id) : '').replace(/^billing\./, '');
const textOf = (action: object): string => ('value' in action && typeof action.value === 'string' ? action.value : '');

/** Slack's SDK logs into our log; its debug lines hold what customers are called. */
function boltLogger(log: Log): Logger {
  const line = (parts: unknown[]): string =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (...parts) => log.warn({ from: 'slack' }, line(parts)),
    error: (...parts) => log.error({ from: 'slack' }, line(parts)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  };
}
