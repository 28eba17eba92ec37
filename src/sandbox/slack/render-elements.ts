// Buttons, menus and inputs as HTML. Every one is a real control with a name, so that a keyboard and a screen reader can use
// the page, and a test can find a button by what it says.

import { type Fields, fieldsOf, isFields, listOf, textOf } from './fields';
import { attributes, escaped, tag } from './html';
import { mrkdwn, plainText } from './mrkdwn';

export interface Drawing {
  readonly now: Date;
  /** In a modal everything that holds a value is read when its submit button is pressed. */
  readonly isForm?: boolean | undefined;
  /** In an input block a choice waits for that button; everywhere else it is told to the bot at once. */
  readonly isInput?: boolean | undefined;
}

/** A text object of either kind. */
export const textObject = (object: unknown, { now }: Drawing): string => {
  const { type, text } = fieldsOf(object);
  return type === 'mrkdwn' ? mrkdwn(textOf(text), now) : plainText(textOf(text));
};

const words = (object: unknown): string => textOf(fieldsOf(object).text);

/** What the page needs to know of an element to use it. */
const handles = (element: Fields, blockId: string) => ({
  'data-block': blockId,
  'data-action': textOf(element.action_id),
  'data-confirm': isFields(element.confirm) ? JSON.stringify(confirmWords(element.confirm)) : undefined,
});

const confirmWords = (confirm: Fields) => ({
  title: words(confirm.title),
  text: words(confirm.text),
  confirm: words(confirm.confirm),
  deny: words(confirm.deny),
  style: confirm.style === 'danger' ? 'danger' : 'primary',
});

export function renderElement(element: Fields, blockId: string, drawing: Drawing, label?: string): string {
  switch (element.type) {
    case 'button':
      return button(element, blockId);
    case 'static_select':
      return select(element, blockId, drawing, label);
    case 'overflow':
      return overflow(element, blockId);
    case 'radio_buttons':
    case 'checkboxes':
      return choices(element, blockId, drawing, label);
    case 'plain_text_input':
      return textInput(element, blockId, label);
    case 'number_input':
      return input(element, blockId, label, {
        type: 'text',
        inputmode: 'numeric',
        value: textOf(element.initial_value),
      });
    case 'datepicker':
      return input(element, blockId, label, {
        type: 'date',
        value: textOf(element.initial_date),
        ...inputHandle(drawing),
      });
    case 'image':
      return picture(element);
    default:
      return tag('span', { class: 'unknown' }, escaped(`(${String(element.type)})`));
  }
}

function button(element: Fields, blockId: string): string {
  const style = element.style === 'primary' || element.style === 'danger' ? ` ${element.style}` : '';
  return tag(
    'button',
    {
      type: 'button',
      class: `button${style}`,
      ...handles(element, blockId),
      'data-value': element.value === undefined ? undefined : textOf(element.value),
      'data-url': element.url === undefined ? undefined : textOf(element.url),
      'aria-label': element.accessibility_label === undefined ? undefined : textOf(element.accessibility_label),
    },
    plainText(words(element.text)),
  );
}

function select(element: Fields, blockId: string, drawing: Drawing, label: string | undefined): string {
  const chosen = fieldsOf(element.initial_option).value;
  const drawn = (option: Fields): string =>
    tag('option', { value: textOf(option.value), selected: option.value === chosen }, plainText(words(option.text)));
  const groups = listOf(element.option_groups).map(
    (group) =>
      `<optgroup${attributes({ label: words(group.label) })}>${listOf(group.options).map(drawn).join('')}</optgroup>`,
  );
  const placeholder = words(element.placeholder) || '선택하세요';
  const none = tag('option', { value: '', selected: chosen === undefined }, escaped(placeholder));
  const name = label ?? placeholder;
  return tag(
    'select',
    { class: 'select', ...handles(element, blockId), ...inputHandle(drawing), 'aria-label': name },
    none + listOf(element.options).map(drawn).join('') + groups.join(''),
  );
}

const inputHandle = ({ isForm, isInput }: Drawing) => ({
  'data-input': isForm === true,
  'data-dispatch': isInput !== true,
});

function overflow(element: Fields, blockId: string): string {
  const items = listOf(element.options).map((option) =>
    tag(
      'button',
      {
        type: 'button',
        class: 'menu-item',
        ...handles(element, blockId),
        'data-value': textOf(option.value),
        'data-url': option.url === undefined ? undefined : textOf(option.url),
      },
      plainText(words(option.text)),
    ),
  );
  const opener = '<summary class="button" aria-label="더 많은 작업">⋯</summary>';
  return `<details class="overflow">${opener}${tag('div', { class: 'menu' }, items.join(''))}</details>`;
}

function choices(element: Fields, blockId: string, drawing: Drawing, label: string | undefined): string {
  const type = element.type === 'checkboxes' ? 'checkbox' : 'radio';
  const begun = [...listOf(element.initial_options), fieldsOf(element.initial_option)].map(({ value }) => value);
  const drawn = listOf(element.options).map((option) => {
    const description =
      option.description === undefined ? '' : tag('small', {}, textObject(option.description, drawing));
    const control = `<input${attributes({
      type,
      name: `${blockId} ${textOf(element.action_id)}`,
      value: textOf(option.value),
      checked: begun.includes(option.value),
      ...handles(element, blockId),
      ...inputHandle(drawing),
    })}>`;
    return tag(
      'label',
      { class: 'choice' },
      `${control}<span>${textObject(option.text, drawing)}${description}</span>`,
    );
  });
  const role = type === 'radio' ? 'radiogroup' : 'group';
  return tag('div', { class: 'choices', role, 'aria-label': label }, drawn.join(''));
}

function textInput(element: Fields, blockId: string, label: string | undefined): string {
  if (element.multiline !== true)
    return input(element, blockId, label, { type: 'text', value: textOf(element.initial_value) });
  const values = { ...inputAttributes(element, blockId, label), rows: 4 };
  // A text area swallows one line break at its beginning.
  return tag('textarea', values, `\n${escaped(textOf(element.initial_value))}`);
}

const input = (
  element: Fields,
  blockId: string,
  label: string | undefined,
  over: Record<string, string | boolean>,
): string => `<input${attributes({ ...inputAttributes(element, blockId, label), ...over })}>`;

const inputAttributes = (element: Fields, blockId: string, label: string | undefined) => ({
  class: 'field',
  'data-block': blockId,
  'data-action': textOf(element.action_id),
  'data-input': true,
  placeholder: words(element.placeholder) || undefined,
  'aria-label': label,
  autocomplete: 'off',
});

/** A picture is named, not loaded: the page fetches nothing from elsewhere. */
const picture = (element: Fields): string =>
  tag(
    'span',
    { class: 'picture', role: 'img', 'aria-label': textOf(element.alt_text) },
    escaped(textOf(element.alt_text)),
  );
