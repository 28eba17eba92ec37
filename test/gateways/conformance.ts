// What every PG adapter has to be right about, told against a PG that keeps books of its own. The books are the truth:
// an outcome may doubt them, it may never contradict them.

import type { ChargeOutcome } from '../../src/domain/outcome';
import { won } from '../../src/domain/won';
import type { CancelRequest, ChargeRequest, PgAdapter } from '../../src/gateways/pg-adapter';

export interface BookedPayment {
  readonly orderId: string;
  readonly paymentKey: string;
  readonly amount: number;
  readonly remaining: number;
}

/** What may become of a charge on its way. After `taken` the money has moved, after `not taken` it has not. */
export const chargeTroubles = {
  'connection closed before anything happened': 'not taken',
  'connection closed instead of the yes': 'taken',
  'no answer at all': 'not taken',
  'error of the PG before the money': 'not taken',
  'error of the PG after the money': 'taken',
  'page of a proxy instead of the yes': 'taken',
  'page of a proxy that reached nobody': 'not taken',
  'yes about another amount': 'taken',
  'yes about another order': 'taken',
} as const;
export type ChargeTrouble = keyof typeof chargeTroubles;

export const cancelTroubles = {
  'connection closed before anything happened': 'kept',
  'connection closed instead of the yes': 'given back',
  'error of the PG before the money': 'kept',
  'error of the PG after the money': 'given back',
} as const;
export type CancelTrouble = keyof typeof cancelTroubles;

/** An adapter and the sandbox of its PG, as the suite needs them. */
export interface PgBench {
  readonly adapter: PgAdapter;
  /** The same PG under credentials it does not know. */
  readonly stranger: PgAdapter;
  /** A registered card. */
  card(): Promise<Pick<ChargeRequest, 'billingKey' | 'customerKey'>>;
  /** What the PG's window hands back for this customer. */
  authKey(customerKey: string): Promise<string>;
  /** Every charge of this order is refused for want of money. */
  refuse(orderId: string): void;
  /** The next charge of this order meets this. */
  charging(orderId: string, trouble: ChargeTrouble): void;
  /** The next charge of this order is turned away with 429. */
  turnAway(orderId: string): void;
  /** The next refund of this order meets this. */
  canceling(orderId: string, trouble: CancelTrouble): void;
  /** Payments that moved money, of one order. */
  books(orderId: string): readonly BookedPayment[];
  /** Charges of this order that reached the PG. */
  transmissions(orderId: string): number;
  /** Nobody listens any more. */
  down(): Promise<void>;
  close(): Promise<void>;
}

