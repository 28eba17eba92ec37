// What an interaction hands out for a short while: a trigger that opens one modal, and a response URL.

import { randomBytes } from 'node:crypto';
import type { SlackSwitches } from './switches';

/** What a response URL answers to. */
export interface Origin {
  readonly user: string;
  readonly channel: string;
  readonly threadTs?: string | undefined;
  /** The clicked message, which the URL can replace or delete. A slash command has none. */
  readonly original?: { readonly ts: string; readonly isEphemeral: boolean } | undefined;
}

interface Trigger {
  readonly user: string;
  readonly issuedMs: number;
  isUsed: boolean;
}

interface ResponseUrl {
  readonly origin: Origin;
  readonly issuedMs: number;
  posts: number;
}

export class Tickets {
  private readonly triggers = new Map<string, Trigger>();
  private readonly responseUrls = new Map<string, ResponseUrl>();
  private issued = 0;

  constructor(
    private readonly switches: SlackSwitches,
    private readonly now: () => Date,
  ) {}

  newTrigger(user: string): string {
    this.forgetOld();
    this.issued += 1;
    const id = `${1_000_000_000 + this.issued}.${2_000_000_000 + this.issued}.${randomBytes(16).toString('hex')}`;
    this.triggers.set(id, { user, issuedMs: this.nowMs(), isUsed: false });
    return id;
  }

  /** Uses the trigger up and tells whose it was, or why it opens nothing. */
  redeem(id: string): { user: string } | { error: string } {
    const trigger = this.triggers.get(id);
    if (trigger === undefined) return { error: 'invalid_trigger_id' };
    if (trigger.isUsed) return { error: 'exchanged_trigger_id' };
    if (this.nowMs() - trigger.issuedMs > this.switches.triggerMs) return { error: 'expired_trigger_id' };
    trigger.isUsed = true;
    return { user: trigger.user };
  }

  /** The secret end of a response URL. */
  newResponseUrl(origin: Origin): string {
    this.forgetOld();
    const id = randomBytes(18).toString('base64url');
    this.responseUrls.set(id, { origin, issuedMs: this.nowMs(), posts: 0 });
    return id;
  }

  /** Counts one post to the URL and tells what it answers to, or why it is over. */
  post(id: string): Origin | { error: string } {
    const url = this.responseUrls.get(id);
    if (url === undefined) return { error: 'invalid_url' };
    if (this.nowMs() - url.issuedMs > this.switches.responseUrlMs) return { error: 'expired_url' };
    if (url.posts >= this.switches.responseUrlPosts) return { error: 'used_url' };
    url.posts += 1;
    return url.origin;
  }

  private nowMs = (): number => this.now().getTime();

  /** Twice as long as they live, so that an expired one is still told from one that never was. */
  private forgetOld(): void {
    const before = this.nowMs() - 2 * this.switches.responseUrlMs;
    for (const tickets of [this.triggers, this.responseUrls])
      for (const [id, { issuedMs }] of tickets) {
        if (issuedMs >= before) break;
        tickets.delete(id);
      }
  }
}
