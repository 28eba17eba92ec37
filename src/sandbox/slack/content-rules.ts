// What a message may say, whichever way it comes: by a method, as the answer to a command, or over a response URL.

import { type Answer, no } from './answer';
import { withIds } from './block-ids';
import { complaintsAboutBlocks } from './block-rules';
import { type Fields, isFields, listOf, textOf } from './fields';
import type { Content } from './message';

/** Slack's pages: 40,000 for a new message, 4,000 for an updated one. */
export const longestText = { new: 40_000, updated: 4_000 } as const;
const longestMetadata = 8_000;

/** The content of a message, or the refusal. */
export function contentFrom(args: Fields, mostCharacters: number): Content | Answer {
  const refusal = textRefusal(args, mostCharacters) ?? metadataRefusal(args.metadata);
  if (refusal !== undefined) return refusal;
  const complaints = args.blocks === undefined ? [] : complaintsAboutBlocks(args.blocks);
  if (complaints.length > 0) return no('invalid_blocks', complaints);
  return {
    text: textOf(args.text),
    ...(args.blocks === undefined ? {} : { blocks: withIds(listOf(args.blocks)) }),
    ...(args.attachments === undefined ? {} : { attachments: listOf(args.attachments) }),
    ...(isFields(args.metadata) ? { metadata: args.metadata } : {}),
  };
}

export const isRefusal = (value: object): value is Answer => 'ok' in value && value.ok === false;

function textRefusal({ text, blocks, attachments }: Fields, mostCharacters: number): Answer | undefined {
  if ([...textOf(text)].length > mostCharacters) return no('msg_too_long');
  const saysNothing = textOf(text) === '' && listOf(blocks).length === 0 && listOf(attachments).length === 0;
  // Something that is not a list of blocks is refused as such, further on.
  const isMisshapen = blocks !== undefined && !Array.isArray(blocks);
  return saysNothing && !isMisshapen ? no('no_text') : undefined;
}

function metadataRefusal(metadata: unknown): Answer | undefined {
  if (metadata === undefined) return undefined;
  if (!isFields(metadata)) return no('invalid_metadata_format');
  const isEmpty = Object.keys(metadata).length === 0;
  if (!isEmpty && (typeof metadata.event_type !== 'string' || !isFields(metadata.event_payload)))
    return no('invalid_metadata_format');
  return JSON.stringify(metadata).length > longestMetadata ? no('metadata_too_large') : undefined;
}
