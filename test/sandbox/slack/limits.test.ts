// Block Kit's limits, one by one: at the limit a message is taken, one past it is refused in Slack's own words.

import { complaintsAboutBlocks, complaintsAboutView } from '../../../src/sandbox/slack/block-rules';
import { clientOf, closeAll, openWorkspace } from './slack-bench';

afterEach(closeAll);

const plain = (text: string) => ({ type: 'plain_text', text });
const letters = (count: number) => '가'.repeat(count);
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const option = (index: number, over = {}) => ({ text: plain(`o${index}`), value: `v${index}`, ...over });
const button = (over = {}) => ({ type: 'button', text: plain('재시도'), action_id: 'a', ...over });
const confirm = (over = {}) => ({
  title: plain('t'),
  text: plain('x'),
  confirm: plain('y'),
  deny: plain('n'),
  ...over,
});
const actions = (...elements: unknown[]) => ({ type: 'actions', elements });
const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const input = (element: unknown, over = {}) => ({ type: 'input', label: plain('l'), element, ...over });

describe('one past the limit is refused where it stands', () => {
  const texts: [string, number, (count: number) => unknown, string][] = [
    ['section text', 3000, (n) => section(letters(n)), '/blocks/0/text/text'],
    ['section field', 2000, (n) => ({ type: 'section', fields: [plain(letters(n))] }), '/blocks/0/fields/0/text'],
    ['header', 150, (n) => ({ type: 'header', text: plain(letters(n)) }), '/blocks/0/text/text'],
    ['context', 3000, (n) => ({ type: 'context', elements: [plain(letters(n))] }), '/blocks/0/elements/0/text'],
    ['button text', 75, (n) => actions(button({ text: plain(letters(n)) })), '/blocks/0/elements/0/text/text'],
    ['button value', 2000, (n) => actions(button({ value: letters(n) })), '/blocks/0/elements/0/value'],
    [
      'button label',
      75,
      (n) => actions(button({ accessibility_label: letters(n) })),
      '/blocks/0/elements/0/accessibility_label',
    ],
    ['action_id', 255, (n) => actions(button({ action_id: letters(n) })), '/blocks/0/elements/0/action_id'],
    ['block_id', 255, (n) => ({ type: 'divider', block_id: letters(n) }), '/blocks/0/block_id'],
    [
      'confirm title',
      100,
      (n) => actions(button({ confirm: confirm({ title: plain(letters(n)) }) })),
      '/blocks/0/elements/0/confirm/title/text',
    ],
    [
      'confirm text',
      300,
      (n) => actions(button({ confirm: confirm({ text: plain(letters(n)) }) })),
      '/blocks/0/elements/0/confirm/text/text',
    ],
    [
      'confirm button',
      30,
      (n) => actions(button({ confirm: confirm({ confirm: plain(letters(n)) }) })),
      '/blocks/0/elements/0/confirm/confirm/text',
    ],
    [
      'deny button',
      30,
      (n) => actions(button({ confirm: confirm({ deny: plain(letters(n)) }) })),
      '/blocks/0/elements/0/confirm/deny/text',
    ],
    [
      'option text',
      75,
      (n) => actions({ type: 'overflow', options: [option(0, { text: plain(letters(n)) })] }),
      '/blocks/0/elements/0/options/0/text/text',
    ],
    [
      'option value',
      75,
      (n) => actions({ type: 'overflow', options: [option(0, { value: letters(n) })] }),
      '/blocks/0/elements/0/options/0/value',
    ],
    [
      'option description',
      75,
      (n) => actions({ type: 'overflow', options: [option(0, { description: plain(letters(n)) })] }),
      '/blocks/0/elements/0/options/0/description/text',
    ],
    [
      'input label',
      2000,
      (n) => input({ type: 'plain_text_input' }, { label: plain(letters(n)) }),
      '/blocks/0/label/text',
    ],
    [
      'input hint',
      2000,
      (n) => input({ type: 'plain_text_input' }, { hint: plain(letters(n)) }),
      '/blocks/0/hint/text',
    ],
    [
      'placeholder',
      150,
      (n) => input({ type: 'plain_text_input', placeholder: plain(letters(n)) }),
      '/blocks/0/element/placeholder/text',
    ],
  ];
  test.each(texts)('%s: %i characters', (_, most, block, pointer) => {
    expect(complaintsAboutBlocks([block(most)])).toEqual([]);
    expect(complaintsAboutBlocks([block(most + 1)])).toEqual([
      `[ERROR] must be less than ${most + 1} characters [json-pointer:${pointer}]`,
    ]);
  });

  const lists: [string, number, (count: number) => unknown[], string][] = [
    ['blocks', 50, (n) => many(n, () => ({ type: 'divider' })), '/blocks'],
    ['actions', 25, (n) => [actions(...many(n, (i) => button({ action_id: `a${i}` })))], '/blocks/0/elements'],
    ['context elements', 10, (n) => [{ type: 'context', elements: many(n, () => plain('x')) }], '/blocks/0/elements'],
    ['section fields', 10, (n) => [{ type: 'section', fields: many(n, () => plain('x')) }], '/blocks/0/fields'],
    [
      'select options',
      100,
      (n) => [actions({ type: 'static_select', options: many(n, option) })],
      '/blocks/0/elements/0/options',
    ],
    [
      'overflow options',
      5,
      (n) => [actions({ type: 'overflow', options: many(n, option) })],
      '/blocks/0/elements/0/options',
    ],
    [
      'radio buttons',
      10,
      (n) => [actions({ type: 'radio_buttons', options: many(n, option) })],
      '/blocks/0/elements/0/options',
    ],
    [
      'checkboxes',
      10,
      (n) => [actions({ type: 'checkboxes', options: many(n, option) })],
      '/blocks/0/elements/0/options',
    ],
    [
      'option groups',
      100,
      (n) => [
        actions({
          type: 'static_select',
          option_groups: many(n, (i) => ({ label: plain('g'), options: [option(i)] })),
        }),
      ],
      '/blocks/0/elements/0/option_groups',
    ],
  ];
  test.each(lists)('%s: %i items', (_, most, blocks, pointer) => {
    expect(complaintsAboutBlocks(blocks(most))).toEqual([]);
    expect(complaintsAboutBlocks(blocks(most + 1))).toEqual([
      `[ERROR] no more than ${most} items allowed [json-pointer:${pointer}]`,
    ]);
  });

  const views: [string, number, (count: number) => object, string][] = [
    ['title', 24, (n) => ({ title: plain(letters(n)) }), '/view/title/text'],
    ['submit', 24, (n) => ({ submit: plain(letters(n)) }), '/view/submit/text'],
    ['close', 24, (n) => ({ close: plain(letters(n)) }), '/view/close/text'],
    ['private_metadata', 3000, (n) => ({ private_metadata: letters(n) }), '/view/private_metadata'],
    ['callback_id', 255, (n) => ({ callback_id: letters(n) }), '/view/callback_id'],
  ];
  test.each(views)('modal %s: %i characters', (_, most, over, pointer) => {
    const view = (count: number) => ({ type: 'modal', title: plain('t'), blocks: [], ...over(count) });
    expect(complaintsAboutView(view(most))).toEqual([]);
    expect(complaintsAboutView(view(most + 1))).toEqual([
      `[ERROR] must be less than ${most + 1} characters [json-pointer:${pointer}]`,
    ]);
  });

  test('modal blocks: 100', () => {
    const view = (count: number) => ({
      type: 'modal',
      title: plain('t'),
      blocks: many(count, () => ({ type: 'divider' })),
    });
    expect(complaintsAboutView(view(100))).toEqual([]);
    expect(complaintsAboutView(view(101))).toEqual([
      '[ERROR] no more than 100 items allowed [json-pointer:/view/blocks]',
    ]);
  });
});

