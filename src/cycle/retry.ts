// A person tries a failed charge again, at once.

import type { Actor } from '../domain/history';
import { type ChargeResult, charge } from './charge';
import type { WorkItem, World } from './ports';

/** Starts a new attempt of a charge that FAILED or waits for its ladder. `passed`: it is in another state, or moved since the person saw it. */
export function retry(
  world: World,
  item: Pick<WorkItem, 'id' | 'customerId'>,
  actor: Actor,
  version?: number,
): Promise<ChargeResult> {
  const token = version === undefined ? {} : { token: { version, act: 'retry', actor } };
  return charge(world, item, { why: 'person', actor, ...token });
}
