import type { ChargeState } from '../../src/domain/charge-state';
import { capturedOf } from '../../src/domain/evidence';
import { nextQuestion } from '../../src/domain/next-question';
import type { ChargeOutcome, DeclineClass } from '../../src/domain/outcome';
import { settle } from '../../src/domain/settle';
import { won } from '../../src/domain/won';
import { lost, no, raw, refusedConnection, tooMany, yes } from './pg-answers';
import {
  about,
  anAttempt,
  approvedAttempt,
  askable,
  charging,
  declinedAttempt,
  type Given,
  inDoubt,
  later,
  neverLeft,
  order,
  paid,
  picture,
  policy,
  rowAbout,
  rowsOf,
  settled,
  taciturn,
  tenOClock,
} from './picture-builder';

const minute = 60_000;
const day = 86_400_000;

describe('the outcome of one transmission', () => {
  test.each<[string, ChargeState, string, ChargeOutcome, Date | null]>([
    ['a yes', 'PAID', 'CHARGE SUCCESS', yes(), null],
    ['an empty account', 'RETRY_WAIT', 'CHARGE FAILED FUNDS', no('funds'), later(day)],
    ['an issuer that refuses', 'RETRY_WAIT', 'CHARGE FAILED ISSUER', no('issuer'), later(day)],
    ['a stopped card', 'FAILED', 'CHARGE FAILED CARD', no('card'), null],
    ['wrong customer data', 'FAILED', 'CHARGE FAILED RECORD', no('record'), null],
    ['trouble at the PG', 'UNKNOWN', 'CHARGE UNKNOWN TEMPORARY', no('temporary'), later(90_000)],
    ['a code nobody knows', 'UNKNOWN', 'CHARGE UNKNOWN UNCLASSIFIED', no('unclassified'), later(90_000)],
    ['an order processed before', 'UNKNOWN', 'CHARGE UNKNOWN DUPLICATE', no('duplicate'), tenOClock],
    ['a lost answer', 'UNKNOWN', 'CHARGE UNKNOWN READ_TIMEOUT', lost(), later(90_000)],
    ['a refused connection', 'DUE', 'CHARGE UNKNOWN UNSENT', refusedConnection, later(1_000)],
    ['a 429 that names no time', 'DUE', 'CHARGE UNKNOWN UNSENT', tooMany(), tenOClock],
    ['a 429 that names a time', 'DUE', 'CHARGE UNKNOWN UNSENT', tooMany(7_000), later(7_000)],
  ])('%s makes the charge %s, with the row %s', (_, state, row, outcome, watchAt) => {
    const { result, change } = settled(charging(), outcome);
    expect(result).toEqual({ kind: 'settled', state });
    expect(change?.charge).toMatchObject({ state, watchAt, version: 2 });
    expect(rowsOf(change)).toEqual([row]);
  });

  test.each<[string, ChargeOutcome, object]>([
    ['a yes', yes('pay-9'), { status: 'SUCCESS', pgPaymentKey: 'pay-9' }],
    ['a no', no('funds'), { status: 'FAILED', failureCode: 'FUNDS', failureReason: "funds in the PG's words" }],
    [
      'a lost answer',
      lost({ raw: raw('half a page', 502) }),
      { status: 'UNKNOWN', failureCode: 'READ_TIMEOUT', failureReason: 'no answer in time' },
    ],
    ['a 429', tooMany(), { status: 'UNKNOWN', failureCode: 'UNSENT', failureReason: 'TOO_MANY_REQUESTS: slow down' }],
  ])('the row of %s stands under the id made for it, with the whole answer', (_, outcome, more) => {
    const whole = { ...rowAbout(), id: 'row-1', act: 'CHARGE', actor: 'cycle', raw: outcome.raw, ...more };
    expect(settled(charging(), outcome).change?.rows).toEqual([whole]);
  });

  test('a yes of another amount is recorded as what it is', () => {
    const { change } = settled(charging(), { ...yes(), amount: won(4_900) });
    expect(change?.rows).toMatchObject([{ amount: 4_900 }]);
  });

  test('a yes names the payment, the card and the time', () => {
    const { change, attempt } = settled(charging(), yes('pay-9'));
    expect(attempt).toEqual(approvedAttempt('pay-9'));
    expect(change?.charge).toMatchObject({ paidOrderId: order(1), paidAt: tenOClock });
  });

  test('an order that is none of this charge is a bug, not an answer', () => {
    const stranger = anAttempt({ attemptNo: 9 });
    expect(() => settled(charging(), yes(), stranger)).toThrow(`order ${order(9)} is not an attempt of charge`);
  });

  test.each<[string, string, ChargeOutcome]>([
    ['a yes', 'go on', yes()],
    ['a final no', 'go on', no('card')],
    ['nothing sent', 'go on', refusedConnection],
    ['a lost answer', 'wait on', lost()],
    ['a no that is asked about', 'wait on', no('temporary')],
  ])('after %s the customer’s other charges %s', (_, does, outcome) => {
    const { change } = settled(charging({ waitingForThis: ['other'] }), outcome);
    expect(change?.release ?? []).toEqual(does === 'go on' ? ['other'] : []);
  });

  test.each<[string, string, ChargeOutcome, Given]>([
    ['a yes', 'hear in the summary', yes(), {}],
    ['a yes after a failure', 'hear', yes(), { charge: { firstFailedAt: later(-day) } }],
    ['a yes after doubt', 'hear', yes(), { attempts: [anAttempt({ doubtful: true, transmissions: 2 })] }],
    ['a no', 'hear', no('card'), {}],
    ['a lost answer', 'hear', lost(), {}],
    ['nothing sent', 'hear nothing', refusedConnection, {}],
  ])('of %s people %s', (_, does, outcome, given) => {
    expect(settled(charging(given), outcome).change?.tell ?? false).toBe(does === 'hear');
  });
});

