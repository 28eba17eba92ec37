// Writing: chat.*.

import { type Answer, no, yes } from './answer';
import { contentFrom, isRefusal, longestText } from './content-rules';
import type { Channel } from './conversations';
import { type Fields, textOf } from './fields';
import { isFromBot, type Message, wireMessage } from './message';
import { bot, userOf } from './residents';
import type { Method, World } from './world';

type Run = Method['run'];

const isTrue = (value: unknown): boolean => value === true || value === 'true' || value === '1' || value === 1;

/** The channel the bot may write in, or the refusal. */
function writable({ conversations }: World, args: Fields): Channel | Answer {
  const channel = conversations.channels.get(textOf(args.channel));
  if (channel === undefined) return no('channel_not_found');
  if (channel.isArchived) return no('is_archived');
  return channel.hasBot ? channel : no('not_in_channel');
}

const postMessage: Run = (world, args) => {
  const channel = writable(world, args);
  if (isRefusal(channel)) return channel;
  const content = contentFrom(args, longestText.new);
  if (isRefusal(content)) return content;
  const threadTs = threadOf(world, channel.id, args);
  if (threadTs === null) return no('thread_not_found');
  const message = world.conversations.post({
    ...content,
    channel: channel.id,
    user: bot.userId,
    threadTs,
    ...(isTrue(args.reply_broadcast) ? { isBroadcast: true } : {}),
  });
  return yes({ channel: channel.id, ts: message.ts, message: wireMessage(message, undefined, true) });
};

/** The thread a message goes to: a reply's own thread when it answers a reply, `null` when there is none. */
function threadOf({ conversations }: World, channel: string, { thread_ts }: Fields): string | undefined | null {
  if (thread_ts === undefined || thread_ts === '') return undefined;
  const first = conversations.find(channel, String(thread_ts));
  return first === undefined ? null : (first.threadTs ?? first.ts);
}

/** The bot's own message, or the refusal. */
function own(world: World, args: Fields, notMine: string): Message | Answer {
  const channel = world.conversations.channels.get(textOf(args.channel));
  if (channel === undefined) return no('channel_not_found');
  if (channel.isArchived) return no('is_archived');
  const message = world.conversations.find(channel.id, String(args.ts));
  if (message === undefined) return no('message_not_found');
  return isFromBot(message) ? message : no(notMine);
}

const update: Run = (world, args) => {
  const message = own(world, args, 'cant_update_message');
  if (isRefusal(message)) return message;
  // Blocks alone keep the text, and text alone takes the blocks away.
  const isTextOnly = args.text !== undefined && args.blocks === undefined;
  const content = contentFrom(
    {
      ...args,
      text: args.text ?? message.text,
      blocks: args.blocks ?? (isTextOnly ? undefined : message.blocks),
      attachments: args.attachments ?? message.attachments,
    },
    longestText.updated,
  );
  if (isRefusal(content)) return content;
  const updated = world.conversations.keep(revised(message, content, world.now()));
  const wire = wireMessage(updated, world.conversations.threadSummary(updated), true);
  return yes({ channel: updated.channel, ts: updated.ts, text: updated.text, message: wire });
};

/** The message with its new content; metadata stays until other metadata comes, and an empty object removes it. */
export function revised(message: Message, content: Partial<Message>, at: Date): Message {
  const { blocks: _blocks, attachments: _attachments, ...kept } = message;
  const edited = { user: bot.userId, ts: `${Math.floor(at.getTime() / 1000)}.000000` };
  const { metadata = message.metadata } = content;
  const isCleared = metadata !== undefined && Object.keys(metadata).length === 0;
  return { ...kept, ...content, metadata: isCleared ? undefined : metadata, edited };
}

const remove: Run = (world, args) => {
  const message = own(world, args, 'cant_delete_message');
  if (isRefusal(message)) return message;
  world.conversations.delete(message);
  return yes({ channel: message.channel, ts: message.ts });
};

const postEphemeral: Run = (world, args) => {
  const channel = writable(world, args);
  if (isRefusal(channel)) return channel;
  const user = userOf(textOf(args.user));
  if (user === undefined) return no('user_not_in_channel');
  const content = contentFrom(args, longestText.new);
  if (isRefusal(content)) return content;
  const threadTs = threadOf(world, channel.id, args);
  if (threadTs === null) return no('thread_not_found');
  const draft = { ...content, channel: channel.id, user: bot.userId, threadTs };
  return yes({ message_ts: world.conversations.whisper(user.id, draft).ts });
};

const getPermalink: Run = (world, args) => {
  const channel = textOf(args.channel);
  if (!world.conversations.channels.has(channel)) return no('channel_not_found');
  const message = world.conversations.find(channel, textOf(args.message_ts));
  if (message === undefined) return no('message_not_found');
  const thread = message.threadTs === undefined ? '' : `?thread_ts=${message.threadTs}&cid=${channel}`;
  return yes({
    channel,
    permalink: `${world.address()}/archives/${channel}/p${message.ts.replace('.', '')}${thread}`,
  });
};

export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.postMessage': { token: 'bot', run: postMessage },
  'chat.update': { token: 'bot', run: update },
  'chat.delete': { token: 'bot', run: remove },
  'chat.postEphemeral': { token: 'bot', run: postEphemeral },
  'chat.getPermalink': { token: 'bot', run: getPermalink },
};
