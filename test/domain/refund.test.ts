import type { ChargeState } from '../../src/domain/charge-state';
import type { CancelOutcome } from '../../src/domain/outcome';
import type { Picture, Refund } from '../../src/domain/picture';
import { claimRefund, type RefundRequest, type RefundSettle, settleRefund } from '../../src/domain/refund';
import { won } from '../../src/domain/won';
import { gaveBack, lost, no, raw, tooMany } from './pg-answers';
import {
  amount,
  anAttempt,
  approvedAttempt,
  aRefund,
  aSurplus,
  askable,
  declinedAttempt,
  type Given,
  inDoubt,
  later,
  neverLeft,
  order,
  paid,
  picture,
  policy,
  refunding,
  rowAboutRefund,
  rowsOf,
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

const settling: RefundSettle = {
  id: 'ended',
  secondId: 'ended-too',
  thirdId: 'closing',
  refundId: 'refund-1',
  actor: 'slack:T1/U1',
};
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
    expect(change?.charge).toMatchObject({ state: 'REFUNDING', version: 2, watchAt: null });
    expect(change?.refunds).toEqual([aRefund({ requestedBy: 'slack:T1/U1', watchAt: later(policy.leaseMs) })]);
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
    expect(change?.refunds).toEqual([aRefund({ status, watchAt })]);
    expect(change?.charge).toMatchObject({ refundedAmount, watchAt: null });
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
  const givingBack = withSurplus({ refunds: [aRefund({ ofSurplus: true })] });

  test('goes back first, because nobody owes it, and the charge does not change by it', () => {
    const { result, change } = claimed(withSurplus());
    expect(result).toMatchObject({
      kind: 'claimed',
      refund: { orderId: order(1), paymentKey: 'pay-1', ofSurplus: true, watchAt: later(policy.leaseMs) },
    });
    // The button that was pressed is used up: the next press, on the card drawn anew, is another one.
    expect(change?.charge).toEqual({ ...withSurplus().charge, version: 2 });
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
    expect(change?.charge).toBeUndefined();
    expect(change?.refunds).toEqual([aRefund({ ofSurplus: true, status: 'CANCELED' })]);
    expect(change?.surpluses).toEqual([aSurplus({ status: 'REFUNDED' })]);
    expect(rowsOf(change)).toEqual(['REFUND CANCELED']);
  });

  test('that the PG keeps can be given back again', () => {
    const { change } = settled(givingBack, no('record'));
    expect(change?.surpluses).toBeUndefined();
    expect(change?.refunds).toEqual([aRefund({ ofSurplus: true, status: 'FAILED' })]);
    expect(change?.charge).toBeUndefined();
  });

  test('in doubt is asked about without a move of the charge', () => {
    const { result, change } = settled(givingBack, lost());
    expect(result).toBe('PAID');
    expect(change?.charge).toBeUndefined();
    expect(change?.refunds).toMatchObject([{ status: 'OPEN', watchAt: later(90_000) }]);
  });

  test('of a charge that is paid goes first; then the charge itself can go back', () => {
    const seen = withSurplus({ surpluses: [aSurplus({ status: 'REFUNDED' })] });
    expect(claimed(seen).result).toMatchObject({ refund: { orderId: order(2), ofSurplus: false } });
  });

  const second = { attempts: [approvedAttempt('pay-1'), inDoubt({ attemptNo: 2 })], surpluses: [aSurplus()] };
  const dated: [ChargeState, Given][] = [
    ['CHARGING', { attempts: [approvedAttempt('pay-1'), anAttempt({ attemptNo: 2 })] }],
    ['UNKNOWN', {}],
    ['ADJUDICATION', {}],
    ['RETRY_WAIT', { attempts: [approvedAttempt('pay-1'), declinedAttempt('funds', { attemptNo: 2 })] }],
    ['HELD', { attempts: [approvedAttempt('pay-1'), declinedAttempt('funds', { attemptNo: 2 })] }],
  ];
  test.each(dated)('of a charge that is %s keeps its hands off that charge’s own date', (state, given) => {
    const seen = picture(state, { ...second, ...given, charge: { watchAt: later(7_200_000) } });
    const refunds = [aRefund({ ofSurplus: true, stateBefore: state })];
    expect(claimed(seen).change?.charge).toEqual({ ...seen.charge, version: 2 });
    for (const outcome of [gaveBack, lost()])
      expect(settled({ ...seen, refunds }, outcome).change?.charge).toBeUndefined();
  });

  test.each<ChargeState>(['CHARGING', 'UNKNOWN', 'ADJUDICATION', 'PAID', 'REFUNDED'])(
    'that the PG keeps changes nothing of a charge that is %s',
    (state) => {
      const seen = picture(state, {
        attempts: [approvedAttempt('pay-1'), approvedAttempt('pay-2', { attemptNo: 2 })],
        surpluses: [aSurplus()],
        refunds: [aRefund({ ofSurplus: true, stateBefore: state })],
      });
      expect(settled(seen, no('record')).change).toMatchObject({ refunds: [{ status: 'FAILED' }] });
      expect(settled(seen, no('record')).change?.charge).toBeUndefined();
    },
  );

  test.each<ChargeState>(['RETRY_WAIT', 'FAILED', 'HELD', 'CANCELED'])(
    'that the PG keeps pays a charge that nothing else pays any more: %s',
    (state) => {
      const seen = picture(state, {
        attempts: [approvedAttempt('pay-1'), declinedAttempt('funds', { attemptNo: 2 })],
        surpluses: [aSurplus()],
        refunds: [aRefund({ ofSurplus: true, stateBefore: 'UNKNOWN' })],
      });
      const { result, change } = settled(seen, no('record'));
      expect(result).toBe('PAID');
      expect(change?.charge).toMatchObject({ state: 'PAID', paidOrderId: order(1), watchAt: null });
      expect(change?.surpluses).toEqual([aSurplus({ status: 'ADOPTED' })]);
      expect(rowsOf(change)).toEqual(['REFUND FAILED RECORD']);
    },
  );

  test('that the PG keeps ends an order of which nothing ever left', () => {
    const seen = picture('DUE', {
      attempts: [approvedAttempt('pay-1'), neverLeft({ attemptNo: 2 })],
      surpluses: [aSurplus()],
      refunds: [aRefund({ ofSurplus: true, stateBefore: 'UNKNOWN' })],
    });
    const { change } = settled(seen, no('record'));
    expect(change?.charge).toMatchObject({ state: 'PAID', paidOrderId: order(1) });
    expect(change?.attempts).toMatchObject([{ orderId: order(2), status: 'DECLINED', declineCode: 'UNSENT' }]);
    expect(rowsOf(change)).toEqual(['REFUND FAILED RECORD', 'CHARGE FAILED UNSENT']);
    expect(new Set(change?.rows?.map((row) => row.id)).size).toBe(2);
  });
});

