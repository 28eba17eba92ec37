// `start`: the bot. Opens everything in order (the sandbox's servers, the records, Slack, the clock, HTTP) and closes it
// in reverse when it is asked to stop.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { type ClockOptions, startClock } from '../clock/scheduler';
import { systemClock } from '../clock/system-clock';
import type { Config, SlackConfig, SlackPeople } from '../config';
import {
  type BillingDaysOptions,
  billWhatIsDue,
  finishCycles,
  missedDates,
  type Planning,
} from '../cycle/billing-days';
import type { Log, World } from '../cycle/ports';
import { sweep } from '../cycle/sweep';
import { dateIn } from '../domain/calendar';
import { takeCheckpoint } from '../records/checkpoint';
import { importRows, subscriptionsByPg } from '../records/customers';
import { isStrayOfSockets } from '../slack/sockets';
import { sweptLately } from '../web/checks';
import { CannotListen, startWeb, type Web } from '../web/server';
import { sampleFaults, sampleRows } from './sample-customers';
import { type LocalWorkspace, openSandboxServers, openWorkspace, type SandboxServers } from './sandbox';
import { clearSandbox, noteInSandboxState, readSandboxState } from './sandbox-state';
import { type ExitCode, keysOf, print, type Session, tell, UsageError, withWorld } from './session';

export interface StartFlags {
  /** Begin with a new sandbox. */
  readonly fresh?: boolean;
}

/** Slack, as far as starting and stopping goes. */
export interface SlackBot {
  /** Rejects when Slack can't be reached or refuses; may be called again then. */
  start(): Promise<void>;
  /** Takes nothing new, lets what is under way answer, and closes. */
  stop(): Promise<void>;
  ready(): { readonly ok: boolean; readonly detail: string };
  /** HTTP mode: what answers `POST /slack/events`. */
  readonly listener?: RequestListener | undefined;
}

/** What Slack's part of the bot is made of. */
export interface SlackParts {
  readonly session: Session;
  readonly world: World;
  readonly planning: Planning;
  /** The credentials of the settings, or those of the workspace on this machine. */
  readonly slack: SlackConfig;
  readonly operators: SlackPeople;
  readonly approvers: SlackPeople;
  readonly readers: SlackPeople;
  /** Fires when the process is to end: nothing new is begun. */
  readonly stop: AbortSignal;
}

export interface StartOptions {
  /** Makes Slack's part, not yet connected. */
  readonly openSlack: (parts: SlackParts) => SlackBot;
  /** A way to stop it besides the signals. */
  readonly stop?: AbortSignal;
  /** Told once everything is open. */
  readonly opened?: (bot: { readonly url: string; readonly workspaceUrl: string | undefined }) => void;
}

/** When people are reminded of what is open. */
const reminderAt = { hour: 9, minute: 30 } as const;
/** When the fingerprint of the audit's chains is taken, whether or not a cycle ran. */
const checkpointAt = { hour: 23, minute: 50 } as const;
const sweepEveryMs = { sandbox: 2_000, elsewhere: 5_000 } as const;
/** How soon a running bot takes up a cycle that another process left behind. */
const unfinishedEveryMs = { sandbox: 5_000, elsewhere: 30_000 } as const;
/** A charge may be at the PG for 60 s, and its answer is to be recorded. */
const stopWithinMs = 75_000;
/** How long the last line of the start waits for Slack. */
const connectedWithinMs = 10_000;
const dayMs = 86_400_000;

/** What Slack's client throws where nobody can catch it must not end a process that moves money; anything else still does. */
function surviveStrays(reason: unknown): void {
  if (!isStrayOfSockets(reason)) throw reason;
  tell(
    `Slack's socket client: ${reason instanceof Error ? reason.message : 'a connection ended twice'}; the bot goes on`,
  );
}

/** Runs the bot until it is asked to stop. */
export async function runStart(config: Config, flags: StartFlags, options: StartOptions): Promise<ExitCode> {
  const signals = stopOnSignal(options.stop);
  process.on('unhandledRejection', surviveStrays);
  try {
    if (flags.fresh) await beginAgain(config);
    refuseUnwritable(config.dataDir);
    return await withServers(config, (servers, workspace) =>
      withWorld(config, async (session, world) => {
        if (servers) await welcomeSamples(session, servers);
        await runBot({ session, world, workspace, options, stop: signals.stop });
        return 0;
      }),
    );
  } finally {
    signals.forget();
    process.off('unhandledRejection', surviveStrays);
  }
}

async function beginAgain(config: Config): Promise<void> {
  if (config.realm !== 'sandbox')
    throw new UsageError(
      `--fresh begins a new sandbox, and these settings are of realm ${config.realm}; leave --fresh away`,
    );
  await clearSandbox(config);
}

