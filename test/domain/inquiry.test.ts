import { type ChargeState, unpaidStates } from '../../src/domain/charge-state';
import type { DeclineClass, StatusAnswer } from '../../src/domain/outcome';
import type { Attempt, PgTerms } from '../../src/domain/picture';
import { won } from '../../src/domain/won';
import { failed, happened, inProgress, notFound, unreachable } from './pg-answers';
import {
  anAttempt,
  approvedAttempt,
  askable,
  asked,
  declinedAttempt,
  inDoubt,
  later,
  neverLeft,
  order,
  paid,
  picture,
  policy,
  rowAbout,
  rowsOf,
  taciturn,
  tenOClock,
  unknown,
} from './picture-builder';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const wouldNot = (of: DeclineClass): Partial<Attempt> => ({
  declineClass: of,
  declineCode: of.toUpperCase(),
  declineMessage: `${of} in the PG's words`,
});

describe('every question has a row', () => {
  test.each<[string, string, StatusAnswer]>([
    ['it happened', 'INQUIRY SUCCESS', happened()],
    ['it failed', 'INQUIRY FAILED FAILED_FUNDS', failed()],
    ['no such order', 'INQUIRY UNKNOWN NOT_FOUND_PAYMENT', notFound],
    ['it is at work', 'INQUIRY UNKNOWN IN_PROGRESS', inProgress],
    ['nothing, because it can’t be reached', 'INQUIRY UNKNOWN ECONNREFUSED', unreachable],
  ])('when the PG says %s, it is %s, before any other, with the whole answer', (_, row, answer) => {
    const { change } = asked(unknown(), answer);
    expect(rowsOf(change)[0]).toBe(row);
    const said = answer.kind === 'happened' ? { code: null, message: null } : answer;
    expect(change?.rows?.[0]).toEqual({
      ...rowAbout(),
      id: 'row-1',
      act: 'INQUIRY',
      status: row.split(' ')[1],
      pgPaymentKey: answer.kind === 'happened' ? 'pay-1' : null,
      failureCode: said.code,
      failureReason: said.message,
      actor: 'sweeper',
      raw: answer.raw ?? null,
    });
  });

  test('a question about another charge’s order is a bug, not an answer', () => {
    expect(() => asked(unknown(), notFound, anAttempt({ attemptNo: 9 }))).toThrow(
      `order ${order(9)} is not an attempt`,
    );
  });
});

