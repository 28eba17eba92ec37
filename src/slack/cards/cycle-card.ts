// One message per cycle: how far it is while it runs, what it came to when it is over, redrawn when that changes later.

import type { KnownBlock } from '@slack/types';
import type { CycleStory } from '../../cycle/reading';
import type { SlackTexts } from '../../locales/slack-texts';
import { type Amount, type BinName, inBin, inStates, totalOf } from './bins';
import { context, facts, section } from './blocks';
import { type Drawing, type Drawn, draw, type Metadata, notice } from './drawing';
import { type Voice, voiceOf } from './voice';

const faces = {
  PLANNING: ':hourglass_flowing_sand:',
  AWAITING_APPROVAL: ':large_yellow_circle:',
  RUNNING: ':hourglass_flowing_sand:',
  PAUSED: ':double_vertical_bar:',
  DONE: ':bar_chart:',
  ABORTED: ':no_entry:',
} as const satisfies Record<CycleStory['state'], string>;

/** How many reasons and times are named; the rest is counted, so that the numbers still add up. */
const mostNamed = 8;
const barLength = 20;

/** The cycle's live message. */
export const cycleOf = (cycle: CycleStory, drawing: Drawing): Drawn =>
  cycle.state === 'DONE' || cycle.state === 'ABORTED' ? summaryOf(cycle, drawing) : progressOf(cycle, drawing);

function progressOf(cycle: CycleStory, drawing: Drawing): Drawn {
  const { texts } = drawing;
  const voice = voiceOf(drawing, 'blocks');
  const total = totalOf(cycle.states).count;
  const done = total - inStates(cycle.states, ['DUE', 'CHARGING']).count;
  const head = texts.cycle.heads[cycle.state](texts.cycleName(voice.date(cycle.billingDate)));
  const progress = `${texts.number(done)}/${texts.number(total)}`;
  const blocks = [
    section(`${faces[cycle.state]} *${head}* ${progress}\n\`${bar(done, total)}\` ${percent(done, total)}`),
    context(countsOf(cycle, texts)),
    context(startOf(cycle, drawing, voice)),
  ];
  return draw(drawing, `${head} ${progress} — ${countsOf(cycle, texts)}`, blocks, metadataOf(cycle));
}

/** Made of characters, so that it looks the same everywhere. */
const bar = (done: number, total: number): string => {
  const full = total === 0 ? 0 : Math.floor((done / total) * barLength);
  return '█'.repeat(full) + '░'.repeat(barLength - full);
};

