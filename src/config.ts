// The environment → one typed Config, or one message that lists every bad variable. The only home of process.env.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse as parseDotenv } from 'dotenv';
import { type DatabaseTarget, databaseUrl } from './config/database-url';
import { type InicisConfig, pgCredentials, type Realm, readGateways, type TossConfig } from './config/gateways';
import { keySecrets } from './config/key-secrets';
import { ladder, ladderMs } from './config/ladder';
import * as parse from './config/parse';
import { type Environment, given, Reader } from './config/reader';
import { readSlack, type SlackConfig } from './config/slack';
import { typoWarnings } from './config/typos';
import type { VariableName } from './config/variables';
import type { BillingTime } from './domain/calendar';
import type { LadderStep } from './domain/ladder';
import type { PgProvider } from './domain/outcome';
import type { Won } from './domain/won';

export type { DatabaseTarget } from './config/database-url';
export type { InicisConfig, Realm, TossConfig } from './config/gateways';
export type { PgRate, SlackPeople } from './config/parse';
export { isLoopback } from './config/parse';
export type { Environment } from './config/reader';
export type { SlackConfig } from './config/slack';

/** Everything that is decided before the program does anything. */
export interface Config {
  readonly realm: Realm;
  /** Absolute: the sandbox's state and the spool of what could not be committed. */
  readonly dataDir: string;
  /** Absolute: the whole state of the sandbox. */
  readonly sandboxDir: string;
  readonly database: DatabaseTarget;
  /** Undefined: `start` opens the local workspace, other commands need none. */
  readonly slack: SlackConfig | undefined;
  readonly operators: parse.SlackPeople;
  readonly approvers: parse.SlackPeople;
  readonly readers: parse.SlackPeople;
  /** Once a charge's refunds reach this, a second person approves. */
  readonly refundApprovalFrom: Won;
  /** Undefined: this installation has no such PG; in the sandbox, until `inSandbox` has filled it in. */
  readonly toss: TossConfig | undefined;
  readonly inicis: InicisConfig | undefined;
  /** The merchant has the 주문번호 중복방지 contract. */
  readonly inicisOrderDedup: boolean;
  /** 32 bytes each; the first seals, all open. Empty in the sandbox until `inSandbox` has filled it in. */
  readonly billingKeySecrets: readonly Uint8Array[];
  readonly billingTime: BillingTime;
  readonly catchUpDays: number;
  readonly pg: PgLimits;
  /** Offsets from the last transmission. */
  readonly resolveLadderMs: readonly number[];
  /** Offsets from the first failure. */
  readonly retryLadder: readonly LadderStep[];
  readonly http: HttpConfig;
  readonly guards: Guards;
  readonly companyName: string | undefined;
  readonly notifySuccess: 'summary' | 'each';
  readonly locale: 'ko' | 'en';
  /** What is allowed and yet deserves a look, in sentences. */
  readonly warnings: readonly string[];
}

export interface PgLimits {
  /** Read timeout of one call. */
  readonly timeoutMs: number;
  /** How long a PG may still be at work on a request after it was sent. */
  readonly processingMs: number;
  /** Calls in flight per PG and process. */
  readonly concurrency: number;
  readonly rates: Readonly<Partial<Record<PgProvider, parse.PgRate>>>;
  /** Another PG's key is used when a breaker is open. */
  readonly fallback: boolean;
}

export interface HttpConfig {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  /** Whether a person chose them: what nobody chose may give way to a free port. */
  readonly portIsSet: boolean;
  readonly publicUrlIsSet: boolean;
  readonly trustProxy: boolean;
}

/** Runaway guards; 0 switches one off. */
export interface Guards {
  readonly days: number;
  readonly changePercent: number;
  readonly minSubscriptions: number;
}

