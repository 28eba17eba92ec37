// One charge through random sequences of everything that may happen to it, in any order: what must hold after each step.

import * as fc from 'fast-check';
import { type ChargeState, chargeStates, isOpen } from '../../src/domain/charge-state';
import { type ClaimWhy, claim, release } from '../../src/domain/claim';
import type { SettleRequest } from '../../src/domain/evidence';
import type { HistoryEntry, RowStatus } from '../../src/domain/history';
import { inquired, takeOver } from '../../src/domain/inquiry';
import { declinesOf } from '../../src/domain/last-look';
import { type ChargeOutcome, declineClasses, type StatusAnswer } from '../../src/domain/outcome';
import { type Attempt, type Change, openAttempt, type Picture } from '../../src/domain/picture';
import { settle } from '../../src/domain/settle';
import { cancel, uncancel } from '../../src/domain/stop';
import { won } from '../../src/domain/won';
import {
  failed,
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

type Ending = 'yes' | 'another yes' | 'lost' | 'unsent' | '429' | (typeof declineClasses)[number];
type Answer = 'yes' | 'went back' | 'partly back' | 'other amount' | 'failed' | 'not found' | 'cannot say' | 'silence';

type Step =
  | { readonly does: 'claim'; readonly why: ClaimWhy }
  | { readonly does: 'settle'; readonly ending: Ending }
  | { readonly does: 'settle late'; readonly ending: Ending; readonly nth: number }
  | { readonly does: 'ask'; readonly answer: Answer }
  | { readonly does: 'take over' | 'release' | 'cancel' | 'uncancel' | 'new card' }
  | { readonly does: 'wait'; readonly ms: number };

const endings = fc.constantFrom<Ending>('yes', 'another yes', 'lost', 'unsent', '429', ...declineClasses);
const answers = fc.constantFrom<Answer>(
  ...(['yes', 'went back', 'partly back', 'other amount', 'failed'] as const),
  ...(['not found', 'not found', 'cannot say', 'silence'] as const),
);
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant('claim' as const),
      why: fc.constantFrom<ClaimWhy>('first', 'ladder', 'person', 'resend', 'probe'),
    }),
  },
  { weight: 5, arbitrary: fc.record({ does: fc.constant('settle' as const), ending: endings }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('settle late' as const), ending: endings, nth: fc.nat(9) }),
  },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('ask' as const), answer: answers }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constantFrom('take over' as const, 'release', 'cancel', 'uncancel', 'uncancel', 'new card'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('wait' as const), ms: fc.constantFrom(1_000, 61_000, 86_400_000) }),
  },
);

/** The charge, and every row that was written about it. */
class Life {
  seen: Picture = picture('DUE', { charge: { attempts: 0 } });
  readonly rows: HistoryEntry[] = [];
  /** Every transmission that ever was, with the order it sent. */
  private readonly sent: { readonly id: string; readonly orderId: string }[] = [];
  private made = 0;
  private cards = 1;

  /** Takes a step, and names every claim that does not hold after it. */
  live(step: Step): string[] {
    const before = this.seen;
    const change = this.decided(step);
    this.seen = written(before, change);
    this.rows.push(...(change?.rows ?? []));
    const moment: Moment = { before, after: this.seen, rows: this.rows };
    return Object.entries(mustHold).flatMap(([claimed, holds]) => (holds(moment) ? [] : [claimed]));
  }

  private decided(step: Step): Change | undefined {
    switch (step.does) {
      case 'claim':
        return this.claimed(step.why);
      case 'settle':
        return this.settled(this.sent.at(-1), step.ending);
      case 'settle late':
        return this.settled(this.sent[step.nth], step.ending);
      case 'ask':
        return this.asked(step.answer);
      case 'take over':
        this.until(this.seen.charge.watchAt);
        return takeOver(this.seen, policy, this.id()).change;
      case 'release':
        return release(this.seen, askable, true).change;
      case 'cancel':
        return cancel(this.seen, { id: this.id(), closingRowId: this.id(), actor: 'cli:kim' }).change;
      case 'uncancel':
        return uncancel(this.seen, { id: this.id(), closingRowId: this.id(), actor: 'cli:kim' }).change;
      case 'new card':
        this.cards += 1;
        this.seen = { ...this.seen, billingKey: aKey(`key-${this.cards}`) };
        return undefined;
      case 'wait':
        this.seen = { ...this.seen, now: later(step.ms, this.seen.now) };
        return undefined;
    }
  }

