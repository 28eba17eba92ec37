// The few blocks that everything is made of. Slack finds no links, channels or people in them by itself: what is meant as
// one says so.

import type {
  ActionsBlock,
  Button,
  ContextBlock,
  DividerBlock,
  KnownBlock,
  MrkdwnElement,
  PlainTextElement,
  SectionBlock,
} from '@slack/types';
import { limits } from './fit';

export const mrkdwn = (text: string): MrkdwnElement => ({ type: 'mrkdwn', text, verbatim: true });
export const plain = (text: string): PlainTextElement => ({ type: 'plain_text', text, emoji: false });

const named = (blockId: string | undefined) => (blockId === undefined ? {} : { block_id: blockId });

export const section = (text: string, blockId?: string): SectionBlock => ({
  type: 'section',
  ...named(blockId),
  text: mrkdwn(text),
});

/** Each field a bold name over what it holds; what holds nothing is left out. */
export const facts = (rows: readonly (readonly [string, string | null])[], blockId?: string): SectionBlock => ({
  type: 'section',
  ...named(blockId),
  fields: rows.flatMap(([name, value]) => (value === null ? [] : [mrkdwn(`*${name}*\n${value}`)])),
});

export const context = (text: string, blockId?: string): ContextBlock => ({
  type: 'context',
  ...named(blockId),
  elements: [mrkdwn(text)],
});

export const actions = (elements: readonly Button[], blockId?: string): ActionsBlock[] =>
  elements.length === 0 ? [] : [{ type: 'actions', ...named(blockId), elements: [...elements] }];

export const divider = (): DividerBlock => ({ type: 'divider' });

/** Lines under each other, in as many sections as they need: no line is torn. */
export function lines(texts: readonly string[]): KnownBlock[] {
  const sections: string[] = [];
  for (const text of texts) {
    const last = sections.at(-1);
    const longer = `${last}\n${text}`;
    if (last === undefined || longer.length > limits.sectionText) sections.push(text);
    else sections[sections.length - 1] = longer;
  }
  return sections.map((text) => section(text));
}

export interface Confirm {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly deny: string;
}

export interface ButtonParts {
  readonly action: string;
  readonly label: string;
  readonly value: string;
  /** Read aloud instead of the label. */
  readonly spoken: string;
  readonly style?: 'primary' | 'danger';
  readonly confirm?: Confirm;
}

export const button = ({ action, label, value, spoken, style, confirm }: ButtonParts): Button => ({
  type: 'button',
  action_id: `billing.${action}`,
  text: plain(label),
  value,
  accessibility_label: spoken,
  ...(style ? { style } : {}),
  ...(confirm
    ? {
        confirm: {
          title: plain(confirm.title),
          text: plain(confirm.text),
          confirm: plain(confirm.confirm),
          deny: plain(confirm.deny),
          ...(style ? { style } : {}),
        },
      }
    : {}),
});