/** Never rounded up: all is all. */
const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${(Math.floor((part / whole) * 1000) / 10).toFixed(1)}%`;

const countsOf = ({ states }: CycleStory, { bins, count }: SlackTexts): string =>
  (['paid', 'failed', 'unknown', 'held', 'canceled'] as const)
    .map((name): [BinName, number] => [name, progressBin(states, name)])
    .filter(([name, found]) => found > 0 || name === 'paid' || name === 'failed')
    .map(([name, found]) => `${bins[name]} ${count(found)}`)
    .join(' · ');

/** While it runs, what is still to be sent is no more held than what is being sent is in doubt. */
const progressBin = (states: CycleStory['states'], name: BinName): number =>
  name === 'held'
    ? inStates(states, ['HELD']).count
    : name === 'unknown'
      ? inStates(states, ['UNKNOWN', 'ADJUDICATION']).count
      : inBin(states, name).count;

const startOf = ({ startedAt, startedBy }: CycleStory, { texts }: Drawing, voice: Voice): string =>
  texts.cycle.started({ at: voice.when(startedAt), who: voice.who(startedBy) });

function summaryOf(cycle: CycleStory, drawing: Drawing): Drawn {
  const { texts } = drawing;
  const { states } = cycle;
  const voice = voiceOf(drawing, 'blocks');
  const total = totalOf(states);
  const paid = inBin(states, 'paid');
  const head = texts.cycle.heads[cycle.state](texts.cycleName(voice.date(cycle.billingDate)));
  const rate = texts.cycle.rate(percent(paid.count, total.count));
  const amount = ({ count, sum }: Amount): string => `${texts.count(count)} · ${voice.money(sum)}`;
  const refunded = inStates(states, ['REFUNDED', 'PARTLY_REFUNDED']);
  const retrying = inStates(states, ['RETRY_WAIT']);
  const of = (name: BinName): [string, string] => [texts.bins[name], amount(inBin(states, name))];
  const blocks: KnownBlock[] = [
    section(`${faces[cycle.state]} *${head}*\n${rate}`),
    facts([
      [texts.bins.due, amount(total)],
      [texts.bins.paid, amount(paid) + (refunded.count > 0 ? `\n${texts.cycle.ofWhichRefunded(refunded.count)}` : '')],
      [
        texts.bins.failed,
        amount(inBin(states, 'failed')) + (retrying.count > 0 ? `\n${texts.cycle.ofWhichRetried(retrying.count)}` : ''),
      ],
      of('unknown'),
      of('held'),
      of('canceled'),
    ]),
    ...details(cycle, drawing, voice),
    context([startOf(cycle, drawing, voice), durationOf(cycle, texts)].filter((part) => part !== null).join(' · ')),
  ];
  return draw(drawing, `${head} — ${sayings(cycle, drawing)}. ${rate}`, blocks, metadataOf(cycle));
}

/** Reasons, what holds, and what is tried again when: each only when there is something to say. */
function details(cycle: CycleStory, { texts }: Drawing, voice: Voice): KnownBlock[] {
  const { card } = texts;
  const reasons = cycle.reasons.map((reason): [string, number, number] => [
    reason.class === null ? card.otherNo : card.declines[reason.class],
    reason.count,
    reason.sum,
  ]);
  const held = cycle.held.map(({ reason, count }): [string, number] => [card.held[reason].why, count]);
  return [
    ...named(
      texts.cycle.reasons,
      reasons.map(([why, count, sum]) => `• ${why} ${texts.count(count)} · ${voice.money(sum)}`),
      (left) => texts.cycle.more(reasons.slice(-left).reduce((all, [, count]) => all + count, 0)),
    ),
    ...named(
      texts.cycle.held,
      held.map(([why, count]) => `• ${why} ${texts.count(count)}`),
      (left) => texts.cycle.more(held.slice(-left).reduce((all, [, count]) => all + count, 0)),
    ),
    ...named(texts.cycle.retries, retryLines(cycle, texts, voice), (left) => texts.cycle.moreTimes(left)),
  ];
}

const retryLines = ({ retries }: CycleStory, texts: SlackTexts, voice: Voice): string[] =>
  retries.map(({ at, count }) => `• ${voice.when(at)} — ${texts.count(count)}`);

function named(title: string, all: readonly string[], more: (left: number) => string): KnownBlock[] {
  if (all.length === 0) return [];
  const left = Math.max(0, all.length - mostNamed);
  const rest = left === 0 ? [] : [`• ${more(left)}`];
  return [section([`*${title}*`, ...all.slice(0, mostNamed), ...rest].join('\n'))];
}

function durationOf({ startedAt, endedAt }: CycleStory, { cycle }: SlackTexts): string | null {
  if (!endedAt) return null;
  return cycle.took(Math.max(0, Math.round((endedAt.getTime() - startedAt.getTime()) / 1000)));
}

/** `성공 1,228건 60,172,000원, 실패 12건, …` */
function sayings({ states }: CycleStory, drawing: Drawing): string {
  const { texts } = drawing;
  const paid = inBin(states, 'paid');
  const others = (['failed', 'unknown', 'held', 'canceled'] as const)
    .map((name): [BinName, number] => [name, inBin(states, name).count])
    .filter(([name, count]) => count > 0 || name === 'failed')
    .map(([name, count]) => `${texts.bins[name]} ${texts.count(count)}`);
  return [`${texts.bins.paid} ${texts.count(paid.count)} ${texts.common.won(paid.sum)}`, ...others].join(', ');
}

/** The short reply that notifies: an update of the message itself notifies nobody. */
export function cycleEndOf(cycle: CycleStory, drawing: Drawing): Drawn {
  const { texts } = drawing;
  const name = texts.cycleName(voiceOf(drawing, 'text').date(cycle.billingDate));
  const said = cycle.state === 'ABORTED' ? texts.cycle.aborted(name) : texts.cycle.ended(name);
  const text = `${said} — ${sayings(cycle, drawing)}`;
  return draw(drawing, text, [section(`:bell: ${text}`)], notice('cycle-end', cycle.billingDate));
}

const metadataOf = (cycle: CycleStory): Metadata => ({
  event_type: 'billing_summary',
  event_payload: { billing_date: cycle.billingDate },
});
