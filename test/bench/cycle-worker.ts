// One cycle in a process of its own, so that its memory and its processor time are its own. Prints what it took.

import { runCycle } from '../../src/cycle/run-cycle';
import type { CalendarDate } from '../../src/domain/calendar';
import { openBenchWorld } from './world';

/** The largest live heap, looked at every half second after a collection; only where `--expose-gc` allows one. */
function watchedHeap(): () => number {
  let most = 0;
  const look = (): void => {
    globalThis.gc?.();
    most = Math.max(most, process.memoryUsage().heapUsed);
  };
  const timer = globalThis.gc && setInterval(look, 500);
  return () => {
    clearInterval(timer);
    look();
    return most / 1024 / 1024;
  };
}

async function main(): Promise<void> {
  const { world, records } = await openBenchWorld();
  const date = '2026-10-31' as CalendarDate;
  await records.planner.plan(date, { early: true, startedBy: 'cycle', now: world.clock.now() });
  const liveHeap = watchedHeap();
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  await runCycle(world, date, { actor: 'cycle' });
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const paid = (await records.workList.statesOf(date)).find((row) => row.state === 'PAID')?.count ?? 0;
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  const liveMiB = liveHeap();
  await records.close();
  process.stdout.write(`${JSON.stringify({ seconds, paid, peakMiB, liveMiB, cpuSeconds: (user + system) / 1e6 })}\n`);
}

void main();
