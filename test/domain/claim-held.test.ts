import type { ChargeState } from '../../src/domain/charge-state';
import { release, setAside } from '../../src/domain/claim';
import { aKey, askable, later, neverLeft, picture, tenOClock } from './picture-builder';

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

test('an order that never left on another card, or under another merchant, is not sent again: the card of today keeps it', () => {
  const worn = { keyDeclinesLately: 15 };
  const onAnother = picture('HELD', { ...worn, attempts: [neverLeft({ billingKeyId: 'key-0' })] });
  const underAnother = picture('HELD', { ...worn, attempts: [neverLeft({ merchant: 'merchant-0' })] });
  for (const seen of [onAnother, underAnother]) {
    const { result, change } = release(seen, askable, true);
    expect(result).toBe('held');
    expect(change?.charge).toMatchObject({ heldReason: 'BUDGET', watchAt: later(hour), version: 1 });
  }
});

test('a customer whose card moved to another PG does not wait for the one that was left', () => {
  const seen = picture('HELD', {
    billingKey: aKey('key-2', { pgProvider: 'INICIS' }),
    pg: { heldBy: 'cli:kim' },
    charge: { heldReason: 'PG_HOLD', heldFrom: 'RETRY_WAIT' },
  });
  for (const pg of [askable, undefined]) {
    const { result, change } = release(seen, pg, true);
    expect(result).toBe('released');
    expect(change?.charge).toMatchObject({ state: 'RETRY_WAIT', pgProvider: 'INICIS', watchAt: tenOClock });
  }
});

test('what is not held is left alone', () => {
  expect(release(picture('DUE'), askable, true)).toEqual({ result: 'held' });
});
