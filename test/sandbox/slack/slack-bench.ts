// A workspace with the real, unmodified Bolt app beside it, for the tests of this folder. Real WebSockets and real HTTP
// on loopback, nothing pretended.

import { App, LogLevel, type Receiver, SocketModeReceiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import {
  type SlackWorkspace,
  type SlackWorkspaceOptions,
  startSlackWorkspace,
} from '../../../src/sandbox/slack/slack-workspace';

/** Several sockets under one app, because Slack recycles one of them now and then. */
export class SeveralSockets implements Receiver {
  readonly members: SocketModeReceiver[];

  constructor(workspace: SlackWorkspace, size: number) {
    this.members = Array.from(
      { length: size },
      () =>
        new SocketModeReceiver({
          appToken: workspace.appToken,
          logLevel: LogLevel.ERROR,
          logger: silent,
          installerOptions: { clientOptions: { slackApiUrl: workspace.apiUrl } },
        }),
    );
  }
  init(app: App): void {
    for (const member of this.members) member.init(app);
  }
  start(): Promise<unknown> {
    return Promise.all(this.members.map((member) => member.start()));
  }
  stop(): Promise<unknown> {
    return Promise.all(this.members.map((member) => member.client.disconnect()));
  }
}

const silent = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

const openWorkspaces: SlackWorkspace[] = [];
const runningApps: App[] = [];

export async function openWorkspace(options: SlackWorkspaceOptions = {}): Promise<SlackWorkspace> {
  const workspace = await startSlackWorkspace(options);
  openWorkspaces.push(workspace);
  return workspace;
}

/** A client that tells of a refusal at once instead of waiting and trying again. */
export function clientOf(workspace: SlackWorkspace, token = workspace.botToken): WebClient {
  return new WebClient(token, {
    slackApiUrl: workspace.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 5_000,
    logger: silent,
  });
}

export async function startBolt(
  workspace: SlackWorkspace,
  listen: (app: App) => void,
  receiver: Receiver = new SeveralSockets(workspace, 1),
): Promise<App> {
  const app = new App({
    token: workspace.botToken,
    receiver,
    clientOptions: { slackApiUrl: workspace.apiUrl, timeout: 5_000, retryConfig: { retries: 0 } },
    deferInitialization: true,
    convoStore: false,
    logger: silent,
  });
  listen(app);
  await app.init();
  await app.start();
  runningApps.push(app);
  return app;
}

/** First the bots, then what they talk to. */
export async function closeAll(): Promise<void> {
  for (const app of runningApps.splice(0)) await app.stop();
  for (const workspace of openWorkspaces.splice(0)) await workspace.close();
}

/** A card with a button, about as the bot draws one. */
export const card = (button: Record<string, unknown> = {}) => [
  { type: 'section', block_id: 'head', text: { type: 'mrkdwn', text: ':red_circle: *결제 실패* · 한도 초과' } },
  {
    type: 'actions',
    block_id: 'acts',
    elements: [
      {
        type: 'button',
        action_id: 'billing.retry',
        style: 'primary',
        text: { type: 'plain_text', text: '재시도' },
        value: 'v1.K7QM4XWP9RTB.7',
        ...button,
      },
    ],
  },
];
