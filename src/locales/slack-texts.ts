// The texts of Slack, in both languages. A new text is a compile error until both have it. What is put in is ready to be
// shown: escaped, dated, counted; a name has no particle or title yet.

import type { ChargeState } from '../domain/charge-state';
import type { Act } from '../domain/history';
import type { DeclineClass } from '../domain/outcome';
import type { HeldReason } from '../domain/picture';
import { slackEn } from './slack-en';
import { slackKo } from './slack-ko';
import type { Texts } from './texts';

/** A dialog that asks once more; its other button is the same everywhere. */
export interface ConfirmTexts {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
}

interface Whose {
  readonly name: string;
  readonly amount: string;
}

interface Asked extends Whose {
  readonly date: string;
  /** As a person recognises it; null when no attempt told. */
  readonly card: string | null;
}

/** What is said of using the kill switch one way. */
interface SwitchTexts {
  button(pg: string): string;
  confirm(pg: string): ConfirmTexts;
  readonly ask: string;
  readonly nothing: string;
  done(pg: string): string;
  already(pg: string): string;
}

type ActName = 'retry' | 'cancel' | 'uncancel' | 'resolve';

export interface SlackTexts {
  /** Words that the command line uses as well. */
  readonly common: Texts;
  number(value: number): string;
  /** `12건` */
  count(value: number): string;
  countAndSum(count: number, sum: string): string;
  date(date: string, withYear: boolean): string;
  /** `10월 31일분` */
  billingDate(date: string): string;
  cycleName(date: string): string;
  readonly customer: string;
  readonly people: {
    terminal(name: string): string;
    readonly machines: Readonly<Record<'cycle' | 'ladder' | 'sweeper' | 'pg', string>>;
  };
  /** What a person did, behind their name and the time. */
  did(act: Act, isRetry: boolean): string;
  byWhom(of: { who: string; what: string; at: string }): string;
  /** What a screen reader says of a button. */
  spoken(of: Whose & { label: string }): string;
  understoodAs(typed: string, verb: string): string;
  readonly buttons: Readonly<Record<ActName | 'history' | 'newer' | 'older', string>>;
  readonly confirms: {
    retry(of: Asked): ConfirmTexts;
    cancel(of: Asked): ConfirmTexts;
    uncancel(of: Asked): ConfirmTexts;
    readonly deny: string;
  };
  readonly card: CardTexts;
  readonly answer: AnswerTexts;
  readonly history: {
    readonly noSubscription: string;
    readonly copy: string;
    readonly subscription: Readonly<Record<'PAUSED' | 'ENDED', string>>;
    moreSubscriptions(count: number): string;
    rows(of: { count: number; page: number; pages: number }): string;
    pageSpoken(of: { label: string; page: number; pages: number }): string;
  };
  readonly bins: Readonly<Record<'due' | 'paid' | 'failed' | 'unknown' | 'held' | 'canceled', string>>;
  readonly cycle: CycleTexts;
  readonly reminder: Readonly<Record<'failed' | 'unknown' | 'held' | 'surplus' | 'nothing' | 'hint', string>> & {
    more(count: number): string;
  };
  readonly pg: {
    held(of: { name: string; who: string; at: string | null; why: string | null; byPg: boolean }): string;
    sick(of: { name: string; since: string; probe: string | null }): string;
    open(name: string): string;
    waiting(count: number): string;
    readonly hold: SwitchTexts;
    readonly resume: SwitchTexts;
  };
  readonly missed: { open(of: { name: string; what: string }): string; nothing(name: string): string };
  readonly digest: {
    readonly kinds: Readonly<
      Record<'card' | 'reply' | 'success' | 'cycle' | 'cycle-end' | 'reminder' | 'pg' | 'missed' | 'checkpoint', string>
    >;
    said(what: string): string;
    readonly hint: string;
  };
  checkpoint(of: { fingerprint: string; chains: number | null; at: string | null }): string;
  readonly refusal: {
    operator(of: { user: string; setting: string; channel: string | null }): string;
    reader(of: { user: string; setting: string; channel: string | null }): string;
    otherTeam(user: string): string;
  };
  trouble(id: string): string;
  readonly find: {
    several(of: { count: number; more: boolean }): string;
    pickSpoken(label: string): string;
    charges(of: { count: number; ids: string }): string;
    nobody(typed: string): string;
    nearest(names: string): string;
    readonly how: string;
  };
  readonly typed: {
    readonly someName: string;
    unknown(of: { typed: string; nearest: string | null; help: string }): string;
    tooLong(most: number): string;
    whichCharge(of: { example: string; history: string }): string;
    badDate(of: { typed: string; example: string }): string;
    badPg(of: { typed: string; pgs: string }): string;
    notYetBuilt(of: { verb: string; help: string }): string;
  };
  readonly help: {
    readonly title: string;
    /** What is typed behind `/billing`, and what it does. */
    readonly commands: readonly (readonly [string, string])[];
    notes(of: { time: string }): string;
  };
  readonly status: Readonly<Record<'title' | 'nothing', string>>;
  readonly verify: {
    holds(of: { rows: string; chains: string }): string;
    broken(of: { customer: string; seq: string; why: string }): string;
  };
  readonly run: {
    adds(of: { name: string; what: string }): string;
    addsNothing(name: string): string;
    unsent(what: string): string;
    stands(what: string): string;
    early(what: string): string;
    button(name: string): string;
    confirm(of: { name: string; what: string }): ConfirmTexts;
    started(of: { name: string; added: string }): string;
  };
  readonly acts: {
    readonly ask: Readonly<Record<ActName, string>>;
    readonly cannot: Readonly<Record<ActName, (state: string) => string>>;
    paid(of: Whose): string;
    declined(of: Whose & { why: string }): string;
    declinedAgain(of: Whose & { why: string }): string;
    canceled(of: Whose): string;
    uncanceled(of: Whose): string;
    now(of: Whose & { state: string }): string;
    already(of: { who: string; what: string; at: string }): string;
    readonly movedOn: string;
    obstacle(of: { name: string; act: string; why: string }): string;
    wait(name: string): string;
    gone(named: string): string;
    unknownButton(help: string): string;
  };
  readonly refund: {
    readonly someCharge: string;
    how(command: string): string;
    cannot(state: string): string;
  };
}