describe('it happened', () => {
  test.each(unpaidStates)('a charge that is %s becomes PAID', (state) => {
    const { result, change, attempt } = asked(picture(state, { attempts: [inDoubt()] }), happened());
    expect(result).toEqual({ kind: 'resolved', state: 'PAID' });
    expect(change?.charge).toMatchObject({ state: 'PAID', paidOrderId: order(1), paidAt: tenOClock, watchAt: null });
    expect(attempt).toMatchObject({ status: 'APPROVED', paymentKey: 'pay-1' });
    expect(change?.rows).toMatchObject([
      { id: 'row-1', act: 'INQUIRY' },
      { id: 'row-2', act: 'CHARGE', status: 'SUCCESS', pgPaymentKey: 'pay-1' },
    ]);
  });

  test('a PG whose noes mean nothing is believed its yes', () => {
    expect(asked(unknown(), happened(), undefined, taciturn).result).toEqual({ kind: 'resolved', state: 'PAID' });
  });

  test('the payment that is known already is no news: its question is all that is recorded', () => {
    const { result, change } = asked(paid(), happened());
    expect(result).toMatchObject({ kind: 'passed' });
    expect(rowsOf(change)).toEqual(['INQUIRY SUCCESS']);
    expect(change?.charge).toBeUndefined();
  });

  test('on a charge that another payment paid, it is a surplus', () => {
    const attempts = [declinedAttempt('funds'), approvedAttempt('pay-2', { attemptNo: 2 })];
    const { result, change } = asked(paid({ attempts, charge: { paidOrderId: order(2) } }), happened(), attempts[0]);
    expect(result).toEqual({ kind: 'resolved', state: 'PAID' });
    expect(change?.surpluses).toMatchObject([{ orderId: order(1), paymentKey: 'pay-1', status: 'OPEN' }]);
    expect(change?.charge).toBeUndefined();
  });

  test('of an earlier order, while the open one never left, it pays and ends that one: each row has an id of its own', () => {
    const attempts = [declinedAttempt('funds'), neverLeft({ attemptNo: 2 })];
    const { result, change } = asked(picture('DUE', { attempts }), happened(), attempts[0]);
    expect(result).toEqual({ kind: 'resolved', state: 'PAID' });
    expect(rowsOf(change)).toEqual(['INQUIRY SUCCESS', 'CHARGE FAILED UNSENT', 'CHARGE SUCCESS']);
    expect(new Set(change?.rows?.map((row) => row.id)).size).toBe(3);
  });

  test.each<[string, Parameters<typeof happened>[0], string]>([
    ['another amount', { amount: won(4_900), remaining: won(4_900) }, `the PG holds 4900 won under ${order(1)}`],
    ['another order', { orderId: order(7) }, `the PG holds 49000 won under ${order(7)}`],
  ])('%s is not adopted: people decide', (_, more, why) => {
    const { result, change, attempt } = asked(unknown({ now: tenOClock }), happened(more));
    expect(result).toEqual({ kind: 'to-people' });
    expect(change?.charge).toMatchObject({ state: 'ADJUDICATION', watchAt: later(day), paidOrderId: null });
    expect(attempt).toMatchObject({ status: 'OPEN', paymentKey: null });
    expect(change?.rows?.[1]).toMatchObject({ act: 'ADJUDICATION', status: 'REQUESTED', failureReason: why });
  });
});

describe('it happened and went back', () => {
  test('with nothing left the charge is refunded, and the PG did it', () => {
    const { result, change } = asked(unknown(), happened({ remaining: won(0) }));
    expect(result).toEqual({ kind: 'resolved', state: 'REFUNDED' });
    expect(change?.charge).toMatchObject({ state: 'REFUNDED', refundedAmount: 49_000, watchAt: null });
    expect(change?.rows).toMatchObject([
      { act: 'INQUIRY', status: 'SUCCESS' },
      { id: 'row-2', act: 'CHARGE', status: 'SUCCESS', actor: 'sweeper' },
      { id: 'row-3', act: 'REFUND', status: 'CANCELED', amount: 49_000, actor: 'pg', pgPaymentKey: 'pay-1' },
    ]);
  });

  test('with something left it is refunded in part', () => {
    const { change } = asked(unknown(), happened({ remaining: won(9_000) }));
    expect(change?.charge).toMatchObject({ state: 'PARTLY_REFUNDED', refundedAmount: 40_000 });
    expect(change?.rows?.[2]).toMatchObject({ act: 'REFUND', amount: 40_000 });
  });

  test('money that went back is no surplus that anybody could give back again', () => {
    const attempts = [declinedAttempt('funds'), approvedAttempt('pay-2', { attemptNo: 2 })];
    const seen = paid({ attempts, charge: { paidOrderId: order(2) } });
    const { change } = asked(seen, happened({ remaining: won(0) }), attempts[0]);
    expect((change?.surpluses ?? []).filter((one) => one.status === 'OPEN')).toEqual([]);
  });
});

describe('a yes of a PG that announced to take the money back', () => {
  const doubted = (now: Date) => unknown({ now, attempts: [inDoubt({ believeYesFrom: later(30 * minute) })] });

  test('is not believed before half an hour has passed: it is asked then', () => {
    const { result, change } = asked(doubted(later(29 * minute)), happened());
    expect(result).toEqual({ kind: 'still-open' });
    expect(change?.charge).toMatchObject({ state: 'UNKNOWN', watchAt: later(30 * minute) });
  });

  test('is believed from then on', () => {
    expect(asked(doubted(later(30 * minute)), happened()).result).toEqual({ kind: 'resolved', state: 'PAID' });
  });

  test('is believed at once when the money is back', () => {
    const { result } = asked(doubted(later(minute)), happened({ remaining: won(0) }));
    expect(result).toEqual({ kind: 'resolved', state: 'REFUNDED' });
  });
});

