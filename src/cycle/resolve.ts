// Asking the PG what became of an attempt, recording the answer, and sending the same attempt again where that is safe.

import type { Actor } from '../domain/history';
import { type Inquired, inquired, leased, takeOver, toPeople } from '../domain/inquiry';
import type { StatusAnswer } from '../domain/outcome';
import { type Attempt, openAttempt, type Picture, type Refund } from '../domain/picture';
import { inquiredRefund, takeOverRefund } from '../domain/refund';
import { type ChargeResult, charge } from './charge';
import { type Gateway, type Intent, termsOf, type WorkItem, type World } from './ports';

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
      const taken = stalled ? takeOver(picture, world.policy, rowId) : leased(picture, world.policy, item.watchAt);
      const now = taken.change?.attempts?.find((one) => one.orderId === open?.orderId) ?? open;
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
    decide: (picture) => toPeople(picture, open, request, "this PG can't be asked by order number"),
  });
}

/** Asks about a refund whose end is unclear. */
export async function resolveRefund(world: World, item: Item, actor: Actor): Promise<'resolved' | 'still-open'> {
  const rowId = world.newId();
  const taken = await world.ledger.act<{ refund: Refund } | undefined>({
    id: rowId,
    customerId: item.customerId,
    chargeId: item.id,
    decide: (picture) => takeUpRefund(world, picture, item, rowId),
  });
  const gateway = taken && world.gateways.get(taken.refund.pgProvider);
  if (!taken || !gateway) return 'still-open';
  const { refund } = taken;
  const answer = await ask(world, gateway, refund);
  const terms = termsOf(gateway);
  if (!terms) return 'still-open';
  const request = { id: world.newId(), secondId: world.newId(), refundId: refund.id, actor };
  const intent: Intent<'resolved' | 'still-open'> = {
    id: request.id,
    customerId: item.customerId,
    chargeId: item.id,
    decide: (picture) => {
      const decision = inquiredRefund(picture, terms, world.policy, request, answer);
      const closed = decision.change?.refunds?.some((one) => one.status !== 'OPEN') ?? true;
      return { result: closed ? 'resolved' : 'still-open', ...(decision.change ? { change: decision.change } : {}) };
    },
  };
  return world.ledger.act(intent);
}

function takeUpRefund(world: World, picture: Picture, item: Item, rowId: string) {
  const refund = picture.refunds.find((one) => one.status === 'OPEN');
  if (!refund)
    return {
      result: undefined,
      ...(picture.charge.watchAt === null ? {} : { change: { charge: { ...picture.charge, watchAt: null } } }),
    };
  const lease = leased(picture, world.policy, item.watchAt);
  if (!lease.result || !lease.change?.charge) return { result: undefined };
  const request = { id: rowId, secondId: rowId, refundId: refund.id, actor: 'sweeper' };
  const terms = termsOf(world.gateways.get(refund.pgProvider));
  const over =
    picture.charge.state === 'REFUNDING' ? takeOverRefund(picture, terms, world.policy, request).change : undefined;
  const change = over?.charge
    ? { ...over, charge: { ...over.charge, watchAt: lease.change.charge.watchAt } }
    : lease.change;
  return { result: { refund }, change };
}