/** The settings can't be used. The message lists every bad variable and the way out, and no secret. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.length === 1 ? problems[0] : ['These settings need a correction:', ...problems].join('\n  '));
    this.name = 'ConfigError';
  }
}

/** What this process was started with: `.env` of the working folder, and over it the real environment. */
export function loadEnvironment(cwd: string): Environment {
  return { ...readDotenv(join(cwd, '.env')), ...process.env };
}

export interface ConfigSource {
  readonly env: Environment;
  /** Relative paths count from here. */
  readonly cwd: string;
  /** The command to be run: only `start` needs Slack, and `sandbox` never touches anything but the sandbox. */
  readonly command: string;
}

/** Reads every variable. Throws one `ConfigError` that names all that is wrong. */
export function readConfig({ env, cwd, command }: ConfigSource): Config {
  const isSandbox = startsSandbox(env, command);
  const reader = new Reader(env, isSandbox);
  const dataDir = resolve(cwd, reader.read('DATA_DIR', parse.path));
  const sandboxDir = join(dataDir, 'sandbox');
  const world = isSandbox ? emptySandbox(sandboxDir) : readWorld(reader, cwd);
  const config: Config = {
    ...world,
    dataDir,
    sandboxDir,
    slack: readSlack(reader, command, world.realm),
    operators: reader.optional('BILLING_OPERATORS', parse.people) ?? nobody,
    approvers: reader.optional('BILLING_APPROVERS', parse.people) ?? nobody,
    readers: reader.optional('BILLING_READERS', parse.people) ?? nobody,
    refundApprovalFrom: reader.read('REFUND_APPROVAL_FROM', parse.amount),
    inicisOrderDedup: reader.read('INICIS_ORDER_DEDUP', parse.flag),
    billingTime: readBillingTime(reader),
    catchUpDays: reader.read('BILLING_CATCH_UP_DAYS', parse.whole(0, 366)),
    pg: readPgLimits(reader),
    resolveLadderMs: reader.read('RESOLVE_LADDER', ladderMs),
    retryLadder: reader.read('RETRY_LADDER', ladder),
    http: readHttp(reader),
    guards: readGuards(reader),
    companyName: reader.optional('COMPANY_NAME', parse.line(100)),
    notifySuccess: reader.read('NOTIFY_SUCCESS', parse.oneOf('summary', 'each')),
    locale: reader.read('LOCALE', parse.oneOf('ko', 'en')),
    warnings: [],
  };
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return { ...config, warnings: [...typoWarnings(env), ...reader.warnings, ...doubts(config, reader, command)] };
}

/** What the sandbox's own state file knows: where its PGs are, their keys, and what seals billing keys there. */
export type SandboxWorld = Pick<Config, 'billingKeySecrets' | 'toss' | 'inicis'>;

/** The sandbox's config, complete. Throws for another world's: its keys are never replaced. */
export function inSandbox(config: Config, world: SandboxWorld): Config {
  if (config.realm !== 'sandbox') throw new Error(`the sandbox's keys were offered to realm ${config.realm}`);
  const { toss, inicis, billingKeySecrets } = world;
  return { ...config, toss, inicis, billingKeySecrets };
}

type World = Pick<Config, 'realm' | 'database' | 'toss' | 'inicis' | 'billingKeySecrets'>;

/** No PG credentials and no database of one's own: the sandbox. */
function startsSandbox(env: Environment, command: string): boolean {
  const own: VariableName[] = [...pgCredentials, 'DATABASE_URL'];
  return command === 'sandbox' || own.every((name) => given(env, name) === undefined);
}

function emptySandbox(sandboxDir: string): World {
  const database = { kind: 'sqlite', path: join(sandboxDir, 'billing.db') } as const;
  return { realm: 'sandbox', database, toss: undefined, inicis: undefined, billingKeySecrets: [] };
}

function readWorld(reader: Reader, cwd: string): World {
  const database = reader.read('DATABASE_URL', databaseUrl(cwd));
  const gateways = readGateways(reader);
  const billingKeySecrets = reader.optional('BILLING_KEY_SECRET', keySecrets) ?? [];
  if (!reader.has('BILLING_KEY_SECRET'))
    reader.problems.push('BILLING_KEY_SECRET is missing; make one with: openssl rand -base64 32');
  return { ...gateways, database, billingKeySecrets };
}

