// One transmission of a charge, from the claim to the settle: row, money, row.

import { type ClaimResult, type ClaimWhy, claim, setAside, type Transmission } from '../domain/claim';
import type { Settled } from '../domain/evidence';
import type { Actor } from '../domain/history';
import type { ChargeOutcome } from '../domain/outcome';
import { settle } from '../domain/settle';
import { type Gateway, type Intent, type SpooledSettle, termsOf, type WorkItem, type World } from './ports';

/** What became of trying to charge: the claim's answer where nothing was sent, else what the settle made of it. */
export type ChargeResult = Exclude<ClaimResult, { kind: 'claimed' }> | Settled;

export interface ChargeOptions {
  readonly why: ClaimWhy;
  readonly actor: Actor;
  /** What a person saw who pressed a button, and the button. */
  readonly token?: { readonly version: number; readonly act: string; readonly actor: string };
  /** Called when the PG has answered, before the answer is recorded: the next call may start. */
  readonly answered?: () => void;
}

/** A claim that waited this long for its turn is not sent any more: somebody else may soon ask what became of it. */
const staleAfterMs = 10_000;

/** Charges once, if the last look allows it. */
export async function charge(
  world: World,
  item: Pick<WorkItem, 'id' | 'customerId'>,
  options: ChargeOptions,
): Promise<ChargeResult> {
  const answer = await world.ledger.act(claimIntent(world, item, options));
  if (answer.kind !== 'claimed') return answer;
  // A crash after this line leaves a question, and a question can be asked.
  const outcome = await transmit(world, answer.transmission);
  options.answered?.();
  return settleDurably(world, {
    id: world.newId(),
    secondId: world.newId(),
    thirdId: world.newId(),
    customerId: item.customerId,
    chargeId: item.id,
    orderId: answer.transmission.attempt.orderId,
    transmissionId: answer.transmission.id,
    actor: options.actor,
    outcome,
  });
}

function claimIntent(
  world: World,
  item: Pick<WorkItem, 'id' | 'customerId'>,
  options: ChargeOptions,
): Intent<ClaimResult> {
  const { token } = options;
  const request = {
    id: world.newId(),
    closingRowId: world.newId(),
    why: options.why,
    actor: options.actor,
    openable: (secretId: string) => world.keys.opens(secretId),
    ...(token ? { expectVersion: token.version } : {}),
  };
  return {
    id: request.id,
    customerId: item.customerId,
    chargeId: item.id,
    ...(token ? { token } : {}),
    decide: (picture) => claim(picture, termsOf(gatewayFor(world, picture.charge.pgProvider)), world.policy, request),
  };
}

const gatewayFor = (world: World, provider: Transmission['attempt']['pgProvider']): Gateway | undefined =>
  world.gateways.get(provider);

/** Calls the PG, outside any transaction. Never throws: our own error before anything was sent is `unsent`, after that it is `unknown`. */
async function transmit(world: World, transmission: Transmission): Promise<ChargeOutcome> {
  const { attempt } = transmission;
  const gateway = gatewayFor(world, attempt.pgProvider);
  const waitedMs = world.clock.now().getTime() - attempt.sentAt.getTime();
  if (!gateway || waitedMs > staleAfterMs)
    return { kind: 'unsent', code: 'NOT_STARTED', message: `the claim waited ${waitedMs} ms for its turn` };
  let billingKey: string;
  try {
    billingKey = world.keys.open(transmission.sealed, transmission.secretId, {
      id: attempt.billingKeyId,
      customerId: attempt.customerId,
      pgProvider: attempt.pgProvider,
    });
  } catch {
    return { kind: 'unsent', code: 'KEY_SEALED', message: `billing key ${attempt.billingKeyId} can't be opened` };
  }
  try {
    return await gateway.charge({
      orderId: attempt.orderId,
      idempotencySuffix: attempt.idempotencySuffix,
      amount: attempt.amount,
      orderName: transmission.orderName,
      billingKey,
      customerKey: transmission.customerKey,
      customer: transmission.customer,
    });
  } catch (error) {
    world.log.error(
      { orderId: attempt.orderId, error: error instanceof Error ? error.name : 'unknown' },
      'a gateway broke its promise not to throw',
    );
    return { kind: 'unknown', code: 'OWN_ERROR', message: 'our own error while the PG was called' };
  }
}

/** How long a settle may wait for its commit before the outcome is put on disk as well. */
const spoolAfterMs = 3_000;

/**
 * Commits an outcome. While the database does not take it, it lies in the spool, fsynced, and is settled when this
 * process or the next one can; a settle is never dropped.
 */
export async function settleDurably(world: World, owed: SpooledSettle): Promise<Settled> {
  let spooled: Promise<void> | undefined;
  const spool = (): void => {
    spooled = world.spool.keep(owed);
    spooled.catch((error: unknown) =>
      world.log.error({ orderId: owed.orderId, error: String(error) }, 'an outcome could not be spooled'),
    );
  };
  const timer = setTimeout(spool, spoolAfterMs);
  try {
    const { ifWritten, ...first } = settleIntent(world, owed);
    const settled = await world.ledger.act(first);
    clearTimeout(timer);
    if (spooled !== undefined) await spooled.then(() => world.spool.forget(owed.id)).catch(() => undefined);
    return settled;
  } catch (error) {
    clearTimeout(timer);
    if (spooled === undefined) spool();
    await spooled;
    throw error;
  }
}

/** The settle of an outcome, with ids that were made when the outcome arrived. */
export function settleIntent(world: World, owed: SpooledSettle): Intent<Settled> {
  const merchantNo = owed.outcome.kind === 'declined' && owed.outcome.class === 'merchant';
  return {
    id: owed.id,
    customerId: owed.customerId,
    chargeId: owed.chargeId,
    locksPg: true,
    locksSystem: merchantNo,
    ifWritten: (picture) => ({ kind: 'no-news', state: picture.charge.state }),
    decide: (picture) => {
      const attempt = picture.attempts.find((one) => one.orderId === owed.orderId);
      const gateway = attempt && gatewayFor(world, attempt.pgProvider);
      return settle(picture, termsOf(gateway), world.policy, owed, owed.outcome);
    },
  };
}

/** An error of ours on one charge parks that charge: it is held, shown, and looked at again later. */
export async function park(world: World, item: Pick<WorkItem, 'id' | 'customerId'>, error: unknown): Promise<void> {
  world.log.error(
    { chargeId: item.id, error: error instanceof Error ? error.message : String(error) },
    'a charge could not be worked on; it is held',
  );
  await world.ledger.act({
    id: world.newId(),
    customerId: item.customerId,
    chargeId: item.id,
    decide: (picture) => {
      const parkable = picture.charge.state === 'DUE' || picture.charge.state === 'RETRY_WAIT';
      return parkable
        ? { result: true, change: { charge: setAside(picture, 'OWN_ERROR'), tell: true } }
        : { result: false };
    },
  });
}
