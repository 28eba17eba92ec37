// What the cycle needs from the world, in its own words. gateways/, records/ and clock/ implement these.

import type { CalendarDate } from '../domain/calendar';
import type { ChargeState } from '../domain/charge-state';
import type { CancelOutcome, ChargeOutcome, PgProvider, StatusAnswer } from '../domain/outcome';
import type { Charge, Decision, PgState, PgTerms, Picture, Policy, Refund } from '../domain/picture';
import type { Won } from '../domain/won';

/** What the cycle must know of a PG without knowing its name. */
export interface Capabilities {
  /** A lost answer can be asked about by our own order id. */
  readonly asksByOrderId: boolean;
  /** How long after its first transmission the same order may safely be sent again; 0: never by machine. */
  readonly resendWindowMs: number;
  /** An explicit "failed" of this PG is documented, so a machine may believe it. */
  readonly failedIsDocumented: boolean;
  /** How long the PG may still be at work on a request after it was sent: before that, "no such order" says nothing. */
  readonly processingMs: number;
  /** How many calls may be in flight at once. */
  readonly concurrency: number;
}

export interface ChargeRequest {
  readonly orderId: string;
  /** Raised only after the PG stored an answer that says nothing of the order (see `Unknown.answerStored`). */
  readonly idempotencySuffix: number;
  readonly amount: Won;
  readonly orderName: string;
  /** The opened billing key. It must not reach a log, a row or an error. */
  readonly billingKey: string;
  /** The very string under which the key was issued; empty where the PG has none. */
  readonly customerKey: string;
  readonly customer: { readonly name: string; readonly email: string; readonly phone: string };
}

export interface CancelRequest {
  readonly refundId: string;
  readonly orderId: string;
  readonly paymentKey: string;
  /** What is to go back. */
  readonly amount: Won;
  /** What the PG should still hold before this; a PG that can compare refuses when it differs. */
  readonly remaining: Won;
}

export interface StatusQuestion {
  readonly orderId: string;
  readonly paymentKey?: string;
  /** When the order was last transmitted. */
  readonly sentAt: Date;
}

/** The part of a payment gateway that the flow of money talks to. */
export interface Gateway {
  readonly provider: PgProvider;
  /** Tells this merchant and API key from another without revealing it: an order is only ever sent again under the same. */
  readonly merchant: string;
  readonly capabilities: Capabilities;
  charge(request: ChargeRequest): Promise<ChargeOutcome>;
  /** Gives money back: what the product calls a refund. */
  cancel(request: CancelRequest): Promise<CancelOutcome>;
  getStatus(question: StatusQuestion): Promise<StatusAnswer>;
}

/** One decision to be made under the customer's lock, and committed before anybody hears of it. */
export interface Intent<Result> {
  /** The id of the first row that it writes, made before the first try: a repeat after a lost COMMIT looks for it. */
  readonly id: string;
  readonly customerId: string;
  readonly chargeId: string;
  /** It may write rows without a customer. */
  readonly locksSystem?: boolean;
  /** It changes the PG's state. */
  readonly locksPg?: boolean;
  /** The press of a button: used up in the same transaction as the move it allows. */
  readonly token?: { readonly version: number; readonly act: string; readonly actor: string };
  /** Set when an earlier try, perhaps of a process that is gone, may have committed it: the answer if it did. */
  readonly ifWritten?: (picture: Picture) => Result;
  /** Pure; may be asked again after a conflict. */
  decide(picture: Picture): Decision<Result>;
}

/** There is no such charge. */
export class NoSuchCharge extends Error {}

/** This button was pressed before. */
export class TokenUsed extends Error {}

/** Where decisions about charges are made and committed. */
export interface Ledger {
  /** Answers when the decision is committed. Rejects when the records can't be reached for long, or with {@link NoSuchCharge}, {@link TokenUsed}. */
  act<Result>(intent: Intent<Result>): Promise<Result>;
}

/** A charge that somebody should do something about. */
export type WorkItem = Pick<Charge, 'id' | 'customerId' | 'state' | 'watchAt' | 'pgProvider' | 'billingDate'>;

