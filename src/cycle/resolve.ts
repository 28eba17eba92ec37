// Asking the PG what became of an attempt, recording the answer, and sending the same attempt again where that is safe.

import type { Actor } from '../domain/history';
import { type Inquired, inquired, isAsked, leased, takeOver, unaskable } from '../domain/inquiry';
import type { StatusAnswer } from '../domain/outcome';
import { type Attempt, openAttempt } from '../domain/picture';
import { inquiredRefund, takeUpRefund } from '../domain/refund-inquiry';
import { type ChargeResult, charge } from './charge';
import { type Gateway, type Intent, type OpenRefund, termsOf, type WorkItem, type World } from './ports';

/** What one look at an open charge led to. */
export type Resolved =
  | Inquired
  /** The PG did not know the order, so the same attempt was sent again. */
  | { readonly kind: 'resent'; readonly result: ChargeResult };

type Item = Pick<WorkItem, 'id' | 'customerId' | 'watchAt'>;

/** Takes the charge over (a dead worker's) or leases it, asks about its open attempt, and does what the answer permits. */
export async function resolve(world: World, item: Item, actor: Actor): Promise<Resolved> {
  const open = await takeUp(world, item);
  if (!open) return { kind: 'passed' };
  const gateway = world.gateways.get(open.pgProvider);
  if (!gateway?.capabilities.asksByOrderId) return giveToPeople(world, item, open, actor);
  const answer = await ask(world, gateway, open);
  const inquiry = await world.ledger.act(inquiryIntent(world, gateway, item, open, actor, answer));
  if (inquiry.kind !== 'may-resend') return inquiry;
  const result = await charge(world, item, { why: open.doubtful ? 'resend' : 'first', actor });
  const sent = result.kind === 'settled' || result.kind === 'surplus' || result.kind === 'no-news';
  return sent ? { kind: 'resent', result } : { kind: 'still-open' };
}

/** The attempt to ask about, once nobody else will ask at the same time; undefined when there is nothing to ask. */
async function takeUp(world: World, item: Item): Promise<Attempt | undefined> {
  const rowId = world.newId();
  return world.ledger.act<Attempt | undefined>({
    id: rowId,
    customerId: item.customerId,
    chargeId: item.id,
    decide: (picture) => {
      const open = openAttempt(picture.attempts);
      const stalled = picture.charge.state === 'CHARGING';
      // What nobody asks about keeps its date: a retry that somebody has a look at must not come any sooner.
      if (!open || !(stalled || isAsked(picture, open))) return { result: undefined };
      const taken = stalled ? takeOver(picture, world.policy, rowId) : leased(picture, world.policy, item.watchAt);
      const now = taken.change?.attempts?.find((one) => one.orderId === open.orderId) ?? open;
      return { result: taken.result ? now : undefined, ...(taken.change ? { change: taken.change } : {}) };
    },
  });
}

async function ask(
  world: World,
  gateway: Gateway,
  about: Pick<Attempt, 'orderId' | 'sentAt' | 'paymentKey'>,
): Promise<StatusAnswer> {
  try {
    const known = about.paymentKey === null ? {} : { paymentKey: about.paymentKey };
    return await gateway.getStatus({ orderId: about.orderId, sentAt: about.sentAt, ...known });
  } catch (error) {
    world.log.error(
      { orderId: about.orderId, error: error instanceof Error ? error.name : 'unknown' },
      'a gateway broke its promise not to throw',
    );
    return { kind: 'cannot-say', reached: false, code: 'OWN_ERROR', message: 'our own error while the PG was asked' };
  }
}

function inquiryIntent(
  world: World,
  gateway: Gateway,
  item: Item,
  open: Attempt,
  actor: Actor,
  answer: StatusAnswer,
): Intent<Inquired> {
  const request = { ...ids(world), orderId: open.orderId, transmissionId: open.transmissionId, actor };
  const terms = termsOf(gateway);
  if (!terms) throw new Error(`no terms for ${open.pgProvider}`);
  return {
    id: request.id,
    customerId: item.customerId,
    chargeId: item.id,
    decide: (picture) => inquired(picture, terms, world.policy, request, answer),
  };
}

const ids = (world: World) => ({ id: world.newId(), secondId: world.newId(), thirdId: world.newId() });

/** A PG that can't be asked by order number leaves the decision to people, at once. */
function giveToPeople(world: World, item: Item, open: Attempt, actor: Actor): Promise<Inquired> {
  const request = { ...ids(world), orderId: open.orderId, transmissionId: open.transmissionId, actor };
  return world.ledger.act<Inquired>({
    id: request.secondId,
    customerId: item.customerId,
    chargeId: item.id,
    decide: (picture) => unaskable(picture, request),
  });
}

/** Asks about a refund whose end is unclear, or whose worker never came back. */
export async function resolveRefund(world: World, item: OpenRefund, actor: Actor): Promise<'resolved' | 'still-open'> {
  const gateway = world.gateways.get(item.pgProvider);
  const terms = termsOf(gateway);
  const taking = { ...ids(world), refundId: item.id, actor };
  const refund = await world.ledger.act({
    id: taking.id,
    customerId: item.customerId,
    chargeId: item.chargeId,
    decide: (picture) => takeUpRefund(picture, terms, world.policy, taking, item.watchAt),
  });
  if (!refund || !gateway || !terms?.asksByOrderId) return 'still-open';
  const answer = await ask(world, gateway, refund);
  const request = { ...ids(world), refundId: refund.id, actor };
  const intent: Intent<'resolved' | 'still-open'> = {
    id: request.id,
    customerId: item.customerId,
    chargeId: item.chargeId,
    decide: (picture) => {
      const decision = inquiredRefund(picture, terms, world.policy, request, answer);
      const closed = decision.change?.refunds?.some((one) => one.status !== 'OPEN') ?? true;
      return { result: closed ? 'resolved' : 'still-open', ...(decision.change ? { change: decision.change } : {}) };
    },
  };
  return world.ledger.act(intent);
}
