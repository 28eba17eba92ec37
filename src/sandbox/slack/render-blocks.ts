// Blocks as HTML: pure functions, values in, text out.

import { type Fields, isFields, listOf, textOf } from './fields';
import { escaped, tag } from './html';
import { plainText } from './mrkdwn';
import { type Drawing, renderElement, textObject } from './render-elements';

export interface BlockDrawing extends Drawing {
  /** What is wrong with an input, by block id. */
  readonly errors?: Readonly<Record<string, string>> | undefined;
}

export const renderBlocks = (blocks: readonly Fields[], drawing: BlockDrawing): string =>
  blocks.map((block) => renderBlock(block, drawing)).join('');

function renderBlock(block: Fields, drawing: BlockDrawing): string {
  const blockId = textOf(block.block_id);
  const elements = (): string =>
    listOf(block.elements)
      .map((element) => renderElement(element, blockId, drawing))
      .join('');
  switch (block.type) {
    case 'header':
      return tag('h3', { class: 'block-header' }, textObject(block.text, drawing));
    case 'section':
      return section(block, blockId, drawing);
    case 'context':
      return tag('div', { class: 'block-context' }, contextParts(block, drawing));
    case 'actions':
      return tag('div', { class: 'block-actions' }, elements());
    case 'divider':
      return '<hr class="block-divider">';
    case 'image':
      return tag('div', { class: 'block-image' }, renderElement(block, blockId, drawing));
    case 'input':
      return inputBlock(block, blockId, drawing);
    default:
      return tag('div', { class: 'unknown' }, escaped(`(${String(block.type)})`));
  }
}

function section(block: Fields, blockId: string, drawing: BlockDrawing): string {
  const text = isFields(block.text) ? tag('div', { class: 'section-text' }, textObject(block.text, drawing)) : '';
  const fields = listOf(block.fields).map((field) =>
    tag('div', { class: 'section-field' }, textObject(field, drawing)),
  );
  const grid = fields.length === 0 ? '' : tag('div', { class: 'section-fields' }, fields.join(''));
  const accessory = isFields(block.accessory)
    ? tag('div', { class: 'section-accessory' }, renderElement(block.accessory, blockId, drawing))
    : '';
  return tag('div', { class: 'block-section' }, tag('div', { class: 'section-body' }, text + grid) + accessory);
}

const contextParts = (block: Fields, drawing: BlockDrawing): string =>
  listOf(block.elements)
    .map((element) =>
      element.type === 'image' ? renderElement(element, '', drawing) : tag('span', {}, textObject(element, drawing)),
    )
    .join('');

function inputBlock(block: Fields, blockId: string, drawing: BlockDrawing): string {
  const label = textOf(isFields(block.label) ? block.label.text : '');
  const optional = block.optional === true ? tag('span', { class: 'optional' }, ' (선택 사항)') : '';
  const element = isFields(block.element)
    ? renderElement(block.element, blockId, { ...drawing, isInput: true }, label)
    : '';
  const error = drawing.errors?.[blockId];
  const complaint = error === undefined ? '' : tag('p', { class: 'input-error', role: 'alert' }, plainText(error));
  const hint = isFields(block.hint) ? tag('p', { class: 'hint' }, textObject(block.hint, drawing)) : '';
  const title = tag('div', { class: 'input-label' }, plainText(label) + optional);
  return tag(
    'div',
    { class: error === undefined ? 'block-input' : 'block-input wrong' },
    title + element + complaint + hint,
  );
}