describe('the PG says no', () => {
  test.each<[string, ChargeState, string, Partial<Attempt>, StatusAnswer]>([
    ['"failed" after a lost answer', 'RETRY_WAIT', 'FAILED_FUNDS', {}, failed('funds')],
    ['"failed" with a stopped card', 'FAILED', 'FAILED_CARD', {}, failed('card')],
    ['"failed" after a no', 'FAILED', 'CARD', wouldNot('card'), failed('funds')],
    ['"no such order" after a no', 'FAILED', 'CARD', wouldNot('card'), notFound],
    ['"no such order" after trouble at the PG', 'RETRY_WAIT', 'TEMPORARY', wouldNot('temporary'), notFound],
    ['"no such order" after a code nobody knows', 'FAILED', 'UNCLASSIFIED', wouldNot('unclassified'), notFound],
    ['"failed" after "processed before"', 'RETRY_WAIT', 'FAILED_FUNDS', wouldNot('duplicate'), failed('funds')],
  ])('%s closes the attempt: %s, with the code %s', (_, state, code, attempt, answer) => {
    const seen = unknown({ attempts: [inDoubt(attempt)], waitingForThis: ['other'] });
    const { result, change } = asked(seen, answer);
    expect(result).toEqual({ kind: 'resolved', state });
    expect(change).toMatchObject({ charge: { state }, attempts: [{ status: 'DECLINED' }], release: ['other'] });
    expect(change?.rows?.[1]).toMatchObject({ id: 'row-2', act: 'CHARGE', status: 'FAILED', failureCode: code });
  });

  test('trouble at the PG that is confirmed waits an hour', () => {
    const { change } = asked(unknown({ attempts: [inDoubt(wouldNot('temporary'))] }), notFound);
    expect(change?.charge).toMatchObject({
      state: 'RETRY_WAIT',
      watchAt: later(90_000 + hour),
      firstFailedAt: later(90_000),
    });
  });

  test('"no such order" after "processed before" closes nothing and permits nothing', () => {
    const { result, attempt } = asked(unknown({ attempts: [inDoubt(wouldNot('duplicate'))] }), notFound);
    expect(result).toEqual({ kind: 'still-open' });
    expect(attempt).toMatchObject({ status: 'OPEN', resendFrom: null, resolveStep: 1 });
  });

  test('our own key refused goes back to its ladder, uncounted', () => {
    const { change } = asked(unknown({ attempts: [inDoubt(wouldNot('merchant'))] }), failed());
    expect(change?.charge).toMatchObject({ state: 'RETRY_WAIT', firstFailedAt: null });
  });

  test.each<[string, StatusAnswer]>([
    ['"failed"', failed()],
    ['"no such order"', notFound],
  ])('where no document says what %s means, it closes nothing: it uses a step', (_, answer) => {
    const { result, attempt } = asked(unknown({ attempts: [inDoubt(wouldNot('card'))] }), answer, undefined, taciturn);
    expect(result).toEqual({ kind: 'still-open' });
    expect(attempt).toMatchObject({ status: 'OPEN', resolveStep: 1, resendFrom: null });
  });

  test('people’s question that the PG answers at last is resolved', () => {
    expect(asked(picture('ADJUDICATION', { attempts: [inDoubt()], now: later(2 * day) }), failed()).result).toEqual({
      kind: 'resolved',
      state: 'RETRY_WAIT',
    });
  });
});

