import type { ChargeState } from '../../src/domain/charge-state';
import type { CancelOutcome } from '../../src/domain/outcome';
import type { Picture, Refund } from '../../src/domain/picture';
import { claimRefund, type RefundRequest, type RefundSettle, settleRefund } from '../../src/domain/refund';
import { won } from '../../src/domain/won';
import { gaveBack, lost, no, raw, tooMany } from './pg-answers';
import {
  amount,
  approvedAttempt,
  aRefund,
  aSurplus,
  askable,
  type Given,
  inDoubt,
  later,
  order,
  paid,
  picture,
  policy,
  refunding,
  rowAboutRefund,
  rowsOf,
  unknown,
} from './picture-builder';

const request = (more: Partial<RefundRequest> = {}): RefundRequest => ({
  id: 'requested',
  approvalId: 'approval',
  refundId: 'refund-1',
  actor: 'slack:T1/U1',
  approver: null,
  approvalFrom: won(100_000),
  reasonDigest: 'digest of a reason',
  ...more,
});
const claimed = (seen: Picture, more: Partial<RefundRequest> = {}) => claimRefund(seen, policy, request(more));

const settling: RefundSettle = { id: 'ended', secondId: 'ended-too', refundId: 'refund-1', actor: 'slack:T1/U1' };
const settled = (seen: Picture, outcome: CancelOutcome) => settleRefund(seen, askable, policy, settling, outcome);

/** PAID by the second payment; the first is a surplus. */
const withSurplus = (given: Given = {}): Picture =>
  paid({
    attempts: [approvedAttempt('pay-1'), approvedAttempt('pay-2', { attemptNo: 2 })],
    surpluses: [aSurplus()],
    ...given,
    charge: { paidOrderId: order(2), ...given.charge },
  });

describe('a refund is opened', () => {
  test('for everything that a paid charge holds, with its row before the money moves', () => {
    const { result, change } = claimed(paid());
    expect(result).toMatchObject({
      kind: 'claimed',
      refund: { amount: 49_000, paymentKey: 'pay-1', ofSurplus: false },
    });
    expect(change?.charge).toMatchObject({ state: 'REFUNDING', version: 2, watchAt: later(policy.leaseMs) });
    expect(change?.refunds).toEqual([aRefund({ requestedBy: 'slack:T1/U1' })]);
    expect(change?.rows).toEqual([
      {
        ...rowAboutRefund,
        id: 'requested',
        act: 'REFUND',
        status: 'REQUESTED',
        failureReason: 'digest of a reason',
        actor: 'slack:T1/U1',
      },
    ]);
  });

  test('for the rest of a charge that was refunded in part', () => {
    const { result, change } = claimed(paid({ charge: { state: 'PARTLY_REFUNDED', refundedAmount: won(9_000) } }));
    expect(result).toMatchObject({ refund: { amount: 40_000, remaining: 40_000, stateBefore: 'PARTLY_REFUNDED' } });
    expect(change?.charge?.state).toBe('REFUNDING');
  });

  const notPaid: ChargeState[] = [
    'DUE',
    'CHARGING',
    'UNKNOWN',
    'RETRY_WAIT',
    'FAILED',
    'HELD',
    'ADJUDICATION',
    'CANCELED',
  ];
  test.each<ChargeState>([...notPaid, 'REFUNDED', 'REFUNDING', 'REFUND_UNKNOWN'])(
    'not for a charge that is %s',
    (state) => {
      const seen = notPaid.includes(state) ? picture(state) : paid({ charge: { state, refundedAmount: amount } });
      expect(claimed(seen)).toEqual({ result: { kind: 'not-paid', state } });
    },
  );

  test('one at a time', () => {
    expect(claimed(withSurplus({ refunds: [aRefund({ ofSurplus: true })] })).result).toEqual({
      kind: 'not-paid',
      state: 'PAID',
    });
    expect(claimed(paid({ refunds: [aRefund({ id: 'earlier', status: 'FAILED' })] })).result.kind).toBe('claimed');
  });

  test('not when the charge moved since the button was drawn', () => {
    expect(claimed(paid({ charge: { version: 4 } }), { expectVersion: 3 })).toEqual({ result: { kind: 'passed' } });
    expect(claimed(paid({ charge: { version: 4 } }), { expectVersion: 4 }).result.kind).toBe('claimed');
  });
});

