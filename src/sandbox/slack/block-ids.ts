// Blocks and elements that came without an id get one, as Slack gives them.

import { randomBytes } from 'node:crypto';
import { type Fields, isFields, listOf } from './fields';

const newId = (): string => randomBytes(4).toString('base64url').slice(0, 5);

const interactive = [
  'button',
  'static_select',
  'overflow',
  'radio_buttons',
  'checkboxes',
  'datepicker',
  'plain_text_input',
  'number_input',
];

export function withIds(blocks: readonly Fields[]): Fields[] {
  return blocks.map((block) => ({
    ...block,
    block_id: block.block_id ?? newId(),
    ...(Array.isArray(block.elements) ? { elements: block.elements.map(withActionId) } : {}),
    ...(isFields(block.accessory) ? { accessory: withActionId(block.accessory) } : {}),
    ...(isFields(block.element) ? { element: withActionId(block.element) } : {}),
  }));
}

const withActionId = (element: unknown): unknown =>
  isFields(element) && interactive.includes(String(element.type))
    ? { ...element, action_id: element.action_id ?? newId() }
    : element;

/** An element that somebody can use, and the block it stands in. */
export interface Placed {
  readonly blockId: string;
  readonly element: Fields;
  /** The block, when it is an input. */
  readonly input?: Fields;
}

export function elementsIn(blocks: readonly Fields[]): Placed[] {
  return blocks.flatMap((block) => {
    const blockId = String(block.block_id);
    const elements = [...listOf(block.elements), ...(isFields(block.accessory) ? [block.accessory] : [])]
      .filter((element) => element.action_id !== undefined)
      .map((element) => ({ blockId, element }));
    return isFields(block.element) ? [...elements, { blockId, element: block.element, input: block }] : elements;
  });
}
