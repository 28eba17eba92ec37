// Customers, their subscriptions and cards: importing a sheet, and finding somebody by what a person types.

import { randomUUID } from 'node:crypto';
import { type EntityManager, In, Like } from 'typeorm';
import { type BillingDay, type CalendarDate, dateIn, startOfCycle } from '../domain/calendar';
import { systemCustomer } from '../domain/history';
import { type PgProvider, pgProviders } from '../domain/outcome';
import type { Won } from '../domain/won';
import { inParts, insertMany } from './bulk';
import type { Database } from './database';
import {
  type BillingKey,
  billingKeyTable,
  type Customer,
  customerTable,
  type Subscription,
  subscriptionTable,
} from './entities';
import { genesisHash } from './history-chain';
import type { SealedKeys } from './sealed-keys';

/** One row of a sheet, read and checked by itself. */
export interface ImportRow {
  /** The line in the file, for problems that only the records show. */
  readonly line: number;
  readonly customerId: string;
  readonly customerName: string;
  readonly email: string;
  readonly phone: string;
  readonly subscriptionId: string;
  readonly orderName: string;
  readonly amount: Won;
  readonly billingDay: BillingDay;
  readonly pgProvider: PgProvider;
  readonly billingKey: string;
  readonly customerKey: string;
  /** null: today. */
  readonly startsOn: CalendarDate | null;
  readonly endsOn: CalendarDate | null;
  readonly status: 'ACTIVE' | 'PAUSED' | 'ENDED';
}

export interface ImportProblem {
  readonly line: number;
  readonly reason: string;
}

export type ImportResult =
  | { readonly kind: 'done'; readonly added: number; readonly changed: number; readonly unchanged: number }
  | { readonly kind: 'refused'; readonly problems: readonly ImportProblem[] };

export interface ImportOptions {
  readonly dryRun: boolean;
  readonly allowSecond: boolean;
  readonly now: Date;
  readonly zone: string;
  /** Set in the sandbox, whose customers fall due the moment they are imported. */
  readonly planFrom?: Date;
}

/** The name as it is searched. */
export const nameKeyOf = (name: string): string => name.normalize('NFC').toLowerCase().replaceAll(/\s+/g, '');
export const phoneKeyOf = (phone: string): string => phone.replaceAll(/\D/g, '');

/** What the records hold of the people and things that a sheet names. */
interface Known {
  readonly customers: Map<string, Customer>;
  readonly subscriptions: Map<string, Subscription>;
  /** By every fingerprint that a key of the sheet may be stored under. */
  readonly keys: Map<string, BillingKey>;
  /** The active subscriptions of the sheet's customers. */
  readonly active: Subscription[];
}

/** All rows or none. Running the same sheet twice changes nothing; an existing charge's amount never changes. */
export async function importRows(
  database: Database,
  keys: SealedKeys,
  rows: readonly ImportRow[],
  options: ImportOptions,
): Promise<ImportResult> {
  return database.write(async ({ manager }) => {
    const known = await readKnown(manager, keys, rows);
    const problems = conflictsOf(rows, known, keys, options);
    if (problems.length > 0) return { kind: 'refused', problems };
    const work = new SheetWork(known, keys, options);
    for (const row of rows) work.take(row);
    if (!options.dryRun) await work.write(manager);
    return { kind: 'done', ...work.counts };
  });
}

async function readKnown(manager: EntityManager, keys: SealedKeys, rows: readonly ImportRow[]): Promise<Known> {
  const known: Known = { customers: new Map(), subscriptions: new Map(), keys: new Map(), active: [] };
  for (const part of inParts(rows)) {
    const customerIds = part.map((row) => row.customerId);
    for (const row of await manager.findBy(customerTable, { id: In(customerIds) })) known.customers.set(row.id, row);
    for (const row of await manager.findBy(subscriptionTable, { id: In(part.map((one) => one.subscriptionId)) }))
      known.subscriptions.set(row.id, row);
    known.active.push(...(await manager.findBy(subscriptionTable, { customerId: In(customerIds), status: 'ACTIVE' })));
    const prints = part.flatMap((row) => keys.fingerprints(row.billingKey, row.pgProvider));
    for (const row of await manager.findBy(billingKeyTable, { fingerprint: In(prints) }))
      known.keys.set(row.fingerprint, row);
  }
  return known;
}

const knownKey = (known: Known, keys: SealedKeys, row: ImportRow): BillingKey | undefined =>
  keys
    .fingerprints(row.billingKey, row.pgProvider)
    .map((print) => known.keys.get(print))
    .find((key) => key !== undefined);

