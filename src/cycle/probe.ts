// Finding out whether a PG that was left alone is well again: a free question first, then one real charge.

import { probeAfter } from '../domain/breaker';
import type { PgProvider } from '../domain/outcome';
import { charge } from './charge';
import type { Gateway, World } from './ports';

/** Probes every PG whose breaker is open and that nobody holds. `patient`: only those whose time has come (a running bot). Answers which are well again. */
export async function probe(world: World, options: { patient: boolean } = { patient: false }): Promise<PgProvider[]> {
  const well: PgProvider[] = [];
  for (const state of await world.pgStates.all()) {
    const gateway = world.gateways.get(state.provider);
    if (state.breakerOpenedAt === null || !gateway) continue;
    const now = world.clock.now();
    const until = new Date(now.getTime() + Math.max(probeAfter(state.probeStep), 1));
    const due = options.patient ? now : (state.probeAt ?? now);
    if (!(await world.pgStates.leaseProbe(state.provider, until, due))) continue;
    if (!(await isWell(world, gateway))) continue;
    await world.pgStates.closeBreaker(state.provider);
    well.push(state.provider);
  }
  return well;
}

async function isWell(world: World, gateway: Gateway): Promise<boolean> {
  const known = await world.workList.knownPayment(gateway.provider);
  if (known) {
    const answer = await gateway.getStatus({
      orderId: known.orderId,
      paymentKey: known.paymentKey,
      sentAt: known.approvedAt,
    });
    if (answer.kind === 'cannot-say') return false;
  }
  const candidate = await world.workList.probeCandidate(gateway.provider, world.clock.now());
  if (!candidate) return known !== null;
  const result = await charge(world, candidate, { why: 'probe', actor: 'sweeper' });
  // Only a clear end proves that the PG is well: paid, or declined.
  if (result.kind === 'settled')
    return result.state === 'PAID' || result.state === 'RETRY_WAIT' || result.state === 'FAILED';
  return false;
}
