// Which charges people should be shown a card of. A card, once shown, is drawn from its charge's state for ever.

import type { ChargeState } from './charge-state';
import type { Charge, HeldReason } from './picture';

/** States that open a card: somebody may want to do something. The others only change a card that stands. */
const opensCard = {
  DUE: false,
  CHARGING: false,
  UNKNOWN: false, // The machine asks; the summary counts it.
  RETRY_WAIT: true,
  FAILED: true,
  HELD: false, // By its reason, below.
  ADJUDICATION: true,
  CANCELED: false,
  PAID: false,
  REFUNDING: false,
  PARTLY_REFUNDED: false,
  REFUND_UNKNOWN: true,
  REFUNDED: false,
} as const satisfies Record<ChargeState, boolean>;

/** What holds one customer's charge and not a whole PG's: one message tells of a PG, not one per charge. */
const heldAlone: readonly (HeldReason | null)[] = [
  'SUBSCRIPTION_PAUSED',
  'SUBSCRIPTION_ENDED',
  'NO_CARD',
  'BUDGET',
  'OWN_ERROR',
];

/** Whether a charge in this state is shown even if it never was before. A surplus always is. */
export const deservesCard = (charge: Pick<Charge, 'state' | 'heldReason'>, hasSurplus: boolean): boolean =>
  hasSurplus || opensCard[charge.state] || (charge.state === 'HELD' && heldAlone.includes(charge.heldReason));
