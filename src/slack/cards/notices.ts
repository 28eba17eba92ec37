// What the bot says of itself: what is open, how a PG stands, what it missed, and why it does not do as it was told.

import type { KnownBlock } from '@slack/types';
import type { Preview, Standing, Waiting } from '../../cycle/reading';
import { type CalendarDate, dateIn } from '../../domain/calendar';
import { showChargeId } from '../../domain/charge-id';
import type { ChargeState } from '../../domain/charge-state';
import type { PgState } from '../../domain/picture';
import { actions, context, lines, section } from './blocks';
import { faces, refundCommand } from './charge-facts';
import { type Drawing, type Drawn, draw, notice } from './drawing';
import { pgButton, runButton } from './operating-buttons';
import { inBoth, type Voice, voiceOf } from './voice';

/** What a reminder counts, in this order: a name and the states under it. */
const open = [
  ['failed', ['FAILED']],
  ['unknown', ['UNKNOWN', 'ADJUDICATION', 'REFUND_UNKNOWN']],
  ['held', ['HELD']],
] as const satisfies readonly (readonly ['failed' | 'unknown' | 'held', readonly ChargeState[]])[];

/** Where a charge's card stands, as a link; null when it has none. */
export type LinkOf = (chargeId: string) => string | null;

/** What is open this morning, the oldest first. */
export function reminderOf(
  waiting: { readonly count: number; readonly some: readonly Waiting[] },
  standing: Standing,
  drawing: Drawing,
  linkOf: LinkOf = () => null,
): Drawn {
  const { texts } = drawing;
  const voice = voiceOf(drawing, 'blocks');
  const head = openInWords(standing, drawing);
  const rest = waiting.count - waiting.some.length;
  const listed = waiting.some.map((one) => waitingLine(one, drawing, voice, linkOf));
  const blocks: KnownBlock[] = [
    section(`:bell: *${head}*`),
    ...lines([...listed, ...(rest > 0 ? [`• ${texts.reminder.more(rest)}`] : [])]),
    ...lines(
      standing.surpluses.slice(0, mostSurpluses).map((one) => `:rotating_light: ${surplusLine(one, drawing, voice)}`),
    ),
    context(texts.reminder.hint),
  ];
  return draw(drawing, head, blocks, notice('reminder', dateIn(drawing.zone, drawing.now)));
}

const mostSurpluses = 10;

/** `미처리 실패 7건 · 결과 확인 중 1건` */
function openInWords(standing: Standing, { texts }: Drawing): string {
  const counted = open.map(([name, states]): [string, number] => [
    texts.reminder[name],
    states.reduce((sum, state) => sum + (standing.states.get(state)?.count ?? 0), 0),
  ]);
  const all = [...counted, [texts.reminder.surplus, standing.surpluses.length] as [string, number]];
  const some = all.filter(([, count]) => count > 0).map(([name, count]) => `${name} ${texts.count(count)}`);
  return some.length === 0 ? texts.reminder.nothing : some.join(' · ');
}

function waitingLine(one: Waiting, { texts }: Drawing, voice: Voice, linkOf: LinkOf): string {
  const id = showChargeId(one.chargeId);
  const link = linkOf(one.chargeId);
  const isLink = link !== null && /^https:\/\/[^\s<>|]+$/.test(link);
  return [
    `${faces[one.state]} ${texts.card.heads[one.state]}`,
    voice.name(one.customerName),
    voice.money(one.amount),
    texts.billingDate(voice.date(one.billingDate)),
    isLink ? `<${link.replaceAll('&', '&amp;')}|${id}>` : voice.code(id),
  ].join(' · ');
}

export const surplusLine = (
  { chargeId, orderId, amount }: Standing['surpluses'][number],
  { texts }: Drawing,
  voice: Voice,
): string =>
  texts.card.surplus({
    amount: voice.bold(voice.money(amount)),
    order: voice.code(orderId),
    refund: refundCommand(chargeId, voice),
  });

/** A PG that is on hold, is left alone because it is sick, or takes charges again. */
export function pgNoticeOf(pg: PgState, waitingCount: number, drawing: Drawing): Drawn {
  const { texts } = drawing;
  const { blocks: said, text } = inBoth(drawing, (voice) => pgInWords(pg, drawing, voice));
  const waits = waitingCount > 0 ? texts.pg.waiting(waitingCount) : null;
  const isHeld = pg.heldBy !== null;
  const isSick = pg.breakerOpenedAt !== null;
  const sign = isHeld ? ':double_vertical_bar:' : isSick ? ':warning:' : ':large_green_circle:';
  const buttons = isHeld
    ? [pgButton('resume', pg.provider, drawing)]
    : isSick
      ? [pgButton('hold', pg.provider, drawing)]
      : [];
  return draw(
    drawing,
    [text, waits].filter((part) => part !== null).join(' '),
    [section([`${sign} ${said}`, waits].filter((part) => part !== null).join('\n')), ...actions(buttons)],
    notice('pg', pg.provider),
  );
}

