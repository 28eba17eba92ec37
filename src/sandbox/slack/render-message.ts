// One message as it stands in a channel or a thread.

import { calendarDay, dayTitle, instantOf, timeOfDay } from './dates';
import { escaped, tag } from './html';
import { isFromBot, type Message, type Thread } from './message';
import { mrkdwn } from './mrkdwn';
import type { Notice } from './notices';
import { renderBlocks } from './render-blocks';
import { bot, userOf } from './residents';

export interface MessageDrawing {
  readonly now: Date;
  readonly thread?: Thread | undefined;
  /** What Slack says about a button of it that failed. */
  readonly notice?: Notice | undefined;
}

export function renderMessage(message: Message, { now, thread, notice }: MessageDrawing): string {
  const isEphemeral = 'to' in message;
  const author = isFromBot(message) ? bot.name : (userOf(message.user)?.name ?? message.user);
  const at = instantOf(message.ts);
  const badge = isFromBot(message) ? '<span class="badge">앱</span>' : '';
  const time = tag('time', { datetime: at.toISOString() }, escaped(timeOfDay(at)));
  const mark = isEphemeral ? tag('p', { class: 'ephemeral-mark' }, '나에게만 표시') : '';
  const head = tag('header', {}, `${tag('b', { class: 'author' }, escaped(author))}${badge}${time}`);
  const body = tag(
    'div',
    { class: 'body' },
    head + mark + content(message, now) + threadLink(message, thread) + warning(notice),
  );
  const picture = tag(
    'div',
    { class: isFromBot(message) ? 'avatar app' : 'avatar', 'aria-hidden': 'true' },
    initial(message, author),
  );
  return tag(
    'article',
    {
      class: isEphemeral ? 'message ephemeral' : 'message',
      'data-ts': message.ts,
      'data-ephemeral': isEphemeral,
      'aria-label': `${author}, ${timeOfDay(at)}`,
    },
    picture + body,
  );
}

const initial = (message: Message, author: string): string =>
  isFromBot(message) ? '₩' : escaped([...author][0] ?? '?');

function content(message: Message, now: Date): string {
  const { blocks = [], text } = message;
  if (blocks.length > 0) return tag('div', { class: 'blocks' }, renderBlocks(blocks, { now }));
  // Slack marks an edited text, and leaves a message made of blocks unmarked.
  const edited = message.edited === undefined ? '' : '<span class="edited"> (편집됨)</span>';
  return tag('div', { class: 'text' }, mrkdwn(text, now) + edited);
}

function threadLink(message: Message, thread: Thread | undefined): string {
  if (thread === undefined || message.threadTs !== undefined) return '';
  const latest = escaped(timeOfDay(instantOf(thread.latestReply)));
  return tag(
    'button',
    { type: 'button', class: 'thread-link', 'data-thread': message.ts },
    `답글 ${thread.replyCount}개<span class="latest">마지막 답글 ${latest}</span>`,
  );
}

const warning = (notice: Notice | undefined): string =>
  notice === undefined
    ? ''
    : tag('p', { class: 'click-failed', role: 'alert' }, `<span aria-hidden="true">⚠️</span> ${escaped(notice.text)}`);

/** The line that begins a day. */
export function renderDay(at: Date, now: Date): string {
  const title = dayTitle(at, now);
  return tag('div', { class: 'day', role: 'separator', 'aria-label': title }, tag('span', {}, escaped(title)));
}

export const dayOf = (message: Message): string => calendarDay(instantOf(message.ts));
