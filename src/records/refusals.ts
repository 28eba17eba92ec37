// Who tried what and was refused. A row each, and past twenty a minute per person only a count.

import { randomUUID } from 'node:crypto';
import { type Actor, systemCustomer } from '../domain/history';
import { type Charge, rowsAbout } from '../domain/picture';
import { appendRows } from './append';
import { countRefusal } from './charges';
import type { Database } from './database';

export interface Refusal {
  readonly actor: Actor;
  /** What was tried, for example `retry`. */
  readonly tried: string;
  /** Why not, as a code: a state, a held reason, `NEEDS_APPROVER`. */
  readonly code: string;
  /** The charge it was about; without one the row joins the chain of SYSTEM. */
  readonly charge?: Charge;
}

/** Records a refusal. */
export async function recordRefusal(database: Database, refusal: Refusal, now: Date): Promise<void> {
  if (!(await countRefusal(database, refusal.actor, now))) return;
  const id = randomUUID();
  const customerId = refusal.charge?.customerId ?? systemCustomer;
  const about = refusal.charge ? rowsAbout(refusal.charge) : { customerId };
  const row = {
    ...about,
    id,
    act: 'REFUSED',
    status: 'FAILED',
    failureCode: refusal.code,
    failureReason: refusal.tried,
    actor: refusal.actor,
  } as const;
  await database.write(async ({ manager, repeat }) => {
    const append = await appendRows(manager, database.forUpdate, customerId, repeat > 0 ? id : undefined);
    if (append !== 'written') await append([row], now);
  });
}
