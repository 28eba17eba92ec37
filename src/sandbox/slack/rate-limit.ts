// Slack's pace: a bucket of permits per method, and per channel for posts. Buckets fill in real time, whatever clock
// the workspace was given for its messages, because the bot waits in real time too.

import type { SlackSwitches } from './switches';

interface Bucket {
  permits: number;
  filledMs: number;
}

export class RateLimit {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly switches: SlackSwitches) {}

  /** Takes a permit; the seconds to wait when there is none. */
  waitSeconds(method: string, channel: string): number | undefined {
    const { postsPerSecond, postBurst, updatesPerMinute, updateBurst } = this.switches;
    switch (method) {
      case 'chat.postMessage':
        return this.take(`${method} ${channel}`, postsPerSecond, postBurst);
      case 'chat.update':
      case 'chat.delete':
        return this.take(method, updatesPerMinute === null ? null : updatesPerMinute / 60, updateBurst);
      default:
        return undefined;
    }
  }

  private take(name: string, perSecond: number | null, burst: number): number | undefined {
    if (perSecond === null) return undefined;
    const nowMs = performance.now();
    const before = this.buckets.get(name) ?? { permits: burst, filledMs: nowMs };
    const permits = Math.min(burst, before.permits + ((nowMs - before.filledMs) / 1000) * perSecond);
    const isLate = permits < 1;
    this.buckets.set(name, { permits: isLate ? permits : permits - 1, filledMs: nowMs });
    // Slack names whole seconds, and never zero.
    return isLate ? Math.max(1, Math.ceil((1 - permits) / perSecond)) : undefined;
  }
}
