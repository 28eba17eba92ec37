import fc from 'fast-check';
import { secretNames, variableNames } from '../../src/config/variables';
import { problemsOf } from './settings';

describe('no message repeats a secret', () => {
  // Long enough that it cannot stand in a sentence by chance; commas would split a list of secrets.
  const secret = fc
    .string({ unit: 'grapheme-ascii', minLength: 12, maxLength: 40 })
    .filter((text) => !/[,\s"]/.test(text));

  test("whatever stands in the secrets' own variables", () => {
    fc.assert(
      fc.property(fc.record(Object.fromEntries(secretNames.map((name) => [name, secret]))), (env) => {
        const said = problemsOf({ ...env, PORT: 'x' }, 'start').join('\n');
        expect(said).toContain('PORT');
        for (const value of Object.values(env)) expect(said).not.toContain(value);
      }),
    );
  });

  test('and whatever other variable it was pasted into', () => {
    const open = variableNames.filter((name) => !secretNames.includes(name));
    fc.assert(
      fc.property(fc.constantFrom(...open), fc.constantFrom(...secretNames), secret, (misplaced, owner, value) => {
        const said = problemsOf({ [owner]: value, [misplaced]: `x${value}` }, 'start').join('\n');
        expect(said).not.toContain(value);
      }),
    );
    for (const value of ['xoxb-12-abcdef', 'live_sk_abcdef', 'https://bot:abcdef@host'])
      for (const name of open) expect(problemsOf({ [name]: value }, 'start').join('\n')).not.toContain('abcdef');
  });
});
