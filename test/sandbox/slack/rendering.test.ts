// Slack's markup as HTML, and above all: no text is ever markup of the page.

import { mrkdwn, plainText } from '../../../src/sandbox/slack/mrkdwn';
import { renderBlocks } from '../../../src/sandbox/slack/render-blocks';
import { renderMessage } from '../../../src/sandbox/slack/render-message';

const now = new Date('2026-10-31T01:00:00Z');
const html = (text: string) => mrkdwn(text, now);
const strong = (text: string) => `<strong>${text}</strong>`;
const seconds = Date.parse('2026-10-31T00:30:00Z') / 1000;

test.each([
  ['*굵게* _기울임_ ~취소~', `${strong('굵게')} <em>기울임</em> <s>취소</s>`],
  ['*49,000원*을', '*49,000원*을'],
  ['2 * 3 * 4', '2 * 3 * 4'],
  ['snake_case_name', 'snake_case_name'],
  ['*한 줄\n다른 줄*', '*한 줄<br>다른 줄*'],
  ['`*코드*`', '<code>*코드*</code>'],
  ['```\na < b\n```', '<pre>a &lt; b</pre>'],
  ['> 인용\n> 둘째\n밖', '<blockquote>인용<br>둘째</blockquote>밖'],
  ['&gt; 인용', '<blockquote>인용</blockquote>'],
  ['<@U0OPERATOR1>님', '<span class="mention">@이서준</span>님'],
  ['<@U0NOBODY001|누구>', '<span class="mention">@누구</span>'],
  ['<#C0BILLING01>', '<span class="mention">#정기결제</span>'],
  ['<!subteam^S0BILLING01>', '<span class="mention">@billing-ops</span>'],
  [`<!date^${seconds}^{date_short_pretty} {time}|옛날>`, '<time>오늘 오전 9:30</time>'],
  [`<!date^${seconds}^{century}|옛날>`, '<time>옛날</time>'],
  [':unknown_one:', ':unknown_one:'],
])('%s', (text, expected) => {
  expect(html(text)).toBe(expected);
});

test('links open elsewhere, and only http, https and mailto are links', () => {
  const link = (url: string, label: string) =>
    `<a href="${url}" target="_blank" rel="noopener noreferrer">${label}</a>`;
  expect(html('<https://example.com/a?b=1&amp;c=2|청구>')).toBe(link('https://example.com/a?b=1&amp;c=2', '청구'));
  expect(html('보기 https://example.com/x.')).toBe(`보기 ${link('https://example.com/x', 'https://example.com/x')}.`);
  expect(html('<javascript:alert(1)|누르세요>')).toBe('&lt;javascript:alert(1)|누르세요&gt;');
});

test('a sign that has a name is drawn with its name', () => {
  expect(html(':lock:')).toBe('<span class="emoji" role="img" aria-label="lock">🔒</span>');
  expect(plainText(':red_circle: 실패')).toContain('class="emoji circle red"');
});

