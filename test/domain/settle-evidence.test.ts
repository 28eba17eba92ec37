import { type ChargeState, chargeStates, isOpen, unpaidStates } from '../../src/domain/charge-state';
import type { ChargeOutcome } from '../../src/domain/outcome';
import type { Attempt, Picture } from '../../src/domain/picture';
import { won } from '../../src/domain/won';
import { lost, no, refusedConnection, yes } from './pg-answers';
import {
  anAttempt,
  approvedAttempt,
  aRefund,
  aSurplus,
  charging,
  declinedAttempt,
  inDoubt,
  later,
  neverLeft,
  order,
  paid,
  picture,
  rowsOf,
  settled,
  unknown,
} from './picture-builder';

const minute = 60_000;

describe('an answer that comes late', () => {
  const takenOver = unknown();
  const sentAgain = charging({ attempts: [anAttempt({ doubtful: true, transmissions: 2, transmissionId: 'second' })] });

  test.each<[string, string, ChargeOutcome]>([
    ['a lost answer', 'CHARGE UNKNOWN READ_TIMEOUT', lost()],
    ['a no', 'CHARGE UNKNOWN FUNDS', no('funds')],
    ['nothing sent', 'CHARGE UNKNOWN UNSENT', refusedConnection],
  ])('%s after the sweeper took over is kept as %s and decides nothing by itself', (_, row, outcome) => {
    const { result, change } = settled(takenOver, outcome);
    expect(result).toEqual({ kind: 'no-news', state: 'UNKNOWN' });
    expect(change?.charge).toBeUndefined();
    expect(rowsOf(change)).toEqual([row]);
  });

  test('a late no to the latest transmission waits for the PG’s confirmation', () => {
    expect(settled(takenOver, no('card')).attempt).toEqual(
      inDoubt({ declineClass: 'card', declineCode: 'CARD', declineMessage: "card in the PG's words" }),
    );
  });

  test.each<[string, Picture]>([
    ['a transmission before the latest', sentAgain],
    ['an attempt that is closed', picture('RETRY_WAIT', { attempts: [declinedAttempt('funds')] })],
    ['an attempt that was approved', paid()],
  ])('a late no to %s changes no attempt', (_, seen) => {
    const { result, change } = settled(seen, no('card'), anAttempt());
    expect(result.kind).toBe('no-news');
    expect(change?.attempts).toBeUndefined();
    expect(change?.charge).toBeUndefined();
    expect(rowsOf(change)).toEqual(['CHARGE UNKNOWN CARD']);
  });

  test('a late word about our own key still holds the PG', () => {
    expect(settled(takenOver, no('merchant')).change?.pg).toMatchObject({ heldBy: 'pg' });
  });
});

describe('evidence is never refused', () => {
  const closed = declinedAttempt('funds');
  const lateOn = (state: ChargeState, attempts: Attempt[] = [closed], more: Parameters<typeof picture>[1] = {}) =>
    settled(picture(state, { attempts, ...more }), yes(), attempts[0]);

  test.each(unpaidStates)('an approval that turns up when the charge is %s pays it', (state) => {
    const { result, change, attempt } = lateOn(state, [isOpen(state) ? inDoubt() : closed]);
    expect(result).toEqual({ kind: 'settled', state: 'PAID' });
    expect(change?.charge).toMatchObject({ state: 'PAID', paidOrderId: order(1), watchAt: null, heldReason: null });
    expect(attempt).toMatchObject({ status: 'APPROVED', paymentKey: 'pay-1' });
    expect(rowsOf(change)).toEqual(['CHARGE SUCCESS']);
    expect(change?.tell).toBe(true);
  });

  const captured = chargeStates.filter((state) => !(unpaidStates as readonly ChargeState[]).includes(state));
  test.each(captured)(
    'when it is %s by another payment, the money is a surplus and the state does not change',
    (state) => {
      const attempts = [closed, approvedAttempt('pay-2', { attemptNo: 2 })];
      const { result, change, attempt } = lateOn(state, attempts, { charge: { paidOrderId: order(2) } });
      expect(result).toEqual({ kind: 'surplus', state });
      expect(change?.charge).toBeUndefined();
      expect(change?.surpluses).toEqual([aSurplus()]);
      expect(attempt).toMatchObject({ status: 'APPROVED', paymentKey: 'pay-1' });
      expect(rowsOf(change)).toEqual(['CHARGE SUCCESS']);
      expect(change?.tell).toBe(true);
    },
  );

  test('the same approval twice is no news and adds no row', () => {
    const { result, change } = settled(paid(), yes('pay-1'));
    expect(result).toEqual({ kind: 'no-news', state: 'PAID' });
    expect(change).toBeUndefined();
  });

  test('a second payment under the same order is a surplus, and is no news the second time', () => {
    const { result, change } = settled(paid(), yes('pay-2'));
    expect(result.kind).toBe('surplus');
    expect(change?.surpluses).toEqual([aSurplus({ paymentKey: 'pay-2' })]);
    expect(change?.attempts).toEqual([approvedAttempt('pay-1')]);
    const seen = paid({ surpluses: [aSurplus({ paymentKey: 'pay-2' })] });
    expect(settled(seen, yes('pay-2'))).toMatchObject({ result: { kind: 'no-news' }, change: undefined });
  });

  test('a second payment under an order whose first went back pays the charge that nothing else pays', () => {
    const seen = picture('RETRY_WAIT', {
      attempts: [approvedAttempt('pay-1'), declinedAttempt('funds', { attemptNo: 2 })],
      surpluses: [aSurplus({ status: 'REFUNDED' })],
      charge: { watchAt: later(minute) },
    });
    const { result, change } = settled(seen, yes('pay-2'), seen.attempts[0]);
    expect(result).toEqual({ kind: 'settled', state: 'PAID' });
    expect(change?.charge).toMatchObject({ paidOrderId: order(1), watchAt: null });
    expect(change?.attempts).toMatchObject([{ orderId: order(1), paymentKey: 'pay-2' }]);
    expect(change?.surpluses).toBeUndefined();
  });

  test.each<[string, ChargeState, Attempt]>([
    ['in flight', 'CHARGING', anAttempt({ attemptNo: 2 })],
    ['in doubt', 'UNKNOWN', inDoubt({ attemptNo: 2 })],
    ['before people', 'ADJUDICATION', inDoubt({ attemptNo: 2 })],
  ])('while another attempt is %s, it is a surplus and the charge stays %s', (_, state, open) => {
    const { result, change } = lateOn(state, [closed, open]);
    expect(result).toEqual({ kind: 'surplus', state });
    expect(change?.charge).toBeUndefined();
    expect(change?.surpluses).toEqual([aSurplus()]);
  });

  test.each<ChargeState>(['DUE', 'HELD'])(
    'an open attempt of which nothing ever left does not stop it: %s becomes PAID and that attempt ends',
    (state) => {
      const { result, change } = lateOn(state, [closed, neverLeft({ attemptNo: 2 })]);
      expect(result.state).toBe('PAID');
      expect(change?.rows).toMatchObject([
        { id: 'row-2', status: 'FAILED', failureCode: 'UNSENT', orderId: order(2) },
        { id: 'row-1', status: 'SUCCESS', orderId: order(1) },
      ]);
      expect(change?.attempts).toMatchObject([
        { orderId: order(2), status: 'DECLINED' },
        { orderId: order(1), status: 'APPROVED' },
      ]);
    },
  );
});

