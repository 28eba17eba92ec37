import {
  type ChargeState,
  chargeStates,
  isOpen,
  isUnpaid,
  mayMove,
  next,
  openStates,
  unpaidStates,
} from '../../src/domain/charge-state';
import { moved } from '../../src/domain/picture';
import { later, picture, tenOClock } from './picture-builder';

/** Every move there is, and besides: an approval that turns up late pays a charge in any unpaid state. */
const moves: Record<ChargeState, readonly ChargeState[]> = {
  DUE: ['CHARGING', 'HELD', 'CANCELED', 'PAID'],
  CHARGING: ['PAID', 'RETRY_WAIT', 'FAILED', 'UNKNOWN', 'DUE', 'HELD'],
  UNKNOWN: ['PAID', 'RETRY_WAIT', 'FAILED', 'CHARGING', 'ADJUDICATION', 'REFUNDED'],
  RETRY_WAIT: ['CHARGING', 'FAILED', 'HELD', 'CANCELED', 'PAID'],
  FAILED: ['CHARGING', 'RETRY_WAIT', 'CANCELED', 'PAID'],
  HELD: ['DUE', 'RETRY_WAIT', 'CANCELED', 'PAID'],
  ADJUDICATION: ['PAID', 'RETRY_WAIT', 'FAILED', 'REFUNDED'],
  CANCELED: ['DUE', 'PAID'],
  PAID: ['REFUNDING', 'REFUNDED', 'PARTLY_REFUNDED'],
  REFUNDING: ['REFUNDED', 'PARTLY_REFUNDED', 'PAID', 'REFUND_UNKNOWN'],
  PARTLY_REFUNDED: ['REFUNDING', 'REFUNDED'],
  REFUND_UNKNOWN: ['REFUNDED', 'PARTLY_REFUNDED', 'PAID'],
  REFUNDED: [],
};

const states = Object.keys(moves) as ChargeState[];
const pairs = states.flatMap((from) => states.map((to) => [from, to] as const));

describe('the table of states', () => {
  test('it names thirteen states, each once', () => {
    expect([...chargeStates].sort()).toEqual([...states].sort());
    expect(new Set(chargeStates).size).toBe(13);
  });

  test.each(states)('from %s it allows exactly these moves', (from) => {
    expect([...next[from]].sort()).toEqual([...moves[from]].sort());
  });

  test('every state can be reached from DUE', () => {
    const reached = new Set<ChargeState>(['DUE']);
    for (const from of reached) for (const to of next[from]) reached.add(to);
    expect([...reached].sort()).toEqual([...states].sort());
  });

  test('every state but REFUNDED can be left', () => {
    expect(states.filter((state) => next[state].length === 0)).toEqual(['REFUNDED']);
  });

  test('from every state a charge can still end paid or refunded', () => {
    const ends = (from: ChargeState): Set<ChargeState> => {
      const reached = new Set([from]);
      for (const state of reached) for (const to of next[state]) reached.add(to);
      return reached;
    };
    expect(states.filter((state) => !ends(state).has('REFUNDED'))).toEqual([]);
  });

  test('late proof pays a charge in every unpaid state, and in no other but a refund that did not go through', () => {
    expect(states.filter((from) => mayMove(from, 'PAID')).sort()).toEqual(
      [...unpaidStates, 'REFUNDING', 'REFUND_UNKNOWN'].sort(),
    );
  });

  test('unpaid is every state in which nothing has been captured, as far as we know', () => {
    expect(states.filter(isUnpaid)).toEqual([
      'DUE',
      'CHARGING',
      'UNKNOWN',
      'RETRY_WAIT',
      'FAILED',
      'HELD',
      'ADJUDICATION',
      'CANCELED',
    ]);
  });

  test('open is every state in which an attempt may be alive at the PG', () => {
    expect(states.filter(isOpen)).toEqual(['CHARGING', 'UNKNOWN', 'ADJUDICATION']);
    expect(openStates.every(isUnpaid)).toBe(true);
  });
});

describe('a move', () => {
  const charge = (state: ChargeState) => picture(state, { charge: { version: 7, watchAt: tenOClock } }).charge;

  test.each(pairs)('from %s to %s passes only when the table has it', (from, to) => {
    const move = () => moved(charge(from), to, null);
    if (moves[from].includes(to)) expect(move().state).toBe(to);
    else expect(move).toThrow(`charge K7QM4XWP9RTB may not go from ${from} to ${to}`);
  });

  test.each(pairs.filter(([from, to]) => moves[from].includes(to)))(
    'from %s to %s raises the version by one, which is what a button carries',
    (from, to) => {
      expect(moved(charge(from), to, null).version).toBe(8);
    },
  );

  test('it names the next look, or says that there is none', () => {
    expect(moved(charge('DUE'), 'CHARGING', later(90_000)).watchAt).toEqual(later(90_000));
    expect(moved(charge('DUE'), 'CANCELED', null).watchAt).toBeNull();
  });

  test.each(['DUE', 'RETRY_WAIT', 'CANCELED', 'PAID'] as const)('out of HELD to %s forgets why it was held', (to) => {
    const held = picture('HELD', { charge: { heldReason: 'PG_HOLD', heldFrom: 'RETRY_WAIT' } }).charge;
    expect(moved(held, to, null)).toMatchObject({ heldReason: null, heldFrom: null });
  });

  test('into HELD keeps why and from where', () => {
    const why = { heldReason: 'NO_CARD', heldFrom: 'DUE' } as const;
    expect(moved(charge('DUE'), 'HELD', later(1_000), why)).toMatchObject({ state: 'HELD', ...why });
  });

  test('it changes nothing else of the charge', () => {
    const before = charge('DUE');
    expect({ ...moved(before, 'CHARGING', null), state: 'DUE', version: 7, watchAt: tenOClock }).toEqual(before);
  });
});