/** A refund whose end nobody knows yet. */
export type OpenRefund = Pick<Refund, 'id' | 'chargeId' | 'customerId' | 'pgProvider' | 'watchAt'>;

/** Which part of what is watched: of one billing date only, behind the last one that was seen. */
export interface WatchPart {
  readonly billingDate?: CalendarDate;
  readonly after?: { readonly id: string; readonly watchAt: Date | null };
}

/** How many charges of one billing date are in each state, and what they amount to. */
export type DateStates = readonly { readonly state: ChargeState; readonly count: number; readonly sum: number }[];

/** What there is to do, read without locks: whoever takes an item up looks again under the lock. */
export interface WorkList {
  /** Charges of this date and PG that are DUE and whose time has come, from a place in the list that differs between processes. */
  due(billingDate: CalendarDate, provider: PgProvider, now: Date, limit: number): Promise<WorkItem[]>;
  /** Charges whose `watch_at` has come, the longest waiting first. */
  watched(now: Date, limit: number, part?: WatchPart): Promise<WorkItem[]>;
  /** Open refunds whose own `watch_at` has come, the longest waiting first. */
  refundsWatched(now: Date, limit: number, part?: WatchPart): Promise<OpenRefund[]>;
  /** When the next charge of this date that is DUE or CHARGING wants to be looked at; null when there is none. */
  nextLook(billingDate: CalendarDate): Promise<Date | null>;
  statesOf(billingDate: CalendarDate): Promise<DateStates>;
  /** What stands CHARGING, UNKNOWN or ADJUDICATION, whatever its date. */
  openCount(): Promise<number>;
  /** Lets the sweeper see at once what was held for a reason that is gone: a hold lifted, a breaker closed. */
  wake(now: Date): Promise<number>;
  /** A payment of this PG that we know is there, to ask about for nothing. */
  knownPayment(provider: PgProvider): Promise<{ orderId: string; paymentKey: string; approvedAt: Date } | null>;
  /** One charge that could probe this PG: held by its breaker, or due, and no order that the PG has to be asked about first. */
  probeCandidate(provider: PgProvider, now: Date): Promise<WorkItem | null>;
}

/** What the PGs are allowed to do now. */
export interface PgStates {
  all(): Promise<PgState[]>;
  /** Takes the right to probe an open breaker until then, if a probe was due by `due`; false when it is closed, held, or somebody else's. */
  leaseProbe(provider: PgProvider, until: Date, due: Date): Promise<boolean>;
  closeBreaker(provider: PgProvider): Promise<void>;
}

/** Keeps outcomes that can't be committed yet, through a crash of this process. */
export interface Spool {
  keep(record: SpooledSettle): Promise<void>;
  forget(id: string): Promise<void>;
}

/** An outcome whose settle is still owed. */
export interface SpooledSettle {
  readonly id: string;
  readonly secondId: string;
  readonly thirdId: string;
  readonly customerId: string;
  readonly chargeId: string;
  readonly orderId: string;
  readonly transmissionId: string;
  readonly actor: string;
  readonly outcome: ChargeOutcome;
}

/** Opens sealed billing keys. */
export interface KeyRing {
  opens(secretId: string): boolean;
  open(sealed: string, secretId: string, owner: { id: string; customerId: string; pgProvider: PgProvider }): string;
}

/** The given time. */
export interface Clock {
  now(): Date;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Lines for the operator of the server. */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** Everything the cycle works with. */
export interface World {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly workList: WorkList;
  readonly pgStates: PgStates;
  readonly gateways: ReadonlyMap<PgProvider, Gateway>;
  readonly keys: KeyRing;
  readonly spool: Spool;
  readonly policy: Policy;
  readonly log: Log;
  /** Makes an id for a row; unique for ever. */
  newId(): string;
}

/** What decisions must know of a gateway; undefined when this installation has none for that PG. */
export function termsOf(gateway: Gateway | undefined): PgTerms | undefined {
  return gateway && { merchant: gateway.merchant, ...gateway.capabilities };
}
