// So many requests per minute and API, then 429. Toss documents 100 for its test environment.

import { type Answer, noTooMany } from './answer';
import type { TossSwitches } from './switches';

const minuteMs = 60_000;

export class RateLimit {
  private minute = 0;
  private readonly requests = new Map<string, number>();

  constructor(
    private readonly switches: TossSwitches,
    private readonly now: () => Date,
  ) {}

  /** Counts one request to this endpoint; the refusal when it was one too many. */
  refusal(endpoint: string): Answer | undefined {
    const { requestsPerMinute, retryAfterHeader } = this.switches;
    if (requestsPerMinute === null) return undefined;
    const nowMs = this.now().getTime();
    this.turnTo(Math.floor(nowMs / minuteMs));
    const received = (this.requests.get(endpoint) ?? 0) + 1;
    this.requests.set(endpoint, received);
    if (received <= requestsPerMinute) return undefined;
    return retryAfterHeader ? noTooMany(Math.ceil((minuteMs - (nowMs % minuteMs)) / 1000)) : noTooMany();
  }

  private turnTo(minute: number): void {
    if (minute !== this.minute) this.requests.clear();
    this.minute = minute;
  }
}
