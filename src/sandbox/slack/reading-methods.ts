// Reading: who we are, what was said, who belongs to what; and the door to Socket Mode.

import { type Answer, no, yes } from './answer';
import { type Fields, textOf } from './fields';
import { type Message, wireMessage } from './message';
import { bot, everyUser, team, userGroup, userOf } from './residents';
import type { Method, World } from './world';

const usualPage = 100;
const largestPage = 999;
const isTrue = (value: unknown): boolean => value === true || value === 'true' || value === '1' || value === 1;

function authTest(world: World): Answer {
  return yes({
    url: `${world.address()}/`,
    team: team.name,
    user: bot.handle,
    team_id: team.id,
    user_id: bot.userId,
    bot_id: bot.botId,
    is_enterprise_install: false,
  });
}

function conversationInfo({ conversations }: World, args: Fields): Answer {
  const channel = conversations.channels.get(textOf(args.channel));
  if (channel === undefined) return no('channel_not_found');
  const { id, name, hasBot, isArchived } = channel;
  return yes({
    channel: {
      id,
      name,
      name_normalized: name,
      is_channel: true,
      is_group: false,
      is_im: false,
      is_private: false,
      is_archived: isArchived,
      is_member: hasBot,
      is_ext_shared: false,
      num_members: everyUser.length + (hasBot ? 1 : 0),
    },
  });
}

/** The channel's messages, newest first, as `conversations.history` pages them. */
function history(world: World, args: Fields): Answer {
  return pageOf(world, args, (channel) =>
    world.conversations
      .list(channel)
      .filter(({ threadTs, isBroadcast }) => threadTs === undefined || isBroadcast === true)
      .reverse(),
  );
}

/** A thread, oldest first, its first message included. */
function replies(world: World, args: Fields): Answer {
  const ts = String(args.ts);
  if (world.conversations.channels.has(textOf(args.channel)) && !world.conversations.find(textOf(args.channel), ts))
    return no('thread_not_found');
  return pageOf(world, args, (channel) => world.conversations.threadOf(channel, ts));
}

function pageOf(world: World, args: Fields, read: (channel: string) => Message[]): Answer {
  const channel = world.conversations.channels.get(textOf(args.channel));
  if (channel === undefined) return no('channel_not_found');
  if (!channel.hasBot) return no('not_in_channel');
  const from = args.cursor === undefined || args.cursor === '' ? 0 : Number(textOf(args.cursor).replace('from:', ''));
  if (!Number.isInteger(from)) return no('invalid_cursor');
  const limit = Math.min(Number(args.limit ?? usualPage), largestPage);
  const found = read(channel.id).filter(within(args));
  const page = found.slice(from, from + limit);
  const hasMore = found.length > from + limit;
  return yes({
    messages: page.map((message) =>
      wireMessage(message, world.conversations.threadSummary(message), isTrue(args.include_all_metadata)),
    ),
    has_more: hasMore,
    response_metadata: { next_cursor: hasMore ? `from:${from + limit}` : '' },
  });
}

/** `oldest` and `latest` are left out themselves unless `inclusive` says otherwise. */
function within({ oldest, latest, inclusive }: Fields): (message: Message) => boolean {
  const lower = Number(oldest ?? 0);
  const upper = latest === undefined || latest === '' ? Number.POSITIVE_INFINITY : Number(latest);
  return ({ ts }) => {
    const at = Number(ts);
    return isTrue(inclusive) ? at >= lower && at <= upper : at > lower && at < upper;
  };
}

function userInfo(_world: World, args: Fields): Answer {
  const user = userOf(textOf(args.user));
  if (user === undefined) return no('user_not_found');
  const profile = { real_name: user.name, display_name: user.name, team: team.id };
  return yes({
    user: {
      id: user.id,
      team_id: team.id,
      name: user.handle,
      real_name: user.name,
      deleted: false,
      is_bot: false,
      tz: 'Asia/Seoul',
      profile,
    },
  });
}

function userGroupMembers({ switches }: World, args: Fields): Answer {
  if (!switches.userGroups) return no('plan_upgrade_required');
  return textOf(args.usergroup) === userGroup.id ? yes({ users: userGroup.members }) : no('no_such_subteam');
}

export const readingMethods: Readonly<Record<string, Method>> = {
  'auth.test': { token: 'bot', run: authTest },
  'apps.connections.open': { token: 'app', run: (world) => yes({ url: world.openSocket() }) },
  'conversations.info': { token: 'bot', run: conversationInfo },
  'conversations.history': { token: 'bot', run: history },
  'conversations.replies': { token: 'bot', run: replies },
  'users.info': { token: 'bot', run: userInfo },
  'usergroups.users.list': { token: 'bot', run: userGroupMembers },
};
