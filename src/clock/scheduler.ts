// The clock: runs what is to happen at a time of day, and what is to happen again and again.
//
// The only home of node-schedule, which keeps nothing across restarts, answers a bad rule with null, fires twice or not
// at all around a clock change, sleeps when the machine sleeps, starts a run while the last one is still going, and ends
// the process when a run rejects and nobody listens. So it only gives the sign: what is owed is decided by `daily.ts`,
// which is asked again every few seconds whether or not a sign came.

import { type Job, RecurrenceRule, scheduleJob } from 'node-schedule';
import type { Clock, Log } from '../cycle/ports';
import type { CalendarDate } from '../domain/calendar';
import { type AtStart, DailyDates, type TimeOfDay } from './daily';

export interface DailyJob {
  readonly name: string;
  readonly at: TimeOfDay;
  readonly atStart: AtStart;
  /** Fails by rejecting, and is tried again a minute later; so it must bear repetition. `stop` fires when the clock stops. */
  run(date: CalendarDate, stop: AbortSignal): Promise<unknown>;
}

export interface RepeatingJob {
  readonly name: string;
  /** The pause between the end of one run and the start of the next; the first run starts at once. */
  readonly everyMs: number;
  run(stop: AbortSignal): Promise<unknown>;
}

export interface ClockOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** The zone of the daily jobs' times. */
  readonly zone: string;
  readonly daily: readonly DailyJob[];
  readonly repeating: readonly RepeatingJob[];
  readonly log: Log;
}

export interface RunningClock {
  /** Starts nothing any more, tells running jobs to stop, and resolves when they have ended. */
  stop(): Promise<void>;
}

/** How late a daily job may be when no sign came for it. */
const lookEveryMs = 5_000;

/** Starts every job's schedule. Throws when one can't be kept, with nothing left running. */
export function startClock(options: ClockOptions): RunningClock {
  const stop = new AbortController();
  const days: DailyRunner[] = [];
  try {
    for (const job of options.daily) days.push(new DailyRunner(job, options, stop.signal));
    for (const { name, everyMs } of options.repeating) {
      if (!(everyMs > 0)) throw new Error(`the job "${name}" can't run every ${everyMs} ms; give it a pause above 0`);
    }
  } catch (error) {
    for (const day of days) day.cancel();
    throw error;
  }
  const repeating = options.repeating.map((job) => new RepeatingRunner(job, options.log, stop.signal));
  const look = (): void => {
    for (const day of days) day.look();
  };
  const looking = setInterval(look, lookEveryMs);
  look();
  return {
    stop: async () => {
      stop.abort();
      clearInterval(looking);
      for (const day of days) day.cancel();
      await Promise.all([...days, ...repeating].map((runner) => runner.ended()));
    },
  };
}

/** A daily job and its schedule. A time that comes while it still runs is run for once, right after. */
class DailyRunner {
  private readonly dates: DailyDates;
  private readonly schedule: Job;
  private running: Promise<void> | undefined;

  constructor(
    private readonly job: DailyJob,
    private readonly options: ClockOptions,
    private readonly stop: AbortSignal,
  ) {
    this.schedule = scheduleOf(job, options.zone, () => this.sign());
    this.schedule.on('error', (error: unknown) => options.log.error({ job: job.name, error }, 'its schedule failed'));
    this.dates = new DailyDates(job.at, options.zone, job.atStart, options.clock.now());
  }

  /** Runs the job if it owes a run and is not at it. */
  look(): void {
    if (this.running !== undefined || this.stop.aborted) return;
    const date = this.dates.owed(this.options.clock.now());
    if (date === undefined) return;
    this.running = this.run(date).then((ended) => {
      this.running = undefined;
      if (ended) this.look();
    });
  }

  cancel(): void {
    this.schedule.cancel();
  }

  async ended(): Promise<void> {
    await this.running;
  }

  private sign(): void {
    if (this.running !== undefined)
      this.options.log.info({ job: this.job.name }, 'came due while it still runs; it follows then');
    this.look();
  }

  private async run(date: CalendarDate): Promise<boolean> {
    const { clock, log } = this.options;
    const ended = await settled(this.job.name, log, 'failed; it is tried again in a minute', () =>
      this.job.run(date, this.stop),
    );
    // A run that was told to stop has not done its date's work: the next start does.
    if (ended && !this.stop.aborted) this.dates.done(date);
    if (!ended) this.dates.failed(clock.now());
    return ended;
  }
}

function scheduleOf({ name, at }: DailyJob, zone: string, sign: () => void): Job {
  const refused = `the job "${name}" can't run at ${at.hour}:${String(at.minute).padStart(2, '0')} in the zone "${zone}"`;
  const rule = new RecurrenceRule();
  Object.assign(rule, { hour: at.hour, minute: at.minute, second: 0, tz: zone });
  let job: Job | null;
  try {
    job = scheduleJob(rule, sign);
  } catch (error) {
    throw new Error(`${refused}; name an IANA zone such as Asia/Seoul`, { cause: error });
  }
  if (job === null) throw new Error(`${refused}; give a time from 0:00 to 23:59 and an IANA zone such as Asia/Seoul`);
  return job;
}

/** A job that starts again some time after it ended, so it never meets itself. */
class RepeatingRunner {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void>;

  constructor(
    private readonly job: RepeatingJob,
    private readonly log: Log,
    private readonly stop: AbortSignal,
  ) {
    this.running = this.run();
  }

  async ended(): Promise<void> {
    clearTimeout(this.timer);
    await this.running;
  }

  private async run(): Promise<void> {
    await settled(this.job.name, this.log, 'failed; it goes on at its next time', () => this.job.run(this.stop));
    if (this.stop.aborted) return;
    this.timer = setTimeout(() => {
      this.running = this.run();
    }, this.job.everyMs);
  }
}

/** Runs work to its end; whatever it throws is a log line, and false. */
async function settled(job: string, log: Log, meaning: string, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    log.error({ job, error: error instanceof Error ? error.message : String(error) }, meaning);
    return false;
  }
}
