// Block Kit as a table: every block and element the bot may use, its fields and their limits. Where Slack's pages and
// newer specifications disagree, the lower number stands here. A block that is missing here is refused.

import {
  byType,
  type Check,
  flag,
  list,
  numeral,
  object,
  oneOf,
  type Shape,
  Spot,
  string,
  url,
  wholeNumber,
} from './checks';
import { type Fields, fieldsOf, isFields, listOf } from './fields';

const mostBlocks = { message: 50, modal: 100 } as const;

const plainText = (most: number): Check =>
  byType({ plain_text: { required: { text: string(most, 1) }, optional: { emoji: flag } } });

const anyText = (most: number): Check =>
  byType({
    plain_text: { required: { text: string(most, 1) }, optional: { emoji: flag } },
    mrkdwn: { required: { text: string(most, 1) }, optional: { verbatim: flag } },
  });

const confirm: Check = object({
  required: { title: plainText(100), text: anyText(300), confirm: plainText(30), deny: plainText(30) },
  optional: { style: oneOf('primary', 'danger') },
});

/** Slack's pages say 150 for a value, its types 75. */
const option = (text: Check): Check =>
  object({ required: { text, value: string(75, 1) }, optional: { description: anyText(75), url } });
const options = (most: number, text: Check = plainText(75)): Check => list(option(text), 1, most);
const optionGroup: Check = object({ required: { label: plainText(75), options: options(100) } });

const actionId = string(255, 1);
const named = { action_id: actionId };
const focusable = { ...named, focus_on_load: flag };

/** What is chosen at first has to be one of the options, to the letter. */
function chosenAmongOptions(value: Fields, at: Spot): void {
  const offered = [...listOf(value.options), ...listOf(value.option_groups).flatMap((group) => listOf(group.options))];
  const values = new Set(offered.map((item) => item.value));
  const chosen = isFields(value.initial_option) ? [value.initial_option] : listOf(value.initial_options);
  const key = isFields(value.initial_option) ? 'initial_option' : 'initial_options';
  if (chosen.some((item) => !values.has(item.value))) at.at(key).complain('must be one of the provided options');
}

const button: Shape = {
  required: { text: plainText(75) },
  optional: {
    ...named,
    value: string(2000),
    url,
    style: oneOf('primary', 'danger'),
    confirm,
    accessibility_label: string(75),
  },
};
const staticSelect: Shape = {
  required: {},
  optional: {
    ...focusable,
    placeholder: plainText(150),
    options: options(100),
    option_groups: list(optionGroup, 1, 100),
    initial_option: option(plainText(75)),
    confirm,
  },
  whole(value, at) {
    if ((value.options === undefined) === (value.option_groups === undefined))
      at.complain('must define either `options` or `option_groups`');
    chosenAmongOptions(value, at);
  },
};
const overflow: Shape = { required: { options: options(5) }, optional: { ...named, confirm } };
const radioButtons: Shape = {
  required: { options: options(10, anyText(75)) },
  optional: { ...focusable, initial_option: option(anyText(75)), confirm },
  whole: chosenAmongOptions,
};
const checkboxes: Shape = {
  required: { options: options(10, anyText(75)) },
  optional: { ...focusable, initial_options: options(10, anyText(75)), confirm },
  whole: chosenAmongOptions,
};
const dispatchConfig: Check = object({
  required: {},
  optional: { trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), 1, 2) },
});
const plainTextInput: Shape = {
  required: {},
  optional: {
    ...focusable,
    initial_value: string(3000),
    multiline: flag,
    min_length: wholeNumber(0, 3000),
    max_length: wholeNumber(1, 3000),
    placeholder: plainText(150),
    dispatch_action_config: dispatchConfig,
  },
};
const numberInput: Shape = {
  required: { is_decimal_allowed: flag },
  optional: {
    ...focusable,
    initial_value: numeral,
    min_value: numeral,
    max_value: numeral,
    placeholder: plainText(150),
    dispatch_action_config: dispatchConfig,
  },
};
const datepicker: Shape = {
  required: {},
  optional: { ...focusable, initial_date: string(10, 10), placeholder: plainText(150), confirm },
};
const picture: Shape = { required: { image_url: url, alt_text: string(2000, 1) } };

