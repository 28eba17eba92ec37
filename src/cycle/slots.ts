// So many at once, and no more.

import type { Gateway } from './ports';

/** A counted set of places. `take` waits for a free one; the function it hands back gives the place up, once. */
export class Slots {
  private taken = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly count: number) {}

  async take(): Promise<() => void> {
    if (this.taken >= this.count) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.taken += 1;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = this.waiting.shift();
      if (next) next();
      else this.taken -= 1;
    };
  }
}

const slotsByGateway = new WeakMap<Gateway, Slots>();

/** The places for calls of one PG in this process, whoever makes them: the cycle, the sweeper, a person. */
export function slotsOf(gateway: Gateway): Slots {
  const slots = slotsByGateway.get(gateway) ?? new Slots(gateway.capabilities.concurrency);
  slotsByGateway.set(gateway, slots);
  return slots;
}

/** Runs `work` for every item, at most `count` at a time; the first error is thrown when all that had started have ended. */
export async function eachAtMost<Item>(
  count: number,
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const slots = new Slots(count);
  const running = new Set<Promise<void>>();
  const errors: unknown[] = [];
  for await (const item of items) {
    if (errors.length > 0) break;
    const release = await slots.take();
    const one: Promise<void> = work(item)
      .catch((error: unknown) => {
        errors.push(error);
      })
      .finally(() => {
        running.delete(one);
        release();
      });
    running.add(one);
  }
  await Promise.all(running);
  if (errors.length > 0) throw errors[0];
}
