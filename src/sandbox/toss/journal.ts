// The memory that outlives the process: a file of JSON lines, only ever added to, each line the newest state of one
// thing. It is written before the answer leaves, so what a client was told is never forgotten. A process that dies is
// survived; a machine that loses power may forget the last seconds, because nothing is forced to the disk.

import {
  appendFileSync,
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { StoredAnswer } from './idempotency';
import type { AuthKey, BillingKey, Payment } from './payment';

export type JournalEntry =
  | { readonly kind: 'payment'; readonly value: Payment }
  | { readonly kind: 'billing-key'; readonly value: BillingKey }
  | { readonly kind: 'auth-key'; readonly value: AuthKey }
  | { readonly kind: 'answer'; readonly value: StoredAnswer };

const linesPerWrite = 1000;

export class Journal {
  private handle: number | undefined;

  /** Without a file nothing is kept. */
  constructor(private readonly file: string | undefined) {}

  /** Everything written so far, oldest first. A last line cut short by a dying process is passed over. */
  async *read(): AsyncGenerator<JournalEntry> {
    if (this.file === undefined || !existsSync(this.file)) return;
    let unreadable: number | undefined;
    let number = 0;
    for await (const line of createInterface({
      input: createReadStream(this.file),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      number += 1;
      if (unreadable !== undefined) throw new Error(this.complaint(unreadable));
      const entry = parsed(line);
      if (entry === undefined) unreadable = number;
      else yield entry;
    }
  }

  /** Replaces the file by these entries, in one step, and opens it for adding. */
  beginWith(entries: Iterable<JournalEntry>): void {
    if (this.file === undefined) return;
    mkdirSync(dirname(this.file), { recursive: true });
    const fresh = `${this.file}.new`;
    const handle = openSync(fresh, 'w');
    for (const lines of inGroups(entries)) appendFileSync(handle, lines);
    fsyncSync(handle);
    closeSync(handle);
    renameSync(fresh, this.file);
    this.handle = openSync(this.file, 'a');
  }

  append(entry: JournalEntry): void {
    if (this.handle !== undefined) appendFileSync(this.handle, lineOf(entry));
  }

  close(): void {
    if (this.handle !== undefined) closeSync(this.handle);
    this.handle = undefined;
  }

  private complaint(line: number): string {
    return `line ${line} of the sandbox journal ${this.file} is not JSON; move the file away to begin with empty books`;
  }
}

const lineOf = (entry: JournalEntry): string => `${JSON.stringify(entry)}\n`;

function parsed(line: string): JournalEntry | undefined {
  try {
    return JSON.parse(line) as JournalEntry;
  } catch {
    return undefined;
  }
}

function* inGroups(entries: Iterable<JournalEntry>): Generator<string> {
  let lines: string[] = [];
  for (const entry of entries) {
    if (lines.push(lineOf(entry)) < linesPerWrite) continue;
    yield lines.join('');
    lines = [];
  }
  yield lines.join('');
}
