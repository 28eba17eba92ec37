// What people are told about: read without locks, so whoever acts on it looks again under the lock.

import type { CalendarDate } from '../domain/calendar';
import type { ChargeState } from '../domain/charge-state';
import type { Act, Actor, RowStatus } from '../domain/history';
import type { DeclineClass, PgProvider } from '../domain/outcome';
import type { Attempt, Charge, HeldReason, PgState, Surplus } from '../domain/picture';
import type { Won } from '../domain/won';
import type { DateStates } from './ports';

export interface Contact {
  readonly id: string;
  readonly name: string;
  readonly phone: string;
  readonly email: string;
}

/** One charge with what a card or an answer shows of it. */
export interface ChargeStory {
  readonly charge: Charge;
  readonly customer: Contact;
  readonly orderName: string;
  /** The oldest first. */
  readonly attempts: readonly Attempt[];
  readonly surpluses: readonly Surplus[];
  /** The newest thing that a person did to it; null when only the machine was at work. */
  readonly lastAct: { readonly act: Act; readonly actor: Actor; readonly at: Date } | null;
}

/** A row of `payment_history` as an answer lists it. */
export interface HistoryLine {
  readonly at: Date;
  readonly act: Act;
  readonly status: RowStatus;
  readonly amount: Won | null;
  readonly orderId: string | null;
  readonly chargeId: string | null;
  readonly code: string | null;
  /** The PG's words; null where a person typed them (those lie beside the table). */
  readonly reason: string | null;
  readonly actor: Actor;
}

export interface SubscriptionStory {
  readonly id: string;
  readonly orderName: string;
  readonly amount: Won;
  readonly status: 'ACTIVE' | 'PAUSED' | 'ENDED';
  /** The charge of the newest billing date. */
  readonly newest: ChargeStory | undefined;
  /** When the machine will bill it next by itself. */
  readonly next: { readonly date: CalendarDate; readonly at: Date } | undefined;
}

export interface CustomerStory {
  readonly customer: Contact;
  readonly subscriptions: readonly SubscriptionStory[];
  /** One page, the newest first. */
  readonly rows: readonly HistoryLine[];
  readonly rowCount: number;
}

/** What a person's words may mean. An exact name wins over parts of names; equal matches are all named. */
export type Found =
  | { readonly kind: 'customer'; readonly customerId: string }
  | { readonly kind: 'customers'; readonly customers: readonly FoundOne[]; readonly more: boolean }
  | { readonly kind: 'charge'; readonly chargeId: string }
  | { readonly kind: 'charges'; readonly chargeIds: readonly string[] }
  /** `nearest`: names that look like what was typed. */
  | { readonly kind: 'nobody'; readonly nearest: readonly string[] };

/** One of several equal matches, told apart by phone ending and subscription. */
export interface FoundOne {
  readonly id: string;
  readonly name: string;
  readonly phone: string;
  readonly orderNames: readonly string[];
}

/** One cycle, as its message tells it. */
export interface CycleStory {
  readonly billingDate: CalendarDate;
  readonly state: 'PLANNING' | 'AWAITING_APPROVAL' | 'RUNNING' | 'PAUSED' | 'DONE' | 'ABORTED';
  readonly startedBy: Actor;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly states: DateStates;
  /** Why what is FAILED or RETRY_WAIT was declined, the most frequent first. */
  readonly reasons: readonly { readonly class: DeclineClass | null; readonly count: number; readonly sum: number }[];
  readonly held: readonly { readonly reason: HeldReason; readonly count: number }[];
  /** When what is RETRY_WAIT is tried again, the earliest first. */
  readonly retries: readonly { readonly at: Date; readonly count: number }[];
}

/** What a date would add if it were planned now. */
export interface Preview {
  readonly count: number;
  readonly sum: number;
  /** Of these: what the machine would not plan by itself, because it joined after that date's billing time. */
  readonly early: { readonly count: number; readonly sum: number };
}

export interface Standing {
  readonly states: ReadonlyMap<ChargeState, { readonly count: number; readonly sum: number }>;
  readonly held: readonly { readonly reason: HeldReason; readonly provider: PgProvider; readonly count: number }[];
  readonly surpluses: readonly { readonly chargeId: string; readonly orderId: string; readonly amount: number }[];
}

export type Verified =
  | { readonly kind: 'holds'; readonly rows: number; readonly chains: number }
  | { readonly kind: 'broken'; readonly customerId: string; readonly seq: number; readonly reason: string };

/** A charge that waits for a person, for a list. */
export interface Waiting {
  readonly chargeId: string;
  readonly customerName: string;
  readonly amount: Won;
  readonly billingDate: CalendarDate;
  readonly state: ChargeState;
}

export interface Reading {
  find(typed: string): Promise<Found>;
  /** `page` from 0; undefined when there is no such customer. */
  customer(customerId: string, page: number): Promise<CustomerStory | undefined>;
  charge(chargeId: string): Promise<ChargeStory | undefined>;
  cycle(date: CalendarDate): Promise<CycleStory | undefined>;
  /** Dates of cycles that are not over. */
  unfinished(): Promise<CalendarDate[]>;
  /** Dates whose cycle started since then: their messages may still change. */
  recentCycles(since: Date): Promise<CalendarDate[]>;
  preview(date: CalendarDate): Promise<Preview>;
  standing(): Promise<Standing>;
  /** The oldest charges that wait for a person, and how many there are. */
  waiting(limit: number): Promise<{ readonly count: number; readonly some: readonly Waiting[] }>;
  pgs(): Promise<PgState[]>;
  verify(): Promise<Verified>;
}

/** How many history rows a page shows. */
export const historyPage = 10;
