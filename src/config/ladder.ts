// Ladders: offsets in ascending order, written as `90s,5m,2h,1d`.

import type { LadderStep } from '../domain/ladder';
import { type Parse, type Parsed, read, refuse } from './parsed';

const unitsMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Past these a ladder is more likely a slip of the hand than a plan. */
const longestMs = 366 * unitsMs.d;
const mostSteps = 50;

const wayOut = 'write offsets in ascending order with ms, s, m, h or d, for example 90s,5m,2h,1d';

/** Steps in ascending order. Whole days keep that they are days: they run at the billing time, not after so many hours. */
export const ladder: Parse<readonly LadderStep[]> = (value) => {
  const steps: LadderStep[] = [];
  for (const written of value.split(',').map((part) => part.trim())) {
    const step = stepOf(written);
    if (!step.ok) return step;
    const before = steps.at(-1);
    if (before && before.ms >= step.value.ms)
      return refuse(`does not ascend: "${written}" is not longer than the step before it; ${wayOut}`);
    steps.push(step.value);
  }
  return steps.length <= mostSteps ? read(steps) : refuse(`has ${steps.length} steps; ${mostSteps} are the most`);
};

/** The same as plain offsets, for a ladder on which a day is just 24 hours. */
export const ladderMs: Parse<readonly number[]> = (value) => {
  const steps = ladder(value);
  return steps.ok ? read(steps.value.map((step) => step.ms)) : steps;
};

function stepOf(written: string): Parsed<LadderStep> {
  const found = /^(\d{1,9})\s*(ms|s|m|h|d)$/i.exec(written);
  const unit = found?.[2]?.toLowerCase() as keyof typeof unitsMs | undefined;
  if (!unit) return refuse(`has ${JSON.stringify(written)}, which is no offset; ${wayOut}`);
  const count = Number(found?.[1]);
  const ms = count * unitsMs[unit];
  if (ms === 0) return refuse(`has "${written}", which is no time at all; ${wayOut}`);
  if (ms > longestMs) return refuse(`has "${written}", which is more than a year; ${wayOut}`);
  return read(unit === 'd' ? { ms, wholeDays: count } : { ms });
}
