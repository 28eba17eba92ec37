// The one recovery path, after a crash, a timeout and a restart alike: whatever is to be looked at by now is asked
// about, sent again where that is safe, retried or handed to people, by its state.

import type { CalendarDate } from '../domain/calendar';
import { release } from '../domain/claim';
import { ladderMayRunAt } from '../domain/ladder';
import type { PgProvider } from '../domain/outcome';
import { atRest } from '../domain/refund-inquiry';
import { type ChargeResult, charge, park } from './charge';
import { type OpenRefund, termsOf, type WatchPart, type WorkItem, type World } from './ports';
import { probe } from './probe';
import { resolve, resolveRefund } from './resolve';
import { eachAtMost, slotsOf } from './slots';

/** What one pass did. */
export interface Swept {
  resolved: number;
  resent: number;
  retried: number;
}

/** A cycle's own sweep: one date. `patient` probes an open breaker only when its time has come. */
export interface SweepScope {
  readonly billingDate: CalendarDate;
  readonly patient: boolean;
}

const pageSize = 200;

/** How many looks run at once; each PG's own limit holds inside its gateway too. */
const looksAtOnce = 32;

/** One pass over everything whose time has come, or over one date's (then without its ladder: a cycle does not wait for those). After `stop` no further look is begun. */
export async function sweep(world: World, only?: SweepScope, stop?: AbortSignal): Promise<Swept> {
  const swept: Swept = { resolved: 0, resent: 0, retried: 0 };
  await probe(world, { patient: only?.patient === true });
  await world.workList.wake(world.clock.now());
  const until = world.clock.now();
  const part: WatchPart = only ? { billingDate: only.billingDate } : {};
  await walk(
    (after) => world.workList.watched(until, pageSize, { ...part, ...after }),
    (item) => inItsPlace(world, item.pgProvider, () => lookAtCharge(world, item, swept, only !== undefined)),
    stop,
  );
  await walk(
    (after) => world.workList.refundsWatched(until, pageSize, { ...part, ...after }),
    (refund) => inItsPlace(world, refund.pgProvider, () => lookAtRefund(world, refund, swept)),
    stop,
  );
  return swept;
}

/** Page by page from the longest waiting on, each item once: what keeps its date in the past keeps nobody behind it waiting. */
async function walk<Item extends NonNullable<WatchPart['after']>>(
  page: (from: Pick<WatchPart, 'after'>) => Promise<Item[]>,
  work: (item: Item) => Promise<void>,
  stop: AbortSignal | undefined,
): Promise<void> {
  for (let from: Pick<WatchPart, 'after'> = {}; !stop?.aborted; ) {
    const items = await page(from);
    const after = items.at(-1);
    if (!after) return;
    await eachAtMost(looksAtOnce, items, async (item) => (stop?.aborted ? undefined : work(item)));
    from = { after };
  }
}

/** A look may call the PG: it takes one of that PG's places. */
async function inItsPlace(world: World, provider: PgProvider, work: () => Promise<void>): Promise<void> {
  const gateway = world.gateways.get(provider);
  const free = gateway ? await slotsOf(gateway).take() : () => undefined;
  try {
    await work();
  } finally {
    free();
  }
}

/** An error on one charge is that charge's, never the sweep's; only losing the records ends it. */
async function lookAtCharge(world: World, item: WorkItem, swept: Swept, releaseOnly: boolean): Promise<void> {
  await kept(world, { chargeId: item.id }, async () => {
    try {
      await look(world, item, swept, releaseOnly);
    } catch (error) {
      if (isDatabaseGone(error)) throw error;
      await park(world, item, error);
    }
  });
}

/** An error on one refund is that refund's: it is asked about again when its lease has run out. */
async function lookAtRefund(world: World, refund: OpenRefund, swept: Swept): Promise<void> {
  await kept(world, { chargeId: refund.chargeId, refundId: refund.id }, async () => {
    if ((await resolveRefund(world, refund, 'sweeper')) === 'resolved') swept.resolved += 1;
  });
}

