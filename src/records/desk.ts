// The desk where every decision about a charge is made and committed. Decisions that arrive while a commit is under
// way go into the next one together, so that a thousand settles cost a handful of commits.

import { type EntityManager, In } from 'typeorm';
import { type Intent, type Ledger, NoSuchCharge, TokenUsed } from '../cycle/ports';
import { systemCustomer } from '../domain/history';
import type { Decision } from '../domain/picture';
import { type Database, DatabaseGone, type TravellingTransaction } from './database';
import { troubleOf } from './dialect';
import { actTokenTable, historyTable } from './entities';
import { WorkingSet } from './working-set';

interface Waiting {
  readonly intent: Intent<unknown>;
  result?: unknown;
  failed?: unknown;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** How many decisions one transaction takes at most: of a burst, the first are answered while the last still wait. */
const groupSize = 32;

export class Desk implements Ledger {
  /** Ends of transmissions, and everything else: above all claims, of which each keeps one of the PG's places empty while it waits. */
  private readonly ends: Waiting[] = [];
  private readonly others: Waiting[] = [];
  private committing = false;

  constructor(
    private readonly database: Database,
    private readonly now: () => Date,
    /** Called after a commit that people are to be told of. */
    private readonly told: () => void = () => undefined,
  ) {}

  /** Makes the decision and answers when it is committed. Rejects when the database can't be reached for long, or when there is no such charge. */
  act<Result>(intent: Intent<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      (intent.locksPg ? this.ends : this.others).push({
        intent,
        resolve: (result) => resolve(result as Result),
        reject,
      });
      this.turn();
    });
  }

  /** One group at a time: several side by side would be smaller, cost more trips, and wait for each other's PG lock anyway. */
  private turn(): void {
    if (this.committing || this.ends.length + this.others.length === 0) return;
    this.committing = true;
    // What else arrives in this turn of the event loop comes along.
    setImmediate(() => {
      const group = this.nextGroup();
      this.commit(group)
        .catch((error: unknown) => {
          for (const one of group) one.reject(error);
        })
        .finally(() => {
          this.committing = false;
          this.turn();
        });
    });
  }

  /** What keeps a place empty goes first; a quarter of each group is for ends, so that they never wait for long. */
  private nextGroup(): Waiting[] {
    const forEnds = Math.min(this.ends.length, groupSize / 4);
    const group = this.others.splice(0, groupSize - forEnds);
    return [...group, ...this.ends.splice(0, groupSize - group.length)];
  }

  /** Commits a group. If it fails for another reason than a conflict it is split, until the culprit stands alone. */
  private async commit(group: readonly Waiting[]): Promise<void> {
    if (group.length === 0) return;
    try {
      if (await this.database.writeInTrips((transaction) => this.decideAll(group, transaction))) this.told();
    } catch (error) {
      if (group.length === 1 || error instanceof DatabaseGone || troubleOf(error) !== 'other') {
        for (const one of group) one.reject(error);
        return;
      }
      const middle = Math.ceil(group.length / 2);
      await this.commit(group.slice(0, middle));
      await this.commit(group.slice(middle));
      return;
    }
    void answer(group);
  }

  /** Answers whether people are to be told of something. */
  private async decideAll(
    group: readonly Waiting[],
    { manager, repeat, opening, closing }: TravellingTransaction,
  ): Promise<boolean> {
    const intents = group.map((one) => one.intent);
    const set = await WorkingSet.load(
      manager,
      this.database.forUpdate,
      {
        customerIds: intents.flatMap((intent) =>
          intent.locksSystem ? [intent.customerId, systemCustomer] : [intent.customerId],
        ),
        chargeIds: intents.map((intent) => intent.chargeId),
        locksPg: intents.some((intent) => intent.locksPg),
      },
      this.now(),
      opening,
    );
    const suspects = intents.filter((intent) => repeat > 0 || intent.ifWritten);
    const done = suspects.length === 0 ? new Set<string>() : await alreadyWritten(manager, suspects);
    for (const one of group) {
      if (done.has(one.intent.id)) {
        // Its COMMIT went through and only the answer was lost: the result stands.
        const picture = one.intent.ifWritten && set.picture(one.intent.chargeId);
        if (picture) one.result = one.intent.ifWritten?.(picture);
        continue;
      }
      delete one.failed;
      try {
        await refuseUsedToken(manager, one.intent);
        const decision = decideOne(set, one.intent);
        if (decision.change) {
          set.refuseForeign(decision.change);
          await useToken(manager, one.intent, this.now());
          set.apply(one.intent.chargeId, decision.change);
        }
        one.result = decision.result;
      } catch (error) {
        if (troubleOf(error) !== 'other') throw error;
        one.failed = error; // A bug in one decision stops that charge, never the group.
      }
    }
    await set.flush(closing);
    return set.told;
  }
}

/** Tells everybody what was committed, one after the other: what each does next would otherwise be one long halt of the event loop. */
async function answer(group: readonly Waiting[]): Promise<void> {
  for (const one of group) {
    if (one.failed === undefined) one.resolve(one.result);
    else one.reject(one.failed);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function decideOne(set: WorkingSet, intent: Intent<unknown>): Decision<unknown> {
  const picture = set.picture(intent.chargeId);
  if (!picture) throw new NoSuchCharge(`there is no charge ${intent.chargeId}`);
  return intent.decide(picture);
}

async function alreadyWritten(manager: EntityManager, intents: readonly Intent<unknown>[]): Promise<Set<string>> {
  const rows = await manager.find(historyTable, {
    select: { id: true, customerId: true, seq: true },
    where: { id: In(intents.map((intent) => intent.id)) },
  });
  return new Set(rows.map((row) => row.id));
}

async function refuseUsedToken(manager: EntityManager, { token, chargeId }: Intent<unknown>): Promise<void> {
  const used = token && (await manager.existsBy(actTokenTable, { chargeId, version: token.version, act: token.act }));
  if (used) throw new TokenUsed(`${token.act} was pressed before on version ${token.version} of charge ${chargeId}`);
}

/** The token and the move that it allows are one transaction: a crash leaves both or neither. */
async function useToken(manager: EntityManager, { token, chargeId }: Intent<unknown>, now: Date): Promise<void> {
  if (token)
    await manager.insert(actTokenTable, {
      chargeId,
      version: token.version,
      act: token.act,
      actor: token.actor,
      usedAt: now,
    });
}
