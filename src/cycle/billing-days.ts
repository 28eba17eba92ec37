// Which dates are billed by the machine, and which ones wait for a person: due from state, not from today, so a bot that
// was down on a billing date bills it when it is back.

import { type BillingTime, type CalendarDate, dateIn, plusDays, startOfCycle } from '../domain/calendar';
import type { Actor } from '../domain/history';
import type { Won } from '../domain/won';
import type { World } from './ports';
import { runCycle } from './run-cycle';

/** What a date would add if it were planned now. */
interface Preview {
  readonly count: number;
  readonly sum: number;
  /** Of these: what the machine may not plan, because it joined after that date's billing time. */
  readonly early: { readonly count: number; readonly sum: number };
}

/** Where dates are planned. */
export interface Planning {
  preview(date: CalendarDate): Promise<Preview>;
  /** Adds the charges that the date lacks and sets its cycle going; answers how many it added. */
  plan(date: CalendarDate, options: { early: boolean; startedBy: string; now: Date }): Promise<number>;
  /** The date's cycle is over. */
  done(date: CalendarDate, now: Date): Promise<void>;
  /** Dates whose cycle is PLANNING or RUNNING: this process is at it, or another one, or one that died. */
  unfinished(): Promise<CalendarDate[]>;
}

export interface BillingDaysOptions {
  /** A missed date at most this old is run by itself; 0: only today's. */
  readonly catchUpDays: number;
  readonly billingTime: BillingTime;
  /** The sandbox does not wait for the billing time: today is due when it starts. */
  readonly todayAtOnce?: boolean;
  readonly actor: Actor;
  readonly stop?: AbortSignal;
}

/** A date that nobody billed and that is too old to be billed without being asked. */
export interface MissedDate {
  readonly date: CalendarDate;
  readonly count: number;
  readonly sum: Won;
}

/** Past this nobody is asked any more either: what is two months old is a matter for accounting. */
const askedAboutDays = 62;

/**
 * Plans every date whose billing time has come and that the machine may bill, and runs each that got a charge or is not
 * over, the oldest first. A date on which nothing falls due leaves no trace. Answers the dates that it ran.
 */
export async function billWhatIsDue(
  world: World,
  planning: Planning,
  options: BillingDaysOptions,
): Promise<CalendarDate[]> {
  for (const date of datesDue(world.clock.now(), options)) {
    if (options.stop?.aborted) return [];
    if (await plannable(planning, date)) await planning.plan(date, plannedByMachine(world, options));
  }
  return finishCycles(world, planning, options);
}

/** Runs every cycle that is not over, whatever its date: a process that died may have left it. */
export async function finishCycles(
  world: World,
  planning: Planning,
  options: BillingDaysOptions,
): Promise<CalendarDate[]> {
  const ran: CalendarDate[] = [];
  for (const date of (await planning.unfinished()).sort()) {
    if (options.stop?.aborted) break;
    await finish(world, planning, date, options);
    ran.push(date);
  }
  return ran;
}

async function finish(
  world: World,
  planning: Planning,
  date: CalendarDate,
  options: BillingDaysOptions,
): Promise<void> {
  // Whoever began to plan it may have died over it. What is too old to be billed without a question is not added here;
  // what was planned is sent, because planning it was the decision, and the cycle stays open until a person answers.
  const mayPlan = datesDue(world.clock.now(), options).includes(date) || !(await plannable(planning, date));
  if (mayPlan) await planning.plan(date, plannedByMachine(world, options));
  await runCycle(world, date, { actor: options.actor, ...(options.stop ? { stop: options.stop } : {}) });
  if (mayPlan && !options.stop?.aborted) await planning.done(date, world.clock.now());
}

/** Dates too old for the machine on which something is left that it would have billed, the oldest first. */
export async function missedDates(
  planning: Planning,
  options: Pick<BillingDaysOptions, 'catchUpDays' | 'billingTime'> & { readonly now: Date },
): Promise<MissedDate[]> {
  const today = dateIn(options.billingTime.zone, options.now);
  const missed: MissedDate[] = [];
  for (let age = askedAboutDays; age > options.catchUpDays && age > 0; age -= 1) {
    const date = plusDays(today, -age);
    const { count, sum, early } = await planning.preview(date);
    if (count > early.count) missed.push({ date, count: count - early.count, sum: (sum - early.sum) as Won });
  }
  return missed;
}

/** The dates that the machine bills by itself now, the oldest first: those whose time has come. */
function datesDue(now: Date, options: BillingDaysOptions): CalendarDate[] {
  const today = dateIn(options.billingTime.zone, now);
  const dates: CalendarDate[] = [];
  for (let age = options.catchUpDays; age >= 0; age -= 1) dates.push(plusDays(today, -age));
  return dates.filter(
    (date) => startOfCycle(date, options.billingTime) <= now || (options.todayAtOnce === true && date === today),
  );
}

async function plannable(planning: Planning, date: CalendarDate): Promise<boolean> {
  const { count, early } = await planning.preview(date);
  return count > early.count;
}

const plannedByMachine = (world: World, { actor }: BillingDaysOptions) => ({
  early: false,
  startedBy: actor,
  now: world.clock.now(),
});
