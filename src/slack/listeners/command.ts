// /billing: reading is answered, and an act on money is never done by typing: the answer is a private card with the
// button that asks once more.

import { type CalendarDate, calendarDate, dateIn } from '../../domain/calendar';
import type { PgProvider } from '../../domain/outcome';
import { pgProviders } from '../../domain/outcome';
import type { Access } from '../access';
import {
  badDateOf,
  badPgOf,
  chargeAnswerOf,
  chargesOf,
  helpOf,
  historyAnswerOf,
  holdOf,
  nobodyOf,
  notYetBuiltOf,
  refundHowOf,
  runOf,
  severalOf,
  statusOf,
  tooLongOf,
  typedActOf,
  verifyOf,
  whichChargeOf,
} from '../cards/answers';
import type { Drawn } from '../cards/drawing';
import { refusalOf } from '../cards/notices';
import type { Office } from '../office';
import type { ChargeAct } from '../press';
import { asHangul, mostTyped, type TypedCommand, tidied, typedCommand, type Verb } from '../typed-command';
import type { Who } from './who';

/** Verbs that ask for an act on money, a PG or a cycle. */
const operatorVerbs: readonly Verb[] = [
  'retry',
  'cancel',
  'uncancel',
  'refund',
  'resolve',
  'run',
  'hold',
  'resume',
  'pause',
  'unpause',
  'card',
  'export',
];

/** Answers what somebody typed. */
export async function commandAnswer(office: Office, access: Access, who: Who, text: string): Promise<Drawn> {
  const drawing = office.drawing();
  if (tidied(text).length > mostTyped) return tooLongOf(mostTyped, drawing);
  const command = typedCommand(text);
  if (command.verb === 'help') return helpOf(drawing);
  if (operatorVerbs.includes(command.verb) && !(await access.isOperator(who.userId)))
    return refused(office, 'operator', who, command.verb);
  if (!(await access.mayRead(who.userId, who.channelId))) return refused(office, 'reader', who, command.verb);
  const drawn = await verbAnswer(office, command);
  return command.guessedFrom === null ? drawn : guessed(drawn, command, drawing.texts.understoodAs);
}

/** A refusal names the setting that would allow it, and has its row. */
export async function refused(
  office: Office,
  kind: 'operator' | 'reader' | 'other-team',
  who: Who,
  tried: string,
): Promise<Drawn> {
  await office.refuse({
    actor: who.actor,
    tried,
    code: kind === 'other-team' ? 'OTHER_TEAM' : `NOT_${kind.toUpperCase()}`,
  });
  return refusalOf(kind, who.userId, office.drawing());
}

function guessed(
  drawn: Drawn,
  { guessedFrom, verb }: TypedCommand,
  words: (typed: string, verb: string) => string,
): Drawn {
  const text = words(guessedFrom ?? '', verb);
  const note = { type: 'context' as const, elements: [{ type: 'plain_text' as const, text }] };
  return { ...drawn, blocks: [note, ...drawn.blocks] };
}

async function verbAnswer(office: Office, { verb, rest }: TypedCommand): Promise<Drawn> {
  const drawing = office.drawing();
  switch (verb) {
    case 'help':
      return helpOf(drawing);
    case 'history':
    case 'why':
      return rest === '' ? helpOf(drawing) : historyAnswer(office, rest);
    case 'retry':
    case 'cancel':
    case 'uncancel':
    case 'resolve':
      return typedAct(office, verb, rest);
    case 'refund':
      return typedAct(office, 'refund', rest);
    case 'status':
      return statusOf(await office.reading.standing(), await office.reading.pgs(), drawing);
    case 'run':
      return runCard(office, rest);
    case 'hold':
    case 'resume':
      return pgCard(office, verb, rest);
    case 'verify':
      return verifyOf(await office.reading.verify(), drawing);
    case 'preview':
    case 'pause':
    case 'unpause':
    case 'card':
    case 'customer':
    case 'export':
      return notYetBuiltOf(verb, drawing);
  }
}

/** The answer to "저 결제 됐나요?", or a choice, or who it may have been. */
export async function historyAnswer(office: Office, typed: string): Promise<Drawn> {
  const drawing = office.drawing();
  const found = await office.reading.find(typed);
  switch (found.kind) {
    case 'customer':
      return customerAnswer(office, found.customerId, 0);
    case 'customers':
      return severalOf(found, drawing);
    case 'charge': {
      const story = await office.reading.charge(found.chargeId);
      return story ? chargeAnswerOf(story, drawing) : nobodyOf(typed, [], drawing);
    }
    case 'charges':
      return chargesOf(found.chargeIds, drawing);
    case 'nobody': {
      const meant = asHangul(typed);
      return meant === typed ? nobodyOf(typed, found.nearest, drawing) : historyAnswer(office, meant);
    }
  }
}

/** One page of a customer's history, under the answer. */
export async function customerAnswer(office: Office, customerId: string, page: number): Promise<Drawn> {
  const story = await office.reading.customer(customerId, page);
  return story ? historyAnswerOf(story, page, office.drawing()) : nobodyOf(customerId, [], office.drawing());
}

async function typedAct(office: Office, act: ChargeAct | 'refund', rest: string): Promise<Drawn> {
  const drawing = office.drawing();
  if (rest === '') return whichChargeOf(act, drawing);
  // Behind a refund's charge id may stand an amount.
  const typed = act === 'refund' ? (rest.split(' ')[0] ?? '') : rest;
  const found = await office.reading.find(typed);
  if (found.kind === 'charges') return chargesOf(found.chargeIds, drawing);
  // An act is about one charge; a name only shows which charges there are.
  if (found.kind !== 'charge') return historyAnswer(office, rest);
  const story = await office.reading.charge(found.chargeId);
  if (!story) return nobodyOf(rest, [], drawing);
  return act === 'refund' ? refundHowOf(story, drawing) : typedActOf(act, story, drawing);
}

async function runCard(office: Office, rest: string): Promise<Drawn> {
  const drawing = office.drawing();
  const today = dateIn(office.billingTime.zone, office.clock.now());
  const date: CalendarDate | undefined = rest === '' ? today : calendarDate(rest);
  if (!date || date > today) return badDateOf(rest, today, drawing);
  return runOf(date, await office.reading.preview(date), (await office.reading.cycle(date))?.states ?? [], drawing);
}

async function pgCard(office: Office, act: 'hold' | 'resume', rest: string): Promise<Drawn> {
  const drawing = office.drawing();
  const typed = rest.toUpperCase();
  const all = await office.reading.pgs();
  if (rest !== '' && !pgProviders.includes(typed as PgProvider)) return badPgOf(rest, drawing);
  return holdOf(act, rest === '' ? all : all.filter((pg) => pg.provider === typed), drawing);
}