/** What is wrong with a row in the light of the records and of the rows above it. */
function conflictsOf(
  rows: readonly ImportRow[],
  known: Known,
  keys: SealedKeys,
  options: ImportOptions,
): ImportProblem[] {
  const problems: ImportProblem[] = [];
  const news = new Map<string, number>();
  for (const row of rows) {
    const problem = (reason: string): number => problems.push({ line: row.line, reason });
    const subscription = known.subscriptions.get(row.subscriptionId);
    if (subscription && subscription.customerId !== row.customerId)
      problem(`subscription_id "${row.subscriptionId}" belongs to customer "${subscription.customerId}"`);
    const key = knownKey(known, keys, row);
    if (key && key.customerId !== row.customerId)
      problem(`its billing_key belongs to customer "${key.customerId}"; a card is one customer's`);
    if (subscription || options.allowSecond || row.status !== 'ACTIVE') continue;
    const twin = known.active.find(
      (one) =>
        one.customerId === row.customerId && one.amount === row.amount && one.billingDay === String(row.billingDay),
    );
    const alike = JSON.stringify([row.customerId, row.amount, row.billingDay]);
    const above = news.get(alike);
    const also = twin ? `subscription "${twin.id}"` : above === undefined ? undefined : `line ${above}`;
    if (also)
      problem(
        `customer "${row.customerId}" pays ${row.amount} won on day ${row.billingDay} already (${also}); if this is really a second one, import with --allow-second`,
      );
    news.set(alike, above ?? row.line);
  }
  return problems;
}

/** What a sheet changes, gathered row by row and written in bulk. */
class SheetWork {
  readonly counts = { added: 0, changed: 0, unchanged: 0 };
  private readonly newCustomers = new Map<string, Customer>();
  private readonly newKeys = new Map<string, BillingKey>();
  private readonly newSubscriptions: Subscription[] = [];
  private readonly updates: ((manager: EntityManager) => Promise<unknown>)[] = [];

  constructor(
    private readonly known: Known,
    private readonly keys: SealedKeys,
    private readonly options: ImportOptions,
  ) {}

  take(row: ImportRow): void {
    const customerChanged = this.takeCustomer(row);
    const key = this.takeKey(row);
    const before = this.known.subscriptions.get(row.subscriptionId);
    const after = this.subscriptionOf(row, before, key.id);
    if (!before) {
      this.newSubscriptions.push(after);
      this.counts.added += 1;
      return;
    }
    const changed = (Object.keys(after) as (keyof Subscription)[]).filter(
      (column) => String(after[column]) !== String(before[column]),
    );
    if (changed.length > 0) this.updates.push((manager) => manager.update(subscriptionTable, { id: after.id }, after));
    this.counts[changed.length > 0 || customerChanged || key.changed ? 'changed' : 'unchanged'] += 1;
  }

  /** A customer of the sheet: added, or brought up to date. Answers whether a known one changed. */
  private takeCustomer(row: ImportRow): boolean {
    const values = {
      name: row.customerName,
      nameKey: nameKeyOf(row.customerName),
      email: row.email,
      phone: row.phone,
      phoneKey: phoneKeyOf(row.phone),
    };
    const before = this.known.customers.get(row.customerId);
    if (!before) {
      const chain = { chainSeq: 0, chainHash: genesisHash, chainAt: null };
      this.newCustomers.set(row.customerId, { id: row.customerId, ...values, ...chain, createdAt: this.options.now });
      return false;
    }
    if (before.name === row.customerName && before.email === row.email && before.phone === row.phone) return false;
    this.updates.push((manager) => manager.update(customerTable, { id: before.id }, values));
    return true;
  }

  private takeKey(row: ImportRow): { id: string; changed: boolean } {
    const [fingerprint] = this.keys.fingerprints(row.billingKey, row.pgProvider);
    const fresh = this.newKeys.get(fingerprint);
    if (fresh) return { id: fresh.id, changed: false };
    const before = knownKey(this.known, this.keys, row);
    if (before) {
      const changed = before.customerKey !== row.customerKey;
      if (changed)
        this.updates.push((manager) =>
          manager.update(billingKeyTable, { id: before.id }, { customerKey: row.customerKey }),
        );
      return { id: before.id, changed };
    }
    const owner = { id: randomUUID(), customerId: row.customerId, pgProvider: row.pgProvider };
    const sealed = this.keys.seal(row.billingKey, owner);
    this.newKeys.set(fingerprint, {
      ...owner,
      customerKey: row.customerKey,
      sealed,
      secretId: this.keys.secretId,
      fingerprint,
      status: 'ACTIVE',
      createdAt: this.options.now,
    });
    return { id: owner.id, changed: false };
  }

