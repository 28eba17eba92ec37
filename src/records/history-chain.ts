// The chain over one customer's rows of payment_history. The canonical form is frozen: an auditor recomputes it from
// the README, and installation.history_format names it.

import { createHash } from 'node:crypto';
import type { HistoryEntry } from '../domain/history';
import type { RawAnswer } from '../domain/outcome';
import type { Customer, HistoryRow } from './entities';

/** The format below. A change of it is a new number beside the old, never in its place. */
export const historyFormat = 1;

/** What stands before the first row of a chain. */
export const genesisHash = '0'.repeat(64);

/** Text as it is stored: NFC, without half characters, cut to its column. */
export function stored(text: string, length: number): string {
  const whole = text.normalize('NFC').toWellFormed().replaceAll('\u0000', '\uFFFD');
  return whole.length <= length ? whole : `${whole.slice(0, length - 1).toWellFormed()}…`;
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** The row as one JSON array: the contract's columns in order, whole won, UTC milliseconds, the raw answer by its own SHA-256. */
export function canonical(row: Omit<HistoryRow, 'prevHash' | 'hash'>): string {
  return JSON.stringify([
    row.id,
    row.customerId,
    row.subscriptionId,
    row.chargeId,
    row.attemptNo,
    row.refundId,
    row.orderId,
    row.billingDate,
    row.act,
    row.status,
    row.amount,
    row.pgProvider,
    row.pgPaymentKey,
    row.billingKeyId,
    row.failureCode,
    row.failureReason,
    row.actor,
    row.rawResponse === null ? null : sha256(row.rawResponse),
    row.createdAt.getTime(),
    row.seq,
  ]);
}

/** `hash = SHA-256(prev_hash + canonical row)`, in lower-case hex. */
export const hashOf = (prevHash: string, row: Omit<HistoryRow, 'prevHash' | 'hash'>): string =>
  sha256(prevHash + canonical(row));

/** The head of a chain, as the customer's row carries it. */
export type ChainHead = Pick<Customer, 'id' | 'chainSeq' | 'chainHash' | 'chainAt'>;

/** Adds one entry to a chain: the row to insert, and the head after it. Time never runs backwards within a chain. */
export function chained(head: ChainHead, entry: HistoryEntry, now: Date): { row: HistoryRow; head: ChainHead } {
  if (entry.customerId !== head.id)
    throw new Error(`row ${entry.id} of ${entry.customerId} can't join the chain of ${head.id}`);
  const createdAt = head.chainAt !== null && head.chainAt > now ? head.chainAt : now;
  const row = { ...storedColumns(entry), createdAt, seq: head.chainSeq + 1 };
  const hash = hashOf(head.chainHash, row);
  return {
    row: { ...row, prevHash: head.chainHash, hash },
    head: { id: head.id, chainSeq: row.seq, chainHash: hash, chainAt: createdAt },
  };
}

const text = (value: string | null | undefined, length: number): string | null =>
  value === null || value === undefined ? null : stored(value, length);

function storedColumns(entry: HistoryEntry): Omit<HistoryRow, 'createdAt' | 'seq' | 'prevHash' | 'hash'> {
  return {
    id: entry.id,
    customerId: entry.customerId,
    subscriptionId: entry.subscriptionId ?? null,
    chargeId: entry.chargeId ?? null,
    attemptNo: entry.attemptNo ?? null,
    refundId: entry.refundId ?? null,
    orderId: entry.orderId ?? null,
    billingDate: entry.billingDate ?? null,
    act: entry.act,
    status: entry.status,
    amount: entry.amount ?? null,
    pgProvider: entry.pgProvider ?? null,
    pgPaymentKey: text(entry.pgPaymentKey, 200),
    billingKeyId: entry.billingKeyId ?? null,
    failureCode: text(entry.failureCode, 100),
    failureReason: text(entry.failureReason, 1000),
    actor: stored(entry.actor, 255),
    rawResponse: entry.raw ? rawText(entry.raw) : null,
  };
}

/** How large one answer may be in a row; MySQL's default packet takes a group of these. */
const rawLimit = 64 * 1024;

/** `{"http":…,"body":…}` and the trace id where there is one, as exact text. An answer larger than the limit keeps its beginning and its fingerprint. */
export function rawText(raw: RawAnswer): string {
  const exact = JSON.stringify({
    http: raw.http,
    body: raw.body,
    ...(raw.trace === undefined ? {} : { trace: raw.trace }),
  });
  if (exact.length <= rawLimit) return exact;
  const begin = (typeof raw.body === 'string' ? raw.body : JSON.stringify(raw.body))
    .slice(0, rawLimit / 2)
    .toWellFormed();
  return JSON.stringify({ http: raw.http, body: begin, cut: { characters: exact.length, sha256: sha256(exact) } });
}
