// A Toss that says one thing, and somebody who asks it.

import { won } from '../../../src/domain/won';
import type { CancelRequest, ChargeRequest } from '../../../src/gateways/pg-adapter';
import { TossPaymentsAdapter } from '../../../src/gateways/toss/toss-payments-adapter';
import { closeServers, httpServer, type LocalServer } from '../local-server';

export const secretKey = 'test_sk_zXLkKEypNArWmo50nX3lmeaxYG5R';
export const billingKey = 'Z_t5vOvQxrj4499PeiJcjen28-V2RyqgYTwN44Rdzk0=';
export const customerKey = 'aENcQAtPdYbTjGhtQnNVj';
export const authKey = 'bln_4xW8mJ2qLp0Zr5';

export const chargeRequest: ChargeRequest = {
  orderId: 'K7QM4XWP9RTB-1',
  idempotencySuffix: 0,
  amount: won(49_000),
  orderName: '10월 구독',
  billingKey,
  customerKey,
  customer: { name: '김민수', email: 'minsu@example.com', phone: '01012345678' },
};

export const cancelRequest: CancelRequest = {
  refundId: '0b9e6f6e-2f51-4c0f-9a35-1c1f2b1c2d3e',
  orderId: 'K7QM4XWP9RTB-1',
  paymentKey: 'tviva20261031100003uN3L9',
  amount: won(49_000),
  remaining: won(49_000),
};

export const question = { orderId: 'K7QM4XWP9RTB-1', sentAt: new Date('2026-10-31T01:00:00Z') };

/** A payment of the charge above, as Toss shows it, with fields that no reader of ours knows. */
export const payment = (more: Record<string, unknown> = {}) => ({
  mId: 'tvivarepublica',
  lastTransactionKey: 'txrd_avxk3wkn3vcw',
  paymentKey: 'tviva20261031100003uN3L9',
  orderId: 'K7QM4XWP9RTB-1',
  orderName: '10월 구독',
  status: 'DONE',
  requestedAt: '2026-10-31T10:00:03+09:00',
  approvedAt: '2026-10-31T10:00:04+09:00',
  card: { issuerCode: '41', acquirerCode: '41', number: '55222012****1234', amount: 49_000, approveNo: '00000000' },
  cancels: null,
  secret: 'ps_Q1w2E3r4T5y6U7i8O9p0A1s2D3f4',
  type: 'BILLING',
  failure: null,
  currency: 'KRW',
  totalAmount: 49_000,
  balanceAmount: 49_000,
  method: '카드',
  version: '2022-11-16',
  ...more,
});

export const cancellation = (more: Record<string, unknown> = {}) => ({
  cancelAmount: 49_000,
  cancelReason: '정기결제 환불',
  refundableAmount: 0,
  canceledAt: '2026-11-02T15:30:00+09:00',
  transactionKey: 'txrd_cancel1',
  cancelStatus: 'DONE',
  ...more,
});

/** The payment after its cancellations, fully unless said otherwise. */
export const canceled = (more: Record<string, unknown> = {}) =>
  payment({
    status: 'CANCELED',
    balanceAmount: 0,
    lastTransactionKey: 'txrd_cancel1',
    cancels: [cancellation()],
    ...more,
  });

const adapters: TossPaymentsAdapter[] = [];

export function adapterAt(baseUrl: string, more: { timeoutMs?: number } = {}): TossPaymentsAdapter {
  const limits = { timeoutMs: 2_000, processingMs: 60_000, concurrency: 8 };
  const adapter = new TossPaymentsAdapter({ secretKey, baseUrl, ...limits, ...more });
  adapters.push(adapter);
  return adapter;
}

export interface Bench {
  readonly toss: TossPaymentsAdapter;
  readonly pg: LocalServer;
}

/** A Toss that gives every request this answer: a value becomes JSON, a string is sent as it is. */
export async function tossSays(http: number, body: unknown, headers: Record<string, string> = {}): Promise<Bench> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const pg = await httpServer((response) =>
    response
      .writeHead(http, { 'content-type': 'application/json', 'x-tosspayments-trace-id': 'trace-1', ...headers })
      .end(text),
  );
  return { toss: adapterAt(pg.url), pg };
}

/** For `afterEach`. */
export async function closeBench(): Promise<void> {
  for (const adapter of adapters.splice(0)) adapter.close();
  await closeServers();
}
