// Slack: which of the two ways in, and where messages go.

import type { Realm } from './gateways';
import { baseUrl, channelId, leadsToLoopback, whole } from './parse';
import { type Parse, read, refuse } from './parsed';
import type { Reader } from './reader';
import type { VariableName } from './variables';

interface SlackCommon {
  readonly botToken: string;
  /** The channel of cards and summaries. */
  readonly channel: string;
  /** Another base URL of the Web API, with a slash at its end; undefined: Slack's own. */
  readonly apiUrl: string | undefined;
}

/** Socket Mode or HTTP mode. */
export type SlackConfig =
  | (SlackCommon & {
      readonly mode: 'socket';
      readonly appToken: string /** 0 … 2 connections of this process. */;
      readonly sockets: number;
    })
  | (SlackCommon & { readonly mode: 'http'; readonly signingSecret: string });

const credentials = ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET'] as const satisfies VariableName[];

const waysIn =
  'set SLACK_BOT_TOKEN and SLACK_APP_TOKEN (Socket Mode), or SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET (HTTP mode)';

/**
 * Only `start` talks to Slack; every other command does without. Half a pair of credentials is refused always.
 * Undefined: nothing or not enough is set, and `start` opens the local workspace, which the live world refuses.
 */
export function readSlack(reader: Reader, command: string, realm: Realm): SlackConfig | undefined {
  const botToken = reader.optional('SLACK_BOT_TOKEN', token('xoxb-', 'a bot token'));
  const appToken = reader.optional('SLACK_APP_TOKEN', token('xapp-', 'an app-level token'));
  const signingSecret = reader.optional('SLACK_SIGNING_SECRET', signing);
  const sockets = reader.read('SLACK_SOCKETS', whole(0, 2));
  const channel = reader.optional('SLACK_CHANNEL', channelId);
  const apiUrl = reader.optional('SLACK_API_URL', slackApi);
  if (realm === 'live' && apiUrl !== undefined && leadsToLoopback(apiUrl))
    reader.problems.push(
      `${reader.named('SLACK_API_URL')} is a workspace on this machine and the PG keys are live; unset it, or use test keys`,
    );
  if (!credentials.some((name) => reader.has(name))) {
    if (realm === 'live' && command === 'start')
      reader.problems.push(`the PG keys are live and no Slack credentials are set; ${waysIn}, and SLACK_CHANNEL`);
    else if (apiUrl !== undefined)
      reader.warnings.push(`${reader.named('SLACK_API_URL')} has no effect without credentials; ${waysIn}`);
    return undefined;
  }
  checkPairs(reader);
  if (!reader.has('SLACK_CHANNEL') && command === 'start')
    reader.problems.push('SLACK_CHANNEL is missing; set the id of the channel for cards and summaries');
  if (botToken === undefined || channel === undefined) return undefined;
  const common = { botToken, channel, apiUrl };
  if (appToken !== undefined) return { ...common, mode: 'socket', appToken, sockets };
  return signingSecret === undefined ? undefined : { ...common, mode: 'http', signingSecret };
}

function checkPairs(reader: Reader): void {
  const [bot, app, signing] = credentials;
  if (!reader.has(bot)) {
    const alone = reader.has(app) ? app : signing;
    reader.problems.push(`SLACK_BOT_TOKEN is missing and ${alone} is set; ${waysIn}`);
  } else if (!reader.has(app) && !reader.has(signing)) {
    reader.problems.push(
      `SLACK_BOT_TOKEN is set, and SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both missing; ${waysIn}`,
    );
  }
}

const token =
  (prefix: 'xoxb-' | 'xapp-', what: string): Parse<string> =>
  (value) => {
    if (value.startsWith(prefix) && /^[\x21-\x7e]+$/.test(value)) return read(value);
    const other = ['xoxb-', 'xapp-', 'xoxp-', 'xoxe'].find((start) => value.startsWith(start));
    return refuse(`is not ${what}: it should begin with ${prefix}${other ? `, and begins with ${other}` : ''}`);
  };

const signing: Parse<string> = (value) =>
  /^[\x21-\x7e]+$/.test(value) && !/^x(ox|app)/.test(value)
    ? read(value)
    : refuse('is not a signing secret; copy it from "Basic Information" of the Slack app');

/** Slack's client appends method names to this, so it ends with a slash. */
const slackApi: Parse<string> = (value) => {
  const url = baseUrl(value);
  return url.ok ? read(`${url.value}/`) : url;
};