/** Keeps an error from everybody else's looks. */
async function kept(world: World, about: object, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isDatabaseGone(error)) throw error;
    const said = error instanceof Error ? error.message : String(error);
    world.log.error({ ...about, error: said }, 'could not be looked at; the next sweep tries again');
  }
}

const isDatabaseGone = (error: unknown): boolean => error instanceof Error && error.name === 'DatabaseGone';

async function look(world: World, item: WorkItem, swept: Swept, releaseOnly: boolean): Promise<void> {
  switch (item.state) {
    case 'CHARGING':
    case 'UNKNOWN':
    case 'ADJUDICATION':
      return count(swept, await resolve(world, item, 'sweeper'));
    case 'DUE':
      return send(world, item, swept);
    case 'RETRY_WAIT':
      return climb(world, item, swept);
    case 'HELD':
      return letGo(world, item, swept, releaseOnly);
    case 'REFUNDING':
    case 'REFUND_UNKNOWN':
    case 'PAID':
    case 'PARTLY_REFUNDED':
    case 'REFUNDED':
    case 'FAILED':
    case 'CANCELED':
      await world.ledger.act({ id: world.newId(), customerId: item.customerId, chargeId: item.id, decide: atRest });
  }
}

function count(swept: Swept, resolved: Awaited<ReturnType<typeof resolve>>): void {
  if (resolved.kind === 'resolved') swept.resolved += 1;
  if (resolved.kind === 'resent') swept.resent += 1;
}

/** A charge that is due: its first attempt, or one of which nothing ever left. A PG that turned us away is asked before the order goes again. */
async function send(world: World, item: WorkItem, swept: Swept): Promise<void> {
  const result = await charge(world, item, { why: 'first', actor: 'sweeper' });
  if (result.kind === 'ask-first') return count(swept, await resolve(world, item, 'sweeper'));
  if (wasSent(result)) swept.resent += 1;
}

/** A step of the ladder, unless the hour is wrong. */
async function climb(world: World, item: WorkItem, swept: Swept): Promise<void> {
  const now = world.clock.now();
  const at = world.policy.keepsHours ? ladderMayRunAt(item.watchAt ?? now, now, world.policy.billingTime.zone) : now;
  if (at > now) return postpone(world, item, at);
  const result = await charge(world, item, { why: 'ladder', actor: 'ladder' });
  if (wasSent(result)) swept.retried += 1;
}

const wasSent = (result: ChargeResult): boolean =>
  result.kind === 'settled' || result.kind === 'surplus' || result.kind === 'no-news';

async function postpone(world: World, item: WorkItem, at: Date): Promise<void> {
  await world.ledger.act({
    id: world.newId(),
    customerId: item.customerId,
    chargeId: item.id,
    // Somebody may have tried it meanwhile: a step of the ladder is put off, never brought forward.
    decide: ({ charge: seen }) =>
      seen.state === 'RETRY_WAIT' && seen.watchAt !== null && seen.watchAt < at
        ? { result: true, change: { charge: { ...seen, watchAt: at } } }
        : { result: false },
  });
}

/** What was held goes when nothing is in its way any more. A cycle sends it with everything else that is due. */
async function letGo(world: World, item: WorkItem, swept: Swept, releaseOnly: boolean): Promise<void> {
  const state = await world.ledger.act<'DUE' | 'RETRY_WAIT' | null>({
    id: world.newId(),
    customerId: item.customerId,
    chargeId: item.id,
    decide: (picture) => {
      // The claim that follows sends the card of today, whichever an open order was made with.
      const openable = world.keys.opens(picture.billingKey.secretId);
      const decision = release(picture, termsOf(world.gateways.get(picture.charge.pgProvider)), openable);
      const result = decision.result === 'released' ? (picture.charge.heldFrom ?? 'DUE') : null;
      return { result, ...(decision.change ? { change: decision.change } : {}) };
    },
  });
  if (releaseOnly) return;
  if (state === 'DUE') await send(world, item, swept);
  if (state === 'RETRY_WAIT') await climb(world, { ...item, watchAt: world.clock.now() }, swept);
}
