// Slack's own markup to HTML. What is special is cut out first and put back last; all the rest is escaped, so text can never
// become markup of the page.

import { slackDate } from './dates';
import { withEmoji } from './emoji';
import { escaped, tag } from './html';
import { bot, channelNames, userGroup, userOf } from './residents';

/** Brackets for what was cut out. They are in Unicode's private area, and removed from every text before. */
const [open, close] = ['\uE000', '\uE001'];
const cutOut = new RegExp(`${open}(\\d+)${close}`, 'g');

const lines = (html: string): string => html.replace(/\n/g, '<br>');

/** A `plain_text` object: emoji and line breaks, nothing else. */
export const plainText = (text: string): string => lines(withEmoji(escaped(text)));

/** A `mrkdwn` object or the text of a message. */
export function mrkdwn(text: string, now: Date): string {
  const kept: string[] = [];
  const keep = (html: string): string => `${open}${kept.push(html) - 1}${close}`;
  const bare = text
    .replaceAll(open, '')
    .replaceAll(close, '')
    .replace(/```\n?([\s\S]+?)\n?```/g, (_, code: string) => keep(tag('pre', {}, escaped(literal(code)))))
    .replace(/`([^`\n]+)`/g, (_, code: string) => keep(tag('code', {}, escaped(literal(code)))))
    .replace(/<([^<>\n]+)>/g, (whole, inner: string) => angled(inner, now, keep) ?? keep(escaped(whole)))
    .replace(/(?<![\w/])https?:\/\/[^\s<>|\uE000\uE001]+[^\s<>|.,;:!?)\]}\uE000\uE001]/g, (url) =>
      keep(link(literal(url), escaped(literal(url)))),
    );
  const html = quoted(withEmoji(emphasized(escaped(literal(bare)))));
  // What was cut out may hold something that was cut out before it, a link's label for one.
  const back = (part: string): string => part.replace(cutOut, (_, index: string) => back(kept[Number(index)] ?? ''));
  return back(html);
}

/** Slack has three escapes and no others. */
const literal = (text: string): string => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

/** `*bold*`, `_italic_`, `~strike~`: only where no letter or digit touches the outer side, as in Slack. */
function emphasized(html: string): string {
  const marks = { '*': 'strong', _: 'em', '~': 's' } as const;
  return Object.entries(marks).reduce((done, [mark, name]) => {
    const sign = `\\${mark}`.replace('\\_', '_').replace('\\~', '~');
    const pattern = new RegExp(
      `(?<![\\p{L}\\p{N}${sign}])${sign}(?=[^\\s${sign}])([^\\n]*?[^\\s${sign}])${sign}(?![\\p{L}\\p{N}${sign}])`,
      'gu',
    );
    return done.replace(pattern, `<${name}>$1</${name}>`);
  }, html);
}

/** Lines that begin with `>` stand in one quotation. */
function quoted(html: string): string {
  const groups: { isQuote: boolean; text: string[] }[] = [];
  for (const line of html.split('\n')) {
    const isQuote = line.startsWith('&gt;');
    const text = isQuote ? line.replace(/^&gt; ?/, '') : line;
    const last = groups.at(-1);
    if (last?.isQuote === isQuote) last.text.push(text);
    else groups.push({ isQuote, text: [text] });
  }
  const drawn = groups.map(({ isQuote, text }) =>
    isQuote ? tag('blockquote', {}, text.join('<br>')) : text.join('<br>'),
  );
  return drawn.join('');
}

/** What stands between angle brackets: a mention, a date or a link. */
function angled(inner: string, now: Date, keep: (html: string) => string): string | undefined {
  const [target = '', ...rest] = inner.split('|');
  // What was cut out may come back in a text, and never inside an address.
  if (target.includes(open)) return undefined;
  const label = rest.length === 0 ? undefined : literal(rest.join('|'));
  const mention = mentioned(target, label);
  if (mention !== undefined) return keep(tag('span', { class: 'mention' }, escaped(mention)));
  if (target.startsWith('!date^')) return keep(dateTag(target, label, now));
  if (!/^(https?:\/\/|mailto:)\S+$/i.test(target)) return undefined;
  return keep(
    link(literal(target), label === undefined ? escaped(literal(target)) : withEmoji(emphasized(escaped(label)))),
  );
}

const wholeChannel = ['!channel', '!here', '!everyone'];

function mentioned(target: string, label: string | undefined): string | undefined {
  const id = target.slice(1);
  if (wholeChannel.includes(target)) return `@${id}`;
  if (/^@[UW]/.test(target)) return `@${id === bot.userId ? bot.name : (userOf(id)?.name ?? label ?? id)}`;
  if (/^#C/.test(target)) return `#${channelNames[id] ?? label ?? id}`;
  if (target === `!subteam^${userGroup.id}`) return `@${userGroup.handle}`;
  return target.startsWith('!subteam^') ? (label ?? `@${target.slice('!subteam^'.length)}`) : undefined;
}

function dateTag(target: string, fallback: string | undefined, now: Date): string {
  const [, seconds = '', format = '', address] = target.split('^');
  const text = escaped(slackDate(seconds, literal(format), now) ?? fallback ?? '');
  return address === undefined || !/^https?:\/\/\S+$/i.test(address)
    ? tag('time', {}, text)
    : link(literal(address), text);
}

const link = (url: string, label: string): string =>
  tag('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, label);
