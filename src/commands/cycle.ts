// `cycle`: bills one date, now, and says how it stands.

import type { Config } from '../config';
import type { DateStates, World } from '../cycle/ports';
import { runCycle } from '../cycle/run-cycle';
import { type CalendarDate, calendarDate, dateIn, daysBetween } from '../domain/calendar';
import type { ChargeState } from '../domain/charge-state';
import type { PlanPreview } from '../records/plan';
import { Progress } from './progress';
import { type ExitCode, type Session, UsageError, withWorld } from './session';

export interface CycleFlags {
  readonly date: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** The state of a date, as the last line of stdout says it. */
export interface CycleReport {
  readonly billingDate: string;
  readonly due: number;
  readonly paid: number;
  readonly failed: number;
  readonly retrying: number;
  readonly unknown: number;
  readonly held: number;
  readonly canceled: number;
  readonly refunded: number;
  readonly paidAmount: number;
  readonly seconds: number;
}

const bins = {
  paid: ['PAID', 'REFUNDING', 'PARTLY_REFUNDED', 'REFUND_UNKNOWN', 'REFUNDED'],
  failed: ['FAILED', 'RETRY_WAIT'],
  retrying: ['RETRY_WAIT'],
  unknown: ['CHARGING', 'UNKNOWN', 'ADJUDICATION'],
  held: ['DUE', 'HELD'],
  canceled: ['CANCELED'],
  refunded: ['REFUNDED', 'PARTLY_REFUNDED'],
} as const satisfies Record<string, readonly ChargeState[]>;

/** States that wait for a person (or for a PG that people should know is unsure). */
const needsPerson: readonly ChargeState[] = ['UNKNOWN', 'ADJUDICATION', 'HELD', 'DUE', 'FAILED', 'REFUND_UNKNOWN'];

export function reportOf(billingDate: string, states: DateStates, seconds: number): CycleReport {
  const total = (of: readonly ChargeState[], what: 'count' | 'sum'): number =>
    states.filter((row) => of.includes(row.state)).reduce((sum, row) => sum + row[what], 0);
  return {
    billingDate,
    due: states.reduce((sum, row) => sum + row.count, 0),
    paid: total(bins.paid, 'count'),
    failed: total(bins.failed, 'count'),
    retrying: total(bins.retrying, 'count'),
    unknown: total(bins.unknown, 'count'),
    held: total(bins.held, 'count'),
    canceled: total(bins.canceled, 'count'),
    refunded: total(bins.refunded, 'count'),
    paidAmount: total(bins.paid, 'sum'),
    seconds,
  };
}

export const exitCodeOf = (states: DateStates): ExitCode =>
  states.some((row) => row.count > 0 && needsPerson.includes(row.state)) ? 1 : 0;

export function runCycleCommand(config: Config, flags: CycleFlags): Promise<ExitCode> {
  return withWorld(config, async (session, world) => {
    const date = dateToBill(session, world, flags.date);
    const preview = await session.records.planner.preview(date);
    if (flags.dryRun) return dryRun(session, date, preview);
    refuseWithoutYes(session, world, date, preview, flags);
    const startedAt = performance.now();
    await bill(session, world, date, flags);
    const states = await session.records.workList.statesOf(date);
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    if (states.every((row) => row.count === 0))
      session.tell(
        `nothing falls due on ${date}: no active subscription of that billing day runs on it (see starts_on)`,
      );
    session.print(JSON.stringify(reportOf(date, states, seconds)));
    return exitCodeOf(states);
  });
}

function dateToBill(session: Session, world: World, typed: string): CalendarDate {
  const date = calendarDate(typed);
  if (!date) throw new UsageError(`--date "${typed}" is not a date; write YYYY-MM-DD, for example 2026-10-31`);
  const today = dateIn(session.config.billingTime.zone, world.clock.now());
  if (date > today)
    throw new UsageError(
      `--date ${date} lies ahead (today is ${today} in ${session.config.billingTime.zone}); a cycle bills today or a past date`,
    );
  return date;
}

/** What a person has to say yes to: dates that the machine would not plan by itself. */
function refuseWithoutYes(
  session: Session,
  world: World,
  date: CalendarDate,
  preview: PlanPreview,
  flags: CycleFlags,
): void {
  const { config, texts } = session;
  const age = daysBetween(date, dateIn(config.billingTime.zone, world.clock.now()));
  const old = age > config.catchUpDays;
  const doubtful = old ? preview : preview.early;
  if (flags.yes || doubtful.count === 0) return;
  const why = old
    ? `${date} is ${age} days ago, and BILLING_CATCH_UP_DAYS is ${config.catchUpDays}`
    : `they joined, were activated or moved to this day after ${date}'s billing time`;
  throw new UsageError(
    `${doubtful.count} charges (${texts.won(doubtful.sum)}) of ${date} wait for a person's yes: ${why}. Nothing was sent. To bill them, add --yes`,
  );
}

async function dryRun(session: Session, date: CalendarDate, preview: PlanPreview): Promise<ExitCode> {
  const states = await session.records.workList.statesOf(date);
  for (const [provider, count] of preview.byPg) session.print(`${provider}: ${count} to plan`);
  session.print(
    `${preview.count} charges (${session.texts.won(preview.sum)}) would be planned and sent; of these ${preview.early.count} need --yes`,
  );
  const planned: DateStates = [...states, { state: 'DUE', count: preview.count, sum: preview.sum }];
  session.print(JSON.stringify(reportOf(date, planned, 0)));
  return 0;
}

async function bill(session: Session, world: World, date: CalendarDate, flags: CycleFlags): Promise<void> {
  const { planner } = session.records;
  const stop = stopOnSignal(session);
  const added = await planner.plan(date, { early: flags.yes === true, startedBy: 'cycle', now: world.clock.now() });
  const counts = new Map<string, number>();
  const line = (): string =>
    [`${date}: ${added} planned`, ...[...counts].map(([name, count]) => `${name} ${count}`)].join(' · ');
  const progress = new Progress(line);
  await runCycle(world, date, {
    actor: 'cycle',
    stop: stop.signal,
    progress: (result) => {
      const name = 'state' in result ? result.state : result.kind;
      if (name === 'wait' || name === 'passed') return;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      progress.moved();
    },
  });
  progress.end();
  if (!stop.signal.aborted) await planner.done(date, world.clock.now());
}

/** The first signal stops new claims and lets calls in flight end and settle; the second ends at once. */
function stopOnSignal(session: Session): AbortController {
  const stop = new AbortController();
  const asked = (): void => {
    if (stop.signal.aborted) process.exit(1);
    stop.abort();
    session.tell('stopping: calls in flight end and are recorded; once more to stop at once');
  };
  process.on('SIGINT', asked);
  process.on('SIGTERM', asked);
  return stop;
}
