// A billing day in bad weather: real processes, a real database, the Toss sandbox with faults, and the question at the
// end whether its books and ours say the same.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database, type DatabaseConfig } from '../../src/records/database';
import { attemptTable, chargeTable, historyTable, surplusTable } from '../../src/records/entities';
import { startTossSandbox, type TossSandbox } from '../../src/sandbox/toss/toss-sandbox';
import { CommandLine, lastLine, type Ran } from './command-line';

export interface StormOptions {
  readonly customers: number;
  /** `DATABASE_URL` of an empty database, or none for a SQLite file; and how this process opens the same. */
  readonly mysql?: { readonly url: string; readonly config: DatabaseConfig };
  /** The share of requests that go wrong, over all kinds together. */
  readonly faultRate: number;
  readonly seed: number;
  readonly latencyMs?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export const stormDate = '2026-10-31';

export interface BookedPayment {
  readonly paymentKey: string;
  readonly orderId: string;
  readonly amount: number;
  readonly balance: number;
  readonly status: string;
}

export class Storm {
  private constructor(
    readonly toss: TossSandbox,
    readonly cli: CommandLine,
    readonly config: DatabaseConfig,
    private readonly options: StormOptions,
  ) {}

  static async begin(options: StormOptions): Promise<Storm> {
    const folder = mkdtempSync(join(tmpdir(), 'billing-storm-'));
    const secretKey = 'test_sk_storm0000000000000000';
    const toss = await startTossSandbox({ secretKey });
    const file = join(folder, 'billing.db');
    const cli = new CommandLine(folder, {
      DATABASE_URL: options.mysql?.url ?? `sqlite:${file}`,
      TOSS_SECRET_KEY: secretKey,
      TOSS_API_URL: toss.url,
      BILLING_KEY_SECRET: Buffer.alloc(32, 7).toString('base64'),
      PG_TIMEOUT_MS: '1500',
      PG_PROCESSING_MS: '1000',
      RESOLVE_LADDER: '2s,3s,4s,6s,9s,12s,15s,20s,30s',
      ...options.env,
    });
    const storm = new Storm(toss, cli, options.mysql?.config ?? { kind: 'sqlite', path: file }, options);
    await storm.prepare();
    return storm;
  }

  private async prepare(): Promise<void> {
    writeFileSync(join(this.cli.folder, 'customers.csv'), sheetOf(this.options.customers));
    mkdirSync(join(this.cli.folder, 'data'), { recursive: true });
    for (const args of [['migrate'], ['import', 'customers.csv']]) {
      const ran = await this.cli.run(...args);
      if (ran.code !== 0) throw new Error(`${args[0]}: ${JSON.stringify(ran)}`);
    }
    this.blow(this.options.faultRate);
  }

  /** Sets the weather. */
  blow(rate: number): void {
    this.toss.faults.set({
      latencyMs: this.options.latencyMs ?? 20,
      mix: { rate, seed: this.options.seed, faults: everyKind as never },
    });
  }

  cycle(...more: string[]): Promise<Ran> {
    return this.cli.run('cycle', '--date', stormDate, '--yes', ...more);
  }

  /** Sweeps in calm weather until nothing is open, or a minute and a half has gone. */
  async calm(): Promise<void> {
    this.blow(0);
    const until = Date.now() + 90_000;
    while (Date.now() < until) {
      const swept = lastLine<{ stillUnknown: number }>(await this.cli.run('sweep'));
      const report = lastLine<{ unknown: number; held: number }>(await this.cycle());
      if (swept.stillUnknown === 0 && report.unknown === 0 && report.held === 0) return;
      await new Promise((go) => setTimeout(go, 500));
    }
  }

  async books(): Promise<BookedPayment[]> {
    return (await fetch(`${this.toss.url}/sandbox/payments`)).json() as Promise<BookedPayment[]>;
  }

  /** Everything that does not agree between the PG's books and ours, in words; empty when all is well. */
  async disagreements(): Promise<string[]> {
    const books = await this.books();
    const database = await Database.open(this.config);
    try {
      const [rows, charges, attempts, surpluses] = await database.read(
        async (manager) =>
          [
            await manager.findBy(historyTable, { act: 'CHARGE' }),
            await manager.find(chargeTable),
            await manager.find(attemptTable),
            await manager.find(surplusTable),
          ] as const,
      );
      const refunded = await database.read((manager) =>
        manager.findBy(historyTable, { act: 'REFUND', status: 'CANCELED' }),
      );
      return [
        ...againstBooks(
          books,
          rows.filter((row) => row.status === 'SUCCESS'),
          refunded,
        ),
        ...moreThanOnce(books),
        ...perAttempt(rows, attempts),
        ...charges
          .filter((one) => one.state === 'PAID' && !books.some((payment) => payment.orderId === one.paidOrderId))
          .map((one) => `${one.id} is paid by nothing in the books`),
        ...surpluses.map((one) => `surplus ${one.orderId} ${one.paymentKey}`),
      ];
    } finally {
      await database.close();
    }
  }

