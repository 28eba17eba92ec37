// Messages as rows: each message that Slack shows, or shall show, is a row first. A row says how often it was wanted
// and which of these wishes was drawn last; what it shows is read from the charge or cycle when it is drawn.

/** What kinds of messages there are, and what `subject` names. */
export type MessageKind =
  | 'card' // A charge that somebody should look at. Subject: the charge id.
  | 'reply' // A failed retry, in its card's thread. Subject: the charge id; body: the attempt number.
  | 'success' // A line per approved charge, in its cycle's thread. Subject: the charge id.
  | 'cycle' // A cycle's live message. Subject: the billing date.
  | 'cycle-end' // The short reply that notifies. Subject: the billing date.
  | 'reminder' // What is open this morning. Subject: the day.
  | 'pg' // A PG that is left alone or on hold. Subject: the PG.
  | 'missed' // A date too old to be billed without being asked. Subject: the billing date.
  | 'checkpoint' // The fingerprint of all chain heads. Subject: the checkpoint's id; body: what it says.
  | 'digest'; // What waited longer than a day for Slack. Subject: the day; body: how much of what.

export interface Message {
  /** `kind:subject`, with more where a subject has several: what is told twice is one message. */
  readonly id: string;
  readonly kind: MessageKind;
  readonly subject: string;
  readonly body: string | null;
  /** The message in whose thread it stands. */
  readonly threadOf: string | null;
  /** Slack's name of the message once it stands there. */
  readonly ts: string | null;
  /** Raised by every reason to draw it (anew). */
  readonly wanted: number;
  /** The wish that was drawn last. */
  readonly drawn: number;
  /** A person did it and waits to see it. */
  readonly urgent: boolean;
  /** Set before it is posted: a process that dies between posting and noting leaves at most this one in doubt. */
  readonly postingAt: Date | null;
  readonly notBefore: Date | null;
  readonly createdAt: Date;
}

export type NewMessage = Pick<Message, 'kind' | 'subject'> & {
  readonly id?: string;
  readonly body?: string;
  readonly threadOf?: string;
  readonly urgent?: boolean;
};

export interface Outbox {
  /** Adds the message, or wants it drawn anew. */
  tell(message: NewMessage): Promise<void>;
  /** What waits to be posted (no `ts`) or redrawn, people's actions first, then the oldest. */
  pending(what: 'posts' | 'redraws', now: Date, limit: number): Promise<Message[]>;
  get(id: string): Promise<Message | undefined>;
  /** How many cards of this billing date stand in the channel itself. */
  cardsInChannel(billingDate: string): Promise<number>;
  /** Notes that it is about to be posted, and where. */
  posting(id: string, threadOf: string | null, now: Date): Promise<void>;
  posted(id: string, ts: string, drawn: number): Promise<void>;
  drawn(id: string, drawn: number): Promise<void>;
  /** Not now: Slack had no place for it, or trouble. */
  postpone(id: string, until: Date): Promise<void>;
  /** It will never stand in Slack: what waited too long, or can't be shown. */
  drop(ids: readonly string[]): Promise<void>;
  /** Its message in Slack is gone: it is posted anew if it is wanted again. */
  lost(id: string): Promise<void>;
  /** Takes, or keeps, the right to post for a while; false when another process has it. */
  lease(name: string, holder: string, until: Date, now: Date): Promise<boolean>;
  /** Called after something in this process was told; hands back how to stop listening. */
  onTold(listener: () => void): () => void;
}