describe('a no to a refund that proves nothing by itself', () => {
  test.each(['temporary', 'unclassified', 'duplicate'] as const)('%s is asked about, like a lost answer', (of) => {
    const { result, change } = settled(refunding(), no(of));
    expect(result).toBe('REFUND_UNKNOWN');
    expect(change?.refunds).toMatchObject([{ status: 'OPEN', watchAt: later(90_000) }]);
    expect(rowsOf(change)).toEqual([`REFUND UNKNOWN ${of.toUpperCase()}`]);
  });
});

describe('the PG’s yes to a refund that was taken for refused', () => {
  const refused = (given: Given = {}) => paid({ refunds: [aRefund({ status: 'FAILED' })], ...given });

  test('is evidence, and evidence is never refused', () => {
    const { result, change } = settled(refused(), gaveBack);
    expect(result).toBe('REFUNDED');
    expect(change?.charge).toMatchObject({ state: 'REFUNDED', refundedAmount: 49_000 });
    expect(change?.refunds).toEqual([aRefund({ status: 'CANCELED' })]);
    expect(rowsOf(change)).toEqual(['REFUND CANCELED']);
  });

  test('of a surplus takes the surplus off', () => {
    const { change } = settled(withSurplus({ refunds: [aRefund({ ofSurplus: true, status: 'FAILED' })] }), gaveBack);
    expect(change?.surpluses).toEqual([aSurplus({ status: 'REFUNDED' })]);
    expect(change?.charge).toBeUndefined();
  });

  test.each<[string, Picture, CancelOutcome?]>([
    ['of which all went back by another one', refused({ charge: { state: 'REFUNDED', refundedAmount: amount } })],
    [
      'of which a part went back by another one, which is what this yes is about',
      refused({
        refunds: [
          aRefund({ status: 'FAILED', amount: won(9_000) }),
          aRefund({ id: 'refund-2', status: 'CANCELED', amount: won(9_000) }),
        ],
        charge: { state: 'PARTLY_REFUNDED', refundedAmount: won(9_000) },
      }),
      { ...gaveBack, amount: won(9_000), remaining: won(40_000) },
    ],
    [
      'while another one is asked about, which finds the same money gone',
      refused({
        refunds: [aRefund({ status: 'FAILED' }), aRefund({ id: 'refund-2' })],
        charge: { state: 'REFUNDING' },
      }),
    ],
    [
      'of a surplus that went back by another one',
      withSurplus({
        surpluses: [aSurplus({ status: 'REFUNDED' })],
        refunds: [aRefund({ ofSurplus: true, status: 'FAILED' })],
      }),
    ],
  ])('does not count twice on a payment %s', (_, seen, outcome = gaveBack) => {
    expect(settled(seen, outcome)).toEqual({ result: seen.charge.state });
  });

  test('any other late answer changes nothing', () => {
    for (const outcome of [lost(), no('record'), tooMany()])
      expect(settled(refused(), outcome)).toEqual({ result: 'PAID' });
  });
});
