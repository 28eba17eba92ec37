// When something is asked or tried again: offsets from one instant, in ascending order.

import { type BillingTime, dateIn, hourIn, nextHour, plusDays, startOfCycle } from './calendar';

/** One step of a ladder. Whole days run at the billing time of that day, shorter offsets as they are. */
export interface LadderStep {
  readonly ms: number;
  readonly wholeDays?: number;
}

/** The instant of a step, counted from `from`. */
export function stepAt(step: LadderStep, from: Date, at: BillingTime): Date {
  if (step.wholeDays === undefined) return new Date(from.getTime() + step.ms);
  return startOfCycle(plusDays(dateIn(at.zone, from), step.wholeDays), at);
}

/** Korean banks and card companies do their daily maintenance around midnight there: no ladder retry starts from 23:00 to 01:00. */
const maintenance = { zone: 'Asia/Seoul', from: 23, to: 1 } as const;

/** Retries that were missed while everything stood still run in waking hours: a charge at 4 a.m. helps nobody. */
const waking = { from: 9, to: 21 } as const;

/** An overdue retry is one that should have run this long ago. */
const overdueMs = 10 * 60_000;

/** Moves an instant out of the maintenance hours. */
export function outsideMaintenance(instant: Date): Date {
  const hour = hourIn(maintenance.zone, instant);
  return hour >= maintenance.from || hour < maintenance.to
    ? nextHour(maintenance.zone, instant, maintenance.to)
    : instant;
}

/** When a retry that was due at `due` may run, seen from `now`: now, or a later instant. */
export function ladderMayRunAt(due: Date, now: Date, zone: string): Date {
  if (now.getTime() - due.getTime() > overdueMs) {
    const hour = hourIn(zone, now);
    if (hour < waking.from || hour >= waking.to) return nextHour(zone, now, waking.from);
  }
  return outsideMaintenance(now);
}
