// Words of customers and PGs, made harmless: in a message they can neither ping nor link nor change how the rest looks.

import { cut } from './fit';

/** How much is shown of each kind of foreign text. */
export const shown = { name: 60, orderName: 80, said: 300, saidInRow: 80, code: 80, typed: 100 } as const;

/** One line, composed (a Mac types 한글 in pieces), without control, direction and invisible characters. */
export const clean = (text: string): string =>
  text
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim();

/** Slack knows these three escapes and no others. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Signs that format or become emoji, as signs that look alike and do nothing. An underscore inside a word does nothing anyhow. */
const inert = (text: string): string =>
  text
    .replaceAll('*', '∗')
    .replaceAll('~', '∼')
    .replaceAll('`', 'ˋ')
    .replaceAll(/(?<![\p{L}\p{N}_])_|_(?![\p{L}\p{N}_])/gu, '＿')
    .replaceAll(/(?<!\d):(?=[\w+'-]+:)/g, '：');

/** For `mrkdwn` and a message's text. */
export const forMarkup = (text: string, most: number): string => escaped(inert(cut(clean(text), most)));

/** For what stands between backticks. */
export const forCode = (text: string, most: number): string => escaped(cut(clean(text), most).replaceAll('`', "'"));

/** For `plain_text`, which knows no escapes. */
export const forPlain = (text: string, most: number): string =>
  cut(clean(text), most).replaceAll('<', '＜').replaceAll('>', '＞');
