// One charge, and everything that may happen to it, in any order: claims, answers in and out of time, questions, people
// who cancel, refund and bring new cards. A PG in here may say anything.

import * as fc from 'fast-check';
import { type ClaimWhy, claim, release } from '../../src/domain/claim';
import type { SettleRequest } from '../../src/domain/evidence';
import type { HistoryEntry } from '../../src/domain/history';
import { inquired, takeOver, unaskable } from '../../src/domain/inquiry';
import { type CancelOutcome, type ChargeOutcome, declineClasses, type StatusAnswer } from '../../src/domain/outcome';
import { type Change, openAttempt, type PgTerms, type Picture, type Refund } from '../../src/domain/picture';
import { claimRefund, type RefundSettle, settleRefund } from '../../src/domain/refund';
import { inquiredRefund, takeUpRefund } from '../../src/domain/refund-inquiry';
import { settle } from '../../src/domain/settle';
import { cancel, uncancel } from '../../src/domain/stop';
import { won } from '../../src/domain/won';
import {
  failed,
  gaveBack,
  happened,
  inProgress,
  lost,
  no,
  notFound,
  refusedConnection,
  tooMany,
  unreachable,
  yes,
} from './pg-answers';
import { aKey, amount, askable, later, picture, policy, written } from './picture-builder';

const whys = ['first', 'ladder', 'person', 'resend', 'probe'] as const satisfies readonly ClaimWhy[];
const endings = ['yes', 'another yes', 'lost', 'unsent', '429', ...declineClasses] as const;
const answers = [
  'yes',
  'went back',
  'partly back',
  'other amount',
  'failed',
  'not found',
  'cannot say',
  'silence',
] as const;
const refundEndings = ['gave back', 'kept', 'lost', 'unsent'] as const;
const acts = ['take over', 'release', 'cancel', 'uncancel', 'new card', 'refund', 'take over refund'] as const;
const turns = ['card elsewhere', 'other merchant', 'breaker', 'subscription', 'give up asking'] as const;

export type Step =
  | { readonly does: 'claim'; readonly why: ClaimWhy }
  | { readonly does: 'settle'; readonly ending: (typeof endings)[number] }
  | { readonly does: 'settle late'; readonly ending: (typeof endings)[number]; readonly nth: number }
  | { readonly does: 'ask'; readonly answer: (typeof answers)[number] }
  | { readonly does: 'ask late'; readonly answer: (typeof answers)[number]; readonly nth: number }
  | { readonly does: 'refund ends'; readonly ending: (typeof refundEndings)[number] }
  | { readonly does: 'ask about refund'; readonly answer: (typeof answers)[number] }
  | { readonly does: (typeof acts)[number] | (typeof turns)[number] }
  | { readonly does: 'wait'; readonly ms: number };

const [why, ending, answer] = [fc.constantFrom(...whys), fc.constantFrom(...endings), fc.constantFrom(...answers)];
const nth = fc.nat(3);
const step = <Does extends string, More>(does: Does, more: { [Key in keyof More]: fc.Arbitrary<More[Key]> }) =>
  fc.record({ does: fc.constant(does), ...more });

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: step('claim', { why }) },
  { weight: 5, arbitrary: step('settle', { ending }) },
  { weight: 2, arbitrary: step('settle late', { ending, nth }) },
  { weight: 4, arbitrary: step('ask', { answer }) },
  { weight: 3, arbitrary: step('ask late', { answer, nth }) },
  { weight: 2, arbitrary: step('refund ends', { ending: fc.constantFrom(...refundEndings) }) },
  { weight: 1, arbitrary: step('ask about refund', { answer }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constantFrom(...acts) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom(...turns) }) },
  { weight: 2, arbitrary: step('wait', { ms: fc.constantFrom(1_000, 61_000, 86_400_000) }) },
) as fc.Arbitrary<Step>;

export const lives = fc.array(steps, { minLength: 10, maxLength: 60, size: 'max' });

