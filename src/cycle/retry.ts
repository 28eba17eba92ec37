// A person tries a failed charge again, at once.

import type { Actor } from '../domain/history';
import { type ChargeResult, charge } from './charge';
import type { WorkItem, World } from './ports';
import { slotsOf } from './slots';

/** Starts a new attempt of a charge that FAILED or waits for its ladder. `passed`: it is in another state, or moved since the person saw it. */
export async function retry(
  world: World,
  item: Pick<WorkItem, 'id' | 'customerId' | 'pgProvider'>,
  actor: Actor,
  version?: number,
): Promise<ChargeResult> {
  const token = version === undefined ? {} : { token: { version, act: 'retry', actor } };
  // A claim that waits for a connection behind a whole cycle would be too old to be sent.
  const gateway = world.gateways.get(item.pgProvider);
  const free = gateway ? await slotsOf(gateway).take() : () => undefined;
  try {
    return await charge(world, item, { why: 'person', actor, ...token });
  } finally {
    free();
  }
}
