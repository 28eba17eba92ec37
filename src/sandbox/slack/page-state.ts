// Everything one window shows, drawn: the page's script only puts it in place.

import { instantOf } from './dates';
import type { Message } from './message';
import type { Notices } from './notices';
import { dayOf, renderDay, renderMessage } from './render-message';
import { renderView } from './render-view';
import { bot, everyUser, channel as ownChannel, team, userOf, users } from './residents';
import type { World } from './world';

const usualMessages = 100;
const mostMessages = 5_000;

/** What stands under a key is redrawn only when its HTML changes, so that an open menu survives a new message. */
export interface Item {
  readonly key: string;
  readonly html: string;
}

export interface Sight {
  readonly user?: string | undefined;
  readonly channel?: string | undefined;
  /** The `ts` of the open thread. */
  readonly thread?: string | undefined;
  readonly limit?: string | undefined;
}

export type PageState = ReturnType<typeof pageState>;

export function pageState(world: World, notices: Notices, sockets: number, sight: Sight) {
  const user = userOf(sight.user ?? '') ?? users.operator;
  const channel = world.conversations.channels.get(sight.channel ?? '') ?? channelOf(world);
  const limit = Math.min(Math.max(1, Number(sight.limit) || usualMessages), mostMessages);
  const all = world.conversations.list(channel.id);
  const whispers = world.conversations.whispersTo(user.id).filter((whisper) => whisper.channel === channel.id);
  const inChannel = [...all.filter(standsInChannel), ...whispers.filter((whisper) => whisper.threadTs === undefined)];
  const shown = inChannel.sort(byTs).slice(-limit);
  return {
    team: team.name,
    user,
    users: everyUser,
    bot: { name: bot.name, sockets },
    channel: { id: channel.id, name: channel.name, hasBot: channel.hasBot, isArchived: channel.isArchived },
    channels: [...world.conversations.channels.values()].map(({ id, name }) => ({
      id,
      name,
      latest: latestIn(world, id),
    })),
    items: drawn(world, notices, user.id, shown),
    hasOlder: inChannel.length > shown.length,
    thread: threadState(world, notices, user.id, channel.id, sight.thread),
    modal: modalState(world, notices, user.id),
    notices: notices
      .to(user.id)
      .filter(({ kind, channel: where }) => kind === 'command' && (where ?? channel.id) === channel.id)
      .map(({ id, text }) => ({ id, text })),
  };
}

function channelOf(world: World) {
  const channel = world.conversations.channels.get(ownChannel);
  if (channel === undefined) throw new Error(`the workspace has lost its channel ${ownChannel}`);
  return channel;
}

const standsInChannel = ({ threadTs, isBroadcast }: Message): boolean => threadTs === undefined || isBroadcast === true;
const byTs = (one: Message, other: Message): number => Number(one.ts) - Number(other.ts);

/** The newest message of a channel, which lights its dot. */
const latestIn = (world: World, channel: string): string =>
  world.conversations.list(channel).filter(standsInChannel).at(-1)?.ts ?? '';

function drawn(world: World, notices: Notices, user: string, messages: readonly Message[]): Item[] {
  const now = world.now();
  const items: Item[] = [];
  let day = '';
  for (const message of messages) {
    if (dayOf(message) !== day) {
      day = dayOf(message);
      items.push({ key: `day ${day}`, html: renderDay(instantOf(message.ts), now) });
    }
    items.push(itemOf(world, notices, user, message));
  }
  return items;
}

function itemOf(world: World, notices: Notices, user: string, message: Message): Item {
  const notice = notices
    .to(user)
    .find(({ kind, channel, ts }) => kind === 'button' && channel === message.channel && ts === message.ts);
  const thread = 'to' in message ? undefined : world.conversations.threadSummary(message);
  return {
    key: `${'to' in message ? 'only-me' : 'message'} ${message.ts}`,
    html: renderMessage(message, { now: world.now(), thread, notice }),
  };
}

function threadState(world: World, notices: Notices, user: string, channel: string, ts: string | undefined) {
  if (ts === undefined || ts === '') return null;
  const messages = world.conversations.threadOf(channel, ts);
  if (messages.length === 0) return null;
  const whispers = world.conversations
    .whispersTo(user)
    .filter((whisper) => whisper.channel === channel && whisper.threadTs === ts);
  const items = [...messages, ...whispers].sort(byTs).map((message) => itemOf(world, notices, user, message));
  return { ts, items };
}

function modalState(world: World, notices: Notices, user: string) {
  const views = world.modals.of(user);
  const view = views.at(-1);
  if (view === undefined) return null;
  const notice = notices.to(user).find(({ kind }) => kind === 'modal');
  const drawing = { now: world.now(), errors: world.modals.errorsOf(user), notice, hasBelow: views.length > 1 };
  return { viewId: view.id, html: renderView(view, drawing) };
}
