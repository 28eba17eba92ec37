// Messages as rows: told in the transaction of what they tell about, posted and drawn by whoever holds the lease.

import type { EntityManager } from 'typeorm';
import { In, IsNull, Not } from 'typeorm';
import type { Message, NewMessage, Outbox } from '../cycle/outbox';
import type { PgProvider } from '../domain/outcome';
import type { PgState } from '../domain/picture';
import { insertsThen, list, type Statement } from './bulk';
import type { Database } from './database';
import { isDuplicate } from './dialect';
import { chargeTable, leaseTable, type OutboxRow, outboxTable } from './entities';

/** The id under which a message is told: telling it again wants it drawn anew. */
export const messageIdOf = ({ id, kind, subject }: Pick<NewMessage, 'id' | 'kind' | 'subject'>): string =>
  id ?? `${kind}:${subject}`;

/** Adds messages, or wants those drawn anew that are there. */
export function tells(manager: EntityManager, messages: readonly NewMessage[], now: Date): Statement<void>[] {
  const rows = messages.map(
    (message): OutboxRow => ({
      id: messageIdOf(message),
      kind: message.kind,
      subject: message.subject,
      body: message.body ?? null,
      threadOf: message.threadOf ?? null,
      ts: null,
      wanted: 1,
      drawn: 0,
      urgent: message.urgent ?? false,
      postingAt: null,
      notBefore: null,
      createdAt: now,
      dropped: false,
    }),
  );
  const again =
    manager.connection.options.type === 'better-sqlite3'
      ? ' ON CONFLICT (id) DO UPDATE SET wanted = outbox.wanted + 1, urgent = MAX(outbox.urgent, excluded.urgent), dropped = 0'
      : ' ON DUPLICATE KEY UPDATE wanted = wanted + 1, urgent = GREATEST(urgent, VALUES(urgent)), dropped = 0';
  return insertsThen(manager, outboxTable, rows, again);
}

/** Wants those of these messages drawn anew that are there. */
export function redraws(ids: readonly string[], urgent: boolean): Statement<void>[] {
  if (ids.length === 0) return [];
  const set = `wanted = wanted + 1, dropped = 0${urgent ? ', urgent = 1' : ''}`;
  return [{ sql: `UPDATE outbox SET ${set} WHERE id IN (${list(ids.length)})`, values: ids, read: () => undefined }];
}

/** Each message once, although several decisions of a group told it; urgent if one of them was. */
export function onePerId(messages: readonly NewMessage[]): NewMessage[] {
  const once = new Map<string, NewMessage>();
  for (const message of messages) {
    const id = messageIdOf(message);
    once.set(id, { ...message, urgent: message.urgent === true || once.get(id)?.urgent === true });
  }
  return [...once.values()];
}

/** A person or the breaker lets nothing go to this PG. */
export const isStopped = (pg: PgState): boolean => pg.heldBy !== null || pg.breakerOpenedAt !== null;

/** One message per time that a PG stops; it is drawn anew when the PG is open again. */
export const pgMessage = (pg: PgState): NewMessage => ({
  id: `pg:${pg.provider}:${(pg.heldAt ?? pg.breakerOpenedAt)?.getTime()}`,
  kind: 'pg',
  subject: pg.provider,
});

/** Wants the messages about this PG's latest stops drawn anew. */
export const redrawsOfPg = (provider: PgProvider): Statement<void> => ({
  sql: "UPDATE outbox SET wanted = wanted + 1 WHERE kind = 'pg' AND subject = ? AND dropped = 0",
  values: [provider],
  read: () => undefined,
});

