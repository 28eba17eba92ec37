// What a command works with, opened from the configuration and closed in reverse; and the errors that end a command
// with a message for its user.

import { randomUUID } from 'node:crypto';
import { existsSync, unlinkSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import pino, { type Logger } from 'pino';
import { systemClock } from '../clock/system-clock';
import { type Config, ConfigError } from '../config';
import { settleIntent } from '../cycle/charge';
import type { World } from '../cycle/ports';
import { showChargeId } from '../domain/charge-id';
import type { Charge } from '../domain/picture';
import { openGateways } from '../gateways';
import { type Texts, textsOf } from '../locales/texts';
import { type FoundCharge, findCharge } from '../records/charges';
import { secretsInUse } from '../records/customers';
import { Database, DatabaseGone } from '../records/database';
import { openRecords, type Records } from '../records/records';
import { migrate, WrongDatabase } from '../records/schema';
import { SealedKeys } from '../records/sealed-keys';
import { leftBehind } from '../records/spool';
import { sandboxConfig } from './sandbox-state';

/** Wrong use of a command: the message names the thing, the value and the way out. Ends with exit code 2. */
export class UsageError extends Error {}

/** Errors that are answers to whoever typed the command, not bugs. */
export const isForTheUser = (error: unknown): error is Error =>
  error instanceof UsageError ||
  error instanceof ConfigError ||
  error instanceof DatabaseGone ||
  error instanceof WrongDatabase;

/** Done · done and something needs a person · wrong use or configuration. */
export type ExitCode = 0 | 1 | 2;

export interface Session {
  readonly config: Config;
  readonly records: Records;
  readonly texts: Texts;
  readonly log: Logger;
  /** A line of the result. */
  print(line: string): void;
  /** A line for the person at the terminal that is no result. */
  tell(line: string): void;
  close(): Promise<void>;
}

export const print = (line: string): void => void process.stdout.write(`${line}\n`);
export const tell = (line: string): void => void process.stderr.write(`${line}\n`);

/** Opens the records, for commands that ask nothing of a PG. */
export async function openSession(given: Config): Promise<Session> {
  const config = given.realm === 'sandbox' ? await readySandbox(given) : given;
  for (const warning of config.warnings) tell(warning);
  refuseMissingFile(config);
  const records = await openRecords({
    database: config.database,
    realm: config.realm,
    billingTime: config.billingTime,
    spoolFolder: spoolOf(config),
    clock: systemClock,
  });
  const log = pino({ level: 'info', base: null }, pino.destination({ dest: 2, sync: true }));
  return { config, records, texts: textsOf(config.locale), log, print, tell, close: () => records.close() };
}

/** SQLite would make an empty file of a mistyped path. */
function refuseMissingFile({ database }: Config): void {
  if (database.kind !== 'sqlite' || existsSync(database.path)) return;
  throw new UsageError(
    `there is no database ${database.path}; correct DATABASE_URL, or make one: npm run billing -- migrate`,
  );
}

/** The sandbox needs no preparation: its secret and its tables are made when they are first wanted. */
async function readySandbox(given: Config): Promise<Config> {
  const config = sandboxConfig(given);
  const database = await Database.open(config.database);
  try {
    await migrate(database, 'sandbox', systemClock.now());
  } finally {
    await database.close();
  }
  return config;
}

export const spoolOf = (config: Config): string =>
  join(config.dataDir, config.realm === 'sandbox' ? 'sandbox/spool' : 'spool');

/** Runs a command with the records open. */
export async function withSession(config: Config, work: (session: Session) => Promise<ExitCode>): Promise<ExitCode> {
  const session = await openSession(config);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** Runs a command that may move money: PGs and secrets at hand, and what an earlier process owed settled first. */
export async function withWorld(
  config: Config,
  work: (session: Session, world: World) => Promise<ExitCode>,
): Promise<ExitCode> {
  return withSession(config, async (session) => {
    const world = await worldOf(session);
    await settleWhatIsOwed(session, world);
    return work(session, world);
  });
}

async function worldOf({ config, records, log }: Session): Promise<World> {
  const { timeoutMs, processingMs, concurrency } = config.pg;
  const toss = config.toss && { secretKey: config.toss.secretKey, baseUrl: config.toss.apiUrl };
  if (config.realm === 'sandbox' && !toss) {
    throw new UsageError('the sandbox is not running; start it in another terminal: npm run billing -- sandbox');
  }
  const keys = await keysOf(config, records);
  return {
    clock: systemClock,
    ledger: records.desk,
    workList: records.workList,
    pgStates: records.pgStates,
    gateways: openGateways({ toss, timeoutMs, processingMs, concurrency }),
    keys,
    spool: records.spool,
    policy: {
      resolveLadderMs: config.resolveLadderMs,
      retryLadder: config.retryLadder,
      billingTime: config.billingTime,
      keepsHours: config.realm !== 'sandbox',
      leaseMs: timeoutMs + 25_000,
    },
    log,
    newId: randomUUID,
  };
}

/** The secrets, if they open everything that these records hold. */
export async function keysOf(config: Config, records: Records): Promise<SealedKeys> {
  const keys = new SealedKeys(config.billingKeySecrets);
  const missing = (await secretsInUse(records.database)).filter((secret) => !keys.opens(secret));
  if (missing.length === 0) return keys;
  throw new UsageError(
    `billing keys in ${records.database.where} are sealed under a secret that BILLING_KEY_SECRET lacks (${missing.join(', ')}); ` +
      'add the former secret after the present one, separated by a comma',
  );
}

/** Outcomes that a process could not commit before it ended are settled before anything is claimed. */
async function settleWhatIsOwed({ config, tell: say }: Session, world: World): Promise<void> {
  for (const { path, owed } of leftBehind(spoolOf(config))) {
    for (const one of owed) await world.ledger.act(settleIntent(world, one));
    if (owed.length > 0) say(`${owed.length} outcomes that could not be recorded earlier are recorded now (${path})`);
    unlinkSync(path);
  }
}

/** The charge that a person named. */
export async function chargeNamed(session: Session, typed: string): Promise<Charge> {
  const found: FoundCharge = await findCharge(session.records.database, typed);
  if (found.kind === 'one') return found.charge;
  if (found.kind === 'several') {
    throw new UsageError(
      `charge "${typed}" may be any of ${found.ids.slice(0, 5).map(showChargeId).join(', ')}; type more of it`,
    );
  }
  throw new UsageError(
    `there is no charge "${typed}"; a charge id looks like K7QM-4XWP-9RTB, and history shows a customer's`,
  );
}

/** Who acts: `cli:NAME`, the login name of the machine when nobody is named. */
export function actorOf(name: string | undefined): string {
  const given = (name ?? userInfo().username).normalize('NFC').trim();
  if (!/^[\p{L}\p{N} ._@-]{1,60}$/u.test(given))
    throw new UsageError(`--actor "${given}" is no name; write up to 60 letters, digits, spaces or . _ @ -`);
  return `cli:${given}`;
}
