// Posts and redraws what the outbox holds: one process at a time, a message a second, people's actions first. What a
// message shows is read when it is drawn, so ten changes of one card are one redraw, and none shows an older state.

import { randomUUID } from 'node:crypto';
import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, type WebClient } from '@slack/web-api';
import type { Message } from '../cycle/outbox';
import type { Drawn } from './cards/drawing';
import { drawMessage } from './drawn-message';
import type { Office } from './office';
import { Pace } from './pace';

/** Slack takes one message a second per channel; a little more is on the safe side of its clock. */
const postEveryMs = 1_050;
/** `chat.update` is a tier 3 method: fifty a minute, and some at once. */
const redrawEveryMs = 1_200;
const redrawBurst = 10;

/** How long the right to post is taken for; another process follows this long after a crash. */
const leaseMs = 15_000;
const pollMs = 500;
/** How often a cycle's message is looked at for news. */
const cycleLookMs = 5_000;
const cycleAgeMs = 14 * 86_400_000;

/** So many failure cards of a cycle stand in the channel; the others in its thread. */
const cardsInChannel = 20;
/** What waited longer than this for Slack is told in one message instead. */
const digestAfterMs = 86_400_000;

/** Errors that time alone does not mend: somebody has to do something in Slack or with our settings. */
const permanent = new Set([
  ...['channel_not_found', 'not_in_channel', 'is_archived', 'token_revoked', 'token_expired', 'invalid_auth'],
  ...[
    'not_authed',
    'account_inactive',
    'missing_scope',
    'not_allowed_token_type',
    'restricted_action',
    'team_access_not_granted',
  ],
]);
/** The message is no longer there, or no longer ours to change. */
const goneMessage = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed', 'is_inactive']);
const permanentPauseMs = 60_000;

export class PostOffice {
  private readonly holder = randomUUID();
  private readonly posts: Pace;
  private readonly redraws: Pace;
  private readonly stopping = new AbortController();
  /** Loops that rest, and how each is woken. */
  private readonly resting = new Set<() => void>();
  private leasedUntil = 0;
  private readonly loops: Promise<void>[] = [];
  private readonly seenCycles = new Map<string, string>();
  private cyclesLookedAt = 0;
  private failures = 0;
  /** What Slack last refused for good; null while all is well. */
  trouble: string | null = null;

  constructor(
    private readonly office: Office,
    private readonly client: WebClient,
  ) {
    this.posts = new Pace(office.clock, 1, postEveryMs);
    this.redraws = new Pace(office.clock, redrawBurst, redrawEveryMs);
  }

  start(): void {
    const forget = this.office.outbox.onTold(() => this.wake());
    this.stopping.signal.addEventListener('abort', forget);
    this.loops.push(this.loop('posts'), this.loop('redraws'));
  }

  /** Ends after the message that is under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await Promise.all(this.loops);
  }

  private async loop(what: 'posts' | 'redraws'): Promise<void> {
    while (!this.stopping.signal.aborted) {
      let waitMs = pollMs;
      try {
        waitMs = (await this.hasTheRight()) ? await this.round(what) : pollMs;
      } catch (error) {
        this.office.log.error({ error: String(error) }, `the ${what} of Slack messages will be tried again`);
        waitMs = 2_000;
      }
      if (waitMs > 0) await this.rest(waitMs);
    }
  }

  private wake(): void {
    for (const wake of this.resting) wake();
  }

  /** Sleeps, or until something is told. */
  private async rest(ms: number): Promise<void> {
    const news = new AbortController();
    const wake = (): void => news.abort();
    this.resting.add(wake);
    await this.office.clock.sleep(ms, news.signal).catch(() => undefined);
    this.resting.delete(wake);
  }

  private async hasTheRight(): Promise<boolean> {
    const now = this.office.clock.now();
    if (this.leasedUntil - now.getTime() > leaseMs / 2) return true;
    const until = new Date(now.getTime() + leaseMs);
    const mine = await this.office.outbox.lease(`slack ${this.office.channel}`, this.holder, until, now);
    this.leasedUntil = mine ? until.getTime() : 0;
    return mine;
  }