/** What can't be committed has to lie somewhere: without that place no money is moved. */
function refuseUnwritable(dataDir: string): void {
  const probe = join(dataDir, `.writable-${process.pid}`);
  try {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new UsageError(
      `DATA_DIR ${dataDir} can't be written (${(error as NodeJS.ErrnoException).code}); give this user the right, or set another DATA_DIR`,
    );
  }
}

/** Opens what stands in for a PG and for Slack on this machine, as far as these settings need it. */
async function withServers(
  config: Config,
  work: (servers: SandboxServers | undefined, workspace: LocalWorkspace | undefined) => Promise<ExitCode>,
): Promise<ExitCode> {
  const isLocal = config.slack === undefined;
  const servers =
    config.realm === 'sandbox' ? await openSandboxServers(config, { command: 'start', workspace: isLocal }) : undefined;
  try {
    if (!isLocal || servers?.workspace) return await work(servers, isLocal ? servers?.workspace : undefined);
    const own = await openWorkspace(join(config.dataDir, 'workspace', 'slack.jsonl'));
    try {
      return await work(servers, own);
    } finally {
      await own.close();
    }
  } finally {
    await servers?.close();
  }
}

/** The sample customers join once, and only an empty sandbox: who brought customers along wants to see those. */
async function welcomeSamples({ config, records }: Session, servers: SandboxServers): Promise<void> {
  const isEmpty = [...(await subscriptionsByPg(records.database)).values()].every((count) => count === 0);
  if (isEmpty && !readSandboxState(config).hasSamples) {
    const now = systemClock.now();
    const { zone } = config.billingTime;
    const planFrom = new Date(now.getTime() - dayMs);
    const joining = { dryRun: false, allowSecond: true, now, zone, planFrom };
    const rows = sampleRows(dateIn(zone, now));
    const result = await importRows(records.database, await keysOf(config, records), rows, joining);
    if (result.kind === 'refused') throw new Error(`the sample customers were refused: ${JSON.stringify(result)}`);
  }
  noteInSandboxState(config, { hasSamples: true });
  const nothingHappened = (await records.reading.standing()).states.size === 0;
  await servers.setFaults(sampleFaults(nothingHappened));
}

interface BotParts {
  readonly session: Session;
  readonly world: World;
  readonly workspace: LocalWorkspace | undefined;
  readonly options: StartOptions;
  readonly stop: AbortSignal;
}

/** Slack, the clock and HTTP, until the end. */
async function runBot(parts: BotParts): Promise<void> {
  const { session, world, workspace, options, stop } = parts;
  const planning = planningOf(session);
  const bot = options.openSlack({ session, world, planning, stop, ...slackOf(session.config, workspace) });
  const sweeps: { last?: Date } = {};
  const web = await openWeb(session, bot, sweeps, stop);
  try {
    const clock = startClock(jobsOf({ session, world, planning, sweeps }));
    const connected = connect(bot, session.log, stop);
    await Promise.race([connected, systemClock.sleep(connectedWithinMs, stop)]);
    options.opened?.({ url: web.url, workspaceUrl: workspace?.url });
    sayWhatToTry(session.config, web, workspace);
    await aborted(stop);
    // First the work: what is in flight ends, is recorded, and is still told.
    await clock.stop();
    await connected;
    await bot.stop();
  } finally {
    await web.close();
  }
}

function planningOf({ records }: Session): Planning {
  const { planner, reading } = records;
  return {
    preview: (date) => planner.preview(date),
    plan: (date, options) => planner.plan(date, options),
    done: (date, now) => planner.done(date, now),
    unfinished: () => reading.unfinished(),
  };
}

/** The Slack of the settings, or the workspace on this machine with people of its own where nobody was named. */
function slackOf(
  config: Config,
  workspace: LocalWorkspace | undefined,
): Pick<SlackParts, 'slack' | 'operators' | 'approvers' | 'readers'> {
  const { slack, operators, approvers, readers } = config;
  if (slack) return { slack, operators, approvers, readers };
  if (!workspace) throw new Error('there are neither Slack credentials nor a workspace on this machine');
  const nobody = [operators, approvers].every(({ users, groups }) => users.length + groups.length === 0);
  return {
    slack: { ...workspace.slack, mode: 'socket', sockets: 2 },
    operators: nobody ? { users: workspace.operators, groups: [] } : operators,
    approvers: nobody ? { users: workspace.approvers, groups: [] } : approvers,
    readers,
  };
}

/** Connects to Slack, for as long as it takes: cycles go on meanwhile, and messages wait in the outbox. */
async function connect(bot: SlackBot, log: Log, stop: AbortSignal): Promise<void> {
  for (let pauseMs = 1_000; !stop.aborted; pauseMs = Math.min(2 * pauseMs, 60_000)) {
    try {
      await bot.start();
      return;
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      log.error({ error: said, tryAgainMs: pauseMs }, 'Slack is not connected; cycles go on and messages wait');
      await systemClock.sleep(pauseMs, stop);
    }
  }
}