describe('a second person', () => {
  const [kim, lee] = ['slack:T1/U1', 'slack:T1/U2'];
  const spent = (refundedAmount: number): Given => ({
    charge: { state: 'PARTLY_REFUNDED', refundedAmount: won(refundedAmount) },
  });

  test.each<[string, 'claimed' | 'needs-approver', Given, Partial<RefundRequest>]>([
    ['below the limit nobody approves', 'claimed', {}, { approvalFrom: won(49_001) }],
    ['from the limit on somebody does', 'needs-approver', {}, { approvalFrom: won(49_000) }],
    ['another person may', 'claimed', {}, { approvalFrom: won(49_000), approver: lee ?? null }],
    ['the person who asked may not', 'needs-approver', {}, { approvalFrom: won(49_000), approver: kim ?? null }],
    ['what went back before counts', 'needs-approver', spent(40_000), { approvalFrom: won(49_000) }],
  ])('%s: %s', (_, kind, given, more) => {
    const decision = claimed(paid(given), more);
    expect(decision.result.kind).toBe(kind);
    if (kind === 'needs-approver') {
      expect(decision).toEqual({ result: { kind, amount: 49_000 } });
    }
  });

  test('leaves a row of the approval before the refund’s own', () => {
    const { change } = claimed(paid(), { approver: 'slack:T1/U2', approvalFrom: won(1) });
    expect(change?.rows).toMatchObject([
      { id: 'approval', act: 'APPROVAL', status: 'SUCCESS', actor: 'slack:T1/U2', refundId: 'refund-1' },
      { id: 'requested', act: 'REFUND', status: 'REQUESTED', actor: 'slack:T1/U1' },
    ]);
    expect(change?.refunds).toMatchObject([{ requestedBy: 'slack:T1/U1', approvedBy: 'slack:T1/U2' }]);
  });

  test('is needed when a surplus and the charge itself together reach the limit', () => {
    const given = {
      surpluses: [aSurplus({ status: 'REFUNDED' as const })],
      refunds: [aRefund({ id: 'earlier', ofSurplus: true, status: 'CANCELED' as const })],
    };
    const { result } = claimed(withSurplus(given), { approvalFrom: won(98_000) });
    expect(result).toEqual({ kind: 'needs-approver', amount: 98_000 });
  });
});

describe('how a refund ends', () => {
  test.each<[string, ChargeState, string, CancelOutcome]>([
    ['a yes', 'REFUNDED', 'REFUND CANCELED', gaveBack],
    ['a no', 'PAID', 'REFUND FAILED RECORD', no('record')],
    ['nothing sent', 'PAID', 'REFUND FAILED UNSENT', { kind: 'unsent', code: 'ECONNREFUSED', message: 'refused' }],
    ['a lost answer', 'REFUND_UNKNOWN', 'REFUND UNKNOWN READ_TIMEOUT', lost()],
  ])('%s makes the charge %s, with the row %s', (_, state, row, outcome) => {
    const { result, change } = settled(refunding(), outcome);
    expect([result, change?.charge?.state, change?.charge?.version]).toEqual([state, state, 2]);
    expect(rowsOf(change)).toEqual([row]);
    expect(change?.tell).toBe(true);
  });

  test.each<[string, CancelOutcome, object]>([
    ['a yes', gaveBack, { status: 'CANCELED', raw: gaveBack.raw }],
    [
      'a no',
      no('record'),
      { status: 'FAILED', failureCode: 'RECORD', failureReason: "record in the PG's words", raw: no('record').raw },
    ],
    [
      'a lost answer',
      lost(),
      { status: 'UNKNOWN', failureCode: 'READ_TIMEOUT', failureReason: 'no answer in time', raw: null },
    ],
    [
      'half an answer',
      lost({ raw: raw('half', 502) }),
      { status: 'UNKNOWN', failureCode: 'READ_TIMEOUT', failureReason: 'no answer in time', raw: raw('half', 502) },
    ],
    [
      'a 429',
      tooMany(),
      {
        status: 'FAILED',
        failureCode: 'UNSENT',
        failureReason: 'TOO_MANY_REQUESTS: slow down',
        raw: raw({ code: 'TOO_MANY_REQUESTS' }, 429),
      },
    ],
  ])('the row of %s has the whole answer', (_, outcome, more) => {
    const whole = { ...rowAboutRefund, id: 'ended', act: 'REFUND', actor: 'slack:T1/U1', ...more };
    expect(settled(refunding(), outcome).change?.rows).toEqual([whole]);
  });

  test.each<[string, Refund['status'], CancelOutcome, number, Date | null]>([
    ['a yes', 'CANCELED', gaveBack, 49_000, null],
    ['a no', 'FAILED', no('record'), 0, null],
    ['a lost answer', 'OPEN', lost(), 0, later(90_000)],
  ])('after %s the refund is %s', (_, status, outcome, refundedAmount, watchAt) => {
    const { change } = settled(refunding(), outcome);
    expect(change?.refunds).toEqual([aRefund({ status })]);
    expect(change?.charge).toMatchObject({ refundedAmount, watchAt });
  });

  test('of a part, the charge is refunded in part', () => {
    const refunds = [aRefund({ amount: won(9_000) })];
    expect(settled(refunding({ refunds }), gaveBack).change?.charge).toMatchObject({
      state: 'PARTLY_REFUNDED',
      refundedAmount: 9_000,
    });
  });

  test('of the rest, the charge is refunded', () => {
    const refunds = [aRefund({ amount: won(40_000), remaining: won(40_000), stateBefore: 'PARTLY_REFUNDED' })];
    const { change } = settled(refunding({ refunds, charge: { refundedAmount: won(9_000) } }), gaveBack);
    expect(change?.charge).toMatchObject({ state: 'REFUNDED', refundedAmount: 49_000 });
  });

  test('refused, a charge goes back to where it was', () => {
    const refunds = [aRefund({ stateBefore: 'PARTLY_REFUNDED' })];
    expect(settled(refunding({ refunds }), no('record')).result).toBe('PARTLY_REFUNDED');
  });

  test('a refund of another charge is a bug, not an answer', () => {
    expect(() => settled(paid(), gaveBack)).toThrow('refund refund-1 is not one of charge K7QM4XWP9RTB');
  });

  test('the same end twice is recorded once', () => {
    const seen = paid({ refunds: [aRefund({ status: 'CANCELED' })], charge: { state: 'REFUNDED' } });
    expect(settled(seen, gaveBack)).toEqual({ result: 'REFUNDED' });
  });
});

