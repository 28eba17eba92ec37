// Outcomes that could not be committed, on disk until they are: one file of JSON lines per process, fsynced line by
// line. They hold what the history would hold: masked answers, no secrets.

import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Spool, SpooledSettle } from '../cycle/ports';

type Line = { readonly keep: SpooledSettle } | { readonly forget: string };

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
    await this.write({ keep: record });
  }

  async forget(id: string): Promise<void> {
    if (this.owed.delete(id)) await this.write({ forget: id });
  }

  private async write(line: Line): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    this.file ??= open(this.path, 'a', 0o600);
    const file = await this.file;
    await file.appendFile(`${JSON.stringify(line)}\n`);
    await file.sync();
  }

  /** Ends this process's file; it is removed when nothing in it is owed. */
  async close(): Promise<void> {
    if (!this.file) return;
    await (await this.file).close();
    this.file = undefined;
    if (this.owed.size === 0 && existsSync(this.path)) unlinkSync(this.path);
  }
}

/** What processes that are gone have left in the folder: each file with what it still owes. Settle all of a file, then remove it. */
export function leftBehind(folder: string): { path: string; owed: SpooledSettle[] }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl') && !isAlive(Number(name.split('-')[0])))
    .map((name) => ({ path: join(folder, name), owed: stillOwed(join(folder, name)) }));
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
