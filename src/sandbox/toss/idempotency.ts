// The promise of `Idempotency-Key`: the same request is carried out once, and asking again only repeats the answer.
//
// What "the same" means is Toss's documented rule: key, secret key, method and URL. The body is not compared, so
// another order under the same key gets the first order's answer. 200 and 4xx answers are kept (measured in the test
// environment, byte for byte), for 15 days from the first use.

import type { Answer, Done } from './answer';
import { no, sent } from './answer';
import type { Journal, JournalEntry } from './journal';
import type { TossSwitches } from './switches';

export const longestIdempotencyKey = 300;
const keptMs = 15 * 24 * 3_600_000;

export interface StoredAnswer {
  /** Names key, secret key, method and URL together. */
  readonly scope: string;
  readonly firstUsedAtMs: number;
  readonly answer: Answer;
  /** The trace id under which the request was carried out. */
  readonly traceId: string;
}

type Entry = StoredAnswer | { readonly scope: string; readonly firstUsedAtMs: number; readonly answer?: never };

/** Where an answer comes from: `replayOf` is the trace id of the request that was really carried out. */
export interface Obtained {
  readonly done: Done;
  readonly replayOf?: string;
}

export class Idempotency {
  // In order of first use, so that what has expired is always found at the front.
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly journal: Journal,
    private readonly switches: TossSwitches,
    private readonly now: () => Date,
  ) {}

  /** Carries `work` out unless this scope was seen before; then repeats its answer, or says that it is still running. */
  async once(scope: string, traceId: string, work: () => Promise<Done>): Promise<Obtained> {
    this.forgetExpired();
    const earlier = this.entries.get(scope);
    if (earlier?.answer) return { done: sent(earlier.answer), replayOf: earlier.traceId };
    if (earlier) return { done: sent(no('IDEMPOTENT_REQUEST_PROCESSING')) };

    const firstUsedAtMs = this.now().getTime();
    this.entries.set(scope, { scope, firstUsedAtMs });
    try {
      const done = await work();
      this.settle({ scope, firstUsedAtMs, answer: done.answer, traceId });
      return { done };
    } catch (error) {
      this.entries.delete(scope);
      throw error;
    }
  }

  /** Keeps the refusal of a request that was turned away before anybody looked at its key. */
  keepRefusal(scope: string, traceId: string, answer: Answer): void {
    if (this.entries.has(scope)) return;
    this.settle({ scope, firstUsedAtMs: this.now().getTime(), answer, traceId });
  }

  restore(stored: StoredAnswer): void {
    this.entries.set(stored.scope, stored);
  }

  *journalEntries(): Generator<JournalEntry> {
    this.forgetExpired();
    for (const entry of this.entries.values()) if (entry.answer) yield { kind: 'answer', value: entry };
  }

  private settle(stored: StoredAnswer): void {
    if (!this.keeps(stored.answer)) {
      this.entries.delete(stored.scope);
      return;
    }
    this.journal.append({ kind: 'answer', value: stored });
    this.entries.set(stored.scope, stored);
  }

  private keeps({ status }: Answer): boolean {
    if (status >= 500) return this.switches.keepsServerErrors;
    return status === 429 ? this.switches.keepsTooManyRequests : true;
  }

  private forgetExpired(): void {
    const oldest = this.now().getTime() - keptMs;
    for (const entry of this.entries.values()) {
      if (entry.firstUsedAtMs > oldest) return;
      this.entries.delete(entry.scope);
    }
  }
}