  async end(): Promise<void> {
    await this.toss.close();
    rmSync(this.cli.folder, { recursive: true, force: true });
  }
}

type Row = { orderId: string | null; pgPaymentKey: string | null; amount: number | null; status: string };

function againstBooks(books: readonly BookedPayment[], successes: readonly Row[], refunds: readonly Row[]): string[] {
  const problems: string[] = [];
  const byKey = new Map(successes.map((row) => [row.pgPaymentKey, row]));
  if (byKey.size !== successes.length) problems.push(`${successes.length} SUCCESS rows for ${byKey.size} payments`);
  for (const payment of books) {
    const row = byKey.get(payment.paymentKey);
    if (!row)
      problems.push(
        `the PG's payment ${payment.paymentKey} (${payment.orderId}, ${payment.status}) has no SUCCESS row`,
      );
    else if (row.orderId !== payment.orderId || row.amount !== payment.amount)
      problems.push(`${payment.paymentKey}: the row says ${row.orderId} ${row.amount}`);
    const back = refunds.some((refund) => refund.pgPaymentKey === payment.paymentKey);
    if (payment.balance === 0 && !back) problems.push(`the PG gave ${payment.paymentKey} back and no row says so`);
    byKey.delete(payment.paymentKey);
  }
  return [...problems, ...[...byKey.keys()].map((key) => `the SUCCESS row of ${key} has no payment in the books`)];
}

function moreThanOnce(books: readonly BookedPayment[]): string[] {
  const counts = new Map<string, number>();
  for (const payment of books.filter((one) => one.balance > 0))
    counts.set(payment.orderId.slice(0, 12), (counts.get(payment.orderId.slice(0, 12)) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > 1)
    .map(([charge, count]) => `charge ${charge} was captured ${count} times`);
}

/** One REQUESTED per transmission; exactly one SUCCESS or FAILED per ended attempt. */
function perAttempt(
  rows: readonly Row[],
  attempts: readonly { orderId: string; transmissions: number; status: string }[],
): string[] {
  const counted = new Map<string, number>();
  for (const row of rows) {
    const key = `${row.orderId} ${row.status}`;
    counted.set(key, (counted.get(key) ?? 0) + 1);
  }
  return attempts.flatMap(({ orderId, transmissions, status }) => {
    const requested = counted.get(`${orderId} REQUESTED`) ?? 0;
    const ended = (counted.get(`${orderId} SUCCESS`) ?? 0) + (counted.get(`${orderId} FAILED`) ?? 0);
    const problems =
      requested === transmissions ? [] : [`${orderId}: ${requested} REQUESTED rows for ${transmissions} transmissions`];
    if (ended !== (status === 'OPEN' ? 0 : 1)) problems.push(`${orderId} is ${status} and has ${ended} final rows`);
    return problems;
  });
}

/** Every fault the sandbox knows, of a length that fits the storm's timeouts. */
const everyKind = [
  { kind: 'latency', ms: 400 },
  { kind: 'decline', code: 'REJECT_CARD_PAYMENT' },
  { kind: 'decline', code: 'INVALID_STOPPED_CARD' },
  { kind: 'decline', code: 'PROVIDER_ERROR' },
  { kind: 'decline', code: 'SOMETHING_NEW' },
  { kind: 'drop' },
  { kind: 'approve-then-drop' },
  { kind: 'hang' },
  { kind: 'late-approval', ms: 1900 },
  { kind: '500-before' },
  { kind: '500-after' },
  { kind: 'html' },
  { kind: 'html-after' },
  { kind: 'other-amount' },
  { kind: 'other-order' },
  { kind: 'decline-but-approved', code: 'PROVIDER_ERROR' },
  { kind: 'too-many', retryAfter: 1 },
  { kind: 'consecutive' },
  { kind: 'lookup-500' },
  { kind: 'lookup-html' },
  { kind: 'lookup-hang' },
  { kind: 'lookup-late', ms: 800 },
] as const;

function sheetOf(customers: number): string {
  const header =
    'customer_id,customer_name,email,phone,subscription_id,order_name,amount,billing_day,pg_provider,billing_key,customer_key,starts_on,ends_on,status';
  const rows = Array.from({ length: customers }, (_, nth) => {
    const id = `c${String(nth).padStart(6, '0')}`;
    return `${id},고객${nth},${id}@example.com,010-${String(nth)
      .padStart(8, '0')
      .replace(/^(\d{4})/, '$1-')},,월 구독,${10_000 + nth},L,TOSS,sbx_${id},ck_${id},2026-01-01,,ACTIVE`;
  });
  return `${[header, ...rows].join('\n')}\n`;
}
