// When a daily job owes a run. Decided from the present alone, so a clock change, a sleep of the machine and a second
// look at the same moment all come to the same answer.

import { type CalendarDate, dateIn, daysBetween, plusDays, startOfCycle } from '../domain/calendar';

/** A time of day. */
export interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
}

/** What a job does about the time before the clock started. */
export type AtStart =
  /** Runs at once, whatever the time is. */
  | 'always'
  /** Runs at once if today's time has passed. */
  | 'if-passed'
  /** Waits for its next time. */
  | 'never';

/** How long after a failed run the same date is tried again. */
export const tryAgainMs = 60_000;

/** The dates of one daily job: which one is owed, and which ones are done. */
export class DailyDates {
  private doneUntil: CalendarDate;
  private owesStart: boolean;
  private failedAt: Date | undefined;

  constructor(
    private readonly at: TimeOfDay,
    private readonly zone: string,
    atStart: AtStart,
    now: Date,
  ) {
    this.owesStart = atStart === 'always';
    this.doneUntil = atStart === 'never' ? this.newest(now) : plusDays(dateIn(zone, now), -1);
  }

  /** The date to run for now; undefined when none is owed. Dates that passed unseen are one run, for the newest of them. */
  owed(now: Date): CalendarDate | undefined {
    if (this.pauses(now)) return undefined;
    const newest = this.newest(now);
    // A clock that was put right by days says nothing of what was done under the wrong date.
    if (daysBetween(newest, this.doneUntil) > 1) this.doneUntil = plusDays(newest, -1);
    return this.owesStart || newest > this.doneUntil ? newest : undefined;
  }

  done(date: CalendarDate): void {
    if (date > this.doneUntil) this.doneUntil = date;
    this.owesStart = false;
    this.failedAt = undefined;
  }

  failed(now: Date): void {
    this.failedAt = now;
  }

  /** A clock that was put back must not make the pause any longer. */
  private pauses(now: Date): boolean {
    const passed = this.failedAt && now.getTime() - this.failedAt.getTime();
    return passed !== undefined && passed >= 0 && passed < tryAgainMs;
  }

  /** The newest date whose time has come. */
  private newest(now: Date): CalendarDate {
    const today = dateIn(this.zone, now);
    return startOfCycle(today, { ...this.at, zone: this.zone }) <= now ? today : plusDays(today, -1);
  }
}