  /** Does the next thing there is to do, and says how long to wait before the one after it. */
  private async round(what: 'posts' | 'redraws'): Promise<number> {
    const { clock } = this.office;
    if (what === 'redraws') await this.lookAtCycles();
    else await this.digest();
    const [message] = await this.office.outbox.pending(what, clock.now(), 1);
    if (!message) return pollMs;
    const pace = what === 'posts' ? this.posts : this.redraws;
    const waitMs = pace.waitMs();
    if (waitMs > 0) return Math.min(waitMs, pollMs);
    await (what === 'posts' ? this.post(message) : this.redraw(message));
    return 0;
  }

  // ── posting ────────────────────────────────────────────────────────────────

  private async post(message: Message): Promise<void> {
    const { outbox, clock } = this.office;
    const place = await this.placeOf(message);
    if (place === 'later') return outbox.postpone(message.id, new Date(clock.now().getTime() + 2_000));
    const drawn = place === 'never' ? undefined : await drawMessage(this.office, message);
    if (place === 'never' || !drawn) return outbox.drop([message.id]);
    // From here a crash leaves at most this one message in doubt.
    await outbox.posting(message.id, place.threadOf, clock.now());
    const ts = await this.asked(message, drawn, (shown) =>
      this.client.chat.postMessage({
        channel: this.office.channel,
        ...(place.ts === null ? {} : { thread_ts: place.ts }),
        ...shown,
        unfurl_links: false,
        unfurl_media: false,
      }),
    );
    if (ts !== undefined) await outbox.posted(message.id, ts, message.wanted);
  }

  /** In whose thread it stands. A thread waits for its first message. */
  private async placeOf(message: Message): Promise<{ threadOf: string | null; ts: string | null } | 'later' | 'never'> {
    const inChannel = { threadOf: null, ts: null };
    if (message.threadOf !== null) {
      const first = await this.office.outbox.get(message.threadOf);
      if (!first) return message.kind === 'reply' ? 'never' : inChannel;
      return first.ts === null ? (isPending(first) ? 'later' : 'never') : { threadOf: first.id, ts: first.ts };
    }
    if (message.kind !== 'card') return inChannel;
    const story = await this.office.reading.charge(message.subject);
    if (!story) return 'never';
    const { billingDate } = story.charge;
    const cycle = await this.office.outbox.get(`cycle:${billingDate}`);
    if (cycle && cycle.ts === null && isPending(cycle)) return 'later';
    if ((await this.office.outbox.cardsInChannel(billingDate)) < cardsInChannel) return inChannel;
    return cycle?.ts ? { threadOf: cycle.id, ts: cycle.ts } : inChannel;
  }

  // ── redrawing ──────────────────────────────────────────────────────────────

  private async redraw(message: Message): Promise<void> {
    const { outbox } = this.office;
    const { ts } = message;
    const drawn = await drawMessage(this.office, message);
    if (!drawn || ts === null) return outbox.drawn(message.id, message.wanted);
    const done = await this.asked(message, drawn, (shown) =>
      this.client.chat.update({ channel: this.office.channel, ts, ...shown }),
    );
    if (done !== undefined) await outbox.drawn(message.id, message.wanted);
  }

  /** A cycle's message changes with what becomes of its charges, which tell nobody when they simply succeed. */
  private async lookAtCycles(): Promise<void> {
    const { clock, reading, outbox } = this.office;
    const now = clock.now().getTime();
    if (now - this.cyclesLookedAt < cycleLookMs) return;
    this.cyclesLookedAt = now;
    for (const date of await reading.recentCycles(new Date(now - cycleAgeMs))) {
      const story = await reading.cycle(date);
      const seen = JSON.stringify([story?.state, story?.states, story?.held, story?.retries]);
      if (this.seenCycles.get(date) === seen) continue;
      this.seenCycles.set(date, seen);
      if ((await outbox.get(`cycle:${date}`))?.ts) await outbox.tell({ kind: 'cycle', subject: date });
    }
  }

