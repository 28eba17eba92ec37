// `import`: a sheet of customers, all rows or none.

import { readFileSync } from 'node:fs';
import { systemClock } from '../clock/system-clock';
import type { Config } from '../config';
import { type ImportProblem, importRows, subscriptionsByPg } from '../records/customers';
import { type ExitCode, keysOf, type Session, UsageError, withSession } from './session';
import { readSheet } from './sheet';

export interface ImportFlags {
  readonly dryRun?: boolean;
  readonly allowSecond?: boolean;
}

/** How many bad rows are listed; the rest is counted. */
const problemsListed = 50;

export function runImport(config: Config, file: string, flags: ImportFlags): Promise<ExitCode> {
  const sheet = readSheet(bytesOf(file));
  if (sheet.kind === 'unreadable') throw new UsageError(`${file}: ${sheet.reason}`);
  if (sheet.kind === 'bad') throw new UsageError(badRows(file, sheet.problems));
  return withSession(config, async (session) => {
    const now = systemClock.now();
    const yesterday = new Date(now.getTime() - 86_400_000);
    const result = await importRows(
      session.records.database,
      await keysOf(session.config, session.records),
      sheet.rows,
      {
        dryRun: flags.dryRun === true,
        allowSecond: flags.allowSecond === true,
        now,
        zone: session.config.billingTime.zone,
        ...(session.config.realm === 'sandbox' ? { planFrom: yesterday } : {}),
      },
    );
    if (result.kind === 'refused') throw new UsageError(badRows(file, result.problems));
    session.print(
      `new ${result.added} / changed ${result.changed} / unchanged ${result.unchanged}${flags.dryRun ? ' (dry run: nothing was written)' : ''}`,
    );
    await warnOfUnconfigured(session);
    return 0;
  });
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : `it can't be read (${code})`;
    throw new UsageError(`${file}: ${why}`);
  }
}

function badRows(file: string, problems: readonly (ImportProblem & { readonly column?: string })[]): string {
  const listed = problems
    .slice(0, problemsListed)
    .map(({ line, column, reason }) => `  line ${line}${column ? `, ${column}` : ''}: ${reason}`);
  const more = problems.length > listed.length ? [`  … and ${problems.length - listed.length} more`] : [];
  return [
    `${file}: nothing was imported, because ${problems.length} ${problems.length === 1 ? 'thing needs' : 'things need'} a correction:`,
    ...listed,
    ...more,
  ].join('\n');
}

/** Subscriptions at a PG that has no keys here would only be held. */
async function warnOfUnconfigured({ config, records, tell }: Session): Promise<void> {
  const counts = await subscriptionsByPg(records.database);
  const ready = { TOSS: config.toss !== undefined || config.realm === 'sandbox', INICIS: false };
  for (const [provider, count] of counts) {
    if (count > 0 && !ready[provider])
      tell(
        `${count} active subscriptions are at ${provider}, which is not configured here: their charges will be held`,
      );
  }
}
