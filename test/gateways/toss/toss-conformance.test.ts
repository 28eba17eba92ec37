import { TossPaymentsAdapter } from '../../../src/gateways/toss/toss-payments-adapter';
import type { Fault } from '../../../src/sandbox/toss/faults';
import { startTossSandbox, type TossSandboxOptions } from '../../../src/sandbox/toss/toss-sandbox';
import { type CancelTrouble, type ChargeTrouble, conformsToPgAdapter, type PgBench } from '../conformance';

const charging = {
  'connection closed before anything happened': 'drop',
  'connection closed instead of the yes': 'approve-then-drop',
  'no answer at all': 'hang',
  'error of the PG before the money': '500-before',
  'error of the PG after the money': '500-after',
  'page of a proxy instead of the yes': 'html-after',
  'page of a proxy that reached nobody': 'html',
  'yes about another amount': 'other-amount',
  'yes about another order': 'other-order',
} as const satisfies Record<ChargeTrouble, Fault['kind']>;

const canceling = {
  'connection closed before anything happened': 'cancel-drop',
  'connection closed instead of the yes': 'cancel-then-drop',
  'error of the PG before the money': 'cancel-500-before',
  'error of the PG after the money': 'cancel-500-after',
} as const satisfies Record<CancelTrouble, Fault['kind']>;

async function openToss(options: TossSandboxOptions): Promise<PgBench> {
  const toss = await startTossSandbox({ ...options, secretKey: 'test_sk_ours' });
  const limits = { baseUrl: toss.url, timeoutMs: 400, processingMs: 3_000, concurrency: 8 };
  const adapter = new TossPaymentsAdapter({ secretKey: 'test_sk_ours', ...limits });
  const stranger = new TossPaymentsAdapter({ secretKey: 'test_sk_theirs', ...limits });
  const striking = (orderId: string, ...faults: Fault[]) => toss.faults.set({ byOrderId: { [orderId]: faults } });
  let cards = 0;
  return {
    adapter,
    stranger,
    async card() {
      const [billingKey, customerKey] = [`conforming_billing_key_${++cards}=`, `customer-${cards}`];
      toss.books.registerBillingKey(billingKey, { customerKey });
      return { billingKey, customerKey };
    },
    authKey: async (customerKey) => toss.books.addAuthKey({ customerKey }).authKey,
    refuse: (orderId) => striking(orderId, { kind: 'decline', code: 'REJECT_CARD_PAYMENT' }),
    charging: (orderId, trouble) => striking(orderId, { kind: charging[trouble], times: 1 }),
    turnAway: (orderId) => striking(orderId, { kind: 'too-many', retryAfter: 1, times: 1 }),
    canceling: (orderId, trouble) => striking(orderId, { kind: canceling[trouble], times: 1 }),
    books: (orderId) =>
      toss.books
        .list(orderId)
        .map(({ paymentKey, amount, balance: remaining }) => ({ orderId, paymentKey, amount, remaining })),
    transmissions: (orderId) => toss.requests.read().orders[orderId]?.charges ?? 0,
    down: () => toss.down(),
    async close() {
      adapter.close();
      stranger.close();
      await toss.close();
    },
  };
}

conformsToPgAdapter('TossPaymentsAdapter', () => openToss({}));

describe('where Toss leaves open how it behaves, the other way round', () => {
  const switches = {
    declinedLookup: 'NOT_FOUND_PAYMENT',
    declinedOrderId: 'DUPLICATED_ORDER_ID',
    unknownBillingKey: 'INVALID_BILL_KEY_REQUEST',
    repeatedDeletion: 'NOT_FOUND_BILLING',
    foreignAuthKey: 'INVALID_REQUEST',
    keepsServerErrors: true,
  } as const;
  conformsToPgAdapter('TossPaymentsAdapter', () => openToss({ switches }));
});