describe('when nothing left this process', () => {
  test('the attempt stays open and undoubted', () => {
    expect(settled(charging(), refusedConnection).attempt).toEqual(neverLeft());
  });

  test('its row is called UNSENT and says why', () => {
    const [row] = settled(charging(), refusedConnection).change?.rows ?? [];
    expect(row).toMatchObject({ failureCode: 'UNSENT', failureReason: 'ECONNREFUSED: connection refused' });
  });

  test.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [4, 8_000],
    [5, 10_000],
    [40, 10_000],
  ])('after %i transmissions it waits %i ms', (transmissions, waitMs) => {
    const seen = charging({ attempts: [anAttempt({ transmissions })] });
    expect(settled(seen, refusedConnection).change?.charge?.watchAt).toEqual(later(waitMs));
  });

  test('an attempt that was in doubt stays in doubt: the worst of its transmissions counts', () => {
    const seen = charging({ attempts: [anAttempt({ doubtful: true, transmissions: 2, resolveStep: 1 })] });
    const { result, change } = settled(seen, refusedConnection);
    expect(result.state).toBe('UNKNOWN');
    expect(change?.charge?.watchAt).toEqual(later(300_000));
  });

  test('a PG that keeps its answer under our key gets a fresh one', () => {
    expect(settled(charging(), tooMany()).attempt).toMatchObject({ freshKeyDue: true, doubtful: false });
    expect(settled(charging(), lost({ answerStored: true })).attempt).toMatchObject({
      freshKeyDue: true,
      doubtful: true,
    });
    expect(settled(charging(), lost()).attempt).toMatchObject({ freshKeyDue: false });
  });
});

