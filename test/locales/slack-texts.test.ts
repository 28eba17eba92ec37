import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { slackTextsOf } from '../../src/locales/slack-texts';

/** Every text in a table, functions called with something Latin wherever they want something. */
function saidBy(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'function') return saidBy(called(value as (...args: unknown[]) => unknown));
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(saidBy) : [];
}

/** Numbers first: a function that wants words takes the next try. */
function called(text: (...args: unknown[]) => unknown): unknown {
  const parts = new Proxy({}, { get: (_, name) => (/count|page|rows|times|chains/.test(String(name)) ? 2 : 'x') });
  for (const args of [['2026-10-31', true], [2, 'x'], ['CHARGE', true], [parts]])
    try {
      const said = text(...args);
      if (typeof said === 'object' || (typeof said === 'string' && !/undefined|NaN|object/.test(said))) return said;
    } catch {
      // It wants something else.
    }
  return '';
}

test('English has no Korean in it', () => {
  expect(saidBy(slackTextsOf('en')).filter((text) => /[\p{Script=Hangul}]/u.test(text))).toEqual([]);
});

test('Korean speaks politely: no sentence ends plainly', () => {
  const sentences = saidBy(slackTextsOf('ko')).flatMap((text) => text.split(/(?<=[.?!])\s/));
  expect(sentences.length).toBeGreaterThan(200);
  expect(sentences.filter((text) => /(?<!니)다\.$|[해라]\.$/u.test(text))).toEqual([]);
});

test('no card has a Korean word of its own: all are in the locales', () => {
  const folder = join(__dirname, '../../src/slack/cards');
  const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  const words = readdirSync(folder).filter((name) =>
    /\p{Script=Hangul}/u.test(withoutComments(readFileSync(join(folder, name), 'utf8'))),
  );
  expect(words).toEqual([]);
});
