// A person cancels a charge, or takes that back. No money moves.

import type { Actor } from '../domain/history';
import type { Decision, Picture } from '../domain/picture';
import { cancel as decideCancel, uncancel as decideUncancel, type Stopped, type StopRequest } from '../domain/stop';
import type { WorkItem, World } from './ports';

type Item = Pick<WorkItem, 'id' | 'customerId'>;

/** Nobody collects this charge any more. Refused while an attempt of it may be alive. */
export const cancel = (world: World, item: Item, actor: Actor, version?: number): Promise<Stopped> =>
  stop(world, item, 'cancel', decideCancel, actor, version);

/** The charge is due again, and the sweeper sends it. */
export const uncancel = (world: World, item: Item, actor: Actor, version?: number): Promise<Stopped> =>
  stop(world, item, 'uncancel', decideUncancel, actor, version);

type Decide = (picture: Picture, request: StopRequest) => Decision<Stopped>;

function stop(world: World, item: Item, act: string, decide: Decide, actor: Actor, version?: number): Promise<Stopped> {
  const seen = version === undefined ? {} : { expectVersion: version };
  const request: StopRequest = { id: world.newId(), closingRowId: world.newId(), actor, ...seen };
  const token = version === undefined ? {} : { token: { version, act, actor } };
  return world.ledger.act({
    id: request.id,
    customerId: item.customerId,
    chargeId: item.id,
    ...token,
    decide: (picture) => decide(picture, request),
  });
}
