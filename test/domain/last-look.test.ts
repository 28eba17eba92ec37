import { type Asker, declinesOf, obstacle } from '../../src/domain/last-look';
import type { Picture } from '../../src/domain/picture';
import {
  aKey,
  approvedAttempt,
  askable,
  declinedAttempt,
  type Given,
  later,
  neverLeft,
  picture,
  tenOClock,
} from './picture-builder';

const machine: Asker = { startedBy: 'machine' };
const person: Asker = { startedBy: 'person' };
const look = (given: Given, asker: Asker = machine) => obstacle(picture('DUE', given), askable, true, asker);
const hold = (reason: string) => ({ kind: 'hold', reason });

const fourDeclines = [1, 2, 3, 4].map((attemptNo) => declinedAttempt('funds', { attemptNo }));
const elsewhere = (...states: Picture['openElsewhere'][number]['state'][]) => ({
  openElsewhere: states.map((state, nth) => ({ id: `other-${nth}`, state })),
});

describe('the last look', () => {
  test('nothing is in the way of a charge that is due', () => {
    expect(look({})).toBeUndefined();
  });

  test.each<[string, Given, string]>([
    ['an ended subscription', { subscription: { status: 'ENDED' } }, 'SUBSCRIPTION_ENDED'],
    ['a paused subscription', { subscription: { status: 'PAUSED' } }, 'SUBSCRIPTION_PAUSED'],
    ['a card on its way out', { billingKey: aKey('key-1', { status: 'RETIRING' }) }, 'NO_CARD'],
    ['a card marked dead', { billingKey: aKey('key-1', { status: 'DEAD' }) }, 'NO_CARD'],
    ['a card given back', { billingKey: aKey('key-1', { status: 'REVOKED' }) }, 'NO_CARD'],
    ['a PG that a person holds', { pg: { heldBy: 'cli:kim' } }, 'PG_HOLD'],
    ['an open breaker', { pg: { breakerOpenedAt: tenOClock } }, 'BREAKER'],
    ['another charge in doubt', elsewhere('UNKNOWN'), 'CUSTOMER_UNKNOWN'],
    ['another charge before people', elsewhere('ADJUDICATION'), 'CUSTOMER_UNKNOWN'],
    ['four declines', { attempts: fourDeclines }, 'BUDGET'],
    ['fifteen declines on this card lately', { keyDeclinesLately: 15 }, 'BUDGET'],
  ])('%s holds the charge', (_, given, reason) => {
    expect(look(given)).toEqual(hold(reason));
  });

  test('a PG that this installation does not have holds the charge', () => {
    expect(obstacle(picture('DUE'), undefined, true, machine)).toEqual(hold('PG_NOT_CONFIGURED'));
  });

  test('a billing key whose secret we lack is our fault, and holds the charge', () => {
    expect(obstacle(picture('DUE'), askable, false, machine)).toEqual(hold('KEY_SEALED'));
  });

  test.each<[string, Given, Date | null]>([
    ['a PG that asked for a pause', { pg: { pausedUntil: later(1_000) } }, later(1_000)],
    ['another charge in flight', elsewhere('CHARGING'), null],
    ['another in flight and one in doubt', elsewhere('UNKNOWN', 'CHARGING'), null],
  ])('%s only has to be waited for', (_, given, until) => {
    expect(look(given)).toEqual({ kind: 'wait', until });
  });

  test('a pause that is over is not waited for', () => {
    expect(look({ pg: { pausedUntil: tenOClock } })).toBeUndefined();
  });

  test('a hold by a person comes before a pause, so people see the charge held', () => {
    expect(look({ pg: { heldBy: 'cli:kim', pausedUntil: later(1_000) } })).toEqual(hold('PG_HOLD'));
  });

  test('a probe passes an open breaker and nothing else', () => {
    const probe: Asker = { startedBy: 'machine', probe: true };
    expect(look({ pg: { breakerOpenedAt: tenOClock } }, probe)).toBeUndefined();
    expect(look({ pg: { breakerOpenedAt: tenOClock, heldBy: 'cli:kim' } }, probe)).toEqual(hold('PG_HOLD'));
  });

  test('a re-send of the same order is no further try at the card', () => {
    const resend: Asker = { startedBy: 'machine', resend: true };
    expect(look({ attempts: fourDeclines, keyDeclinesLately: 15 }, resend)).toBeUndefined();
  });

  test('people have a budget of their own', () => {
    expect(look({ attempts: fourDeclines }, person)).toBeUndefined();
    const byPeople = fourDeclines.map((attempt) => ({ ...attempt, startedBy: 'person' as const }));
    expect(look({ attempts: byPeople }, person)).toEqual(hold('BUDGET'));
    expect(look({ attempts: byPeople }, machine)).toBeUndefined();
  });

  test('the card of today is what is counted', () => {
    expect(look({ attempts: fourDeclines, billingKey: aKey('key-2') })).toBeUndefined();
  });
});

describe('the declines of a charge', () => {
  test('are its attempts that the PG refused, oldest first', () => {
    const attempts = [
      declinedAttempt('funds', { attemptNo: 1 }),
      declinedAttempt('card', { attemptNo: 2, startedBy: 'person', billingKeyId: 'key-2' }),
    ];
    expect(declinesOf({ attempts })).toEqual([
      { class: 'funds', startedBy: 'machine', billingKeyId: 'key-1' },
      { class: 'card', startedBy: 'person', billingKeyId: 'key-2' },
    ]);
  });

  test.each([
    ['an approval', approvedAttempt('pay-1')],
    ['one that is open', neverLeft()],
    ['one whose no is not yet confirmed', neverLeft({ declineClass: 'temporary', doubtful: true })],
    ['one that never left', neverLeft({ status: 'DECLINED', declineCode: 'UNSENT' })],
  ])('%s is none', (_, attempt) => {
    expect(declinesOf({ attempts: [attempt] })).toEqual([]);
  });
});
