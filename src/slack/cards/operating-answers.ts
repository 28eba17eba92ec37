// Answers about the whole: how everything stands, whether the audit holds, what running a date would do, the kill switch.

import type { DateStates } from '../../cycle/ports';
import type { Preview, Standing, Verified } from '../../cycle/reading';
import type { CalendarDate } from '../../domain/calendar';
import { chargeStates } from '../../domain/charge-state';
import type { PgProvider } from '../../domain/outcome';
import type { PgState } from '../../domain/picture';
import { type Amount, binNames, inBin, inStates, totalOf } from './bins';
import { actions, context, lines, section } from './blocks';
import { faces } from './charge-facts';
import { type Drawing, type Drawn, draw } from './drawing';
import { said } from './finding';
import { pgInWords, surplusLine } from './notices';
import { pgButton, runButton } from './operating-buttons';
import { inBoth, type Voice, voiceOf } from './voice';

/** What can be typed. */
export function helpOf(drawing: Drawing): Drawn {
  const { help } = drawing.texts;
  const voice = voiceOf(drawing, 'blocks');
  const blocks = lines(help.commands.map(([command, what]) => `${voice.code(`/billing ${command}`)} — ${what}`));
  const notes = help.notes({ time: clockTime(drawing) });
  const text = `${help.title}: ${help.commands.map(([command]) => command).join(', ')}`;
  return draw(drawing, text, [section(`*${help.title}*`), ...blocks, context(notes)]);
}

const clockTime = ({ billingTime: { hour, minute } }: Drawing): string =>
  `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;

const mostLines = 10;

/** How everything stands. */
export function statusOf(standing: Standing, pgs: readonly PgState[], drawing: Drawing): Drawn {
  const { texts } = drawing;
  const voice = voiceOf(drawing, 'blocks');
  const states = statesInWords(standing, drawing, voice, true);
  const held = standing.held.map(
    ({ reason, provider, count }) => `• ${provider} · ${texts.card.held[reason].why} ${texts.count(count)}`,
  );
  const surpluses = standing.surpluses
    .slice(0, mostLines)
    .map((one) => `:rotating_light: ${surplusLine(one, drawing, voice)}`);
  const spoken = statesInWords(standing, drawing, voiceOf(drawing, 'text'), false).join(', ');
  return draw(drawing, `${texts.status.title}: ${spoken || texts.status.nothing}`, [
    section(`*${texts.status.title}*`),
    ...lines(pgs.map((pg) => `• ${pgInWords(pg, drawing, voice)}`)),
    ...lines(states.length === 0 ? [texts.status.nothing] : states),
    ...(held.length === 0 ? [] : lines([`*${texts.cycle.held}*`, ...held])),
    ...lines(surpluses),
  ]);
}

const statesInWords = (standing: Standing, { texts }: Drawing, voice: Voice, signs: boolean): string[] =>
  chargeStates.flatMap((state) => {
    const found = standing.states.get(state);
    if (!found || found.count === 0) return [];
    const line = `${texts.card.heads[state]} ${texts.countAndSum(found.count, voice.money(found.sum))}`;
    return [signs ? `${faces[state]} ${line}` : line];
  });

/** Whether the audit table is what was written. */
export function verifyOf(verified: Verified, drawing: Drawing): Drawn {
  const { verify, number } = drawing.texts;
  if (verified.kind === 'holds')
    return said(drawing, ':lock:', () =>
      verify.holds({ rows: number(verified.rows), chains: number(verified.chains) }),
    );
  return said(drawing, ':rotating_light:', (voice) =>
    verify.broken({
      customer: voice.code(verified.customerId),
      seq: number(verified.seq),
      why: voice.said(verified.reason),
    }),
  );
}

/** What running a date would add, how the date stands, and the button that does it. */
export function runOf(date: CalendarDate, preview: Preview, states: DateStates, drawing: Drawing): Drawn {
  const { texts } = drawing;
  const voice = voiceOf(drawing, 'blocks');
  const name = texts.cycleName(voice.date(date));
  const inWords = ({ count, sum }: Amount): string => texts.countAndSum(count, voice.money(sum));
  const unsent = inStates(states, ['DUE']);
  const toSend = totalOf([preview, unsent]);
  const stands = binNames
    .map((bin) => ({ bin, count: inBin(states, bin).count }))
    .filter(({ count }) => count > 0)
    .map(({ bin, count }) => `${texts.bins[bin]} ${texts.count(count)}`);
  const said = [
    preview.count > 0 ? texts.run.adds({ name, what: inWords(preview) }) : texts.run.addsNothing(name),
    ...(unsent.count > 0 ? [texts.run.unsent(inWords(unsent))] : []),
    ...(stands.length > 0 ? [texts.run.stands(stands.join(' · '))] : []),
  ];
  return draw(drawing, said.join(' '), [
    section(`:calendar: ${said.join('\n')}`),
    ...(preview.early.count > 0 ? [context(texts.run.early(inWords(preview.early)))] : []),
    ...(toSend.count > 0 ? actions([runButton(date, toSend, drawing)]) : []),
  ]);
}

/** A date's cycle was set going. */
export const startedOf = (date: CalendarDate, added: number, drawing: Drawing): Drawn =>
  said(drawing, ':hourglass_flowing_sand:', (voice) =>
    drawing.texts.run.started({ name: drawing.texts.cycleName(voice.date(date)), added: drawing.texts.count(added) }),
  );

/** The kill switch, which asks once more: a button for each PG that it can change. */
export function holdOf(act: 'hold' | 'resume', pgs: readonly PgState[], drawing: Drawing): Drawn {
  const { texts } = drawing;
  const changeable = pgs.filter((pg) => (pg.heldBy === null) === (act === 'hold'));
  const { blocks, text } = inBoth(drawing, (voice) => pgs.map((pg) => pgInWords(pg, drawing, voice)));
  const ask = changeable.length === 0 ? texts.pg[act].nothing : texts.pg[act].ask;
  return draw(drawing, [...text, ask].join(' '), [
    ...lines(blocks.map((line) => `• ${line}`)),
    section(ask),
    ...changeable.flatMap((pg) => actions([pgButton(act, pg.provider, drawing)])),
  ]);
}

/** The kill switch was used. */
export const heldOf = (act: 'hold' | 'resume', provider: PgProvider, changed: boolean, drawing: Drawing): Drawn =>
  said(drawing, act === 'hold' ? ':double_vertical_bar:' : ':large_green_circle:', (voice) =>
    drawing.texts.pg[act][changed ? 'done' : 'already'](voice.bold(provider)),
  );