/** What there was before a step, what there is after it, and every row up to now. */
export interface Moment {
  readonly before: Picture;
  readonly after: Picture;
  readonly rows: readonly HistoryEntry[];
}

export class Life {
  private seen: Picture = picture('DUE', { charge: { attempts: 0 } });
  private readonly rows: HistoryEntry[] = [];
  /** Every transmission that ever was, with the order it sent. */
  private readonly sent: { readonly id: string; readonly orderId: string }[] = [];
  private made = 0;
  private cards = 1;
  private terms: PgTerms = askable;

  live(taken: Step): Moment {
    const before = this.seen;
    const change = this.decided(taken);
    // The breaker and the hold are the PG's story; here they come and go by themselves.
    this.seen = { ...written(this.seen, change), pg: this.seen.pg };
    this.rows.push(...(change?.rows ?? []));
    return { before, after: this.seen, rows: this.rows };
  }

  private decided(taken: Step): Change | undefined {
    switch (taken.does) {
      case 'claim':
        return this.claimed(taken.why);
      case 'settle':
        return this.settled(this.sent.at(-1), taken.ending);
      case 'settle late':
        return this.settled(this.sent[taken.nth], taken.ending);
      case 'ask':
        return this.asked(openAttempt(this.seen.attempts), taken.answer);
      case 'ask late':
        return this.asked(this.seen.attempts[taken.nth], taken.answer);
      case 'take over':
        this.until(this.seen.charge.watchAt);
        return takeOver(this.seen, policy, this.id()).change;
      case 'release':
        return release(this.seen, this.terms, true).change;
      case 'cancel':
        return cancel(this.seen, { id: this.id(), closingRowId: this.id(), actor: 'cli:kim' }).change;
      case 'uncancel':
        return uncancel(this.seen, { id: this.id(), closingRowId: this.id(), actor: 'cli:kim' }).change;
      case 'new card':
        this.cards += 1;
        this.seen = { ...this.seen, billingKey: aKey(`key-${this.cards}`) };
        return undefined;
      case 'card elsewhere':
      case 'other merchant':
      case 'breaker':
      case 'subscription':
        this.turned(taken.does);
        return undefined;
      case 'give up asking':
        return this.ofOpen((request) => unaskable(this.seen, request));
      case 'wait':
        this.seen = { ...this.seen, now: later(taken.ms, this.seen.now) };
        return undefined;
      case 'refund':
        return this.refunded();
      case 'refund ends':
        return this.ofRefund((refund, request) =>
          settleRefund(this.seen, this.terms, policy, request, refundOutcomeOf(taken.ending, refund)),
        );
      case 'ask about refund':
        return this.ofRefund((refund, request) =>
          inquiredRefund(this.seen, this.terms, policy, request, answerOf(taken.answer, refund)),
        );
      case 'take over refund':
        return this.ofRefund((refund, request) => takeUpRefund(this.seen, this.terms, policy, request, refund.watchAt));
    }
  }

  /** Something around the charge turns, and may turn back. */
  private turned(what: Exclude<(typeof turns)[number], 'give up asking'>): void {
    const { billingKey, subscription, pg, now } = this.seen;
    switch (what) {
      case 'card elsewhere': {
        this.cards += 1;
        const pgProvider = billingKey.pgProvider === 'TOSS' ? 'INICIS' : 'TOSS';
        this.seen = { ...this.seen, billingKey: aKey(`key-${this.cards}`, { pgProvider }) };
        return;
      }
      case 'other merchant':
        this.terms = { ...askable, merchant: this.terms.merchant === 'merchant-1' ? 'merchant-2' : 'merchant-1' };
        return;
      case 'breaker':
        this.seen = { ...this.seen, pg: { ...pg, breakerOpenedAt: pg.breakerOpenedAt === null ? now : null } };
        return;
      case 'subscription': {
        const status = subscription.status === 'ACTIVE' ? 'PAUSED' : 'ACTIVE';
        this.seen = { ...this.seen, subscription: { ...subscription, status } };
      }
    }
  }

