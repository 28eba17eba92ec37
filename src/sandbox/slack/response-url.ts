// What the bot says over a response URL: no token, five times, half an hour, and the only way to change a message that
// one person sees.

import { type Answer, no, yes } from './answer';
import { revised } from './chat-methods';
import { contentFrom, isRefusal, longestText } from './content-rules';
import type { Fields } from './fields';
import type { Content, Ephemeral, Message } from './message';
import { bot } from './residents';
import type { Origin } from './tickets';
import type { World } from './world';

/** The answer and its status: a response URL, unlike a method, says no with one. */
export function respond(world: World, id: string, body: Fields): { status: number; answer: Answer } {
  const origin = world.tickets.post(id);
  if ('error' in origin) return { status: 404, answer: no(origin.error) };
  const answer = answerTo(world, origin, body);
  return { status: answer.ok ? 200 : 400, answer };
}

/** Says something to whoever did something, as a command's ack or its response URL can. */
export function answerTo(world: World, origin: Origin, body: Fields): Answer {
  const original = originalOf(world, origin);
  if (body.delete_original === true) return original === undefined ? no('message_not_found') : forget(world, original);
  const content = contentFrom(body, longestText.new);
  if (isRefusal(content)) return content;
  if (body.replace_original === true && original !== undefined) return replace(world, original, content);
  const threadTs = typeof body.thread_ts === 'string' ? body.thread_ts : origin.threadTs;
  const draft = { ...content, channel: origin.channel, user: bot.userId, threadTs };
  if (body.response_type === 'in_channel') world.conversations.post(draft);
  else world.conversations.whisper(origin.user, draft);
  return yes();
}

const isWhisper = (message: Message): message is Ephemeral => 'to' in message;

function originalOf({ conversations }: World, { original, channel }: Origin): Message | undefined {
  if (original === undefined) return undefined;
  return original.isEphemeral
    ? conversations.findWhisper(channel, original.ts)
    : conversations.find(channel, original.ts);
}

function forget({ conversations }: World, original: Message): Answer {
  if (isWhisper(original)) conversations.deleteWhisper(original);
  else conversations.delete(original);
  return yes();
}

function replace({ conversations, now }: World, original: Message, content: Content): Answer {
  const replaced = revised(original, content, now());
  if (isWhisper(original)) conversations.keepWhisper({ ...replaced, to: original.to });
  else conversations.keep(replaced);
  return yes();
}