describe('a surplus while another attempt was open', () => {
  const spare = approvedAttempt('pay-1', { approvedAt: later(-minute) });
  const withSpare = (more: Parameters<typeof charging>[0] = {}) =>
    charging({ attempts: [spare, anAttempt({ attemptNo: 2 })], surpluses: [aSurplus()], ...more });

  test('pays the charge once that attempt is declined', () => {
    const { result, change } = settled(withSpare(), no('card'));
    expect(result.state).toBe('PAID');
    expect(change?.charge).toMatchObject({ paidOrderId: order(1), paidAt: later(-minute), watchAt: null });
    expect(change?.surpluses).toEqual([aSurplus({ status: 'ADOPTED' })]);
    expect(rowsOf(change)).toEqual(['CHARGE FAILED CARD']);
  });

  test('pays the charge once it turns out that nothing of that attempt left', () => {
    expect(settled(withSpare(), refusedConnection).result.state).toBe('PAID');
  });

  test.each<[string, ChargeOutcome]>([
    ['is declined', no('card')],
    ['turns out never to have left', refusedConnection],
  ])('of which a part went back pays only the rest, once that attempt %s', (_, outcome) => {
    const { result, change } = settled(withSpare({ surpluses: [aSurplus({ amount: won(9_000) })] }), outcome);
    expect(result).toEqual({ kind: 'settled', state: 'PARTLY_REFUNDED' });
    expect(change?.charge).toMatchObject({
      state: 'PARTLY_REFUNDED',
      paidOrderId: order(1),
      refundedAmount: 40_000,
      watchAt: null,
    });
    expect(change?.surpluses).toEqual([aSurplus({ status: 'ADOPTED', amount: won(9_000) })]);
  });

  test('is adopted under its own payment key, when its order was captured twice and the other went back', () => {
    const twice = [aSurplus({ status: 'REFUNDED' }), aSurplus({ paymentKey: 'pay-again' })];
    const { change } = settled(withSpare({ surpluses: twice }), no('card'));
    expect(change?.charge?.paidOrderId).toBe(order(1));
    expect(change?.attempts?.find((one) => one.orderId === order(1))?.paymentKey).toBe('pay-again');
    expect(change?.surpluses).toEqual([aSurplus({ paymentKey: 'pay-again', status: 'ADOPTED' })]);
  });

  test('stays a surplus when that attempt is approved', () => {
    const { result, change } = settled(withSpare(), yes('pay-2'));
    expect(result).toEqual({ kind: 'settled', state: 'PAID' });
    expect(change?.charge?.paidOrderId).toBe(order(2));
    expect(change?.surpluses).toBeUndefined();
  });

  test('does not pay while it is on its way back to the customer', () => {
    const refunds = [aRefund({ ofSurplus: true, stateBefore: 'CHARGING' })];
    expect(settled(withSpare({ refunds }), no('card')).result.state).toBe('FAILED');
  });

  test.each(['REFUNDED', 'ADOPTED'] as const)('does not pay when it is %s already', (status) => {
    const { result } = settled(withSpare({ surpluses: [aSurplus({ status })] }), no('card'));
    expect(result.state).toBe('FAILED');
  });
});
