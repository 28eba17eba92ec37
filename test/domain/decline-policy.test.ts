import * as fc from 'fast-check';
import { budgetLeft, budgets, type Decline, retryAfter, ruleOf } from '../../src/domain/decline-policy';
import { type DeclineClass, declineClasses } from '../../src/domain/outcome';
import { inSeoul, policy } from './picture-builder';

const decline = (of: DeclineClass, more: Partial<Decline> = {}): Decline => ({
  class: of,
  startedBy: 'machine',
  billingKeyId: 'key-1',
  ...more,
});
const declines = (count: number, of: DeclineClass, more: Partial<Decline> = {}): Decline[] =>
  Array.from({ length: count }, () => decline(of, more));

const firstFailedAt = inSeoul('2026-10-31 10:00');
const onTheWall = (instant: Date | undefined): string =>
  instant === undefined
    ? '–'
    : new Date(instant.getTime() + 9 * 3_600_000).toISOString().replace('T', ' ').slice(5, 16);

/** What follows each decline of a charge that is declined whenever it is tried; after the machine has given up, a day later each. */
function whatFollows(classes: readonly DeclineClass[], more: Partial<typeof policy> = {}): string[] {
  let now = firstFailedAt;
  const made: Decline[] = [];
  return classes.map((of) => {
    made.push(decline(of));
    const at = retryAfter({ ...policy, ...more }, made, firstFailedAt, now, made.length);
    now = at ?? new Date(now.getTime() + 86_400_000);
    return onTheWall(at);
  });
}
const sixTimes = (of: DeclineClass): DeclineClass[] => Array.from({ length: 6 }, () => of);

describe('what follows the first to the sixth decline at 10:00 on 31 October', () => {
  const none = '–';
  const table = {
    funds: ['11-01 10:00', '11-03 10:00', '11-05 10:00', none, none, none],
    temporary: ['10-31 11:00', '10-31 15:00', '11-01 10:00', none, none, none],
    card: [none, none, none, none, none, none],
    issuer: ['11-01 10:00', '11-03 10:00', none, none, none, none],
    record: [none, none, none, none, none, none],
    merchant: [none, none, none, none, none, none],
    unclassified: [none, none, none, none, none, none],
    duplicate: [none, none, none, none, none, none],
  } as const satisfies Record<DeclineClass, readonly string[]>;

  test.each(Object.entries(table) as [DeclineClass, readonly string[]][])('of class %s', (of, expected) => {
    expect(whatFollows(sixTimes(of))).toEqual(expected);
  });

  test('every class has a rule', () => {
    expect(Object.keys(ruleOf).sort()).toEqual([...declineClasses].sort());
  });

  test.each<[string, readonly DeclineClass[], readonly string[]]>([
    ['an empty account, then a stopped card', ['funds', 'card'], ['11-01 10:00', none]],
    ['an empty account, then trouble at the PG', ['funds', 'temporary'], ['11-01 10:00', '11-01 11:00']],
    ['trouble at the PG, then an empty account', ['temporary', 'funds'], ['10-31 11:00', '11-01 10:00']],
    [
      'our own key refused twice, then an empty account',
      ['merchant', 'merchant', 'funds'],
      [none, none, '11-03 10:00'],
    ],
    ['an issuer that refuses, then an empty account', ['issuer', 'funds'], ['11-01 10:00', '11-03 10:00']],
  ])('%s', (_, classes, expected) => {
    expect(whatFollows(classes)).toEqual(expected);
  });
});