  private subscriptionOf(row: ImportRow, before: Subscription | undefined, billingKeyId: string): Subscription {
    const startsOn = row.startsOn ?? before?.startsOn ?? dateIn(this.options.zone, this.options.now);
    const billingDay = String(row.billingDay);
    // Joined, activated, or moved to another day: the machine plans only what lies after this moment.
    const joins =
      !before ||
      before.billingDay !== billingDay ||
      before.startsOn !== startsOn ||
      (before.status !== 'ACTIVE' && row.status === 'ACTIVE');
    const starts = startOfCycle(startsOn, { hour: 0, minute: 0, zone: this.options.zone });
    const moment = this.options.planFrom ?? this.options.now;
    return {
      id: row.subscriptionId,
      customerId: row.customerId,
      orderName: row.orderName,
      amount: row.amount,
      billingDay,
      status: row.status,
      startsOn,
      endsOn: row.endsOn,
      planFrom: joins ? new Date(Math.max(moment.getTime(), starts.getTime())) : before.planFrom,
      billingKeyId,
      createdAt: before?.createdAt ?? this.options.now,
    };
  }

  async write(manager: EntityManager): Promise<void> {
    await insertMany(manager, customerTable, [...this.newCustomers.values()]);
    await insertMany(manager, billingKeyTable, [...this.newKeys.values()]);
    await insertMany(manager, subscriptionTable, this.newSubscriptions);
    for (const update of this.updates) await update(manager);
  }
}

/** How many active subscriptions each PG has. */
export async function subscriptionsByPg(database: Database): Promise<Map<PgProvider, number>> {
  const counts = new Map<PgProvider, number>();
  for (const provider of pgProviders) {
    const count = await database.read((manager) =>
      manager
        .createQueryBuilder(subscriptionTable, 'subscription')
        .innerJoin('billing_key', 'billing_key', 'billing_key.id = subscription.billingKeyId')
        .where("subscription.status = 'ACTIVE' AND billing_key.pg_provider = :provider", { provider })
        .getCount(),
    );
    counts.set(provider, count);
  }
  return counts;
}

/** The secrets that billing keys of these records need; a process without one of them must not start. */
export async function secretsInUse(database: Database): Promise<string[]> {
  const rows = await database.read((manager) =>
    manager
      .createQueryBuilder(billingKeyTable, 'key')
      .select('DISTINCT key.secretId', 'secret')
      .getRawMany<{ secret: string }>(),
  );
  return rows.map((row) => row.secret);
}

export type FoundCustomer = Pick<Customer, 'id' | 'name' | 'phone' | 'email'>;

/** How many customers an ambiguous search names at most. */
const most = 20;

/** Customers by exact name first, then by customer id, whole phone or its last four digits, then by part of a name. */
export async function findCustomers(database: Database, typed: string): Promise<FoundCustomer[]> {
  const name = nameKeyOf(typed);
  const digits = phoneKeyOf(typed);
  const phoneLike = /^[\d\s()+-]+$/.test(typed.trim()) && digits.length >= 4;
  const part = name.replaceAll(/[\\%_]/g, (letter) => `\\${letter}`);
  return database.read(async (manager) => {
    const look = async (where: object | object[]): Promise<FoundCustomer[]> => {
      const rows = await manager.find(customerTable, { where, order: { name: 'ASC', id: 'ASC' }, take: most + 1 });
      return rows.filter((row) => row.id !== systemCustomer);
    };
    const steps: (() => Promise<FoundCustomer[]>)[] = [
      () => look({ nameKey: name }),
      () => look({ id: typed.trim().normalize('NFC') }),
      () =>
        phoneLike
          ? look(digits.length > 4 ? { phoneKey: digits } : { phoneKey: Like(`%${digits}`) })
          : Promise.resolve([]),
      () => (name === '' ? Promise.resolve([]) : byPartOfName(manager, part)),
    ];
    for (const step of steps) {
      const found = await step();
      if (found.length > 0) return found;
    }
    return [];
  });
}

/** LIKE with the backslash as escape: MySQL's default, and said aloud for SQLite. */
async function byPartOfName(manager: EntityManager, part: string): Promise<FoundCustomer[]> {
  const escaping = manager.connection.options.type === 'better-sqlite3' ? " ESCAPE '\\'" : '';
  return manager
    .createQueryBuilder(customerTable, 'customer')
    .where(`customer.nameKey LIKE :part${escaping}`, { part: `%${part}%` })
    .andWhere('customer.id <> :system', { system: systemCustomer })
    .orderBy('customer.name')
    .addOrderBy('customer.id')
    .take(most + 1)
    .getMany();
}
