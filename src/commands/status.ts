// `status`, `hold`, `resume`, `sweep`, `verify`: how everything stands, and the kill switch without Slack.

import type { Config } from '../config';
import { sweep } from '../cycle/sweep';
import { showChargeId } from '../domain/charge-id';
import { chargeStates } from '../domain/charge-state';
import { type PgProvider, pgProviders } from '../domain/outcome';
import { standing } from '../records/charges';
import { subscriptionsByPg } from '../records/customers';
import { verify } from '../records/verify';
import { actorOf, type ExitCode, type Session, UsageError, withSession, withWorld } from './session';
import { formatInTimeZone } from './time';

export function runStatus(config: Config): Promise<ExitCode> {
  return withSession(config, async (session) => {
    const { texts, records } = session;
    const now = await standing(records.database);
    session.print(`realm ${session.config.realm} · ${records.database.where}`);
    await printPgs(session);
    for (const state of chargeStates) {
      const found = now.states.get(state);
      if (found) session.print(`${texts.states[state]}: ${found.count} (${texts.won(found.sum)})`);
    }
    for (const { reason, provider, count } of now.held)
      session.print(`  ${texts.states.HELD} ${count}, ${provider}: ${texts.held[reason]}`);
    for (const { chargeId, orderId, amount } of now.surpluses) {
      session.print(
        `surplus: the PG captured ${texts.won(amount)} too much for ${showChargeId(chargeId)} (${orderId}); give it back with refund`,
      );
    }
    const open = ['UNKNOWN', 'ADJUDICATION', 'HELD', 'FAILED', 'REFUND_UNKNOWN'] as const;
    return now.surpluses.length > 0 || open.some((state) => now.states.has(state)) ? 1 : 0;
  });
}

async function printPgs(session: Session): Promise<void> {
  const { config, records } = session;
  const subscriptions = await subscriptionsByPg(records.database);
  const at = (instant: Date): string => formatInTimeZone(instant, config.billingTime.zone, 'MM-dd HH:mm');
  for (const pg of await records.pgStates.all()) {
    const count = subscriptions.get(pg.provider) ?? 0;
    const held =
      pg.heldBy !== null &&
      `on hold since ${pg.heldAt ? at(pg.heldAt) : '?'} by ${pg.heldBy}${pg.heldReason ? ` (${pg.heldReason})` : ''}`;
    const sick =
      pg.breakerOpenedAt !== null &&
      `left alone since ${at(pg.breakerOpenedAt)}, because nearly every call ended unclear`;
    if (count === 0 && !held && !sick) continue;
    session.print(
      `${pg.provider}: ${count} active subscriptions · ${[held, sick].filter((part) => part).join(' · ') || 'open'}`,
    );
  }
}

export const runHold = (
  config: Config,
  typed: string | undefined,
  flags: { readonly actor?: string },
): Promise<ExitCode> => switched(config, typed, flags, 'hold');
export const runResume = (
  config: Config,
  typed: string | undefined,
  flags: { readonly actor?: string },
): Promise<ExitCode> => switched(config, typed, flags, 'resume');

function switched(
  config: Config,
  typed: string | undefined,
  flags: { readonly actor?: string },
  act: 'hold' | 'resume',
): Promise<ExitCode> {
  const actor = actorOf(flags.actor);
  const providers = typed === undefined ? pgProviders : [pgNamed(typed)];
  return withSession(config, async ({ records, print }) => {
    for (const provider of providers) {
      const changed = await records.pgStates[act](provider, actor);
      const now =
        act === 'hold'
          ? 'on hold: nothing is sent, questions and refunds go on'
          : 'open: what was held goes with the next sweep or cycle';
      print(`${provider} ${changed ? 'is now' : 'was already'} ${now}`);
    }
    return 0;
  });
}

function pgNamed(typed: string): PgProvider {
  const provider = pgProviders.find((name) => name === typed.toUpperCase());
  if (!provider)
    throw new UsageError(`"${typed}" is no PG; write ${pgProviders.map((name) => name.toLowerCase()).join(' or ')}`);
  return provider;
}

export function runSweep(config: Config): Promise<ExitCode> {
  return withWorld(config, async (session, world) => {
    const { resolved, resent, retried } = await sweep(world);
    const stillUnknown = await world.workList.openCount();
    session.print(JSON.stringify({ resolved, resent, retried, stillUnknown }));
    const { states } = await standing(session.records.database);
    return ['UNKNOWN', 'ADJUDICATION', 'HELD', 'FAILED'].some((state) => states.has(state as 'UNKNOWN')) ? 1 : 0;
  });
}

export function runVerify(config: Config): Promise<ExitCode> {
  return withSession(config, async (session) => {
    const verified = await verify(session.records.database);
    if (verified.kind === 'holds') {
      session.print(`payment_history holds: ${verified.rows} rows in ${verified.chains} chains`);
      return 0;
    }
    session.print(
      `payment_history does not hold: customer ${verified.customerId}, row ${verified.seq}${verified.id ? ` (${verified.id})` : ''}: ${verified.reason}`,
    );
    return 1;
  });
}
