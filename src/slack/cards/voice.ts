// One sentence, said in three places: in blocks, in the text that notifications read out, and on buttons and in dialogs.

import { TZDate } from '@date-fns/tz';
import { format } from 'date-fns';
import { type CalendarDate, dateIn } from '../../domain/calendar';
import type { Actor } from '../../domain/history';
import type { Drawing } from './drawing';
import { forCode, forMarkup, forPlain, shown } from './safe-text';

export type Place = 'blocks' | 'text' | 'plain';

/** How the parts of a sentence are written in one place. */
export interface Voice {
  /** A customer's name, an order's, a subscription's. */
  name(text: string, most?: number): string;
  /** What a PG said. */
  said(text: string): string;
  /** An id, a code, something to type. */
  code(text: string): string;
  bold(text: string): string;
  money(amount: number): string;
  /** `10월 31일`, with the year when it is not this one. */
  date(date: string): string;
  /** A date and a time of day. */
  when(at: Date): string;
  /** The time of day, with the date unless it is this one (today, when none is named). */
  timeOf(at: Date, on?: CalendarDate): string;
  /** Who did it. */
  who(actor: Actor): string;
}

export function voiceOf(drawing: Drawing, place: Place): Voice {
  const { texts, zone, now } = drawing;
  const isPlain = place === 'plain';
  const foreign = isPlain ? forPlain : forMarkup;
  const day = dateIn(zone, now);
  const date = (of: string): string => texts.date(of, of.slice(0, 4) !== day.slice(0, 4));
  const time = (at: Date): string => format(new TZDate(at, zone), 'HH:mm');
  const when = (at: Date): string => `${date(dateIn(zone, at))} ${time(at)}`;
  const shownBySlack = (at: Date, form: string, fallback: string): string =>
    place === 'blocks' ? `<!date^${Math.floor(at.getTime() / 1000)}^${form}|${fallback}>` : fallback;
  return {
    name: (text, most = shown.name) => foreign(text, most),
    said: (text) => foreign(text, shown.said),
    code: (text) => (place === 'blocks' ? `\`${forCode(text, shown.code)}\`` : foreign(text, shown.code)),
    bold: (text) => (place === 'blocks' ? `*${text}*` : text),
    money: texts.common.won,
    date,
    when: (at) => shownBySlack(at, '{date_short_pretty} {time}', when(at)),
    timeOf: (at, on = day) =>
      dateIn(zone, at) === on
        ? shownBySlack(at, '{time}', time(at))
        : shownBySlack(at, '{date_short_pretty} {time}', when(at)),
    who: (actor) => whoIn(drawing, actor, isPlain),
  };
}

/** `slack:T…/U…` is somebody here, `cli:name` somebody at a terminal; the rest are our own machines and the PG. */
function whoIn({ texts }: Drawing, actor: Actor, isPlain: boolean): string {
  const foreign = isPlain ? forPlain : forMarkup;
  const [, userId] = /^slack:[A-Z0-9]+\/([UW][A-Z0-9]+)$/.exec(actor) ?? [];
  if (userId !== undefined) return isPlain ? userId : `<@${userId}>`;
  if (actor.startsWith('cli:')) return texts.people.terminal(foreign(actor.slice('cli:'.length), shown.name));
  const { machines } = texts.people;
  return Object.hasOwn(machines, actor) ? machines[actor as keyof typeof machines] : foreign(actor, shown.name);
}

/** The sentence in the blocks and the same one in the text. */
export const inBoth = <Said>(drawing: Drawing, say: (voice: Voice) => Said): { blocks: Said; text: Said } => ({
  blocks: say(voiceOf(drawing, 'blocks')),
  text: say(voiceOf(drawing, 'text')),
});
