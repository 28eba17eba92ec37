import type { ChargeState } from '../../src/domain/charge-state';
import { release, setAside } from '../../src/domain/claim';
import { askable, later, neverLeft, picture, tenOClock } from './picture-builder';

const hour = 3_600_000;

test.each<[ChargeState, string]>([
  ['DUE', 'DUE'],
  ['RETRY_WAIT', 'RETRY_WAIT'],
  ['CHARGING', 'DUE'],
])('a charge set aside from %s goes back to %s', (state, heldFrom) => {
  expect(setAside(picture(state), 'OWN_ERROR')).toMatchObject({
    state: 'HELD',
    heldReason: 'OWN_ERROR',
    heldFrom,
    watchAt: later(hour),
  });
});

test.each<['DUE' | 'RETRY_WAIT' | null, string]>([
  ['DUE', 'DUE'],
  ['RETRY_WAIT', 'RETRY_WAIT'],
  [null, 'DUE'],
])('held from %s, it goes to %s at once when nothing is in the way any more', (heldFrom, state) => {
  const { result, change } = release(picture('HELD', { charge: { heldFrom } }), askable, true);
  expect(result).toBe('released');
  expect(change).toMatchObject({ charge: { state, watchAt: tenOClock, heldReason: null }, tell: true });
});

test('it stays while something is in the way, and says what that is now', () => {
  const { result, change } = release(picture('HELD', { pg: { heldBy: 'cli:kim' } }), askable, true);
  expect(result).toBe('held');
  expect(change?.charge).toMatchObject({ state: 'HELD', heldReason: 'PG_HOLD', watchAt: later(hour), version: 1 });
});

test('a short pause of the PG does not keep it', () => {
  const { result } = release(picture('HELD', { pg: { pausedUntil: later(5_000) } }), askable, true);
  expect(result).toBe('released');
});

test('a card declined too often keeps it, unless its order is only sent again', () => {
  const worn = { keyDeclinesLately: 15 };
  expect(release(picture('HELD', worn), askable, true).result).toBe('held');
  expect(release(picture('HELD', { ...worn, attempts: [neverLeft()] }), askable, true).result).toBe('released');
});

test('what is not held is left alone', () => {
  expect(release(picture('DUE'), askable, true)).toEqual({ result: 'held' });
});
