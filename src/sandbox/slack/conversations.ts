// The channels and everything said in them. Every change is told to whoever listens, so that the page is live.

import type { Journal, JournalEntry } from './journal';
import type { Content, Ephemeral, Message, Thread } from './message';
import { channelNames, channel as ownChannel } from './residents';

export interface Channel {
  readonly id: string;
  readonly name: string;
  /** Whether the bot was invited. */
  hasBot: boolean;
  isArchived: boolean;
}

export interface Draft extends Content {
  readonly channel: string;
  readonly user: string;
  readonly threadTs?: string | undefined;
  readonly isBroadcast?: boolean | undefined;
}

export class Conversations {
  readonly channels: ReadonlyMap<string, Channel> = new Map(
    Object.entries(channelNames).map(([id, name]) => [id, { id, name, hasBot: id === ownChannel, isArchived: false }]),
  );
  private readonly messages = new Map<string, Map<string, Message>>();
  /** By channel and `ts`: two channels may give the same one. */
  private readonly whispers = new Map<string, Ephemeral>();
  private readonly lastMicroseconds = new Map<string, number>();

  constructor(
    private readonly journal: Journal,
    private readonly now: () => Date,
    private readonly changed: () => void,
  ) {}

  restore(entry: JournalEntry): void {
    if (entry.kind === 'deleted') this.of(entry.value.channel).delete(entry.value.ts);
    else this.of(entry.value.channel).set(entry.value.ts, entry.value);
    this.keepAfter(entry.value.channel, entry.value.ts);
  }

  *journalEntries(): Generator<JournalEntry> {
    for (const messages of this.messages.values())
      for (const value of messages.values()) yield { kind: 'message', value };
  }

  post(draft: Draft): Message {
    return this.keep({ ...draft, ts: this.nextTs(draft.channel) });
  }

  keep(message: Message): Message {
    this.of(message.channel).set(message.ts, message);
    this.journal.append({ kind: 'message', value: message });
    this.changed();
    return message;
  }

  delete({ channel, ts }: Message): void {
    this.of(channel).delete(ts);
    this.journal.append({ kind: 'deleted', value: { channel, ts } });
    this.changed();
  }

  find = (channel: string, ts: string): Message | undefined => this.of(channel).get(ts);

  /** Every message of a channel, replies included, oldest first. */
  list = (channel: string): Message[] => [...this.of(channel).values()];

  /** A message and its replies; empty when there is no such message. */
  threadOf(channel: string, ts: string): Message[] {
    const first = this.find(channel, ts);
    return first === undefined ? [] : [first, ...this.repliesTo(first)];
  }

  threadSummary(message: Message): Thread | undefined {
    const replies = this.repliesTo(message);
    const latest = replies.at(-1);
    if (latest === undefined) return undefined;
    return {
      replyCount: replies.length,
      replyUsers: [...new Set(replies.map(({ user }) => user))],
      latestReply: latest.ts,
    };
  }

  whisper(to: string, draft: Draft): Ephemeral {
    return this.keepWhisper({ ...draft, to, ts: this.nextTs(draft.channel) });
  }

  keepWhisper(whisper: Ephemeral): Ephemeral {
    this.whispers.set(keyOf(whisper), whisper);
    this.changed();
    return whisper;
  }

  deleteWhisper(whisper: Ephemeral): void {
    this.whispers.delete(keyOf(whisper));
    this.changed();
  }

  findWhisper = (channel: string, ts: string): Ephemeral | undefined => this.whispers.get(keyOf({ channel, ts }));

  /** What only this person sees, oldest first. */
  whispersTo = (user: string): Ephemeral[] => [...this.whispers.values()].filter(({ to }) => to === user);

  /** Loading the page anew loses what only this person saw, as it does in Slack. */
  forgetWhispersTo(user: string): void {
    for (const whisper of this.whispersTo(user)) this.whispers.delete(keyOf(whisper));
    this.changed();
  }

  setChannel(id: string, state: { hasBot?: boolean | undefined; isArchived?: boolean | undefined }): void {
    const channel = this.channels.get(id);
    if (channel === undefined) throw new Error(`there is no channel ${id}; there are ${[...this.channels.keys()]}`);
    channel.hasBot = state.hasBot ?? channel.hasBot;
    channel.isArchived = state.isArchived ?? channel.isArchived;
    this.changed();
  }

  private repliesTo({ channel, ts }: Message): Message[] {
    return this.list(channel).filter(({ threadTs }) => threadTs === ts);
  }

  private of(channel: string): Map<string, Message> {
    const known = this.messages.get(channel);
    if (known !== undefined) return known;
    const fresh = new Map<string, Message>();
    this.messages.set(channel, fresh);
    return fresh;
  }

  /** Seconds, a point and six digits. It names the message, so a channel never gives the same one twice. */
  private nextTs(channel: string): string {
    const last = this.lastMicroseconds.get(channel) ?? 0;
    const next = Math.max(this.now().getTime() * 1000, last + 1);
    this.lastMicroseconds.set(channel, next);
    return `${Math.floor(next / 1e6)}.${String(next % 1e6).padStart(6, '0')}`;
  }

  private keepAfter(channel: string, ts: string): void {
    const last = this.lastMicroseconds.get(channel) ?? 0;
    this.lastMicroseconds.set(channel, Math.max(last, Math.round(Number(ts) * 1e6)));
  }
}

const keyOf = ({ channel, ts }: { channel: string; ts: string }): string => `${channel} ${ts}`;
