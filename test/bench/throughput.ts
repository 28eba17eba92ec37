// How near a cycle comes to what its PG allows (concurrency / latency), on MariaDB with every commit on disk
// (innodb_flush_log_at_trx_commit=1, sync_binlog=1); and whether its memory grows with the number of charges.
// Prints ratios against baselines of the same run. `npm run bench`

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { systemClock } from '../../src/clock/system-clock';
import type { CalendarDate } from '../../src/domain/calendar';
import { won } from '../../src/domain/won';
import { importRows } from '../../src/records/customers';
import { Database } from '../../src/records/database';
import { migrate } from '../../src/records/schema';
import { SealedKeys } from '../../src/records/sealed-keys';
import { configOf } from '../support/database-config';
import { type PrivateMariadb, startMariadb } from '../support/mariadb-server';
import { benchSecret } from './world';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Took {
  readonly seconds: number;
  readonly paid: number;
  /** Resident: what the operating system gave, collected or not. */
  readonly peakMiB: number;
  /** What was in use after a collection. */
  readonly liveMiB: number;
  readonly cpuSeconds: number;
}

function start(
  script: string,
  args: string[],
  env: Record<string, string> = {},
  execArgv: string[] = [],
): { child: ChildProcess; line: Promise<string> } {
  const child = fork(join(__dirname, script), args, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv,
    env: { ...process.env, ...env },
  });
  const line = new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (part: Buffer) => {
      text += part.toString();
      if (text.includes('\n')) resolve(text.trim());
    });
    child.on('exit', (code) => reject(new Error(`${script} ended with ${code}`)));
  });
  return { child, line };
}

async function databaseWith(mariadb: PrivateMariadb, customers: number): Promise<string> {
  const { url } = await mariadb.createDatabase();
  const database = await Database.open(configOf(url));
  await migrate(database, 'test', systemClock.now());
  const rows = Array.from({ length: customers }, (_, nth) => ({
    line: nth + 2,
    customerId: `c${nth}`,
    customerName: `고객 ${nth}`,
    email: `c${nth}@example.com`,
    phone: '010-1234-5678',
    subscriptionId: `c${nth}`,
    orderName: '월 구독',
    amount: won(10_000 + nth),
    billingDay: 'L' as const,
    pgProvider: 'TOSS' as const,
    billingKey: `sbx_${nth}`,
    customerKey: `ck_${nth}`,
    startsOn: '2026-01-01' as CalendarDate,
    endsOn: null,
    status: 'ACTIVE' as const,
  }));
  await importRows(database, new SealedKeys([benchSecret]), rows, {
    dryRun: false,
    allowSecond: true,
    now: systemClock.now(),
    zone: 'Asia/Seoul',
  });
  await database.close();
  return url;
}

async function measure(
  mariadb: PrivateMariadb,
  of: { charges: number; latencyMs: number; concurrency: number; measures: 'speed' | 'memory' },
): Promise<Took> {
  const url = await databaseWith(mariadb, of.charges);
  const toss = start('toss-server.js', [String(of.latencyMs)]);
  const env = { BENCH_DATABASE: url, BENCH_TOSS: await toss.line, BENCH_CONCURRENCY: String(of.concurrency) };
  const took = JSON.parse(
    await start('cycle-worker.js', [], env, of.measures === 'memory' ? ['--expose-gc'] : []).line,
  ) as Took;
  if (took.paid !== of.charges) throw new Error(`${took.paid} of ${of.charges} were paid`);
  if (of.measures === 'memory') {
    say(
      `memory: ${of.charges} charges: at most ${took.liveMiB.toFixed(1)} MiB in use, ${took.peakMiB.toFixed(0)} MiB resident`,
    );
  } else await saySpeed(of, took, env);
  toss.child.disconnect();
  return took;
}

async function saySpeed(
  of: { charges: number; latencyMs: number; concurrency: number },
  took: Took,
  env: Record<string, string>,
): Promise<void> {
  const rate = of.charges / took.seconds;
  const ideal = (of.concurrency / of.latencyMs) * 1000;
  const bare = JSON.parse(await start('bare-worker.js', [String(of.charges)], env).line) as Took;
  const bareRate = of.charges / bare.seconds;
  const share = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;
  say(
    `cycle: ${of.charges} charges, PG ${of.latencyMs} ms, ${of.concurrency} in flight: ${took.seconds.toFixed(1)} s, ${rate.toFixed(0)}/s`,
  );
  say(
    `  ${share(rate, ideal)} of concurrency/latency (${ideal.toFixed(0)}/s) · processor ${((1000 * took.cpuSeconds) / of.charges).toFixed(2)} ms a charge`,
  );
  say(
    `baseline, nothing remembered: ${bareRate.toFixed(0)}/s (${share(bareRate, ideal)}); the cycle reaches ${share(rate, bareRate)} of it`,
  );
}

async function main(): Promise<void> {
  const mariadb = await startMariadb({ durable: true, binlog: true, trustFunctionCreators: true });
  if (!mariadb) throw new Error('no MariaDB on this machine');
  try {
    await measure(mariadb, { charges: 6000, latencyMs: 300, concurrency: 128, measures: 'speed' });
    const few = await measure(mariadb, { charges: 1000, latencyMs: 20, concurrency: 32, measures: 'memory' });
    const many = await measure(mariadb, { charges: 20_000, latencyMs: 20, concurrency: 32, measures: 'memory' });
    say(`memory: in use at 20,000 charges: ${(many.liveMiB / few.liveMiB).toFixed(2)} times as much as at 1,000`);
  } finally {
    await mariadb.stop();
  }
}

void main();