  /** Slack was away for a day: nobody wants yesterday's messages one by one. */
  private async digest(): Promise<void> {
    const { clock, outbox } = this.office;
    const now = clock.now();
    const old = (await outbox.pending('posts', now, 500)).filter(
      (message) => now.getTime() - message.createdAt.getTime() > digestAfterMs && message.kind !== 'digest',
    );
    if (old.length === 0) return;
    const counts: Record<string, number> = {};
    for (const { kind } of old) counts[kind] = (counts[kind] ?? 0) + 1;
    const day = now.toISOString();
    await outbox.tell({ kind: 'digest', subject: day, body: JSON.stringify(counts) });
    await outbox.drop(old.map((message) => message.id));
  }

  // ── what Slack says ────────────────────────────────────────────────────────

  /** Calls Slack, and answers the message's `ts`; undefined when it was not taken, which is dealt with here. */
  private async asked(
    message: Message,
    drawn: Drawn,
    call: (shown: Shown) => Promise<{ ts?: string }>,
  ): Promise<string | undefined> {
    try {
      const { ts } = await call(shownOf(drawn));
      this.failures = 0;
      this.trouble = null;
      return ts ?? message.ts ?? undefined;
    } catch (error) {
      if (codeOf(error) === 'invalid_blocks') return this.plainly(message, drawn, call, error);
      await this.refused(message, error);
      return undefined;
    }
  }

  /** Blocks that Slack does not take are shown as their text: better a plain message than none. */
  private async plainly(
    message: Message,
    drawn: Drawn,
    call: (shown: Shown) => Promise<{ ts?: string }>,
    error: unknown,
  ): Promise<string | undefined> {
    const why = error instanceof WebAPIPlatformError ? error.data.response_metadata?.messages : undefined;
    this.office.log.error(
      { message: message.id, why },
      'Slack does not take the blocks of a message; its text is posted',
    );
    try {
      const { ts } = await call({ text: drawn.text, blocks: [], ...metadataOf(drawn) });
      return ts ?? message.ts ?? undefined;
    } catch (second) {
      await this.refused(message, second);
      return undefined;
    }
  }

  private async refused(message: Message, error: unknown): Promise<void> {
    const { outbox, log, clock } = this.office;
    const pace = message.ts === null ? this.posts : this.redraws;
    if (error instanceof WebAPIRateLimitedError) return pace.pause(error.retryAfter * 1000);
    const code = codeOf(error);
    if (message.ts !== null && goneMessage.has(code)) return this.deleted(message);
    if (permanent.has(code)) {
      if (this.trouble !== code)
        log.error({ code, channel: this.office.channel }, 'Slack refuses our messages; they wait');
      this.trouble = code;
      return pace.pause(permanentPauseMs);
    }
    this.failures += 1;
    const waitMs = Math.min(60_000, 1_000 * 2 ** Math.min(6, this.failures));
    log.warn({ message: message.id, code, waitMs }, 'Slack did not take a message; it is tried again');
    pace.pause(Math.min(waitMs, 5_000));
    // A message that is refused again and again stands behind the others.
    await outbox.postpone(message.id, new Date(clock.now().getTime() + waitMs));
  }

  /** Somebody deleted it in Slack. A card that people still need comes back. */
  private async deleted(message: Message): Promise<void> {
    await this.office.outbox.lost(message.id);
    if (message.kind === 'card') await this.office.outbox.tell({ kind: 'card', subject: message.subject });
  }
}

type Shown = Pick<Drawn, 'text' | 'blocks'> & { metadata?: NonNullable<Drawn['metadata']> };

const metadataOf = (drawn: Drawn): Pick<Shown, 'metadata'> => (drawn.metadata ? { metadata: drawn.metadata } : {});
const shownOf = (drawn: Drawn): Shown => ({ text: drawn.text, blocks: drawn.blocks, ...metadataOf(drawn) });

const isPending = (message: Message): boolean => message.wanted > message.drawn;

/** Slack's word for what is wrong, or what went wrong on the way. */
function codeOf(error: unknown): string {
  if (error instanceof WebAPIPlatformError) return error.data.error;
  if (error instanceof WebAPIHTTPError) return `HTTP ${error.statusCode}`;
  return error instanceof Error ? error.name : 'unknown';
}