describe('doubt', () => {
  test('an unclear end leaves the attempt open and in doubt', () => {
    expect(settled(charging(), lost()).attempt).toEqual(inDoubt());
  });

  test('a PG that announced to take the money back is not believed for as long as it said', () => {
    const seen = charging({ now: later(minute) });
    const { attempt } = settled(seen, lost({ believeYesAfterMs: 30 * minute }));
    expect(attempt?.believeYesFrom).toEqual(later(30 * minute));
    const again = charging({ attempts: [anAttempt({ believeYesFrom: later(30 * minute) })] });
    expect(settled(again, lost()).attempt?.believeYesFrom).toEqual(later(30 * minute));
  });

  test.each<DeclineClass>(['temporary', 'unclassified', 'duplicate'])(
    'a no of class %s is noted, and believed only once the PG was asked',
    (of) => {
      expect(settled(charging(), no(of)).attempt).toEqual(
        inDoubt({ declineClass: of, declineCode: of.toUpperCase(), declineMessage: `${of} in the PG's words` }),
      );
    },
  );

  test.each<DeclineClass>(['funds', 'card', 'issuer', 'record', 'merchant'])(
    'a no of class %s to a re-send is noted too: an earlier transmission may have gone through',
    (of) => {
      const seen = charging({ attempts: [anAttempt({ doubtful: true, transmissions: 2 })] });
      const { result, attempt } = settled(seen, no(of));
      expect(result.state).toBe('UNKNOWN');
      expect(attempt).toMatchObject({ status: 'OPEN', doubtful: true, declineClass: of });
    },
  );

  test('a yes to a re-send pays', () => {
    const seen = charging({ attempts: [anAttempt({ doubtful: true, transmissions: 2 })] });
    expect(settled(seen, yes()).result).toEqual({ kind: 'settled', state: 'PAID' });
  });

  test('a PG that can’t be asked is not waited for: its charge is looked at at once', () => {
    const silent = { ...taciturn, asksByOrderId: false };
    expect(settled(charging(), lost(), undefined, silent).change?.charge?.watchAt).toEqual(tenOClock);
    const gone = settle(charging(), undefined, policy, about(anAttempt()), lost());
    expect(gone.change?.charge?.watchAt).toEqual(tenOClock);
  });
});

describe('when an attempt is asked about next', () => {
  test.each([
    ['the first step', 0, 0, 90_000],
    ['the second', 1, 90_000, 300_000],
    ['the last', 5, 43_200_000, 86_400_000],
    ['past the last, the last again', 9, 43_200_000, 86_400_000],
    ['a step that passed is not made up for all at once', 1, 400_000, 401_000],
  ])('%s', (_, resolveStep, nowMs, expectedMs) => {
    const at = nextQuestion({ sentAt: tenOClock, resolveStep }, askable, policy, later(nowMs));
    expect(at).toEqual(later(expectedMs));
  });

  test('not before the PG may be done with it', () => {
    const soon = { ...policy, resolveLadderMs: [5_000, 10_000, 20_000] };
    expect(nextQuestion({ sentAt: tenOClock, resolveStep: 0 }, askable, soon, tenOClock)).toEqual(later(60_000));
  });
});

describe('a final no', () => {
  test('closes its attempt, remembers the first failure, and is told', () => {
    const { change, attempt } = settled(charging(), no('funds'));
    expect(attempt).toEqual(declinedAttempt('funds'));
    expect(change).toMatchObject({ tell: true, charge: { firstFailedAt: tenOClock } });
  });

  test('the first failure stays the first', () => {
    const seen = charging({
      now: later(day),
      attempts: [declinedAttempt('funds'), anAttempt({ attemptNo: 2, sentAt: later(day) })],
      charge: { firstFailedAt: tenOClock },
    });
    expect(settled(seen, no('funds')).change?.charge).toMatchObject({
      firstFailedAt: tenOClock,
      watchAt: later(3 * day),
    });
  });

  test('the fourth of the machine ends its tries', () => {
    const seen = charging({
      attempts: [...[1, 2, 3].map((attemptNo) => declinedAttempt('funds', { attemptNo })), anAttempt({ attemptNo: 4 })],
    });
    expect(settled(seen, no('funds')).result.state).toBe('FAILED');
  });

  test('the fifteenth on this card in thirty days ends the machine’s tries', () => {
    expect(settled(charging({ keyDeclinesLately: 13 }), no('funds')).result.state).toBe('RETRY_WAIT');
    expect(settled(charging({ keyDeclinesLately: 14 }), no('funds')).result.state).toBe('FAILED');
  });

  test('a no of class merchant holds the charge, holds the PG, and says so in the chain of SYSTEM', () => {
    const { change, result } = settled(charging(), no('merchant'));
    expect(result.state).toBe('HELD');
    expect(change?.charge).toMatchObject({
      heldReason: 'MERCHANT',
      heldFrom: 'DUE',
      firstFailedAt: null,
      watchAt: later(60 * minute),
    });
    expect(change?.pg).toMatchObject({
      heldBy: 'pg',
      heldAt: tenOClock,
      heldReason: "MERCHANT merchant in the PG's words",
    });
    expect(change?.rows).toMatchObject([
      { id: 'row-1', act: 'CHARGE', status: 'FAILED', customerId: 'customer-1' },
      {
        id: 'row-2',
        act: 'HOLD',
        status: 'SUCCESS',
        customerId: 'SYSTEM',
        pgProvider: 'TOSS',
        failureCode: 'MERCHANT',
        failureReason: "merchant in the PG's words",
        actor: 'pg',
      },
    ]);
  });

  test('on the ladder, it goes back to the ladder', () => {
    const seen = charging({ charge: { firstFailedAt: later(-day) } });
    expect(settled(seen, no('merchant')).change?.charge).toMatchObject({ state: 'HELD', heldFrom: 'RETRY_WAIT' });
  });

  test('a PG that is held already is not held twice', () => {
    const { change } = settled(charging({ pg: { heldBy: 'cli:kim' } }), no('merchant'));
    expect(rowsOf(change)).toEqual(['CHARGE FAILED MERCHANT']);
    expect(change?.pg).toMatchObject({ heldBy: 'cli:kim' });
  });
});

