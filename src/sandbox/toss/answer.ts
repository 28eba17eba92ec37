// What the sandbox decided to answer, and what then happens to that answer on its way. The two are kept apart because
// an answer can be final on our side, and replayed later, although the client never saw it.

import { meaningOf, type TossCode } from './codes';

export interface Answer {
  readonly status: number;
  /** The exact text of the body: a replay under the same idempotency key repeats it byte for byte. */
  readonly body: string;
  readonly retryAfterSeconds?: number;
}

/**
 * `send`: the answer reaches the client. `html`: a proxy in front of Toss replaces it by its own 502 page.
 * `drop`: the connection is destroyed. `never`: the connection stays open and silent until the client gives up.
 */
export type Delivery = 'send' | 'html' | 'drop' | 'never';

export interface Done {
  readonly answer: Answer;
  readonly delivery: Delivery;
}

/** A 200 with this value as its JSON body. */
export const yes = (value: unknown): Answer => ({ status: 200, body: JSON.stringify(value) });

/** A 200 without a body: what a deleted billing key answers (measured in the test environment). */
export const yesWithoutBody: Answer = { status: 200, body: '' };

/** Toss's refusal with this code, in Toss's words unless a message is given. */
export function no(code: TossCode, message?: string): Answer {
  const meaning = meaningOf(code);
  return { status: meaning.status, body: JSON.stringify({ code, message: message ?? meaning.message }) };
}

/** A refusal with any code at all, so that a client can be shown a code nobody has met before. */
export function noWithAnyCode(words: {
  code: string;
  message?: string | undefined;
  status?: number | undefined;
}): Answer {
  const meaning = meaningOf(words.code) ?? { status: 400, message: '알 수 없는 사유로 처리하지 못했습니다.' };
  const body = JSON.stringify({ code: words.code, message: words.message ?? meaning.message });
  return { status: words.status ?? meaning.status, body };
}

/** Toss documents that abnormal volume is answered with 429, but not the body; this one is ours. */
export function noTooMany(retryAfterSeconds?: number): Answer {
  const body = JSON.stringify({
    code: 'TOO_MANY_REQUESTS',
    message: '요청이 너무 많습니다. 잠시 후 다시 시도해주세요.',
  });
  return { status: 429, body, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}

export const sent = (answer: Answer): Done => ({ answer, delivery: 'send' });
export const dropped = (answer: Answer): Done => ({ answer, delivery: 'drop' });
export const unanswered = (answer: Answer): Done => ({ answer, delivery: 'never' });
export const hiddenByProxy = (answer: Answer): Done => ({ answer, delivery: 'html' });

/** The page of a proxy that could not reach what stands behind it. */
export const proxyPage =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n';
