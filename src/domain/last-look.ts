// The last look before money moves: what stands in the way of charging this, right now.

import { budgetLeft, type Decline, type StartedBy } from './decline-policy';
import type { HeldReason, PgTerms, Picture } from './picture';

/** Something in the way. `hold`: the charge is set aside and looked at again; `wait`: nothing changes, try again a little later. */
export type Obstacle =
  | { readonly kind: 'hold'; readonly reason: HeldReason }
  | { readonly kind: 'wait'; readonly until: Date | null };

/** Who wants to charge: a probe of an open breaker passes the breaker, everything else does not. */
export interface Asker {
  readonly startedBy: StartedBy;
  readonly probe?: boolean;
  /** A re-send of the same order is no further try at the card: budgets do not count it. */
  readonly resend?: boolean;
}

/** The first thing in the way, or undefined when the charge may be sent. `openable` says whether we hold the secret of its key. */
export function obstacle(
  picture: Picture,
  pg: PgTerms | undefined,
  openable: boolean,
  asker: Asker,
): Obstacle | undefined {
  const { subscription, billingKey, pg: state, now } = picture;
  if (subscription.status === 'ENDED') return { kind: 'hold', reason: 'SUBSCRIPTION_ENDED' };
  if (subscription.status === 'PAUSED') return { kind: 'hold', reason: 'SUBSCRIPTION_PAUSED' };
  if (pg === undefined) return { kind: 'hold', reason: 'PG_NOT_CONFIGURED' };
  if (billingKey.status !== 'ACTIVE') return { kind: 'hold', reason: 'NO_CARD' };
  if (!openable) return { kind: 'hold', reason: 'KEY_SEALED' };
  if (state.heldBy !== null) return { kind: 'hold', reason: 'PG_HOLD' };
  if (state.breakerOpenedAt !== null && !asker.probe) return { kind: 'hold', reason: 'BREAKER' };
  if (state.pausedUntil !== null && state.pausedUntil > now) return { kind: 'wait', until: state.pausedUntil };
  return elsewhere(picture) ?? overBudget(picture, asker);
}

/** Two charges of one customer never run side by side: an unknown of a customer holds the others. */
function elsewhere(picture: Picture): Obstacle | undefined {
  if (picture.openElsewhere.some((other) => other.state === 'CHARGING')) return { kind: 'wait', until: null };
  return picture.openElsewhere.length > 0 ? { kind: 'hold', reason: 'CUSTOMER_UNKNOWN' } : undefined;
}

function overBudget(picture: Picture, asker: Asker): Obstacle | undefined {
  if (asker.resend) return undefined;
  const left = budgetLeft(asker.startedBy, picture.billingKey.id, declinesOf(picture), picture.keyDeclinesLately);
  return left ? undefined : { kind: 'hold', reason: 'BUDGET' };
}

/** The declined attempts of a charge, oldest first. */
export function declinesOf(picture: Pick<Picture, 'attempts'>): Decline[] {
  return picture.attempts
    .filter(
      (attempt) => attempt.status === 'DECLINED' && attempt.declineClass !== null && attempt.declineCode !== 'UNSENT',
    )
    .map((attempt) => ({
      class: attempt.declineClass ?? 'unclassified',
      startedBy: attempt.startedBy,
      billingKeyId: attempt.billingKeyId,
    }));
}