export class StoredOutbox implements Outbox {
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly database: Database,
    private readonly now: () => Date,
  ) {}

  onTold(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Says in this process that something was told. */
  readonly announce = (): void => {
    for (const listener of this.listeners) listener();
  };

  async tell(message: NewMessage): Promise<void> {
    await this.database.write(({ manager }) => run(manager, tells(manager, [message], this.now())));
    this.announce();
  }

  async pending(what: 'posts' | 'redraws', now: Date, limit: number): Promise<Message[]> {
    return this.database.read(async (manager) => {
      const cycles =
        what === 'posts' ? await this.wished(manager, what, now).andWhere("message.kind = 'cycle'").getMany() : [];
      if (cycles.length >= limit) return cycles.slice(0, limit);
      // Everything else of a cycle waits for its message.
      const others = this.wished(manager, what, now).limit(limit - cycles.length);
      if (what === 'posts') others.andWhere("message.kind <> 'cycle'");
      return [...cycles, ...(await others.getMany())];
    });
  }

  private wished(manager: EntityManager, what: 'posts' | 'redraws', now: Date) {
    return manager
      .createQueryBuilder(outboxTable, 'message')
      .where('message.dropped = :no AND message.wanted > message.drawn', { no: false })
      .andWhere({ ts: what === 'posts' ? IsNull() : Not(IsNull()) })
      .andWhere('(message.notBefore IS NULL OR message.notBefore <= :now)')
      .setParameter('now', this.parameter(now))
      .orderBy({ 'message.urgent': 'DESC', 'message.createdAt': 'ASC', 'message.id': 'ASC' });
  }

  private parameter(instant: Date): Date | string {
    return this.database.dialect === 'sqlite' ? instant.toISOString().replace('T', ' ').replace('Z', '') : instant;
  }

  async get(id: string): Promise<Message | undefined> {
    return (await this.database.read((manager) => manager.findOneBy(outboxTable, { id }))) ?? undefined;
  }

  async cardsInChannel(billingDate: string): Promise<number> {
    return this.database.read((manager) =>
      manager
        .createQueryBuilder(outboxTable, 'message')
        .innerJoin(chargeTable.options.name, 'charge', 'charge.id = message.subject')
        .where("message.kind = 'card' AND message.threadOf IS NULL AND message.ts IS NOT NULL")
        .andWhere('charge.billing_date = :billingDate', { billingDate })
        .getCount(),
    );
  }

  async posting(id: string, threadOf: string | null, now: Date): Promise<void> {
    await this.set(id, { postingAt: now, threadOf });
  }

  async posted(id: string, ts: string, drawn: number): Promise<void> {
    await this.set(id, { ts, drawn, postingAt: null, notBefore: null, urgent: false });
  }

  async drawn(id: string, drawn: number): Promise<void> {
    await this.set(id, { drawn, notBefore: null, urgent: false });
  }

  async postpone(id: string, until: Date): Promise<void> {
    await this.set(id, { notBefore: until });
  }

  async drop(ids: readonly string[]): Promise<void> {
    await this.database.write(({ manager }) => manager.update(outboxTable, { id: In([...ids]) }, { dropped: true }));
  }

  async lost(id: string): Promise<void> {
    await this.set(id, { ts: null, postingAt: null, dropped: true });
  }

  async lease(name: string, holder: string, until: Date, now: Date): Promise<boolean> {
    return this.database.write(async ({ manager }) => {
      const before = await manager.findOneBy(leaseTable, { name });
      if (!before) return insertedFirst(manager, { name, holder, until });
      if (before.holder !== holder && before.until > now) return false;
      const same = { name, holder: before.holder };
      const done = await manager.update(leaseTable, same, { holder, until });
      return (done.affected ?? 0) > 0 || before.holder === holder;
    });
  }

  private async set(id: string, to: Partial<OutboxRow>): Promise<void> {
    await this.database.write(({ manager }) => manager.update(outboxTable, { id }, to));
  }
}

async function insertedFirst(
  manager: EntityManager,
  lease: { name: string; holder: string; until: Date },
): Promise<boolean> {
  try {
    await manager.insert(leaseTable, lease);
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false; // Another process was first.
    throw error;
  }
}

/** Runs statements one after the other. */
export async function run(manager: EntityManager, statements: readonly Statement<void>[]): Promise<void> {
  for (const { sql, values } of statements) if (sql !== null) await manager.query(sql, [...values]);
}
