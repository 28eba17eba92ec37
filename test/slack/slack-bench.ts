// A bot in the local workspace: the real Bolt app over real sockets, a real database, a scripted PG.

import type { Log, World } from '../../src/cycle/ports';
import type { PgProvider } from '../../src/domain/outcome';
import { slackTextsOf } from '../../src/locales/slack-texts';
import { recordRefusal } from '../../src/records/refusals';
import type { Message } from '../../src/sandbox/slack/message';
import { type SlackWorkspace, startSlackWorkspace } from '../../src/sandbox/slack/slack-workspace';
import type { SlackSwitches } from '../../src/sandbox/slack/switches';
import type { Office } from '../../src/slack/office';
import { openSlack, type SlackBot, type SlackOptions } from '../../src/slack/slack-app';
import { type Bench, policy } from '../support/bench';

export interface SlackBenchOptions {
  readonly switches?: Partial<SlackSwitches>;
  readonly way?: SlackOptions['way'];
  readonly access?: Partial<SlackOptions['access']>;
}

const nobody = { users: [], groups: [] };

export class SlackBench {
  readonly logged: { readonly facts: object; readonly message: string }[] = [];
  bot!: SlackBot;
  private readonly stop = new AbortController();

  private constructor(
    readonly bench: Bench,
    readonly workspace: SlackWorkspace,
    private readonly options: SlackBenchOptions,
  ) {}

  static async open(bench: Bench, options: SlackBenchOptions = {}): Promise<SlackBench> {
    const workspace = await startSlackWorkspace({ switches: options.switches ?? {} });
    const opened = new SlackBench(bench, workspace, options);
    await opened.startBot();
    return opened;
  }

  get control(): SlackWorkspace['control'] {
    return this.workspace.control;
  }

  /** A second life of the bot, after the first was stopped or left behind. */
  async startBot(): Promise<SlackBot> {
    this.bot = this.newBot();
    await this.bot.start();
    return this.bot;
  }

  newBot(): SlackBot {
    const { workspace, options } = this;
    const { operator, approver } = workspace.users;
    return openSlack({
      botToken: workspace.botToken,
      apiUrl: workspace.apiUrl,
      way: options.way ?? { mode: 'socket', appToken: workspace.appToken, sockets: 2 },
      access: {
        operators: { users: [operator.id, approver.id], groups: [] },
        approvers: nobody,
        readers: nobody,
        ...options.access,
      },
      office: this.office(),
    });
  }

  office(): Office {
    const { bench, workspace } = this;
    const { records } = bench;
    const log = (facts: object, message: string): void => void this.logged.push({ facts, message });
    const beganAt = performance.now();
    const now = (): Date => new Date(bench.clock.now().getTime() + performance.now() - beganAt);
    const sleep: World['clock']['sleep'] = (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const timer = setTimeout(resolve, ms);
        signal?.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      });
    const logs: Log = { info: () => undefined, warn: log, error: log };
    return {
      world: { ...bench.world, log: logs },
      clock: { now, sleep },
      reading: records.reading,
      outbox: records.outbox,
      planning: Object.assign(Object.create(records.planner), { unfinished: () => records.reading.unfinished() }),
      pgSwitch: {
        hold: (provider: PgProvider, actor: string) => records.pgStates.hold(provider, actor),
        resume: (provider: PgProvider, actor: string) => records.pgStates.resume(provider, actor),
      },
      refuse: (refusal) => recordRefusal(records.database, refusal, bench.clock.now()),
      billingTime: policy.billingTime,
      channel: workspace.channel,
      log: logs,
      drawing: () => ({
        texts: slackTextsOf('ko'),
        zone: 'Asia/Seoul',
        billingTime: policy.billingTime,
        now: now(),
        label: null,
      }),
      stop: this.stop.signal,
    };
  }

  /** The message of this kind (by its metadata) that is about this charge or date. */
  async shown(eventType: string, subject: string, ms = 5_000): Promise<Message> {
    return this.control.waitFor(() => this.find(eventType, subject), ms);
  }

  find(eventType: string, subject: string): Message | undefined {
    return this.control.messages().find(({ metadata }) => {
      const { event_type, event_payload } = (metadata ?? {}) as {
        event_type?: string;
        event_payload?: Record<string, unknown>;
      };
      return (
        event_type === eventType &&
        Object.values(event_payload ?? {}).some((one) => String(one).replaceAll('-', '') === subject)
      );
    });
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.bot.stop();
    await this.workspace.close();
    await this.bench.close();
  }
}

/** Everything that a message says, buttons included. */
export const saidIn = (message: Pick<Message, 'text' | 'blocks'>): string =>
  JSON.stringify([message.text, message.blocks]);

/** The action ids of a message's buttons. */
export const buttonsIn = (message: Pick<Message, 'blocks'>): string[] =>
  [...JSON.stringify(message.blocks ?? []).matchAll(/"action_id":"([^"]+)"/g)].map((found) => found[1] ?? '');