test.each([
  ['an empty text', [section('')], 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
  ['no elements', [actions()], 'must provide at least 1 item [json-pointer:/blocks/0/elements]'],
  ['an unknown block', [{ type: 'shape' }], 'unsupported type: shape [json-pointer:/blocks/0/type]'],
  [
    'an unknown element',
    [actions({ type: 'slider' })],
    'unsupported type: slider [json-pointer:/blocks/0/elements/0/type]',
  ],
  [
    'a block named like an inherited property',
    [{ type: 'constructor' }],
    'unsupported type: constructor [json-pointer:/blocks/0/type]',
  ],
  [
    'an input element among actions',
    [actions({ type: 'plain_text_input' })],
    'unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]',
  ],
  [
    'mrkdwn on a button',
    [actions(button({ text: { type: 'mrkdwn', text: 'x' } }))],
    'unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/text/type]',
  ],
  [
    'a disabled button',
    [actions(button({ disabled: true }))],
    'invalid additional property: disabled [json-pointer:/blocks/0/elements/0]',
  ],
  [
    'another style',
    [actions(button({ style: 'link' }))],
    'must be one of the allowed values: primary, danger [json-pointer:/blocks/0/elements/0/style]',
  ],
  [
    'a section without anything',
    [{ type: 'section' }],
    'must define either `text` or `fields` [json-pointer:/blocks/0]',
  ],
  ['a header without text', [{ type: 'header' }], 'missing required field: text [json-pointer:/blocks/0]'],
  [
    'a block id twice',
    [
      { type: 'divider', block_id: 'b' },
      { type: 'divider', block_id: 'b' },
    ],
    '`block_id` "b" already exists [json-pointer:/blocks/1/block_id]',
  ],
  [
    'an action id twice in a block',
    [actions(button(), button())],
    '`action_id` "a" already exists [json-pointer:/blocks/0/elements/1/action_id]',
  ],
  [
    'a choice that is not offered',
    [actions({ type: 'static_select', options: [option(0)], initial_option: option(1) })],
    'must be one of the provided options [json-pointer:/blocks/0/elements/0/initial_option]',
  ],
  [
    'a select without options',
    [actions({ type: 'static_select' })],
    'must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]',
  ],
  ['something that is no block', ['divider'], 'must be an object [json-pointer:/blocks/0]'],
])('%s is refused', (_, blocks, complaint) => {
  expect(complaintsAboutBlocks(blocks)).toEqual([`[ERROR] ${complaint}`]);
});

test('the same action id in two blocks is fine', () => {
  expect(complaintsAboutBlocks([actions(button()), actions(button())])).toEqual([]);
});

test('a character outside the first plane is one character', () => {
  expect(complaintsAboutBlocks([{ type: 'header', text: plain('🔴'.repeat(150)) }])).toEqual([]);
});

test('a modal with an input and no submit button is refused', () => {
  const view = { type: 'modal', title: plain('t'), blocks: [input({ type: 'plain_text_input' })] };
  expect(complaintsAboutView(view)).toEqual(['[ERROR] missing required field: submit [json-pointer:/view]']);
});

describe('over the wire', () => {
  test('a refusal carries its complaints as the real client expects them', async () => {
    const slack = await openWorkspace();
    const blocks = [{ type: 'divider' as const }, actions(button({ text: plain(letters(76)) }))] as never[];
    const refused = clientOf(slack).chat.postMessage({ channel: slack.channel, text: 'x', blocks });
    await expect(refused).rejects.toMatchObject({
      data: {
        ok: false,
        error: 'invalid_blocks',
        response_metadata: {
          messages: ['[ERROR] must be less than 76 characters [json-pointer:/blocks/1/elements/0/text/text]'],
        },
      },
    });
    expect(slack.control.messages()).toEqual([]);
  });

  test.each([
    ['no_text', {}],
    ['msg_too_long', { text: letters(40_001) }],
    ['metadata_too_large', { text: 'x', metadata: { event_type: 'e', event_payload: { note: letters(8_000) } } }],
    ['invalid_metadata_format', { text: 'x', metadata: { event_type: 'e' } as never }],
  ])('%s', async (error, message) => {
    const slack = await openWorkspace();
    await expect(clientOf(slack).chat.postMessage({ channel: slack.channel, ...message } as never)).rejects.toThrow(
      error,
    );
  });

  test('an update takes 4,000 characters of text', async () => {
    const slack = await openWorkspace();
    const web = clientOf(slack);
    const { ts = '' } = await web.chat.postMessage({ channel: slack.channel, text: 'x' });
    await web.chat.update({ channel: slack.channel, ts, text: letters(4_000) });
    await expect(web.chat.update({ channel: slack.channel, ts, text: letters(4_001) })).rejects.toThrow('msg_too_long');
  });

  test('a view past 250 kB is too large', async () => {
    const slack = await openWorkspace();
    const view = {
      type: 'modal' as const,
      title: { type: 'plain_text' as const, text: 't' },
      blocks: many(100, () => section(letters(1000))),
    };
    const opened = clientOf(slack).views.open({ trigger_id: 'x', view: view as never });
    await expect(opened).rejects.toThrow('view_too_large');
  });
});
