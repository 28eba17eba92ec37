// Every call of the Web API with its answer: the workspace's witness against a bot that asks too much. Only the newest
// calls are kept; the counters know all.

import type { Fields } from './fields';

const mostKept = 2000;

export interface ApiCall {
  /** For example `chat.postMessage`; `response_url` for a post to one. */
  readonly method: string;
  readonly at: Date;
  readonly args: Fields;
  /** Without an answer when it hung or was dropped. */
  readonly answer: { readonly status: number; readonly ok: boolean; readonly error?: string | undefined } | null;
}

export interface MethodCount {
  calls: number;
  /** How often 429 was the answer. */
  ratelimited: number;
}

export class ApiLog {
  private readonly calls: ApiCall[] = [];
  private readonly counts = new Map<string, MethodCount>();

  add(call: ApiCall): void {
    this.calls.push(call);
    if (this.calls.length > mostKept) this.calls.shift();
    const count = this.counts.get(call.method) ?? { calls: 0, ratelimited: 0 };
    count.calls += 1;
    if (call.answer?.status === 429) count.ratelimited += 1;
    this.counts.set(call.method, count);
  }

  read = (method?: string): ApiCall[] =>
    method === undefined ? [...this.calls] : this.calls.filter((call) => call.method === method);

  counted = (): Record<string, MethodCount> => Object.fromEntries(this.counts);
}