/** Runs the suite. `open` starts a fresh bench for every test, whose read timeout is well under a second. */
export function conformsToPgAdapter(name: string, open: () => Promise<PgBench>): void {
  describe(`${name} as a PG adapter`, () => {
    let bench: PgBench;
    let orders = 0;
    beforeEach(async () => {
      bench = await open();
    });
    afterEach(() => bench.close());

    const order = async (more: Partial<ChargeRequest> = {}): Promise<ChargeRequest> => ({
      orderId: `CONFORMS${String(++orders).padStart(4, '0')}-1`,
      idempotencySuffix: 0,
      amount: won(49_000),
      orderName: '10월 구독',
      ...(await bench.card()),
      customer: { name: '김민수', email: 'minsu@example.com', phone: '01012345678' },
      ...more,
    });
    const refundOf = ({ orderId, paymentKey, amount, remaining }: BookedPayment, part = amount): CancelRequest => ({
      ...{ refundId: `refund-${++orders}`, orderId, paymentKey },
      ...{ amount: won(part), remaining: won(remaining) },
    });
    const paid = async () => {
      const request = await order();
      expect((await bench.adapter.charge(request)).kind).toBe('approved');
      return bench.books(request.orderId)[0] as BookedPayment;
    };
    const asked = (orderId: string) => bench.adapter.getStatus({ orderId, sentAt: new Date() });
    const keptText = (outcome: object) => JSON.stringify({ ...outcome, billingKey: undefined });

    describe('a charge', () => {
      test('that is approved stands in the books once, under the payment key and for the amount it names', async () => {
        const request = await order();
        const outcome = await bench.adapter.charge(request);
        expect(outcome).toMatchObject({ kind: 'approved', amount: 49_000, raw: { http: 200 } });
        const { paymentKey, approvedAt, card } = outcome as Extract<ChargeOutcome, { kind: 'approved' }>;
        expect(bench.books(request.orderId)).toMatchObject([{ paymentKey, amount: 49_000, remaining: 49_000 }]);
        expect(Math.abs(approvedAt.getTime() - Date.now())).toBeLessThan(60_000);
        expect(card).toMatch(/^\S+ ····[\d*]{4}$/);
        expect(bench.transmissions(request.orderId)).toBe(1);
      });

      test('that is refused for want of money is declined with a code and words, and stands in no book', async () => {
        const request = await order();
        bench.refuse(request.orderId);
        const outcome = await bench.adapter.charge(request);
        expect(outcome).toMatchObject({ kind: 'declined', class: 'funds' });
        expect(outcome).toMatchObject({ code: expect.stringMatching(/./), message: expect.stringMatching(/[가-힣]/) });
        expect(bench.books(request.orderId)).toEqual([]);
      });

      test('under credentials that the PG does not know is declined as ours to put right', async () => {
        expect(await bench.stranger.charge(await order())).toMatchObject({ kind: 'declined', class: 'merchant' });
        expect(bench.stranger.merchant).not.toBe(bench.adapter.merchant);
      });

      test.each(Object.entries(chargeTroubles))(
        'that meets "%s" (%s) is unknown and sent once',
        async (trouble, truth) => {
          const request = await order();
          bench.charging(request.orderId, trouble as ChargeTrouble);
          expect((await bench.adapter.charge(request)).kind).toBe('unknown');
          expect(bench.books(request.orderId)).toHaveLength(truth === 'taken' ? 1 : 0);
          expect(bench.transmissions(request.orderId)).toBe(1);
        },
      );

      test('that finds nobody listening is unsent', async () => {
        await bench.down();
        expect((await bench.adapter.charge(await order())).kind).toBe('unsent');
      });

      test('that is turned away for haste is unsent and says how long to wait', async () => {
        const request = await order();
        bench.turnAway(request.orderId);
        const outcome = await bench.adapter.charge(request);
        expect(outcome).toMatchObject({ kind: 'unsent', retryAfterMs: expect.any(Number) });
        expect(bench.books(request.orderId)).toEqual([]);
      });

      test('of an order whose answer was lost is the same payment when it is sent again, where that is allowed', async () => {
        if (bench.adapter.capabilities.resendWindowMs === 0) return;
        const request = await order();
        bench.charging(request.orderId, 'connection closed instead of the yes');
        await bench.adapter.charge(request);
        const [payment] = bench.books(request.orderId);
        const again = await bench.adapter.charge(request);
        expect(again).toMatchObject({ kind: 'approved', paymentKey: payment?.paymentKey });
        expect(bench.books(request.orderId)).toEqual([payment]);
      });
    });

    describe('a question', () => {
      test.each(Object.entries(chargeTroubles).filter(([, truth]) => truth === 'taken'))(
        'after "%s" tells what happened',
        async (trouble) => {
          if (!bench.adapter.capabilities.asksByOrderId) return;
          const request = await order();
          bench.charging(request.orderId, trouble as ChargeTrouble);
          await bench.adapter.charge(request);
          const [payment] = bench.books(request.orderId);
          expect(await asked(request.orderId)).toMatchObject({ ...payment, kind: 'happened' });
        },
      );

      test('about an order that was never sent is not answered with a yes or a failure', async () => {
        expect(['not-found', 'cannot-say']).toContain((await asked('CONFORMSNEVER-1')).kind);
      });

      test('about a refused order is never answered with a yes', async () => {
        const request = await order();
        bench.refuse(request.orderId);
        await bench.adapter.charge(request);
        expect(['failed', 'not-found', 'cannot-say']).toContain((await asked(request.orderId)).kind);
      });

      test('that finds nobody listening was not answered', async () => {
        await bench.down();
        expect(await asked('CONFORMSDOWN-1')).toMatchObject({ kind: 'cannot-say', reached: false });
      });
    });

    describe('a refund', () => {
      test('of everything leaves nothing, at the PG and in the next answer', async () => {
        const payment = await paid();
        const outcome = await bench.adapter.cancel(refundOf(payment));
        expect(outcome).toMatchObject({ kind: 'canceled', amount: 49_000, remaining: 0 });
        expect(bench.books(payment.orderId)).toEqual([{ ...payment, remaining: 0 }]);
        if (!bench.adapter.capabilities.asksByOrderId) return;
        expect(await asked(payment.orderId)).toMatchObject({ kind: 'happened', amount: 49_000, remaining: 0 });
      });

      test('of a part leaves the rest, and a refund of the rest leaves nothing', async () => {
        const payment = await paid();
        const part = await bench.adapter.cancel(refundOf(payment, 9_000));
        expect(part).toMatchObject({ kind: 'canceled', amount: 9_000, remaining: 40_000 });
        const rest = await bench.adapter.cancel(refundOf({ ...payment, remaining: 40_000 }, 40_000));
        expect(rest).toMatchObject({ kind: 'canceled', amount: 40_000, remaining: 0 });
        expect(bench.books(payment.orderId)).toEqual([{ ...payment, remaining: 0 }]);
      });

      test('that is asked for twice goes back once, and the second is no yes', async () => {
        const payment = await paid();
        await bench.adapter.cancel(refundOf(payment));
        const second = await bench.adapter.cancel(refundOf(payment));
        expect(second.kind).not.toBe('canceled');
        expect(bench.books(payment.orderId)).toEqual([{ ...payment, remaining: 0 }]);
      });

      test('that is wrong about what is left gives nothing back', async () => {
        const payment = await paid();
        const outcome = await bench.adapter.cancel(refundOf({ ...payment, remaining: 48_000 }, 9_000));
        expect(outcome.kind).not.toBe('canceled');
        expect(bench.books(payment.orderId)).toEqual([payment]);
      });

      test('of a payment that the PG never heard of is no yes', async () => {
        const outcome = await bench.adapter.cancel(refundOf({ ...(await paid()), paymentKey: 'never-heard-of-it' }));
        expect(outcome.kind).not.toBe('canceled');
      });

      test.each(Object.entries(cancelTroubles))('that meets "%s" (%s) is unknown', async (trouble, truth) => {
        const payment = await paid();
        bench.canceling(payment.orderId, trouble as CancelTrouble);
        expect((await bench.adapter.cancel(refundOf(payment))).kind).toBe('unknown');
        expect(bench.books(payment.orderId)).toEqual([{ ...payment, remaining: truth === 'kept' ? 49_000 : 0 }]);
      });

      test('that finds nobody listening gives nothing back, and is unsent once no old connection is left to try', async () => {
        const payment = await paid();
        await bench.down();
        const first = await bench.adapter.cancel(refundOf(payment));
        expect(['unsent', 'unknown']).toContain(first.kind); // It may have gone out on a connection that just died.
        expect((await bench.adapter.cancel(refundOf(payment))).kind).toBe('unsent');
        expect(bench.books(payment.orderId)).toEqual([payment]);
      });
    });

    describe('a billing key', () => {
      test('that was issued can be charged, and its one-time key never makes a second one', async () => {
        const request = { authKey: await bench.authKey('customer-1'), customerKey: 'customer-1' };
        const issued = await bench.adapter.issueBillingKey(request);
        expect(issued).toMatchObject({ kind: 'issued', customerKey: 'customer-1', billingKey: expect.any(String) });
        const billingKey = 'billingKey' in issued ? issued.billingKey : '';
        const outcome = await bench.adapter.charge(await order({ billingKey, customerKey: 'customer-1' }));
        expect(outcome).toMatchObject({ kind: 'approved' });
        const again = await bench.adapter.issueBillingKey(request);
        expect(again.kind === 'issued' ? again.billingKey : billingKey).toBe(billingKey);
      });

      test('is not issued for a one-time key that the PG never handed out', async () => {
        const outcome = await bench.adapter.issueBillingKey({ authKey: 'made-up', customerKey: 'customer-1' });
        expect(outcome.kind).toBe('declined');
      });

      test('that was given back can no longer be charged, and is gone however often it is given back', async () => {
        if (!bench.adapter.revokeBillingKey) return;
        const request = await order();
        for (const _ of ['first', 'second']) {
          expect((await bench.adapter.revokeBillingKey({ billingKey: request.billingKey })).kind).toBe('revoked');
        }
        expect(await bench.adapter.charge(request)).toMatchObject({ kind: 'declined', class: 'card' });
      });

      test('stands in no answer that is kept, whatever happened', async () => {
        const request = await order();
        const seen = [keptText(await bench.adapter.charge(request))];
        for (const trouble of Object.keys(chargeTroubles) as ChargeTrouble[]) {
          const troubled = await order({ billingKey: request.billingKey, customerKey: request.customerKey });
          bench.charging(troubled.orderId, trouble);
          seen.push(keptText(await bench.adapter.charge(troubled)));
        }
        const authKey = await bench.authKey('customer-2');
        const issued = await bench.adapter.issueBillingKey({ authKey, customerKey: 'customer-2' });
        seen.push(keptText(issued));
        const secrets = [request.billingKey, authKey, 'billingKey' in issued ? issued.billingKey : request.billingKey];
        for (const secret of secrets) expect(seen.join()).not.toContain(secret);
      });
    });

    test('says of itself what the cycle plans with', () => {
      const { capabilities, merchant } = bench.adapter;
      expect(capabilities.processingMs).toBeGreaterThan(0);
      expect(capabilities.concurrency).toBeGreaterThan(0);
      expect(capabilities.resendWindowMs).toBeGreaterThanOrEqual(0);
      expect(merchant).toMatch(/^\S{8,64}$/);
    });
  });
}