  private claimed(why: ClaimWhy): Change | undefined {
    if (why !== 'resend') this.until(this.seen.charge.watchAt);
    const request = { id: this.id(), closingRowId: this.id(), why, actor: 'cycle', openable: () => true };
    const { result, change } = claim(this.seen, askable, policy, request);
    if (result.kind === 'claimed') this.sent.push({ id: request.id, orderId: result.transmission.attempt.orderId });
    return change;
  }

  private settled(sent: { id: string; orderId: string } | undefined, ending: Ending): Change | undefined {
    if (!sent) return undefined;
    const request = this.request(sent.orderId, sent.id);
    const { change } = settle(this.seen, askable, policy, request, outcomeOf(ending, sent.orderId));
    // The breaker and the hold are the PG's story; here nothing stands in the charge's way but the charge itself.
    return change && { ...change, pg: this.seen.pg };
  }

  private asked(answer: Answer): Change | undefined {
    const open = openAttempt(this.seen.attempts);
    if (!open) return undefined;
    const request = this.request(open.orderId, open.transmissionId);
    return inquired(this.seen, askable, policy, request, answerOf(answer, open.orderId)).change;
  }

  private request(orderId: string, transmissionId: string): SettleRequest {
    return { id: this.id(), secondId: this.id(), thirdId: this.id(), orderId, transmissionId, actor: 'cycle' };
  }

  private until(watchAt: Date | null): void {
    if (watchAt !== null && watchAt > this.seen.now) this.seen = { ...this.seen, now: watchAt };
  }

  private id(): string {
    this.made += 1;
    return `row-${this.made}`;
  }
}

// ── what must hold ───────────────────────────────────────────────────────────

interface Moment {
  readonly before: Picture;
  readonly after: Picture;
  /** All rows up to now. */
  readonly rows: readonly HistoryEntry[];
}

const inDoubt = (attempt: Attempt): boolean => attempt.status === 'OPEN' && attempt.doubtful;
const unique = (names: readonly unknown[]): boolean => new Set(names).size === names.length;
const watched: readonly ChargeState[] = ['CHARGING', 'UNKNOWN', 'ADJUDICATION', 'HELD', 'RETRY_WAIT'];
const captured: readonly ChargeState[] = ['PAID', 'PARTLY_REFUNDED', 'REFUNDED'];
const chargeRows = (rows: readonly HistoryEntry[], status: RowStatus) =>
  rows.filter((row) => row.act === 'CHARGE' && row.status === status);
const payer = ({ charge, attempts }: Picture) => attempts.find((attempt) => attempt.orderId === charge.paidOrderId);
const was = ({ before }: Moment, now: Attempt) => before.attempts.find((one) => one.orderId === now.orderId);
/** The attempts that this step transmitted, as they were before it (undefined: a new order). */
const transmitted = (moment: Moment): (Attempt | undefined)[] =>
  moment.after.attempts
    .map((now) => [was(moment, now), now] as const)
    .filter(([earlier, now]) => now.transmissions > (earlier?.transmissions ?? 0))
    .map(([earlier]) => earlier);

