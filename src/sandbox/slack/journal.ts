// The memory that outlives the process: a file of JSON lines, only ever added to, each line the newest state of one
// message. It is written before the answer leaves, so a message the bot was given a `ts` for is never forgotten.

import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { parsed } from './fields';
import type { Message } from './message';

export type JournalEntry =
  | { readonly kind: 'message'; readonly value: Message }
  | { readonly kind: 'deleted'; readonly value: { readonly channel: string; readonly ts: string } };

export class Journal {
  private handle: number | undefined;

  /** Without a file nothing is kept. */
  constructor(private readonly file: string | undefined) {}

  /** Everything written so far, oldest first. A last line cut short by a dying process is passed over. */
  *read(): Generator<JournalEntry> {
    if (this.file === undefined || !existsSync(this.file)) return;
    const lines = readFileSync(this.file, 'utf8').split('\n');
    if (lines.at(-1) === '') lines.pop();
    for (const [index, line] of lines.entries()) {
      const entry = parsed(line) as JournalEntry | undefined;
      if (entry !== undefined) yield entry;
      else if (index < lines.length - 1) throw new Error(this.complaint(index + 1));
    }
  }

  /** Replaces the file by these entries, in one step, and opens it for adding. */
  beginWith(entries: Iterable<JournalEntry>): void {
    if (this.file === undefined) return;
    mkdirSync(dirname(this.file), { recursive: true });
    const fresh = `${this.file}.new`;
    const handle = openSync(fresh, 'w');
    for (const entry of entries) appendFileSync(handle, lineOf(entry));
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
    return `line ${line} of the workspace journal ${this.file} is not JSON; move the file away to begin without messages`;
  }
}

const lineOf = (entry: JournalEntry): string => `${JSON.stringify(entry)}\n`;
