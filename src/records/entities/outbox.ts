// Messages as rows (see cycle/outbox.ts), and who may post them now.

import { EntitySchema } from 'typeorm';
import type { Message } from '../../cycle/outbox';
import { instant, longText, named, nullable, primary, whole, word, yesNo } from './columns';

const messageId = { type: 'varchar', length: 120 } as const;

/** A row of `outbox`. */
export type OutboxRow = { -readonly [Column in keyof Message]: Message[Column] } & {
  /** It will never stand in Slack. */
  dropped: boolean;
};

export const outboxTable = new EntitySchema<OutboxRow>({
  name: 'outbox',
  columns: {
    id: primary(messageId),
    kind: word,
    subject: { type: 'varchar', length: 64 },
    body: nullable(longText),
    threadOf: nullable(named(messageId, 'thread_of')),
    ts: nullable(word),
    wanted: whole,
    drawn: whole,
    urgent: yesNo,
    postingAt: nullable(named(instant, 'posting_at')),
    notBefore: nullable(named(instant, 'not_before')),
    createdAt: named(instant, 'created_at'),
    dropped: yesNo,
  },
});

/** The right to do something that one process does at a time, until then. */
export interface Lease {
  name: string;
  holder: string;
  until: Date;
}
export const leaseTable = new EntitySchema<Lease>({
  name: 'lease',
  columns: {
    name: primary({ type: 'varchar', length: 64 }),
    holder: { type: 'varchar', length: 64 },
    until: named(instant, 'held_until'),
  },
});
