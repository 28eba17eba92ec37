// The texts of the command line, in both languages. A new text is a compile error until both have it.

import type { ChargeState } from '../domain/charge-state';
import type { Act, RowStatus } from '../domain/history';
import type { HeldReason } from '../domain/picture';
import { en } from './en';
import { ko } from './ko';

export interface Texts {
  readonly won: (amount: number) => string;
  /** A calendar date, `10월 31일`. */
  readonly date: (date: string) => string;
  readonly states: Readonly<Record<ChargeState, string>>;
  readonly held: Readonly<Record<HeldReason, string>>;
  readonly acts: Readonly<Record<Act, string>>;
  readonly rowStatuses: Readonly<Record<RowStatus, string>>;
  readonly answer: {
    paid(of: { date: string; amount: string; at: string; card: string }): string;
    refunded(of: { date: string; amount: string; whole: boolean }): string;
    notYet(of: { date: string; amount: string; state: string; said: string | null; nextTry: string | null }): string;
    nothing(): string;
    next(of: { date: string; at: string }): string;
    /** A sentence to copy for the customer. */
    forCustomer: {
      paid(of: { name: string; date: string; amount: string; card: string }): string;
      refunded(of: { name: string; date: string; amount: string }): string;
      checking(of: { name: string; date: string; amount: string }): string;
      notYet(of: { name: string; date: string; amount: string }): string;
      nothing(of: { name: string; next: string | null }): string;
    };
  };
  readonly nobodyFound: (typed: string) => string;
  readonly severalFound: (typed: string, count: number) => string;
  readonly rows: (count: number) => string;
}

const all = { ko, en } as const satisfies Record<'ko' | 'en', Texts>;

export const textsOf = (locale: 'ko' | 'en'): Texts => all[locale];
