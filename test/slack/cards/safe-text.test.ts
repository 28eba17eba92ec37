import { mrkdwn } from '../../../src/sandbox/slack/mrkdwn';
import { clean, forCode, forMarkup, forPlain } from '../../../src/slack/cards/safe-text';

const now = new Date(0);

describe('a foreign text in markup', () => {
  test.each([
    ['<!channel>', '&lt;!channel&gt;'],
    ['&lt;!channel&gt;', '&amp;lt;!channel&amp;gt;'],
    ['김·이 & 박', '김·이 &amp; 박'],
    ['두\n줄\t칸', '두 줄 칸'],
    ['김민수'.normalize('NFD'), '김민수'],
    ['\u202e거꾸로\u0000', '거꾸로'],
    ['  ', ''],
  ])('%j is written %j', (text, written) => {
    expect(forMarkup(text, 60)).toBe(written);
  });

  test.each([
    '*bold*',
    '_italic_',
    '~strike~',
    '`code`',
    '```block```',
    '*(주)한빛*',
    '안녕 _bold_.',
    '<@U0OPERATOR1>',
  ])('%j is shown as text and nothing else', (text) => {
    expect(mrkdwn(`이름: ${forMarkup(text, 60)}`, now)).not.toMatch(/<(strong|em|s|code|pre|span|a)\b/);
  });

  test('what looks like an emoji stays a word, and a time stays a time', () => {
    expect(mrkdwn(forMarkup(':tada: :x:', 60), now)).not.toContain('emoji');
    expect(forMarkup('10:00:00에 거절', 60)).toBe('10:00:00에 거절');
  });

  test('an underscore inside a word stays, because ids have them', () => {
    expect(forMarkup('cust_001_a', 60)).toBe('cust_001_a');
  });

  test('is cut before it is escaped, so that no escape is torn', () => {
    expect(forMarkup('&'.repeat(10), 4)).toBe('&amp;&amp;&amp;…');
  });
});

test('between backticks there are no backticks', () => {
  expect(forCode('a`b<c', 60)).toBe("a'b&lt;c");
});

test('plain text needs no escapes and still has no angle brackets', () => {
  expect(forPlain('A&B <!here>', 60)).toBe('A&B ＜!here＞');
});

test('half a character is replaced', () => {
  expect(clean('김\ud800').isWellFormed()).toBe(true);
});
