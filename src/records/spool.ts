// Outcomes that could not be committed, on disk until they are: one file of JSON lines per process, fsynced line by
// line. They hold what the history would hold: masked answers, no secrets.

import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Spool, SpooledSettle } from '../cycle/ports';

type Line = { readonly keep: SpooledSettle } | { readonly forget: string };

/** The files that this process writes to. One with our number that is not among them is of a former process. */
const inUse = new Set<string>();

export class FileSpool implements Spool {
  private file: Promise<FileHandle> | undefined;
  private readonly path: string;
  private readonly owed = new Set<string>();

  /** `folder` is made when it is first needed. */
  constructor(private readonly folder: string) {
    this.path = join(folder, `${process.pid}-${randomUUID()}.jsonl`);
  }

  async keep(record: SpooledSettle): Promise<void> {
    if (this.owed.has(record.id)) return;
    this.owed.add(record.id);
    try {
      await this.write({ keep: record });
    } catch (error) {
      this.owed.delete(record.id); // It is not on disk: the next try writes it.
      throw error;
    }
  }

  async forget(id: string): Promise<void> {
    if (this.owed.delete(id)) await this.write({ forget: id });
  }

  private async write(line: Line): Promise<void> {
    const file = await this.opened();
    // A line that a full disk cut short must not swallow the next one.
    await file.appendFile(`\n${JSON.stringify(line)}\n`);
    await file.sync();
  }

  private opened(): Promise<FileHandle> {
    if (this.file !== undefined) return this.file;
    mkdirSync(this.folder, { recursive: true });
    inUse.add(this.path);
    const opening = open(this.path, 'a', 0o600);
    this.file = opening;
    opening.catch(() => {
      this.file = undefined; // The next write tries again.
    });
    return opening;
  }

  /** Ends this process's file; it is removed when nothing in it is owed. */
  async close(): Promise<void> {
    if (!this.file) return;
    await (await this.file).close();
    this.file = undefined;
    inUse.delete(this.path);
    if (this.owed.size === 0 && existsSync(this.path)) unlinkSync(this.path);
  }
}

/** What processes that are gone have left in the folder: each file with what it still owes. Settle all of a file, then remove it. */
export function leftBehind(folder: string): { path: string; owed: SpooledSettle[] }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl') && !isAlive(Number(name.split('-')[0])))
    .map((name) => join(folder, name))
    .filter((path) => !inUse.has(path))
    .map((path) => ({ path, owed: stillOwed(path) }));
}

function stillOwed(path: string): SpooledSettle[] {
  const owed = new Map<string, SpooledSettle>();
  for (const text of readFileSync(path, 'utf8').split('\n')) {
    const line = parsed(text);
    if (line && 'keep' in line) owed.set(line.keep.id, line.keep);
    else if (line) owed.delete(line.forget);
  }
  return [...owed.values()];
}

/** A line that a crash cut short was never acknowledged by the disk; its charge is found by the sweeper. */
function parsed(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Line;
    if (!('keep' in line) || line.keep.outcome.kind !== 'approved') return line;
    return {
      keep: { ...line.keep, outcome: { ...line.keep.outcome, approvedAt: new Date(line.keep.outcome.approvedAt) } },
    };
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