const clickable = {
  button,
  static_select: staticSelect,
  overflow,
  radio_buttons: radioButtons,
  checkboxes,
  datepicker,
};
const inputElement = byType({
  plain_text_input: plainTextInput,
  number_input: numberInput,
  static_select: staticSelect,
  radio_buttons: radioButtons,
  checkboxes,
  datepicker,
});

const blockId = { block_id: string(255, 1) };
const block: Check = byType({
  section: {
    required: {},
    optional: {
      ...blockId,
      text: anyText(3000),
      fields: list(anyText(2000), 1, 10),
      accessory: byType({ ...clickable, image: picture }),
      expand: flag,
    },
    whole(value, at) {
      if (value.text === undefined && value.fields === undefined) at.complain('must define either `text` or `fields`');
    },
  },
  header: { required: { text: plainText(150) }, optional: blockId },
  context: {
    required: {
      elements: list(contextElement, 1, 10),
    },
    optional: blockId,
  },
  actions: { required: { elements: list(byType(clickable), 1, 25) }, optional: blockId },
  divider: { required: {}, optional: blockId },
  image: {
    required: { image_url: url, alt_text: string(2000, 1) },
    optional: { ...blockId, title: plainText(2000) },
  },
  input: {
    required: { label: plainText(2000), element: inputElement },
    optional: { ...blockId, hint: plainText(2000), optional: flag, dispatch_action: flag },
  },
});

function contextElement(value: unknown, at: Spot): void {
  if (fieldsOf(value).type === 'image') byType({ image: picture })(value, at);
  else anyText(3000)(value, at);
}

const view: Check = object({
  required: {
    type: oneOf('modal'),
    title: plainText(24),
    blocks: (value, at) => checkBlocks(value, at, 'modal'),
  },
  optional: {
    submit: plainText(24),
    close: plainText(24),
    private_metadata: string(3000),
    callback_id: string(255),
    external_id: string(255),
    clear_on_close: flag,
    notify_on_close: flag,
    submit_disabled: flag,
  },
  whole(value, at) {
    const hasInput = listOf(value.blocks).some(({ type }) => type === 'input');
    if (hasInput && value.submit === undefined) at.complain('missing required field: submit');
  },
});

function checkBlocks(value: unknown, at: Spot, surface: keyof typeof mostBlocks): void {
  list(block, 0, mostBlocks[surface])(value, at);
  noneTwice(
    listOf(value).map((item, index) => ({ id: item.block_id, at: at.at(index).at('block_id') })),
    'block_id',
  );
  for (const [index, item] of listOf(value).entries())
    noneTwice(
      listOf(item.elements).map((element, place) => ({
        id: element.action_id,
        at: at.at(index).at('elements').at(place).at('action_id'),
      })),
      'action_id',
    );
}

function noneTwice(ids: readonly { id: unknown; at: Spot }[], kind: string): void {
  const seen = new Set<unknown>();
  for (const { id, at } of ids) {
    if (id !== undefined && seen.has(id)) at.complain(`\`${kind}\` "${id}" already exists`);
    seen.add(id);
  }
}

/** What is wrong with the blocks of a message, in Slack's words; empty when nothing is. */
export function complaintsAboutBlocks(blocks: unknown): string[] {
  const at = new Spot('/blocks');
  checkBlocks(blocks, at, 'message');
  return at.complaints;
}

/** What is wrong with a modal. */
export function complaintsAboutView(value: unknown): string[] {
  const at = new Spot('/view');
  view(value, at);
  return at.complaints;
}
