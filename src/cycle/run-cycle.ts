// A cycle: everything due on one billing date is charged once, and the rest of the program's promises are kept while
// it runs. Any number of processes may run the same date at once.

import type { CalendarDate } from '../domain/calendar';
import type { Actor } from '../domain/history';
import type { PgProvider } from '../domain/outcome';
import { type ChargeResult, charge, park } from './charge';
import type { Gateway, WorkItem, World } from './ports';
import { resolve } from './resolve';
import { slotsOf } from './slots';
import { sweep } from './sweep';

export interface CycleOptions {
  readonly actor: Actor;
  /** Told after every charge that came to an end here. */
  readonly progress?: (result: ChargeResult) => void;
  /** When set, nothing new is claimed; what is in flight ends and is recorded. */
  readonly stop?: AbortSignal;
}

const pageSize = 500;

/** How long to wait before a charge that had to wait for another one of its customer is tried again. */
const customerBusyMs = 200;
const pollMs = 250;

/**
 * Sends every first attempt of the date and every re-send that is safe now, and returns when nothing of it is DUE or
 * CHARGING in any process, or a dead process's lease has run out and its charges were asked about.
 */
export async function runCycle(world: World, date: CalendarDate, options: CycleOptions): Promise<void> {
  for (let round = 0; !options.stop?.aborted; round += 1) {
    // What is in doubt is asked about beside the sending: a PG that is slow to answer questions keeps nobody waiting.
    const sending = [...world.gateways.values()].map((gateway) => sendDue(world, gateway, date, options));
    await Promise.all([sweep(world, { billingDate: date, patient: round > 0 }, options.stop), ...sending]);
    await setAsideUnconfigured(world, date, options);
    const next = await world.workList.nextLook(date);
    if (next === null) return;
    const waitMs = next.getTime() - world.clock.now().getTime();
    await world.clock.sleep(Math.min(pollMs, Math.max(10, waitMs)), options.stop);
  }
}

/** Charges of a PG that this installation has no keys for: the last look holds them. */
async function setAsideUnconfigured(world: World, date: CalendarDate, options: CycleOptions): Promise<void> {
  const others = (['TOSS', 'INICIS'] as const satisfies readonly PgProvider[]).filter(
    (provider) => !world.gateways.has(provider),
  );
  for (const provider of others) {
    const due = await world.workList.due(date, provider, world.clock.now(), pageSize);
    for (const item of due) options.progress?.(await charge(world, item, { why: 'first', actor: options.actor }));
  }
}

/** Keeps the PG's places filled with charges that are due until none is left that may go now. */
async function sendDue(world: World, gateway: Gateway, date: CalendarDate, options: CycleOptions): Promise<void> {
  const slots = slotsOf(gateway);
  const running = new Map<string, Promise<void>>();
  const notBefore = new Map<string, number>();
  const errors: unknown[] = [];
  while (!options.stop?.aborted && errors.length === 0) {
    const now = world.clock.now();
    const page = await world.workList.due(date, gateway.provider, now, pageSize + running.size);
    const fresh = page.filter((item) => !running.has(item.id) && (notBefore.get(item.id) ?? 0) <= now.getTime());
    if (fresh.length === 0) {
      if (running.size === 0) break;
      await Promise.race(running.values());
      continue;
    }
    for (const item of fresh) {
      const free = await slots.take();
      if (options.stop?.aborted || errors.length > 0) {
        free();
        break;
      }
      const one = chargeOne(world, item, options, free, notBefore)
        .catch((error: unknown) => void errors.push(error))
        .finally(() => {
          free();
          running.delete(item.id);
        });
      running.set(item.id, one);
    }
  }
  await Promise.all(running.values());
  if (errors.length > 0) throw errors[0];
}

async function chargeOne(
  world: World,
  item: WorkItem,
  options: CycleOptions,
  answered: () => void,
  notBefore: Map<string, number>,
): Promise<void> {
  try {
    const result = await charge(world, item, { why: 'first', actor: options.actor, answered });
    if (result.kind === 'wait')
      notBefore.set(item.id, (result.until ?? new Date(world.clock.now().getTime() + customerBusyMs)).getTime());
    if (result.kind === 'ask-first') await resolve(world, item, options.actor);
    options.progress?.(result);
  } catch (error) {
    if (error instanceof Error && error.name === 'DatabaseGone') throw error;
    await park(world, item, error); // One charge's error is that charge's, never the cycle's.
  }
}
