// How fast Slack is talked to: so many calls at once, and then so many a minute.

import type { Clock } from '../cycle/ports';

export class Pace {
  private tokens: number;
  private filledAt: number;
  private pausedUntil = 0;

  constructor(
    private readonly clock: Clock,
    private readonly burst: number,
    private readonly everyMs: number,
  ) {
    this.tokens = burst;
    this.filledAt = clock.now().getTime();
  }

  /** How long until the next call may be made; 0: now, and the call is counted. */
  waitMs(): number {
    const now = this.clock.now().getTime();
    if (now < this.pausedUntil) return this.pausedUntil - now;
    this.tokens = Math.min(this.burst, this.tokens + Math.max(0, now - this.filledAt) / this.everyMs);
    this.filledAt = now;
    if (this.tokens < 1) return Math.ceil((1 - this.tokens) * this.everyMs);
    this.tokens -= 1;
    return 0;
  }

  /** Slack asked for a pause. */
  pause(ms: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, this.clock.now().getTime() + ms);
    this.tokens = 0;
  }
}
