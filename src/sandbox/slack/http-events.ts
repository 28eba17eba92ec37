// HTTP mode: the same payloads as signed posts. Slack signs `v0:{timestamp}:{body}` with HMAC-SHA256, and the content type
// goes without a charset, because the real receiver compares it to the letter.

import { createHmac } from 'node:crypto';
import type { Ack, Envelope, Transport } from './deliveries';
import { type Fields, fieldsOf, parsed } from './fields';
import type { HttpEvents } from './switches';

export class HttpTransport implements Transport {
  constructor(
    private readonly events: HttpEvents,
    private readonly ackTimeoutMs: number,
  ) {}

  send(envelope: Envelope, heard: (ack: Ack) => void): boolean {
    this.post(envelope).then(heard, (error: unknown) =>
      heard({ acked: false, error: isTimeout(error) ? 'operation_timeout' : 'dispatch_failed' }),
    );
    return true;
  }

  private async post(envelope: Envelope): Promise<Ack> {
    const body = formOf(envelope);
    // The receiver compares this with the real time, whatever clock the workspace was given.
    const timestamp = String(Math.floor(Date.now() / 1000));
    const digest = createHmac('sha256', this.events.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
    const response = await fetch(this.events.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${digest}`,
      },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(this.ackTimeoutMs),
    });
    const text = await response.text();
    if (response.status !== 200) return { acked: false, error: 'dispatch_failed' };
    return { acked: true, payload: payloadFrom(text) };
  }
}

function formOf({ type, payload }: Envelope): string {
  if (type === 'interactive') return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  return new URLSearchParams(
    Object.entries(payload).map(([key, value]): [string, string] => [key, String(value)]),
  ).toString();
}

function payloadFrom(text: string): Fields {
  if (text === '') return {};
  const value = parsed(text);
  return typeof value === 'object' ? fieldsOf(value) : { text };
}

const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError';
