// What each PG is allowed to do now: held by a person or by its own word, left alone by the breaker. Kept in the
// database, so every process sees it with its next claim.

import { randomUUID } from 'node:crypto';
import type { PgStates } from '../cycle/ports';
import { type Actor, systemCustomer } from '../domain/history';
import type { PgProvider } from '../domain/outcome';
import type { PgState } from '../domain/picture';
import { appendRows } from './append';
import type { Database } from './database';
import { asParameter } from './dialect';
import { pgStateTable } from './entities';
import { isStopped, pgMessage, redrawsOfPg, run, tells } from './outbox';

export class StoredPgStates implements PgStates {
  constructor(
    private readonly database: Database,
    private readonly now: () => Date,
    private readonly told: () => void,
  ) {}

  async all(): Promise<PgState[]> {
    return this.database.read((manager) => manager.find(pgStateTable, { order: { provider: 'ASC' } }));
  }

  /** The kill switch: no transmission and no probe of this PG starts after this has returned. Answers false when it was held already. */
  async hold(provider: PgProvider, actor: Actor): Promise<boolean> {
    return this.switched(provider, 'HOLD', actor, (state, now) =>
      state.heldBy !== null ? null : { ...state, heldBy: actor, heldAt: now, heldReason: null },
    );
  }

  /** Lifts a hold; what was held goes with the next sweep. Answers false when there was none. */
  async resume(provider: PgProvider, actor: Actor): Promise<boolean> {
    return this.switched(provider, 'RESUME', actor, (state) =>
      state.heldBy === null ? null : { ...state, heldBy: null, heldAt: null, heldReason: null },
    );
  }

  private async switched(
    provider: PgProvider,
    act: 'HOLD' | 'RESUME',
    actor: Actor,
    change: (state: PgState, now: Date) => PgState | null,
  ): Promise<boolean> {
    const rowId = randomUUID();
    return this.database.write(async ({ manager, repeat }) => {
      const now = this.now();
      const row = {
        id: rowId,
        customerId: systemCustomer,
        act,
        status: 'SUCCESS',
        pgProvider: provider,
        actor,
      } as const;
      const append = await appendRows(manager, this.database.forUpdate, systemCustomer, repeat > 0 ? rowId : undefined);
      if (append === 'written') return true;
      const state = await manager.findOneByOrFail(pgStateTable, { provider });
      const next = change(state, now);
      if (next === null) return false;
      await manager.update(pgStateTable, { provider }, next);
      await append([row], now);
      await run(manager, [
        ...(isStopped(next) && !isStopped(state) ? tells(manager, [pgMessage(next)], now) : []),
        redrawsOfPg(provider),
      ]);
      this.told();
      return true;
    });
  }

  async leaseProbe(provider: PgProvider, until: Date, due: Date): Promise<boolean> {
    return this.database.write(async ({ manager }) => {
      const done = await manager
        .createQueryBuilder()
        .update(pgStateTable)
        .set({ probeAt: until, probeStep: () => 'probe_step + 1' })
        .where('provider = :provider AND breaker_opened_at IS NOT NULL AND held_by IS NULL AND probe_at <= :due', {
          provider,
          due: asParameter(manager, due),
        })
        .execute();
      return done.affected === 1;
    });
  }

  async closeBreaker(provider: PgProvider): Promise<void> {
    await this.database.write(async ({ manager }) => {
      await manager.update(
        pgStateTable,
        { provider },
        { breakerOpenedAt: null, recent: '', probeAt: null, probeStep: 0 },
      );
      await run(manager, [redrawsOfPg(provider)]);
    });
    this.told();
  }
}
