// A message as the workspace keeps it, and as Slack writes it on the wire.

import type { Fields } from './fields';
import { bot, team } from './residents';

/** What a message says. */
export interface Content {
  readonly text: string;
  readonly blocks?: readonly Fields[] | undefined;
  readonly attachments?: readonly Fields[] | undefined;
  readonly metadata?: Fields | undefined;
}

export interface Message extends Content {
  readonly channel: string;
  readonly ts: string;
  /** The bot's user id or a person's. */
  readonly user: string;
  readonly threadTs?: string | undefined;
  /** Whether a reply also stands in the channel. */
  readonly isBroadcast?: boolean | undefined;
  readonly edited?: { readonly user: string; readonly ts: string } | undefined;
}

/** A message that only one person sees, until it is replaced or the page is loaded again. */
export interface Ephemeral extends Message {
  /** The person who sees it. */
  readonly to: string;
}

/** What Slack adds to the first message of a thread. */
export interface Thread {
  readonly replyCount: number;
  readonly replyUsers: readonly string[];
  readonly latestReply: string;
}

export const isFromBot = (message: Message): boolean => message.user === bot.userId;

export function wireMessage(message: Message, thread: Thread | undefined, withMetadata: boolean): Fields {
  return {
    type: 'message',
    user: message.user,
    ...(isFromBot(message) ? { bot_id: bot.botId, app_id: bot.appId } : {}),
    text: message.text,
    team: team.id,
    ts: message.ts,
    ...(message.blocks === undefined ? {} : { blocks: message.blocks }),
    ...(message.attachments === undefined ? {} : { attachments: message.attachments }),
    ...(message.edited === undefined ? {} : { edited: message.edited }),
    ...(withMetadata && message.metadata !== undefined ? { metadata: message.metadata } : {}),
    ...threadFields(message, thread),
  };
}

function threadFields(message: Message, thread: Thread | undefined): Fields {
  if (message.threadTs !== undefined) return { thread_ts: message.threadTs, parent_user_id: bot.userId };
  if (thread === undefined) return {};
  return {
    thread_ts: message.ts,
    reply_count: thread.replyCount,
    reply_users: thread.replyUsers,
    reply_users_count: thread.replyUsers.length,
    latest_reply: thread.latestReply,
  };
}