describe('a surplus', () => {
  const givingBack = withSurplus({
    refunds: [aRefund({ ofSurplus: true })],
    charge: { watchAt: later(policy.leaseMs) },
  });

  test('goes back first, because nobody owes it, and the charge does not change by it', () => {
    const { result, change } = claimed(withSurplus());
    expect(result).toMatchObject({
      kind: 'claimed',
      refund: { orderId: order(1), paymentKey: 'pay-1', ofSurplus: true },
    });
    expect(change?.charge).toMatchObject({ state: 'PAID', version: 1, watchAt: later(policy.leaseMs) });
  });

  test.each<ChargeState>(['PAID', 'REFUNDED', 'FAILED', 'UNKNOWN'])(
    'can go back whatever the charge is: %s',
    (state) => {
      expect(claimed(withSurplus({ charge: { state } })).result.kind).toBe('claimed');
    },
  );

  test('goes back at the PG that holds it', () => {
    const attempts = [approvedAttempt('pay-1', { pgProvider: 'INICIS' }), approvedAttempt('pay-2', { attemptNo: 2 })];
    expect(claimed(withSurplus({ attempts })).result).toMatchObject({ refund: { pgProvider: 'INICIS' } });
  });

  test('that went back leaves the charge paid', () => {
    const { result, change } = settled(givingBack, gaveBack);
    expect(result).toBe('PAID');
    expect(change?.charge).toMatchObject({ state: 'PAID', refundedAmount: 0, version: 1, watchAt: null });
    expect(change?.surpluses).toEqual([aSurplus({ status: 'REFUNDED' })]);
    expect(rowsOf(change)).toEqual(['REFUND CANCELED']);
  });

  test('that the PG keeps can be given back again', () => {
    const { change } = settled(givingBack, no('record'));
    expect(change?.surpluses).toBeUndefined();
    expect(change?.refunds).toMatchObject([{ status: 'FAILED' }]);
    expect(change?.charge).toMatchObject({ state: 'PAID', version: 1, watchAt: null });
  });

  test('in doubt is asked about without a move of the charge', () => {
    const { result, change } = settled(givingBack, lost());
    expect(result).toBe('PAID');
    expect(change?.charge).toMatchObject({ state: 'PAID', version: 1, watchAt: later(90_000) });
  });

  test('of a charge that is paid goes first; then the charge itself can go back', () => {
    const seen = withSurplus({ surpluses: [aSurplus({ status: 'REFUNDED' })] });
    expect(claimed(seen).result).toMatchObject({ refund: { orderId: order(2), ofSurplus: false } });
  });

  test.each<[string, CancelOutcome]>([
    ['went back', gaveBack],
    ['did not go back', no('record')],
  ])('that %s leaves a charge in doubt with the date of its next question', (_, outcome) => {
    const seen = unknown({
      attempts: [approvedAttempt('pay-1'), inDoubt({ attemptNo: 2 })],
      surpluses: [aSurplus()],
      refunds: [aRefund({ ofSurplus: true, stateBefore: 'UNKNOWN' })],
      charge: { watchAt: later(300_000) },
    });
    const { change } = settled(seen, outcome);
    expect({ ...seen.charge, ...change?.charge }.watchAt).not.toBeNull();
  });
});