/** How a PG stands, and what it waits for. */
export function pgInWords(pg: PgState, { texts }: Drawing, voice: Voice): string {
  const name = voice.bold(pg.provider);
  if (pg.heldBy !== null)
    return texts.pg.held({
      name,
      who: voice.who(pg.heldBy),
      at: pg.heldAt ? voice.when(pg.heldAt) : null,
      why: pg.heldReason === null ? null : voice.said(pg.heldReason),
      byPg: pg.heldBy === 'pg',
    });
  if (pg.breakerOpenedAt !== null)
    return texts.pg.sick({
      name,
      since: voice.when(pg.breakerOpenedAt),
      probe: pg.probeAt ? voice.when(pg.probeAt) : null,
    });
  return texts.pg.open(name);
}

/** A date that is too old to be billed without being asked. */
export function missedOf(date: CalendarDate, preview: Preview, drawing: Drawing): Drawn {
  const { texts } = drawing;
  const voice = voiceOf(drawing, 'text');
  const name = texts.cycleName(voice.date(date));
  const what = texts.countAndSum(preview.count, voice.money(preview.sum));
  const text = preview.count > 0 ? texts.missed.open({ name, what }) : texts.missed.nothing(name);
  return draw(
    drawing,
    text,
    [
      section(`:calendar: ${text}`),
      ...(preview.early.count > 0
        ? [context(texts.run.early(texts.countAndSum(preview.early.count, voice.money(preview.early.sum))))]
        : []),
      ...(preview.count > 0 ? actions([runButton(date, preview, drawing)]) : []),
    ],
    notice('missed', date),
  );
}

/** What waited for Slack longer than a day, in one message. `body`: how many of each kind, as JSON. */
export function digestOf(body: string | null, drawing: Drawing): Drawn {
  const { texts } = drawing;
  const { kinds } = texts.digest;
  const counted = Object.entries(objectIn(body)).flatMap(([kind, count]) =>
    Object.hasOwn(kinds, kind) && Number.isSafeInteger(count)
      ? [`${kinds[kind as keyof typeof kinds]} ${texts.count(Number(count))}`]
      : [],
  );
  const text = texts.digest.said(counted.join(' · '));
  return draw(
    drawing,
    text,
    [section(`:package: ${text}`), context(texts.digest.hint)],
    notice('digest', dateIn(drawing.zone, drawing.now)),
  );
}

/** The fingerprint of all chain heads: who rewrites the audit table contradicts this message. `body`: digest, chains, time, as JSON. */
export function checkpointOf(body: string | null, drawing: Drawing): Drawn {
  const { digest, chains, at } = objectIn(body);
  const fingerprint = typeof digest === 'string' ? digest : (body ?? '');
  const when = new Date(typeof at === 'string' ? at : Number.NaN);
  const { blocks, text } = inBoth(drawing, (voice) =>
    drawing.texts.checkpoint({
      fingerprint: voice.code(fingerprint),
      chains: Number.isSafeInteger(chains) ? Number(chains) : null,
      at: Number.isNaN(when.getTime()) ? null : voice.when(when),
    }),
  );
  return draw(drawing, text, [context(`:lock: ${blocks}`)], notice('checkpoint', fingerprint.slice(0, 64)));
}

function objectIn(body: string | null): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(body ?? '');
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Why somebody may not, who they are to Slack, and what would allow it. */
export function refusalOf(kind: 'operator' | 'reader' | 'other-team', userId: string, drawing: Drawing): Drawn {
  const { texts, channel } = drawing;
  const { blocks, text } = inBoth(drawing, (voice) => {
    const user = voice.code(userId);
    if (kind === 'other-team') return texts.refusal.otherTeam(user);
    const setting = kind === 'operator' ? 'BILLING_OPERATORS' : 'BILLING_READERS';
    const here = kind === 'reader' && channel && /^[CGD][A-Z0-9]+$/.test(channel) ? `<#${channel}>` : null;
    return texts.refusal[kind]({ user, setting: voice.code(setting), channel: here });
  });
  return draw(drawing, text, [section(`:no_entry: ${blocks}`)]);
}

/** Our own error, with the id under which the log has it. */
export function troubleOf(id: string, drawing: Drawing): Drawn {
  const { blocks, text } = inBoth(drawing, (voice) => drawing.texts.trouble(voice.code(id)));
  return draw(drawing, text, [section(`:warning: ${blocks}`)]);
}
