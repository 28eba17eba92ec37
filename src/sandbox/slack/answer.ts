// What a method answers. Slack says no with status 200.

import type { Fields } from './fields';

export interface Answer extends Fields {
  readonly ok: boolean;
  readonly error?: string;
}

export const yes = (fields: Fields = {}): Answer => ({ ok: true, ...fields });

export const no = (error: string, messages: readonly string[] = []): Answer =>
  messages.length === 0
    ? { ok: false, error }
    : { ok: false, error, errors: messages.map(withoutFrame), response_metadata: { messages } };

const withoutFrame = (message: string): string => message.replace(/^\[ERROR\] /, '');