/** What a card says of its charge. */
export interface CardTexts {
  readonly heads: Readonly<Record<ChargeState, string>>;
  readonly declines: Readonly<Record<DeclineClass, string>>;
  readonly declineAdvice: Readonly<Record<DeclineClass, string>>;
  /** Nothing left this process, so no money moved. */
  readonly unsent: string;
  readonly unsentAdvice: string;
  readonly otherNo: string;
  readonly otherNoAdvice: string;
  readonly held: Readonly<Record<HeldReason, { readonly why: string; readonly advice: string }>>;
  due(at: string | null): string;
  readonly charging: string;
  unknown(nextAt: string | null): string;
  retryWait(at: string | null): string;
  adjudication(order: string): string;
  readonly canceled: string;
  paid(of: { at: string | null; card: string | null; refund: string }): string;
  readonly refunding: string;
  partlyRefunded(of: { refunded: string; amount: string; refund: string }): string;
  readonly refundUnknown: string;
  refunded(of: { refunded: string; amount: string }): string;
  surplus(of: { amount: string; order: string; refund: string }): string;
  readonly fields: Readonly<
    Record<'why' | 'attempts' | 'card' | 'charge' | 'billingDate' | 'order' | 'sent' | 'asked' | 'lastAnswer', string>
  >;
  readonly attempts: {
    count(value: number): string;
    nth(value: number): string;
    next(at: string): string;
    readonly noNext: string;
  };
  readonly evidence: {
    sent(of: { first: string; last: string | null; times: number; pg: string }): string;
    asked(times: number): string;
    readonly noAnswer: string;
  };
  reply(of: { count: string; why: string; next: string }): string;
  approved(of: { at: string | null; card: string | null }): string;
  /** An attempt without an end yet. */
  readonly open: string;
}

/** "저 결제 됐나요?", behind the word that answers it. */
export interface AnswerTexts {
  readonly lead: Readonly<Record<'paid' | 'refunded' | 'partlyRefunded' | 'notYet', string>>;
  readonly nothing: string;
  paid(of: { date: string; amount: string; at: string; card: string | null }): string;
  /** `refunded`: how much of it; null: the whole. */
  refunded(of: { date: string; amount: string; refunded: string | null }): string;
  notYet(of: { date: string; amount: string; state: string; said: string | null; nextTry: string | null }): string;
}

export interface CycleTexts {
  readonly heads: Readonly<
    Record<'PLANNING' | 'AWAITING_APPROVAL' | 'RUNNING' | 'PAUSED' | 'DONE' | 'ABORTED', (name: string) => string>
  >;
  started(of: { at: string; who: string }): string;
  rate(percent: string): string;
  ofWhichRefunded(count: number): string;
  ofWhichRetried(count: number): string;
  readonly reasons: string;
  readonly held: string;
  readonly retries: string;
  more(count: number): string;
  moreTimes(count: number): string;
  took(seconds: number): string;
  ended(name: string): string;
  aborted(name: string): string;
}

const all = { ko: slackKo, en: slackEn } as const satisfies Record<'ko' | 'en', SlackTexts>;

export const slackTextsOf = (locale: 'ko' | 'en'): SlackTexts => all[locale];