describe('before the PG can be done with it', () => {
  const sentLately = (more: Partial<Attempt> = {}) =>
    unknown({ now: later(59_999), attempts: [inDoubt({ resolveStep: 1, ...more })] });

  test.each<[string, Partial<Attempt>, StatusAnswer]>([
    ['"no such order"', {}, notFound],
    ['"no such order" after a no', wouldNot('card'), notFound],
    ['"failed"', {}, failed()],
  ])('%s says nothing, and uses no step', (_, more, answer) => {
    const { result, change, attempt } = asked(sentLately(more), answer);
    expect(result).toEqual({ kind: 'still-open' });
    expect(attempt).toEqual(inDoubt({ resolveStep: 1, ...more }));
    expect(change?.charge).toMatchObject({ state: 'UNKNOWN', watchAt: later(300_000) });
  });

  test('it is the latest transmission that counts, not the first', () => {
    const again = inDoubt({ transmissions: 2, sentAt: later(hour) });
    expect(asked(unknown({ attempts: [again], now: later(hour + 59_999) }), notFound).result.kind).toBe('still-open');
    expect(asked(unknown({ attempts: [again], now: later(hour + 60_000) }), notFound).result.kind).toBe('may-resend');
  });

  test('a yes is a yes at any time', () => {
    expect(asked(sentLately(), happened()).result).toEqual({ kind: 'resolved', state: 'PAID' });
  });
});

describe('"no such order"', () => {
  test('closes nothing: it permits the same attempt to go again, and waiting for that uses no step', () => {
    const { result, change, attempt } = asked(unknown({ attempts: [inDoubt({ resolveStep: 2 })] }), notFound);
    expect(result).toEqual({ kind: 'may-resend' });
    expect(attempt).toEqual(inDoubt({ resolveStep: 2, resendFrom: later(90_000) }));
    expect(change?.charge).toMatchObject({ state: 'UNKNOWN', version: 1, watchAt: later(90_000 + minute) });
    expect(rowsOf(change)).toEqual(['INQUIRY UNKNOWN NOT_FOUND_PAYMENT']);
  });

  test.each<[string, Parameters<typeof unknown>[0], PgTerms]>([
    ['the window of the order has closed', { now: later(14 * day) }, askable],
    ['the merchant is another one', {}, { ...askable, merchant: 'merchant-2' }],
    ['no order goes twice there', {}, { ...askable, resendWindowMs: 0 }],
    ['the subscription is paused', { subscription: { status: 'PAUSED' } }, askable],
    ['the subscription has ended', { subscription: { status: 'ENDED' } }, askable],
    [
      'another payment of this charge is captured',
      { attempts: [approvedAttempt('pay-1'), inDoubt({ attemptNo: 2 })] },
      askable,
    ],
  ])('permits nothing and uses a step when %s', (_, given, pg) => {
    const { result, attempt } = asked(unknown(given), notFound, undefined, pg);
    expect(result).toEqual({ kind: 'still-open' });
    expect(attempt).toMatchObject({ status: 'OPEN', resendFrom: null, resolveStep: 1 });
  });

  test('on a ladder of seconds, a permitted re-send waits no longer than the first step', () => {
    const seconds = { ...policy, resolveLadderMs: [5_000, 10_000, 20_000] };
    const { change } = asked(unknown(), notFound, undefined, askable, seconds);
    expect(change?.charge?.watchAt).toEqual(later(95_000));
  });

  test('after the last step it goes before people', () => {
    const { result } = asked(unknown({ now: later(day), attempts: [inDoubt({ resolveStep: 6 })] }), notFound);
    expect(result).toEqual({ kind: 'to-people' });
  });

  test('before people it permits nothing', () => {
    const { result, attempt } = asked(picture('ADJUDICATION', { now: later(day), attempts: [inDoubt()] }), notFound);
    expect(result).toEqual({ kind: 'still-open' });
    expect(attempt?.resendFrom).toBeNull();
  });
});