const nobody: parse.SlackPeople = { users: [], groups: [] };

function readBillingTime(reader: Reader): BillingTime {
  return { ...reader.read('BILLING_TIME', parse.timeOfDay), zone: reader.read('BILLING_TIME_ZONE', parse.timeZone) };
}

function readPgLimits(reader: Reader): PgLimits {
  return {
    timeoutMs: reader.read('PG_TIMEOUT_MS', parse.whole(1, 600_000)),
    processingMs: reader.read('PG_PROCESSING_MS', parse.whole(0, 3_600_000)),
    concurrency: reader.read('PG_CONCURRENCY', parse.whole(1, 1000)),
    rates: reader.optional('PG_RATE', parse.rates) ?? {},
    fallback: reader.read('PG_FALLBACK', parse.flag),
  };
}

function readHttp(reader: Reader): HttpConfig {
  const port = reader.read('PORT', parse.whole(0, 65_535));
  return {
    host: reader.read('HOST', parse.listenHost),
    port,
    publicUrl: reader.optional('PUBLIC_URL', parse.baseUrl) ?? `http://localhost:${port}`,
    portIsSet: reader.has('PORT'),
    publicUrlIsSet: reader.has('PUBLIC_URL'),
    trustProxy: reader.read('TRUST_PROXY', parse.flag),
  };
}

function readGuards(reader: Reader): Guards {
  return {
    days: reader.read('GUARD_DAYS', parse.whole(0, 366)),
    changePercent: reader.read('GUARD_CHANGE_PERCENT', parse.whole(0, 100_000)),
    minSubscriptions: reader.read('GUARD_MIN_SUBSCRIPTIONS', parse.whole(0, 1_000_000)),
  };
}

/** Toss lets a charge run for 60 s. */
const tossPatienceMs = 60_000;

function doubts(config: Config, reader: Reader, command: string): string[] {
  const found: string[] = [];
  const idle = withoutEffect(config, command).filter((name) => reader.has(name));
  if (idle.length > 0) found.push(`without effect here: ${idle.join(', ')}`);
  if (config.realm === 'live' && config.toss && config.pg.timeoutMs < tossPatienceMs)
    found.push(
      `${reader.named('PG_TIMEOUT_MS')} is shorter than the 60 s a charge may take at Toss: answers will be lost`,
    );
  if (command !== 'start' || config.realm === 'sandbox') return found;
  if (config.toss && !config.toss.clientKey)
    found.push('TOSS_CLIENT_KEY is not set: no card can be registered at Toss');
  if (config.inicis && !config.inicis.signKey)
    found.push('INICIS_SIGN_KEY is not set: no card can be registered at Inicis');
  if (config.realm === 'live' && parse.leadsToLoopback(config.http.publicUrl))
    found.push(`PUBLIC_URL is ${config.http.publicUrl}: registration links lead nowhere for customers`);
  return found;
}

/** The sandbox keeps its own keys, and a PG's address without its credentials is of no use. */
function withoutEffect(config: Config, command: string): VariableName[] {
  if (command === 'sandbox') return [];
  const names: VariableName[] = config.realm === 'sandbox' ? ['BILLING_KEY_SECRET'] : [];
  if (!config.toss) names.push('TOSS_API_URL');
  if (!config.inicis) names.push('INICIS_CLIENT_IP', 'INICIS_URL', 'INICIS_API_URL');
  return names;
}

/** Quotes and `#` as in every `.env`: a value with a `#` stands in quotes. */
function readDotenv(file: string): Environment {
  try {
    return parseDotenv(readFileSync(file));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return {};
    throw new ConfigError([`.env can't be read (${message}); correct or remove it`]);
  }
}
