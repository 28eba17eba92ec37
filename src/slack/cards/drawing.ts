// What every card, notice and answer is drawn with, and what comes of it.

import type { KnownBlock } from '@slack/types';
import type { BillingTime } from '../../domain/calendar';
import type { SlackTexts } from '../../locales/slack-texts';
import { context } from './blocks';
import { fitted, fittedText } from './fit';
import { forMarkup } from './safe-text';

/** A message as Slack takes it. */
export interface Drawn {
  /** The whole in a sentence or two, for notifications, screen readers and old clients. */
  readonly text: string;
  readonly blocks: KnownBlock[];
  readonly metadata?: Metadata;
}

/** Ids only: every app and member of the workspace can read it. */
export interface Metadata {
  readonly event_type: 'billing_card' | 'billing_summary' | 'billing_notice';
  readonly event_payload: Record<string, string | number>;
}

/** How things are drawn now. */
export interface Drawing {
  readonly texts: SlackTexts;
  /** The zone of times in plain text; those in blocks are shown in the reader's own. */
  readonly zone: string;
  readonly billingTime: BillingTime;
  readonly now: Date;
  /** Named on every message of a world whose money is not real; null in the live one. */
  readonly label: string | null;
  /** The channel of cards and summaries. */
  readonly channel?: string;
}

/** The finished message: labelled, and within Slack's limits. */
export function draw(drawing: Drawing, text: string, blocks: readonly KnownBlock[], metadata?: Metadata): Drawn {
  const label = drawing.label === null ? null : forMarkup(drawing.label, 40);
  return {
    text: fittedText(withoutMarks(label === null ? text : `[${label}] ${text}`)),
    blocks: fitted(label === null ? blocks : [...blocks, context(`:test_tube: *${label}*`)]),
    ...(metadata ? { metadata } : {}),
  };
}

/** Nothing is bold in what is read out. Such signs are ours alone: those of others were exchanged before. */
const withoutMarks = (text: string): string => text.replaceAll(/[*`]/g, '');

/** Metadata of what is neither a card nor a summary. */
export const notice = (kind: string, subject: string): Metadata => ({
  event_type: 'billing_notice',
  event_payload: { kind, subject },
});