describe('it cannot say', () => {
  test('an answer uses a step, and the next question is on the ladder', () => {
    const { result, change, attempt } = asked(unknown(), inProgress);
    expect(result).toEqual({ kind: 'still-open' });
    expect(attempt).toEqual(inDoubt({ resolveStep: 1 }));
    expect(change?.charge).toMatchObject({ state: 'UNKNOWN', watchAt: later(300_000) });
  });

  test('an answer that helps nothing takes an earlier permission back', () => {
    expect(
      asked(unknown({ attempts: [inDoubt({ resendFrom: tenOClock })] }), inProgress).attempt?.resendFrom,
    ).toBeNull();
  });

  test('a PG that can’t be reached uses no step', () => {
    const { result, change, attempt } = asked(unknown({ attempts: [inDoubt({ resolveStep: 5 })] }), unreachable);
    expect(result).toEqual({ kind: 'still-open' });
    expect(attempt).toEqual(inDoubt({ resolveStep: 5 }));
    expect(change?.charge).toMatchObject({ state: 'UNKNOWN', watchAt: later(120_000) });
  });

  test('on a ladder of seconds, silence is asked again no later than the first step', () => {
    const seconds = { ...policy, resolveLadderMs: [5_000, 10_000, 20_000] };
    const { change } = asked(unknown(), unreachable, undefined, askable, seconds);
    expect(change?.charge?.watchAt).toEqual(later(95_000));
  });

  test('six answers that help nothing end before people, with a row and a card', () => {
    let seen = unknown();
    const kinds = [1, 2, 3, 4, 5].map(() => {
      const { result, change } = asked(seen, inProgress);
      seen = { ...seen, ...(change?.charge ? { charge: change.charge } : {}), attempts: change?.attempts ?? [] };
      return result.kind;
    });
    expect(kinds).toEqual(['still-open', 'still-open', 'still-open', 'still-open', 'still-open']);
    const { result, change } = asked(seen, inProgress);
    expect(result).toEqual({ kind: 'to-people' });
    expect(change).toMatchObject({ charge: { state: 'ADJUDICATION', watchAt: later(90_000 + day) }, tell: true });
    expect(change?.rows?.[1]).toMatchObject({ id: 'row-2', act: 'ADJUDICATION', status: 'REQUESTED' });
  });

  test.each<[string, string, StatusAnswer, number]>([
    ['an answer', 'every step is used up', inProgress, 6],
    ['"no such order"', 'every step is used up', notFound, 6],
    ['silence', 'every step is used up', unreachable, 6],
    ['an answer', 'no step is', inProgress, 0],
    ['silence', 'no step is', unreachable, 0],
  ])(
    'before people, after %s, when %s, it is asked again a day later without another row for people',
    (_, __, answer, resolveStep) => {
      const seen = picture('ADJUDICATION', { attempts: [inDoubt({ resolveStep })], now: later(day) });
      const { change } = asked(seen, answer);
      expect(change?.charge).toMatchObject({ state: 'ADJUDICATION', watchAt: later(2 * day), version: 1 });
      expect(rowsOf(change)).toHaveLength(1);
    },
  );
});

describe('an answer about what nobody asks any more', () => {
  test.each<[string, ChargeState, Attempt]>([
    ['the attempt is closed', 'RETRY_WAIT', declinedAttempt('funds')],
    ['the attempt is in flight again', 'CHARGING', anAttempt({ doubtful: true, transmissions: 2 })],
    ['the charge is paid', 'PAID', approvedAttempt('pay-1')],
  ])('changes nothing when %s', (_, state, attempt) => {
    for (const answer of [notFound, failed(), inProgress, unreachable]) {
      const { result, change } = asked(picture(state, { attempts: [attempt], now: later(hour) }), answer);
      expect(result).toEqual({ kind: 'passed' });
      expect({ ...change, rows: [] }).toEqual({ rows: [] });
    }
  });
});