const mustHold: Record<string, (moment: Moment) => boolean> = {
  'one attempt at most is open': ({ after }) => after.attempts.filter((one) => one.status === 'OPEN').length <= 1,
  'a charge in flight or in doubt has an open attempt': ({ after }) =>
    !isOpen(after.charge.state) || openAttempt(after.attempts) !== undefined,
  'a charge that is settled has none': ({ after }) =>
    !captured.includes(after.charge.state) || openAttempt(after.attempts) === undefined,
  'an attempt is in doubt only while the charge is': ({ after }) =>
    isOpen(after.charge.state) || !after.attempts.some(inDoubt),
  'no new order while another is in doubt': (moment) =>
    !transmitted(moment).includes(undefined) || !moment.before.attempts.some(inDoubt),
  'no order goes again once it ended': (moment) =>
    transmitted(moment).every((earlier) => earlier === undefined || earlier.status === 'OPEN'),
  'no order in doubt goes again without permission': (moment) =>
    transmitted(moment).every((earlier) => !earlier?.doubtful || earlier.resendFrom !== null),
  'nothing is sent while the PG holds money for it': (moment) =>
    transmitted(moment).length === 0 || !moment.before.attempts.some((one) => one.status === 'APPROVED'),
  'the machine and people have four declines each per card': ({ after }) => {
    const counted = declinesOf(after).filter((decline) => decline.class !== 'merchant');
    const whose = counted.map((decline) => `${decline.billingKeyId} ${decline.startedBy}`);
    return whose.every((one) => whose.filter((other) => other === one).length <= 4);
  },
  'a row has an id of its own': ({ rows }) => unique(rows.map((row) => row.id)),
  'an attempt fails once at most': ({ rows }) => unique(chargeRows(rows, 'FAILED').map((row) => row.orderId)),
  'a payment is recorded once at most': ({ rows }) =>
    unique(chargeRows(rows, 'SUCCESS').map((row) => `${row.orderId} ${row.pgPaymentKey}`)),
  'every transmission has a row before it': ({ after, rows }) =>
    chargeRows(rows, 'REQUESTED').length === after.attempts.reduce((sum, attempt) => sum + attempt.transmissions, 0),
  'an attempt that ended has a row that says so, and no other has': ({ after, rows }) => {
    const ended = [...chargeRows(rows, 'FAILED'), ...chargeRows(rows, 'SUCCESS')].map((row) => row.orderId);
    return after.attempts.every((attempt) => ended.includes(attempt.orderId) === (attempt.status !== 'OPEN'));
  },
  'a paid charge names the approved attempt that paid it': ({ after }) =>
    captured.includes(after.charge.state) === (payer(after)?.status === 'APPROVED'),
  'every payment that was proven pays the charge or is a surplus': ({ after, rows }) => {
    const known = [payer(after)?.paymentKey, ...after.surpluses.map((surplus) => surplus.paymentKey)];
    return chargeRows(rows, 'SUCCESS').every((row) => known.includes(row.pgPaymentKey ?? null));
  },
  'what waits has a date': ({ after }) => !watched.includes(after.charge.state) || after.charge.watchAt !== null,
  'every move raises the version, and nothing else does': ({ before, after }) =>
    before.charge.state === after.charge.state
      ? before.charge.version === after.charge.version
      : before.charge.version < after.charge.version,
};

function outcomeOf(ending: Ending, orderId: string): ChargeOutcome {
  if (ending === 'yes') return yes(`pay-${orderId}`);
  if (ending === 'another yes') return yes(`pay-again-${orderId}`);
  if (ending === 'lost') return lost();
  if (ending === 'unsent') return refusedConnection;
  return ending === '429' ? tooMany() : no(ending);
}

function answerOf(answer: Answer, orderId: string): StatusAnswer {
  const yesFor = (more: Parameters<typeof happened>[0] = {}) =>
    happened({ orderId, paymentKey: `pay-${orderId}`, ...more });
  switch (answer) {
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

const lives = fc.array(steps, { minLength: 10, maxLength: 60, size: 'max' });

test('whatever happens to a charge, in any order, its money, its orders and its rows agree', () => {
  return fc.assert(
    fc.property(lives, (lived) => {
      const life = new Life();
      expect(lived.flatMap((step) => life.live(step))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('these lives are worth living: they reach every state that no refund of ours leads to', () => {
  const reached = new Set<ChargeState>();
  for (const lived of fc.sample(lives, { numRuns: 150, seed: 20_261_031 })) {
    const life = new Life();
    for (const step of lived) {
      life.live(step);
      reached.add(life.seen.charge.state);
    }
  }
  const ours: readonly ChargeState[] = ['REFUNDING', 'REFUND_UNKNOWN'];
  expect([...reached].sort()).toEqual(chargeStates.filter((state) => !ours.includes(state)).sort());
});