  private ofOpen(decide: (request: SettleRequest) => { readonly change?: Change }): Change | undefined {
    const open = openAttempt(this.seen.attempts);
    return open && decide(this.request({ id: open.transmissionId, orderId: open.orderId })).change;
  }

  private claimed(reason: ClaimWhy): Change | undefined {
    if (reason !== 'resend') this.until(this.seen.charge.watchAt);
    const request = { id: this.id(), closingRowId: this.id(), why: reason, actor: 'cycle', openable: () => true };
    const { result, change } = claim(this.seen, this.terms, policy, request);
    if (result.kind === 'claimed') this.sent.push({ id: request.id, orderId: result.transmission.attempt.orderId });
    return change;
  }

  private settled(
    sent: { id: string; orderId: string } | undefined,
    how: (typeof endings)[number],
  ): Change | undefined {
    return sent && settle(this.seen, this.terms, policy, this.request(sent), outcomeOf(how, sent.orderId)).change;
  }

  private asked(about: { orderId: string; transmissionId: string } | undefined, said: (typeof answers)[number]) {
    if (!about) return undefined;
    const request = this.request({ id: about.transmissionId, orderId: about.orderId });
    const paymentKey = `pay-${about.orderId}`;
    return inquired(this.seen, this.terms, policy, request, answerOf(said, { ...about, paymentKey })).change;
  }

  private request(sent: { id: string; orderId: string }): SettleRequest {
    const ids = { id: this.id(), secondId: this.id(), thirdId: this.id() };
    return { ...ids, orderId: sent.orderId, transmissionId: sent.id, actor: 'cycle' };
  }

  private refunded(): Change | undefined {
    const ids = { id: this.id(), approvalId: this.id(), refundId: this.id() };
    const people = { actor: 'cli:kim', approver: 'cli:lee', approvalFrom: won(1), reasonDigest: '' };
    return claimRefund(this.seen, policy, { ...ids, ...people }).change;
  }

  private ofRefund(
    decide: (refund: Refund, request: RefundSettle) => { readonly change?: Change },
  ): Change | undefined {
    const refund = this.seen.refunds.at(-1);
    const ids = { id: this.id(), secondId: this.id(), thirdId: this.id() };
    const request = refund && { ...ids, refundId: refund.id, actor: 'cli:kim' };
    return request && decide(refund, request).change;
  }

  private until(watchAt: Date | null): void {
    if (watchAt !== null && watchAt > this.seen.now) this.seen = { ...this.seen, now: watchAt };
  }

  private id(): string {
    this.made += 1;
    return `made-${String(this.made).padStart(6, '0')}`;
  }
}

function outcomeOf(how: (typeof endings)[number], orderId: string): ChargeOutcome {
  if (how === 'yes') return yes(`pay-${orderId}`);
  if (how === 'another yes') return yes(`pay-again-${orderId}`);
  if (how === 'lost') return lost();
  if (how === 'unsent') return refusedConnection;
  return how === '429' ? tooMany() : no(how);
}

function refundOutcomeOf(how: (typeof refundEndings)[number], refund: Refund): CancelOutcome {
  if (how === 'gave back') return { ...gaveBack, amount: refund.amount };
  if (how === 'kept') return no('record');
  return how === 'lost' ? lost() : tooMany();
}

function answerOf(said: (typeof answers)[number], about: { orderId: string; paymentKey: string }): StatusAnswer {
  const yesFor = (more: Parameters<typeof happened>[0] = {}) =>
    happened({ orderId: about.orderId, paymentKey: about.paymentKey, ...more });
  switch (said) {
    case 'yes':
      return yesFor();
    case 'went back':
      return yesFor({ remaining: won(0) });
    case 'partly back':
      return yesFor({ remaining: won(amount - 1_000) });
    case 'other amount':
      return yesFor({ amount: won(amount - 1_000) });
    case 'failed':
      return failed('funds');
    case 'not found':
      return notFound;
    case 'cannot say':
      return inProgress;
    case 'silence':
      return unreachable;
  }
}