async function openWeb(
  { config, records }: Session,
  bot: SlackBot,
  sweeps: { readonly last?: Date },
  stop: AbortSignal,
): Promise<Web> {
  const { host, port, portIsSet } = config.http;
  const checks = {
    database: async () => {
      await records.pgStates.all();
      return { ok: true, detail: 'answers' };
    },
    slack: () => bot.ready(),
    sweep: () => sweptLately(sweeps.last, systemClock.now()),
    process: () => ({ ok: !stop.aborted, detail: stop.aborted ? 'stopping' : 'running' }),
  };
  const slackEvents = bot.listener ? { slackEvents: bot.listener } : {};
  try {
    return await startWeb({ host, port, portIsSet, checks, ...slackEvents, tell });
  } catch (error) {
    throw error instanceof CannotListen ? new UsageError(error.message) : error;
  }
}

interface JobParts {
  readonly session: Session;
  readonly world: World;
  readonly planning: Planning;
  readonly sweeps: { last?: Date };
}

/** What happens when: the cycle, the reminder, the sweeper, and cycles that somebody left behind. */
function jobsOf({ session, world, planning, sweeps }: JobParts): ClockOptions {
  const { config, records, log } = session;
  const { billingTime, catchUpDays } = config;
  const pace = config.realm === 'sandbox' ? 'sandbox' : 'elsewhere';
  const inTurn = oneAfterTheOther();
  const days = (stop: AbortSignal): BillingDaysOptions => ({
    catchUpDays,
    billingTime,
    todayAtOnce: config.realm === 'sandbox',
    actor: 'cycle',
    stop,
  });
  const cycle = async (stop: AbortSignal): Promise<void> => {
    const ran = await billWhatIsDue(world, planning, days(stop));
    if (stop.aborted) return;
    if (ran.length > 0) await takeCheckpoint(records.database, records.outbox, systemClock.now());
    const missed = await missedDates(planning, { catchUpDays, billingTime, now: world.clock.now() });
    for (const { date } of missed) await records.outbox.tell({ kind: 'missed', subject: date });
  };
  return {
    clock: systemClock,
    zone: billingTime.zone,
    log,
    daily: [
      { name: 'cycle', at: billingTime, atStart: 'always', run: (_, stop) => inTurn(() => cycle(stop)) },
      {
        name: 'checkpoint',
        at: checkpointAt,
        atStart: 'never',
        run: async () => void (await takeCheckpoint(records.database, records.outbox, systemClock.now())),
      },
      { name: 'reminder', at: reminderAt, atStart: 'if-passed', run: (date) => remind(session, date) },
    ],
    repeating: [
      {
        name: 'sweep',
        everyMs: sweepEveryMs[pace],
        run: async (stop) => {
          await sweep(world, undefined, stop);
          sweeps.last = world.clock.now();
        },
      },
      {
        name: 'unfinished cycles',
        everyMs: unfinishedEveryMs[pace],
        run: (stop) => inTurn(() => finishCycles(world, planning, days(stop))),
      },
    ],
  };
}

/** Works that share something to do: each begins when the one before it has ended, however that ended. */
function oneAfterTheOther(): (work: () => Promise<unknown>) => Promise<unknown> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}

/** Nothing is forgotten: as long as anything is open, every morning says so. */
async function remind({ records }: Session, date: string): Promise<void> {
  const { count } = await records.reading.waiting(1);
  const { surpluses } = await records.reading.standing();
  if (count + surpluses.length > 0) await records.outbox.tell({ kind: 'reminder', subject: date });
}

function sayWhatToTry(config: Config, web: Web, workspace: LocalWorkspace | undefined): void {
  print(`HTTP: ${web.url}/healthz and ${web.url}/readyz`);
  const realm = config.realm === 'sandbox' ? 'in its sandbox' : `(realm ${config.realm})`;
  const toTry = config.realm === 'sandbox' ? '/billing history 김민수' : '/billing help';
  print(`The bot runs ${realm}. Open ${workspace?.url ?? 'Slack'} and type: ${toTry}`);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** The first signal stops new claims and lets calls in flight end and settle; the second one, or too long a wait, ends it at once. */
function stopOnSignal(outside: AbortSignal | undefined): { readonly stop: AbortSignal; forget(): void } {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const asked = (): void => {
    if (stop.signal.aborted) process.exit(1);
    stop.abort();
    tell('stopping: calls in flight end and are recorded; once more to stop at once');
    timer = setTimeout(() => {
      tell(`not everything ended within ${stopWithinMs / 1_000} s; the next start takes up what is left`);
      process.exit(1);
    }, stopWithinMs);
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, asked);
  outside?.addEventListener('abort', asked, { once: true });
  return {
    stop: stop.signal,
    forget: () => {
      clearTimeout(timer);
      for (const signal of signals) process.off(signal, asked);
      outside?.removeEventListener('abort', asked);
    },
  };
}
