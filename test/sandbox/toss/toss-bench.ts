// A sandbox with a client beside it, for the tests of this folder. Real HTTP on loopback, nothing pretended.

import type { FaultPlan } from '../../../src/sandbox/toss/faults';
import { startTossSandbox, type TossSandbox, type TossSandboxOptions } from '../../../src/sandbox/toss/toss-sandbox';

export const secretKey = 'test_sk_ofThisBench';
export const basic = (credentials: string): string => `Basic ${Buffer.from(credentials).toString('base64')}`;

export interface Heard {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** The body's fields; empty when it is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: what came over the wire is whatever it is.
  readonly body: any;
  readonly code: string | undefined;
}

export type Headed = Record<string, string>;

export class TossBench {
  private orders = 0;

  constructor(
    readonly sandbox: TossSandbox,
    readonly headers: Headed = { authorization: basic(`${secretKey}:`) },
  ) {}

  newOrderId(): string {
    this.orders += 1;
    return `order-${this.orders}-${Math.random().toString(36).slice(2, 8)}`;
  }

  /** Charges 4,900 won on a self-made key, unless told otherwise. */
  charge(
    over: { key?: string; headers?: Headed; signal?: AbortSignal; [field: string]: unknown } = {},
  ): Promise<Heard> {
    const { key = 'sbx_kim', headers = {}, signal, ...fields } = over;
    const usual = { customerKey: 'customer-kim', amount: 4900, orderId: this.newOrderId(), orderName: '구독' };
    return this.send('POST', `/v1/billing/${encodeURIComponent(key)}`, { ...usual, ...fields }, headers, signal);
  }

  /** A charge whose answer nobody gets: resolves when the connection is gone. */
  async chargeInVain(over: Parameters<TossBench['charge']>[0] = {}): Promise<void> {
    await expect(this.charge(over)).rejects.toThrow();
  }

  /** A charge that reaches the sandbox and is then given up: the client goes away as soon as this holds. */
  async chargeUntil(holds: () => boolean, over: Parameters<TossBench['charge']>[0] = {}): Promise<void> {
    const client = new AbortController();
    const reached = until(holds).finally(() => client.abort());
    await Promise.all([reached, this.chargeInVain({ ...over, signal: client.signal })]);
  }

  /** Whether charges are under way at the sandbox. */
  busy = (): boolean => this.sandbox.requests.read().chargesInFlight > 0;

  lookUp = (orderId: string): Promise<Heard> => this.send('GET', `/v1/payments/orders/${orderId}`);
  lookUpPayment = (paymentKey: string): Promise<Heard> => this.send('GET', `/v1/payments/${paymentKey}`);
  remove = (key: string): Promise<Heard> => this.send('DELETE', `/v1/billing/${encodeURIComponent(key)}`);

  cancel(paymentKey: string, fields: Record<string, unknown> = {}, headers: Headed = {}): Promise<Heard> {
    return this.send('POST', `/v1/payments/${paymentKey}/cancel`, { cancelReason: '고객 요청', ...fields }, headers);
  }

  issue(authKey: unknown, customerKey: unknown, headers: Headed = {}): Promise<Heard> {
    return this.send('POST', '/v1/billing/authorizations/issue', { authKey, customerKey }, headers);
  }

  /** The sandbox's own side: no secret key. */
  control(method: string, path: string, body?: unknown): Promise<Heard> {
    return this.send(method, `/sandbox${path}`, body, { authorization: '' });
  }

  arrange(plan: FaultPlan): void {
    this.sandbox.faults.set(plan);
  }

  /** What the books hold of one order. */
  booked = (orderId: string) => this.sandbox.books.list(orderId);

  async send(method: string, path: string, body?: unknown, headers: Headed = {}, signal?: AbortSignal): Promise<Heard> {
    const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    const response = await fetch(`${this.sandbox.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...this.headers, ...headers },
      ...(text === undefined ? {} : { body: text }),
      ...(signal === undefined ? {} : { signal }),
    });
    return heardFrom(response, await response.text());
  }
}

function heardFrom(response: Response, text: string): Heard {
  const { status, headers } = response;
  const isJson = headers.get('content-type')?.includes('json') === true;
  const body = isJson ? JSON.parse(text) : {};
  return { status, headers, text, body, code: body.code };
}

const open: TossSandbox[] = [];

export async function openBench(options: TossSandboxOptions = {}): Promise<TossBench> {
  const sandbox = await startTossSandbox({ secretKey, ...options });
  open.push(sandbox);
  return new TossBench(sandbox);
}

/** Closes every bench of the test; a sandbox that is closed already stays closed. */
export async function closeBenches(): Promise<void> {
  for (const sandbox of open.splice(0)) await sandbox.close();
}

/** Waits until this holds; fails after five seconds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('waited five seconds in vain');
}
