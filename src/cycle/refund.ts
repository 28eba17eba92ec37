// Money goes back: the row, the PG, the row.

import type { ChargeState } from '../domain/charge-state';
import type { CancelOutcome } from '../domain/outcome';
import type { Refund } from '../domain/picture';
import { claimRefund, type RefundClaim, type RefundRequest, settleRefund } from '../domain/refund';
import { type Intent, termsOf, type WorkItem, type World } from './ports';

type Item = Pick<WorkItem, 'id' | 'customerId'>;

/** What a refund came to. */
export type RefundResult =
  | Exclude<RefundClaim, { kind: 'claimed' }>
  | { readonly kind: 'sent'; readonly refund: Refund; readonly outcome: CancelOutcome; readonly state: ChargeState };

/** Gives back everything that the charge still holds (its surplus first, when there is one). */
export async function refund(world: World, item: Item, request: RefundRequest): Promise<RefundResult> {
  const token =
    request.expectVersion === undefined
      ? {}
      : { token: { version: request.expectVersion, act: 'refund', actor: request.actor } };
  const claimed = await world.ledger.act({
    id: request.id,
    customerId: item.customerId,
    chargeId: item.id,
    ...token,
    decide: (picture) => claimRefund(picture, world.policy, request),
  });
  if (claimed.kind !== 'claimed') return claimed;
  const outcome = await giveBack(world, claimed.refund);
  const state = await world.ledger.act(settleRefundIntent(world, item, claimed.refund, request.actor, outcome));
  return { kind: 'sent', refund: claimed.refund, outcome, state };
}

/** A refund that waited this long for its turn is not sent any more: somebody else may soon ask whether it happened. */
const staleAfterMs = 10_000;

async function giveBack(
  world: World,
  { id, pgProvider, orderId, paymentKey, amount, remaining, sentAt }: Refund,
): Promise<CancelOutcome> {
  const gateway = world.gateways.get(pgProvider);
  const waitedMs = world.clock.now().getTime() - sentAt.getTime();
  if (waitedMs > staleAfterMs)
    return { kind: 'unsent', code: 'NOT_STARTED', message: `the refund waited ${waitedMs} ms for its turn` };
  if (!gateway) return { kind: 'unsent', code: 'PG_NOT_CONFIGURED', message: `${pgProvider} is not configured here` };
  try {
    return await gateway.cancel({ refundId: id, orderId, paymentKey, amount, remaining });
  } catch (error) {
    world.log.error(
      { orderId, error: error instanceof Error ? error.name : 'unknown' },
      'a gateway broke its promise not to throw',
    );
    return { kind: 'unknown', code: 'OWN_ERROR', message: 'our own error while the PG was called' };
  }
}

function settleRefundIntent(
  world: World,
  item: Item,
  opened: Refund,
  actor: string,
  outcome: CancelOutcome,
): Intent<ChargeState> {
  const ids = { id: world.newId(), secondId: world.newId(), thirdId: world.newId() };
  const request = { ...ids, refundId: opened.id, actor };
  const terms = termsOf(world.gateways.get(opened.pgProvider));
  return {
    id: request.id,
    customerId: item.customerId,
    chargeId: item.id,
    decide: (picture) => settleRefund(picture, terms, world.policy, request, outcome),
  };
}
