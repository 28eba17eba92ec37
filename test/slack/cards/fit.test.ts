import fc from 'fast-check';
import { actions, button, context, lines, plain, section } from '../../../src/slack/cards/blocks';
import { cut, cutMarkup, fitted, fittedText, limits } from '../../../src/slack/cards/fit';

describe('a text that is too long', () => {
  test('ends with an ellipsis and has at most as many characters as allowed', () => {
    expect(cut('가나다라마', 5)).toBe('가나다라마');
    expect(cut('가나다라마바', 5)).toBe('가나다라…');
  });

  test('is never cut inside a character', () => {
    expect(cut('가나다😀마', 5)).toBe('가나다…');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (text, most) => {
        expect(cut(text, most).isWellFormed()).toBe(true);
        expect(cut(text, most).length).toBeLessThanOrEqual(most);
      }),
    );
  });

  test.each([
    ['a date', '가'.repeat(80), '<!date^1793408400^{time}|10:00>'],
    ['a mention', '가'.repeat(90), '<@U0OPERATOR1>'],
    ['an escape', '가'.repeat(94), '&amp;'],
  ])('is never cut inside %s', (_what, before, token) => {
    const kept = cutMarkup(`${before}${token}${'나'.repeat(100)}`, 100);
    expect(kept.length).toBeLessThanOrEqual(100);
    expect([`${before}…`, `${before.slice(0, kept.length - 1)}…`]).toContain(kept);
  });

  test('closes the code block that it was cut in', () => {
    const kept = cutMarkup(`\`\`\`${'가'.repeat(200)}\`\`\``, 100);
    expect(kept.split('```')).toHaveLength(3);
    expect(kept.length).toBeLessThanOrEqual(100);
  });

  test('a text without a character is a dash, because Slack refuses an empty one', () => {
    expect(fittedText(' ')).toBe('–');
    expect(fitted([section('')])).toEqual([expect.objectContaining({ text: expect.objectContaining({ text: '–' }) })]);
  });
});

describe('a button', () => {
  const pick = (value: string) => button({ action: 'pick', label: '가'.repeat(100), value, spoken: '나'.repeat(100) });

  test('keeps its label and what is read aloud within 75 characters', () => {
    const [block] = fitted(actions([pick('C-1')]));
    const [fit] = block?.type === 'actions' ? block.elements : [];
    expect(fit).toMatchObject({ text: plain(`${'가'.repeat(74)}…`), accessibility_label: `${'나'.repeat(74)}…` });
  });

  test.each(['C'.repeat(2_001), '', '\ud800'])('whose value would not arrive whole is left out', (value) => {
    expect(fitted(actions([pick(value)]))).toEqual([]);
  });
});

test('lines become as many sections as they need, and no line is torn', () => {
  const all = Array.from({ length: 100 }, (_, nth) => `${nth} ${'가'.repeat(90)}`);
  const sections = lines(all).map((block) => (block.type === 'section' ? (block.text?.text ?? '') : ''));
  expect(sections.length).toBeGreaterThan(1);
  expect(sections.every((text) => text.length <= limits.sectionText)).toBe(true);
  expect(sections.join('\n').split('\n')).toEqual(all);
});

test('a message has at most fifty blocks', () => {
  expect(fitted(Array.from({ length: 80 }, () => context('가')))).toHaveLength(50);
});
