import { type ChargeState, chargeStates } from '../../src/domain/charge-state';
import { cancel, type StopRequest, uncancel } from '../../src/domain/stop';
import { later, neverLeft, order, picture, rowsOf, tenOClock } from './picture-builder';

const request = (more: Partial<StopRequest> = {}): StopRequest => ({
  id: 'stopped',
  closingRowId: 'closing',
  actor: 'slack:T1/U1',
  ...more,
});

const stoppable: readonly ChargeState[] = ['DUE', 'RETRY_WAIT', 'FAILED', 'HELD'];
const others = (states: readonly ChargeState[]) => chargeStates.filter((state) => !states.includes(state));

describe('cancelling a charge', () => {
  test.each(stoppable)('that is %s: nobody collects it any more', (state) => {
    const { result, change } = cancel(picture(state, { charge: { watchAt: later(1_000) } }), request());
    expect(result).toEqual({ kind: 'done', state: 'CANCELED' });
    expect(change?.charge).toMatchObject({ state: 'CANCELED', watchAt: null, version: 2, heldReason: null });
    expect(change?.rows).toMatchObject([{ id: 'stopped', act: 'CANCEL', status: 'SUCCESS', actor: 'slack:T1/U1' }]);
    expect(change?.tell).toBe(true);
  });

  test.each(others(stoppable))(
    'that is %s is refused: an attempt may be alive, or there is nothing to stop',
    (state) => {
      expect(cancel(picture(state), request())).toEqual({ result: { kind: 'refused', state } });
    },
  );

  test('ends an attempt of which nothing ever left, with a row of its own', () => {
    const { change } = cancel(picture('DUE', { attempts: [neverLeft()] }), request());
    expect(change?.attempts).toMatchObject([{ orderId: order(1), status: 'DECLINED', declineCode: 'UNSENT' }]);
    expect(rowsOf(change)).toEqual(['CHARGE FAILED UNSENT', 'CANCEL SUCCESS']);
    expect(change?.rows?.map((row) => row.id)).toEqual(['closing', 'stopped']);
  });
});

describe('taking a cancel back', () => {
  test('makes the charge due at once', () => {
    const { result, change } = uncancel(picture('CANCELED'), request());
    expect(result).toEqual({ kind: 'done', state: 'DUE' });
    expect(change?.charge).toMatchObject({ state: 'DUE', watchAt: tenOClock, version: 2 });
    expect(change?.rows).toMatchObject([{ id: 'stopped', act: 'UNCANCEL', status: 'SUCCESS', actor: 'slack:T1/U1' }]);
    expect(change?.tell).toBe(true);
  });

  test.each(others(['CANCELED']))('is refused when the charge is %s', (state) => {
    expect(uncancel(picture(state), request())).toEqual({ result: { kind: 'refused', state } });
  });
});

test.each([
  ['cancel', cancel, 'FAILED'],
  ['uncancel', uncancel, 'CANCELED'],
] as const)('a button to %s a charge that moved since does nothing', (_, stop, state) => {
  const seen = picture(state, { charge: { version: 4 } });
  expect(stop(seen, request({ expectVersion: 3 }))).toEqual({ result: { kind: 'passed' } });
  expect(stop(seen, request({ expectVersion: 4 })).result.kind).toBe('done');
});
