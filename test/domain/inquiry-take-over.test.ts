import { leased, takeOver, toPeople, unaskable } from '../../src/domain/inquiry';
import {
  about,
  anAttempt,
  charging,
  inDoubt,
  later,
  neverLeft,
  paid,
  picture,
  policy,
  rowAbout,
  tenOClock,
  unknown,
} from './picture-builder';

const cannotBeAsked = "this PG can't be asked by order number";

const day = 86_400_000;

describe('taking a charge over', () => {
  test('from a worker that never came back means asking, never sending', () => {
    const { result, change } = takeOver(charging({ now: later(90_000) }), policy, 'row-1');
    expect(result).toBe(true);
    expect(change?.charge).toMatchObject({ state: 'UNKNOWN', watchAt: later(180_000), version: 2 });
    expect(change?.attempts).toEqual([inDoubt()]);
    expect(change?.rows).toEqual([
      {
        ...rowAbout(),
        id: 'row-1',
        act: 'CHARGE',
        status: 'UNKNOWN',
        failureCode: 'NO_ANSWER',
        failureReason: 'the process that sent it did not record an answer',
        actor: 'sweeper',
      },
    ]);
    expect(change?.tell).toBe(true);
  });

  test.each<[string, Parameters<typeof takeOver>[0]]>([
    ['a charge whose lease runs', charging({ now: later(89_999) })],
    ['a charge without a lease', charging({ charge: { watchAt: null } })],
    ['a charge in doubt', unknown({ charge: { watchAt: tenOClock } })],
    ['a charge without an open attempt', charging({ attempts: [], charge: { watchAt: tenOClock } })],
  ])('%s is left alone', (_, seen) => {
    expect(takeOver(seen, policy, 'row-1')).toEqual({ result: false });
  });

  test('one question at a time: whoever saw the look that is due moves it away', () => {
    const { result, change } = leased(unknown(), policy, later(90_000));
    expect(result).toBe(true);
    expect(change?.charge).toMatchObject({ state: 'UNKNOWN', watchAt: later(180_000), version: 1 });
    expect(leased(unknown(), policy, later(80_000))).toEqual({ result: false });
    expect(leased(unknown(), policy, null)).toEqual({ result: false });
  });
});

describe('handing a charge to people', () => {
  test('takes the permission to send back, and says why', () => {
    const attempt = inDoubt({ resendFrom: tenOClock });
    const { change } = toPeople(unknown({ attempts: [attempt] }), attempt, about(attempt, 'sweeper'), 'nobody can ask');
    expect(change?.attempts).toEqual([inDoubt()]);
    expect(change?.rows).toEqual([
      {
        ...rowAbout(),
        id: 'row-2',
        act: 'ADJUDICATION',
        status: 'REQUESTED',
        failureCode: null,
        failureReason: 'nobody can ask',
        actor: 'sweeper',
      },
    ]);
  });

  test('happens once', () => {
    const seen = picture('ADJUDICATION', { attempts: [inDoubt()] });
    const { change } = toPeople(seen, inDoubt(), about(inDoubt()), 'again');
    expect(change?.rows).toBeUndefined();
    expect(change?.charge).toMatchObject({ state: 'ADJUDICATION', watchAt: later(day), version: 1 });
  });
});

describe('a PG that can’t be asked by order number', () => {
  const unasked = (seen: Parameters<typeof unaskable>[0], attempt = inDoubt()) =>
    unaskable(seen, about(attempt, 'sweeper'));

  test('leaves it to people at once', () => {
    const { result, change } = unasked(unknown());
    expect(result).toEqual({ kind: 'to-people' });
    expect(change).toMatchObject({ charge: { state: 'ADJUDICATION', watchAt: later(90_000 + day) }, tell: true });
    expect(change?.rows).toMatchObject([{ id: 'row-2', act: 'ADJUDICATION', failureReason: cannotBeAsked }]);
  });

  test('an answer that came meanwhile stands', () => {
    const seen = paid({ charge: { watchAt: null } });
    expect(unasked(seen)).toEqual({ result: { kind: 'passed' } });
  });

  test('a charge that was sent again meanwhile keeps its lease', () => {
    expect(unasked(charging({ attempts: [anAttempt({ doubtful: true })] }))).toEqual({ result: { kind: 'passed' } });
  });

  test('an order that was turned away is set aside, and people see it', () => {
    const { change } = unasked(picture('DUE', { attempts: [neverLeft({ freshKeyDue: true })] }));
    expect(change).toMatchObject({ charge: { state: 'HELD', heldReason: 'OWN_ERROR' }, tell: true });
  });
});
