// Every limit of the blocks we draw, and the one guard that keeps them. What is drawn is short by itself; this is for the
// day on which a name has ten thousand letters.

import type { Button, ContextBlockElement, KnownBlock, MrkdwnElement, PlainTextElement } from '@slack/types';

/** In characters and items; where Slack's pages disagree, the lower number. */
export const limits = {
  /** Of a message's `text` when it is updated; a new one may have ten times as much. */
  messageText: 4_000,
  blocks: 50,
  sectionText: 3_000,
  fieldText: 2_000,
  fields: 10,
  contextText: 3_000,
  contextElements: 10,
  buttons: 25,
  buttonText: 75,
  buttonValue: 2_000,
  accessibilityLabel: 75,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  blockId: 255,
} as const;

/** Slack refuses a text without a character. */
const nothing = '–';

/**
 * At most this many characters, the last one an ellipsis when something is missing. Counts as JavaScript does, which is
 * never less than Slack, and halves no character.
 */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = most - 1;
  const halves = /[\uD800-\uDBFF]/.test(text[end - 1] ?? '');
  return `${text.slice(0, halves ? end - 1 : end).trimEnd()}…`;
}

/** Cuts Slack's markup: no escape, mention or date is cut in two, and a code block that was open is closed. */
export function cutMarkup(text: string, most: number): string {
  if (text.length <= most) return text;
  const fence = '```';
  let kept = cut(text, most - fence.length).slice(0, -1);
  if (kept.lastIndexOf('<') > kept.lastIndexOf('>')) kept = kept.slice(0, kept.lastIndexOf('<'));
  kept = `${kept.replace(/&[a-z]{0,3}$/, '')}…`;
  return kept.split(fence).length % 2 === 0 ? `${kept}${fence}` : kept;
}

const orNothing = (text: string): string => (text.trim() === '' ? nothing : text);

/** The blocks of a message, each within Slack's limits. */
export const fitted = (blocks: readonly KnownBlock[]): KnownBlock[] =>
  blocks.map(fittedBlock).filter(hasContent).slice(0, limits.blocks);

/** The text of a message that says the same as its blocks. */
export const fittedText = (text: string): string => orNothing(cutMarkup(text, limits.messageText));

function fittedBlock(block: KnownBlock): KnownBlock {
  const named = block.block_id === undefined ? block : { ...block, block_id: cut(block.block_id, limits.blockId) };
  switch (named.type) {
    case 'section':
      return {
        ...named,
        ...(named.text ? { text: fittedTextObject(named.text, limits.sectionText) } : {}),
        ...(named.fields
          ? {
              fields: named.fields.slice(0, limits.fields).map((field) => fittedTextObject(field, limits.fieldText)),
            }
          : {}),
      };
    case 'context':
      return { ...named, elements: named.elements.slice(0, limits.contextElements).map(fittedElement) };
    case 'actions':
      return {
        ...named,
        elements: named.elements
          .slice(0, limits.buttons)
          .map((element) => (element.type === 'button' ? fittedButton(element) : element))
          .filter((element) => element.type !== 'button' || arrivesWhole(element.value ?? '')),
      };
    default:
      return named;
  }
}

/** A value that is cut or mended on its way names something else: such a button is better not there. */
const arrivesWhole = (value: string): boolean =>
  value !== '' && value.length <= limits.buttonValue && value.isWellFormed();

const hasContent = (block: KnownBlock): boolean =>
  !((block.type === 'actions' || block.type === 'context') && block.elements.length === 0);

const fittedElement = (element: ContextBlockElement): ContextBlockElement =>
  element.type === 'image' ? element : fittedTextObject(element, limits.contextText);

function fittedTextObject<Element extends PlainTextElement | MrkdwnElement>(element: Element, most: number): Element {
  const text = element.type === 'mrkdwn' ? cutMarkup(element.text, most) : cut(element.text, most);
  return { ...element, text: orNothing(text) };
}

function fittedButton(button: Button): Button {
  const { confirm, accessibility_label } = button;
  return {
    ...button,
    text: fittedTextObject(button.text, limits.buttonText),
    ...(accessibility_label === undefined
      ? {}
      : { accessibility_label: orNothing(cut(accessibility_label, limits.accessibilityLabel)) }),
    ...(confirm
      ? {
          confirm: {
            ...confirm,
            ...(confirm.title ? { title: fittedTextObject(confirm.title, limits.confirmTitle) } : {}),
            text: fittedTextObject(confirm.text, limits.confirmText),
            ...(confirm.confirm ? { confirm: fittedTextObject(confirm.confirm, limits.confirmButton) } : {}),
            ...(confirm.deny ? { deny: fittedTextObject(confirm.deny, limits.confirmButton) } : {}),
          },
        }
      : {}),
  };
}
