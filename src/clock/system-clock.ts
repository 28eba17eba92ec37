// The present, and waiting. The only place where the current time comes from.

import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../cycle/ports';

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  /** Returns early, without an error, when the signal fires. */
  sleep: async (ms, signal) => {
    await wait(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
  },
};
