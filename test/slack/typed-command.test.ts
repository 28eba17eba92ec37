import fc from 'fast-check';
import { mostTyped, tidied, typedCommand } from '../../src/slack/typed-command';

describe('what somebody typed after /billing', () => {
  test.each([
    ['', 'help', ''],
    ['   ', 'help', ''],
    ['help', 'help', ''],
    ['도움말', 'help', ''],
    ['history 김민수', 'history', '김민수'],
    ['이력 김민수', 'history', '김민수'],
    ['HISTORY　김민수', 'history', '김민수'],
    ['재시도 K7QM-4XWP-9RTB', 'retry', 'K7QM-4XWP-9RTB'],
    ['환불 K7QM 10000', 'refund', 'K7QM 10000'],
    ['history “김민수”', 'history', '김민수'],
    ['hold toss', 'hold', 'toss'],
  ] as const)('%j is %s of %j', (text, verb, rest) => {
    expect(typedCommand(text)).toEqual({ verb, rest, guessedFrom: null });
  });

  test.each(['김민수', 'npR', '김 민수', 'Kim Minsu', '010-1234-5678', '5678', 'K7QM-4XWP-9RTB', 'K7QM4XWP9RTB-1'])(
    '%j begins with no verb, so it is somebody whose history is asked for',
    (text) => {
      expect(typedCommand(text)).toEqual({ verb: 'history', rest: text, guessedFrom: null });
    },
  );

  test.each([
    ['histroy 김민수', 'history', '김민수'],
    ['retyr K7QM', 'retry', 'K7QM'],
    ['statu', 'status', ''],
    ['dlfur 김민수', 'history', '김민수'], // 이력, typed with the keyboard on English
    ['wotleh K7QM', 'retry', 'K7QM'], // 재시도
    ['tkdxo', 'status', ''], // 상태
  ] as const)('%j is understood as %s, and says so', (text, verb, rest) => {
    expect(typedCommand(text)).toEqual({ verb, rest, guessedFrom: text.split(' ')[0] });
  });

  test('a Korean name of two or three syllables is never taken for a mistyped verb', () => {
    for (const name of ['이력수', '취호', '상대', '환수', '재시', '김상태'])
      expect(typedCommand(name)).toMatchObject({ verb: 'history', rest: name });
  });

  test('whatever is typed becomes one line without control characters, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const { rest } = typedCommand(text);
        expect(rest).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(rest).toBe(tidied(rest));
      }),
    );
    expect(tidied('가'.repeat(10_000)).length).toBeGreaterThan(mostTyped);
  });
});
