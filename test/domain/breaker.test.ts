import * as fc from 'fast-check';
import { opens, pauseAfter, probeAfter, recorded } from '../../src/domain/breaker';

/** `g`: the PG gave a clear answer; `b`: unknown or unsent. */
const recentAfter = (endings: string): string =>
  [...endings].reduce((recent, end) => recorded(recent, end === 'g'), '');

describe('the breaker', () => {
  test.each([
    ['nothing was sent yet', 'closed', ''],
    ['the first 19 all ended unclear', 'closed', 'b'.repeat(19)],
    ['the first 20 all ended unclear', 'open', 'b'.repeat(20)],
    ['one of the first 20 was clear', 'closed', `${'b'.repeat(10)}g${'b'.repeat(9)}`],
    ['31 of the last 40 ended unclear', 'closed', 'g'.repeat(9) + 'b'.repeat(31)],
    ['32 of the last 40 ended unclear', 'open', 'g'.repeat(8) + 'b'.repeat(32)],
    ['32 of the last 40, in any order', 'open', 'bbbbg'.repeat(8)],
    ['31 of the last 40, in any order', 'closed', `${'bbbbg'.repeat(7)}bbbgg`],
    ['an old bad hour is followed by 40 clear ends', 'closed', 'b'.repeat(19) + 'g'.repeat(40)],
    ['a long good day ends in 31 unclear ones', 'closed', 'g'.repeat(500) + 'b'.repeat(31)],
    ['a long good day ends in 32 unclear ones', 'open', 'g'.repeat(500) + 'b'.repeat(32)],
  ])('%s: it is %s', (_, expected, endings) => {
    expect(opens(recentAfter(endings)) ? 'open' : 'closed').toBe(expected);
  });

  test('it remembers the last forty, the newest last', () => {
    expect(recentAfter(`${'g'.repeat(60)}b`)).toBe(`${'g'.repeat(39)}b`);
  });

  test('it opens exactly when 32 of the last 40, or all of the first 20, ended unclear', () => {
    return fc.assert(
      fc.property(fc.array(fc.constantFrom('b', 'b', 'b', 'b', 'g'), { maxLength: 80 }), (endings) => {
        const unclear = endings.slice(-40).filter((end) => end === 'b').length;
        const fromTheStart = endings.length >= 20 && endings.length <= 40 && !endings.includes('g');
        expect(opens(recentAfter(endings.join('')))).toBe(unclear >= 32 || fromTheStart);
      }),
    );
  });
});

test('a PG that says "too much" without a time is left alone for a second, doubling to a minute', () => {
  const pauses: number[] = [];
  for (let pauseMs = 0; pauses.length < 9; pauses.push(pauseMs)) pauseMs = pauseAfter(pauseMs);
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test('a running bot probes an open breaker after five seconds, doubling to a minute', () => {
  expect([0, 1, 2, 3, 4, 5, 50].map(probeAfter)).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
});