describe('when the machine tries again', () => {
  const retryAt = (made: readonly Decline[], now: string, lately = made.length, more: Partial<typeof policy> = {}) =>
    onTheWall(retryAfter({ ...policy, ...more }, made, firstFailedAt, inSeoul(now), lately));

  test('nothing declined, nothing to retry', () => {
    expect(retryAt([], '2026-10-31 10:00')).toBe('–');
  });

  test('a step that passed while nobody was there is not made up for: the next one ahead is taken', () => {
    expect(retryAt(declines(1, 'funds'), '2026-11-02 15:00')).toBe('11-03 10:00');
  });

  test('a new card starts anew: the declines of the old one use no step of its ladder', () => {
    const onNewCard = decline('funds', { billingKeyId: 'key-2' });
    expect(retryAt([...declines(3, 'funds'), onNewCard], '2026-11-01 12:00', 1)).toBe('11-03 10:00');
  });

  test('when every step has passed the machine gives up', () => {
    expect(retryAt(declines(1, 'funds'), '2026-11-05 10:00')).toBe('–');
  });

  test('a person’s try in between leaves the ladder where it was', () => {
    const byPerson = decline('funds', { startedBy: 'person' });
    expect(retryAt([decline('funds'), byPerson], '2026-10-31 14:00')).toBe('11-01 10:00');
  });

  test.each([
    ['2026-10-31 21:59', '10-31 22:59'],
    ['2026-10-31 22:00', '11-01 01:00'],
    ['2026-10-31 23:30', '11-01 01:00'],
    ['2026-11-01 00:30', '11-01 01:30'],
  ])('trouble at the PG at %s is tried again at %s, outside maintenance', (now, expected) => {
    expect(retryAt(declines(1, 'temporary'), now)).toBe(expected);
  });

  test('the sandbox keeps no hours', () => {
    expect(retryAt(declines(1, 'temporary'), '2026-10-31 22:30', 1, { keepsHours: false })).toBe('10-31 23:30');
  });

  test('a ladder of seconds runs as it is', () => {
    const seconds = { retryLadder: [{ ms: 30_000 }, { ms: 90_000 }] };
    const at = retryAfter({ ...policy, ...seconds }, declines(1, 'funds'), firstFailedAt, firstFailedAt, 1);
    expect(at).toEqual(new Date(firstFailedAt.getTime() + 30_000));
  });
});

describe('budgets', () => {
  const left = (by: Decline['startedBy'], made: readonly Decline[], lately = 0, key = 'key-1') =>
    budgetLeft(by, key, made, lately);
  const byPerson = { startedBy: 'person' } as const;

  test.each<[string, boolean, boolean]>([
    ['the machine has 4 declines per charge and card', left('machine', declines(3, 'funds')), true],
    ['and not a fifth', left('machine', declines(4, 'funds')), false],
    ['people have 4 of their own', left('person', [...declines(4, 'funds'), ...declines(3, 'funds', byPerson)]), true],
    ['and not a fifth either', left('person', declines(4, 'funds', byPerson)), false],
    ['what people used up is not the machine’s', left('machine', declines(4, 'funds', byPerson)), true],
    ['a new card starts anew', left('machine', declines(4, 'funds'), 0, 'key-2'), true],
    ['what told us of our own key is not the customer’s', left('machine', declines(9, 'merchant')), true],
    ['a card has 15 declines in 30 days, over all its charges', left('machine', [], 14), true],
    ['and not a sixteenth', left('machine', [], 15), false],
    ['nor for a person', left('person', [], 15), false],
  ])('%s', (_, is, expected) => {
    expect(is).toBe(expected);
  });

  test('the card’s budget looks back thirty days', () => {
    expect(budgets).toEqual({ perCharge: { machine: 4, person: 4 }, perBillingKey: { declines: 15, days: 30 } });
  });

  const anyDecline = fc.record<Decline>({
    class: fc.constantFrom(...declineClasses),
    startedBy: fc.constantFrom('machine', 'person'),
    billingKeyId: fc.constantFrom('key-1', 'key-2'),
  });
  const afterFirst = fc.integer({ min: 0, max: 7 * 86_400_000 }).map((ms) => new Date(firstFailedAt.getTime() + ms));

  test('never do more than four of the machine’s declines on a card lead to another retry', () => {
    return fc.assert(
      fc.property(fc.array(anyDecline, { minLength: 1, maxLength: 12 }), afterFirst, (made, now) => {
        const key = made.at(-1)?.billingKeyId;
        const counted = made.filter(
          (one) => one.billingKeyId === key && one.startedBy === 'machine' && one.class !== 'merchant',
        );
        if (counted.length >= 4) expect(retryAfter(policy, made, firstFailedAt, now, 0)).toBeUndefined();
      }),
    );
  });

  test('a retry always lies ahead, and never in maintenance', () => {
    return fc.assert(
      fc.property(fc.array(anyDecline, { minLength: 1, maxLength: 5 }), afterFirst, (made, now) => {
        const at = retryAfter(policy, made, firstFailedAt, now, made.length);
        if (at === undefined) return;
        expect(at.getTime()).toBeGreaterThan(now.getTime());
        expect(onTheWall(at).slice(6)).toMatch(/^(0[1-9]|1\d|2[0-2]):/);
      }),
    );
  });
});
