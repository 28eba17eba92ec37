// A modal as it stands before a person.

import { fieldsOf, textOf } from './fields';
import { escaped, tag } from './html';
import type { View } from './modals';
import { plainText } from './mrkdwn';
import type { Notice } from './notices';
import { renderBlocks } from './render-blocks';

export interface ViewDrawing {
  readonly now: Date;
  readonly errors: Readonly<Record<string, string>>;
  readonly notice?: Notice | undefined;
  /** Whether another modal lies under this one. */
  readonly hasBelow: boolean;
}

export function renderView(view: View, { now, errors, notice, hasBelow }: ViewDrawing): string {
  const title = tag('h2', { id: 'modal-title' }, plainText(textOf(fieldsOf(view.title).text)));
  const cross = tag('button', { type: 'button', class: 'cross', 'data-close': 'all', 'aria-label': '창 닫기' }, '×');
  const trouble = notice === undefined ? '' : tag('p', { class: 'trouble', role: 'alert' }, escaped(notice.text));
  const blocks = tag(
    'div',
    { class: 'modal-blocks' },
    trouble + renderBlocks(view.blocks, { now, errors, isForm: true }),
  );
  const closeWord = textOf(fieldsOf(view.close).text) || (hasBelow ? '뒤로' : '닫기');
  const close = tag('button', { type: 'button', class: 'button', 'data-close': 'one' }, plainText(closeWord));
  const submitWord = textOf(fieldsOf(view.submit).text);
  const submit =
    submitWord === '' ? '' : tag('button', { type: 'submit', class: 'button primary' }, plainText(submitWord));
  const head = tag('header', { class: 'modal-head' }, title + cross);
  const foot = tag('footer', { class: 'modal-foot' }, close + submit);
  return tag('form', { class: 'modal-form', 'data-view': view.id, novalidate: true }, head + blocks + foot);
}