describe('an answer that comes when the charge has moved on keeps its hands off the date of what it moved to', () => {
  const moved = (state: ChargeState, attempt: Attempt) =>
    picture(state, { attempts: [attempt], charge: { watchAt: later(day) } });

  test.each<[string, ChargeState, Attempt]>([
    ['sent again', 'CHARGING', anAttempt({ doubtful: true, believeYesFrom: later(minute) })],
    ['waiting for its ladder', 'RETRY_WAIT', declinedAttempt('funds', { believeYesFrom: later(minute) })],
  ])('%s', (_, state, attempt) => {
    for (const answer of [happened({ amount: won(4_900) }), happened()]) {
      const { result, change } = asked(moved(state, attempt), answer);
      expect(result).toEqual({ kind: 'passed' });
      expect(change?.charge).toBeUndefined();
      expect(change?.attempts).toBeUndefined();
    }
  });
});

describe('asking before an order goes again after a 429', () => {
  const turnedAway = (more: Partial<Attempt> = {}) =>
    picture('DUE', { attempts: [neverLeft({ freshKeyDue: true, ...more })], charge: { watchAt: later(1_000) } });

  test.each<[string, StatusAnswer]>([
    ['"no such order"', notFound],
    ['"failed"', failed()],
  ])('%s permits it at once', (_, answer) => {
    const { result, change, attempt } = asked(turnedAway(), answer);
    expect(result).toEqual({ kind: 'may-resend' });
    expect(attempt).toMatchObject({ status: 'OPEN', resendFrom: tenOClock, doubtful: false });
    // A crash before it goes again leaves a date.
    expect(change?.charge).toMatchObject({ state: 'DUE', watchAt: tenOClock });
  });

  test('a yes pays', () => {
    expect(asked(turnedAway(), happened()).result).toEqual({ kind: 'resolved', state: 'PAID' });
  });

  test('an answer that helps nothing is asked about again', () => {
    const { result, change, attempt } = asked(turnedAway(), inProgress);
    expect(result).toEqual({ kind: 'still-open' });
    expect(attempt).toMatchObject({ resolveStep: 1, resendFrom: null });
    expect(change?.charge).toMatchObject({ state: 'DUE', watchAt: later(30_000) });
  });

  test('a PG that can’t be reached uses no step, and is asked again with a date', () => {
    const { result, change, attempt } = asked(turnedAway({ resolveStep: 3 }), unreachable);
    expect(result).toEqual({ kind: 'still-open' });
    expect(attempt?.resolveStep).toBe(3);
    expect(change?.charge).toMatchObject({ state: 'DUE', version: 1, watchAt: later(30_000) });
  });

  test('a PG that can’t be reached and is left alone anyway holds it with everything else', () => {
    const seen = turnedAway({ resolveStep: 3 });
    const { change, attempt } = asked({ ...seen, pg: { ...seen.pg, breakerOpenedAt: tenOClock } }, unreachable);
    expect(attempt?.resolveStep).toBe(3);
    expect(change).toMatchObject({
      charge: { state: 'HELD', heldReason: 'BREAKER', heldFrom: 'DUE', watchAt: later(hour) },
      tell: true,
    });
  });

  test('another amount under its order is neither adopted nor sent again: it is set aside, and people see it', () => {
    const { result, change } = asked(turnedAway(), happened({ amount: won(4_900), remaining: won(4_900) }));
    expect(result).toEqual({ kind: 'to-people' });
    expect(change).toMatchObject({ charge: { state: 'HELD', heldReason: 'OWN_ERROR', heldFrom: 'DUE' }, tell: true });
  });

  test('six answers that help nothing set the charge aside, and people see it', () => {
    const { change, attempt } = asked(turnedAway({ resolveStep: 5 }), inProgress);
    expect(change).toMatchObject({ charge: { state: 'HELD', heldReason: 'OWN_ERROR', heldFrom: 'DUE' }, tell: true });
    expect(attempt?.resolveStep).toBe(0);
  });
});