describe('no text becomes markup:', () => {
  const nasty = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '*<b>x</b>*',
    '`<i>`',
    '```<i>```',
    '<https://a.example/"onmouseover="alert(1)|x>',
    "<https://a.example/'onmouseover='alert(1)|x>",
    '<https://a.example onmouseover=alert(1)|x>',
    'https://x.example/<https://y.example onmouseover=alert(1)|z>',
    'https://x.example/<https://y.example/onmouseover=|z>',
    '<https://a.example/`code`|x>',
    '<https://a.example|<script>>',
    '<@U1|<script>>',
    '<@U1|"><script>>',
    '<!date^1^{time}^javascript:alert(1)|<script>>',
    '\uE0000\uE001<script>\uE0005\uE001',
    ':lock:"<script>',
  ];
  /** Every tag of the output, with its attributes; nothing else may be there. */
  const allowed =
    /^(<(strong|em|s|code|pre|blockquote|time)>|<\/(strong|em|s|code|pre|blockquote|time|span|a)>|<br>|<span class="mention">|<span class="emoji[a-z ]*" role="img" aria-label="\w+">|<a href="(https?:\/\/|mailto:)[^"<> ]*" target="_blank" rel="noopener noreferrer">)$/;

  test.each(nasty)('%s', (text) => {
    for (const drawn of [html(text), plainText(text)]) {
      const tags = drawn.match(/<[^>]*>?/g) ?? [];
      expect(tags.filter((found) => !allowed.test(found))).toEqual([]);
    }
  });

  test('in every place a block has', () => {
    const bad = '"><script>alert(1)</script>';
    const plain = { type: 'plain_text', text: bad };
    const option = { text: plain, value: bad, description: plain };
    const confirm = { title: plain, text: plain, confirm: plain, deny: plain };
    const elements = [
      { type: 'button', action_id: bad, text: plain, value: bad, accessibility_label: bad, url: bad, confirm },
      {
        type: 'static_select',
        action_id: bad,
        placeholder: plain,
        options: [option],
        option_groups: [{ label: plain, options: [option] }],
      },
      { type: 'overflow', action_id: bad, options: [option] },
      { type: 'radio_buttons', action_id: bad, options: [option] },
      { type: bad },
    ];
    const inputs = ['plain_text_input', 'number_input', 'datepicker'].map((type) => ({
      type: 'input',
      block_id: bad,
      label: plain,
      hint: plain,
      element: {
        type,
        action_id: bad,
        placeholder: plain,
        initial_value: bad,
        initial_date: bad,
        multiline: type === 'plain_text_input',
      },
    }));
    const blocks = [
      { type: 'header', text: plain },
      { type: 'section', block_id: bad, text: plain, fields: [plain], accessory: { type: 'image', alt_text: bad } },
      { type: 'context', elements: [plain, { type: 'image', alt_text: bad }] },
      { type: 'actions', block_id: bad, elements },
      { type: bad },
      ...inputs,
    ];
    const drawn = renderBlocks(blocks, { now, isForm: true, errors: { [bad]: bad } });
    expect(drawn).toContain('&lt;script&gt;');
    expect(drawn).not.toMatch(/<script|"><script/);
    // An attribute that ended early would leave a quotation mark between two tags.
    expect(drawn.replace(/<[a-z0-9]+( [a-z-]+(="[^"]*")?)*>|<\/[a-z0-9]+>/g, '')).not.toMatch(/[<>"]/);
  });
});

test('a whole channel is only called when the text really calls it', () => {
  expect(html('<!channel>')).toBe('<span class="mention">@channel</span>');
  expect(html('&lt;!channel&gt;')).toBe('&lt;!channel&gt;');
  expect(plainText('<!channel>')).toBe('&lt;!channel&gt;');
});

describe('a message', () => {
  const message = { channel: 'C0BILLING01', ts: '1793408400.000100', user: 'U0BILLINGBT', text: '*완료*' };
  const edited = { user: 'U0BILLINGBT', ts: '1793408401.000000' };

  test('names its author, marks the app, and tells the time in Seoul', () => {
    const drawn = renderMessage(message, { now });
    expect(drawn).toContain('<b class="author">정기결제 봇</b><span class="badge">앱</span>');
    expect(drawn).toContain('<time datetime="2026-10-31T01:00:00.000Z">오전 10:00</time>');
    expect(drawn).toContain(strong('완료'));
    expect(drawn).not.toContain('나에게만 표시');
  });

  test('that only one person sees says so', () => {
    expect(renderMessage({ ...message, to: 'U0OPERATOR1' } as typeof message, { now })).toContain('나에게만 표시');
  });

  test('shows that its text was edited, and its thread', () => {
    const thread = { replyCount: 3, replyUsers: [], latestReply: '1793408500.000000' };
    const drawn = renderMessage({ ...message, edited }, { now, thread });
    expect(drawn).toContain('(편집됨)');
    expect(drawn).toContain('답글 3개');
  });

  test('draws its buttons as buttons with what the page needs to use them', () => {
    const confirm = {
      title: { text: '다시?' },
      text: { text: '49,000원' },
      confirm: { text: '청구' },
      deny: { text: '닫기' },
    };
    const element = {
      type: 'button',
      action_id: 'billing.retry',
      style: 'primary',
      value: 'v',
      text: { type: 'plain_text', text: '재시도' },
      confirm,
    };
    const blocks = [{ type: 'actions', block_id: 'acts', elements: [element] }];
    const drawn = renderMessage({ ...message, blocks }, { now });
    expect(drawn).toContain(
      '<button type="button" class="button primary" data-block="acts" data-action="billing.retry"',
    );
    expect(drawn).toContain('&quot;confirm&quot;:&quot;청구&quot;');
    expect(drawn).toContain('>재시도</button>');
  });
});