describe('what a transmission says about its PG', () => {
  test.each<[string, string, ChargeOutcome]>([
    ['a yes', 'a clear answer', yes()],
    ['a no', 'a clear answer', no('card')],
    ['a no of class temporary', 'a clear answer', no('temporary')],
    ['a lost answer', 'no clear answer', lost()],
    ['a refused connection', 'no clear answer', refusedConnection],
    ['a 429', 'not at all', tooMany()],
  ])('%s counts as %s', (_, counts, outcome) => {
    const remembered = { 'a clear answer': 'gbg', 'no clear answer': 'gbb', 'not at all': 'gb' };
    const { change } = settled(charging({ pg: { recent: 'gb' } }), outcome);
    expect(change?.pg?.recent).toBe(remembered[counts as keyof typeof remembered]);
  });

  test('the thirty-second unclear end of forty opens the breaker, to be probed at once', () => {
    const recent = 'g'.repeat(8) + 'b'.repeat(31);
    const { change } = settled(charging({ pg: { recent, probeStep: 3 } }), lost());
    expect(change?.pg).toMatchObject({ breakerOpenedAt: tenOClock, probeAt: tenOClock, probeStep: 0 });
    expect(settled(charging({ pg: { recent } }), no('funds')).change?.pg?.breakerOpenedAt).toBeNull();
  });

  test('a breaker that is open stays open since when it was', () => {
    const pg = { recent: 'b'.repeat(40), breakerOpenedAt: later(-minute), probeAt: later(minute), probeStep: 2 };
    expect(settled(charging({ pg }), lost()).change?.pg).toMatchObject(pg);
  });

  test.each([
    ['names no time', 0, 0, 1_000],
    ['names no time again', 0, 1_000, 2_000],
    ['names no time for the tenth time', 0, 60_000, 60_000],
    ['names a time', 90_000, 0, 90_000],
    ['names a millisecond', 1, 0, 1],
  ])('a 429 that %s pauses claims', (_, retryAfterMs, pauseMs, expectedMs) => {
    const { change } = settled(charging({ pg: { pauseMs } }), tooMany(retryAfterMs));
    expect(change?.pg).toMatchObject({ pauseMs: expectedMs, pausedUntil: later(expectedMs) });
  });

  test('after any other end the next pause is a second again', () => {
    expect(settled(charging({ pg: { pauseMs: 32_000 } }), no('funds')).change?.pg?.pauseMs).toBe(0);
  });
});

describe('what is captured of a charge', () => {
  test.each([
    ['nothing while nobody paid', picture('DUE').charge, 0],
    ['its amount when it is paid', paid().charge, 49_000],
    ['the rest after a refund', paid({ charge: { refundedAmount: won(9_000) } }).charge, 40_000],
  ])('%s', (_, charge, expected) => {
    expect(capturedOf(charge)).toBe(expected);
  });
});
