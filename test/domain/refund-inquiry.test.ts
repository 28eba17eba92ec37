import { type ChargeState, chargeStates } from '../../src/domain/charge-state';
import type { StatusAnswer } from '../../src/domain/outcome';
import type { PgTerms, Picture } from '../../src/domain/picture';
import { type RefundSettle, settleRefund } from '../../src/domain/refund';
import { atRest, inquiredRefund, takeUpRefund } from '../../src/domain/refund-inquiry';
import { won } from '../../src/domain/won';
import { gaveBack, happened, inProgress, notFound, unreachable } from './pg-answers';
import {
  aRefund,
  askable,
  type Given,
  later,
  paid,
  picture,
  policy,
  refunding,
  rowAboutRefund,
  rowsOf,
  tenOClock,
} from './picture-builder';

const day = 86_400_000;

const settling: RefundSettle = {
  id: 'ended',
  secondId: 'ended-too',
  thirdId: 'closing',
  refundId: 'refund-1',
  actor: 'slack:T1/U1',
};
const inQuestion = (given: Given = {}): Picture =>
  refunding({ now: later(90_000), ...given, charge: { state: 'REFUND_UNKNOWN', ...given.charge } });

const asked = (seen: Picture, answer: StatusAnswer) => inquiredRefund(seen, askable, policy, settling, answer);

describe('a refund in doubt', () => {
  const lookedAt = later(90_000);
  const takenUp = (seen: Picture, seenWatchAt: Date | null = lookedAt) =>
    takeUpRefund(seen, askable, policy, settling, seenWatchAt);

  test('of a worker that never came back becomes a question', () => {
    const { result, change } = takenUp(refunding({ now: lookedAt }));
    expect(result).toEqual(aRefund({ watchAt: later(180_000) }));
    expect(change?.charge).toMatchObject({ state: 'REFUND_UNKNOWN', watchAt: null });
    expect(change?.refunds).toEqual([aRefund({ watchAt: later(180_000) })]);
    expect(change?.rows).toEqual([
      {
        ...rowAboutRefund,
        id: 'ended',
        act: 'REFUND',
        status: 'UNKNOWN',
        failureCode: 'NO_ANSWER',
        failureReason: 'the process that sent it did not record an answer',
        actor: 'slack:T1/U1',
        raw: null,
      },
    ]);
    expect(change?.tell).toBe(true);
  });

  test.each<[string, Picture]>([
    ['of a charge that is a question already', inQuestion()],
    ['of a surplus', paid({ now: lookedAt, refunds: [aRefund({ ofSurplus: true })] })],
  ])('%s is leased for as long as one question may take, without a move of its charge', (_, seen) => {
    const { result, change } = takenUp(seen);
    expect(result).toEqual({ ...seen.refunds[0], watchAt: later(180_000) });
    expect(change).toEqual({ refunds: [result] });
  });

  test.each<[string, PgTerms | undefined]>([
    ['a PG that can’t be asked by order number', { ...askable, asksByOrderId: false }],
    ['a PG that this installation does not have', undefined],
  ])('at %s is looked at once a day', (_, pg) => {
    const { result, change } = takeUpRefund(refunding({ now: lookedAt }), pg, policy, settling, lookedAt);
    expect(result).toMatchObject({ status: 'OPEN', watchAt: later(90_000 + day) });
    expect(change?.charge?.state).toBe('REFUND_UNKNOWN');
  });

  test.each<[string, Picture, Date | null]>([
    ['a refund that ended', refunding({ now: lookedAt, refunds: [aRefund({ status: 'CANCELED' })] }), lookedAt],
    [
      'a refund that somebody else asks about',
      inQuestion({ refunds: [aRefund({ watchAt: later(180_000) })] }),
      lookedAt,
    ],
    ['a refund that was seen without a date', inQuestion(), null],
  ])('%s is left alone', (_, seen, seenWatchAt) => {
    expect(takenUp(seen, seenWatchAt)).toEqual({ result: undefined });
  });

  test.each<[string, ChargeState, string[], StatusAnswer]>([
    ['the money is gone', 'REFUNDED', ['INQUIRY SUCCESS', 'REFUND CANCELED'], happened({ remaining: won(0) })],
    ['all of it is there', 'PAID', ['INQUIRY SUCCESS', 'REFUND FAILED NOT_REFUNDED'], happened()],
    ['some of it is there', 'REFUND_UNKNOWN', ['INQUIRY SUCCESS'], happened({ remaining: won(9_000) })],
    ['another payment is there', 'REFUND_UNKNOWN', ['INQUIRY UNKNOWN'], happened({ paymentKey: 'pay-9' })],
    ['no such order', 'REFUND_UNKNOWN', ['INQUIRY UNKNOWN NOT_FOUND_PAYMENT'], notFound],
    ['it is at work', 'REFUND_UNKNOWN', ['INQUIRY UNKNOWN IN_PROGRESS'], inProgress],
    ['nothing at all', 'REFUND_UNKNOWN', ['INQUIRY UNKNOWN ECONNREFUSED'], unreachable],
  ])('when the PG says that %s, the charge is %s: %j', (_, state, rows, answer) => {
    const { result, change } = asked(inQuestion(), answer);
    expect(result).toBe(state);
    expect(change?.charge?.state).toBe(state === 'REFUND_UNKNOWN' ? undefined : state);
    expect(rowsOf(change)).toEqual(rows);
    expect(change?.rows?.map((row) => row.id)).toEqual(['ended', 'ended-too'].slice(0, rows.length));
    const said = answer.kind === 'happened' ? { code: null, message: null } : answer;
    expect(change?.rows?.[0]).toMatchObject({
      ...rowAboutRefund,
      failureCode: said.code,
      failureReason: said.message,
      raw: answer.raw ?? null,
    });
  });

  test('money that is still there says nothing before the PG can be done with it', () => {
    expect(asked(inQuestion({ now: later(59_999) }), happened()).result).toBe('REFUND_UNKNOWN');
    expect(asked(inQuestion({ now: later(60_000) }), happened()).result).toBe('PAID');
  });

  test('a part of it back is the refund of a part', () => {
    const refunds = [aRefund({ amount: won(9_000) })];
    const { change } = asked(inQuestion({ refunds }), happened({ remaining: won(40_000) }));
    expect(change?.charge).toMatchObject({ state: 'PARTLY_REFUNDED', refundedAmount: 9_000 });
  });

  test.each<[string, number, Date, StatusAnswer, number]>([
    ['an answer uses a step', 0, later(300_000), inProgress, 1],
    ['silence uses none', 0, later(120_000), unreachable, 0],
    ['after the last step it is asked daily', 5, later(90_000 + day), inProgress, 6],
    ['and for as long as it takes', 9, later(90_000 + day), inProgress, 10],
  ])('%s', (_, resolveStep, watchAt, answer, after) => {
    const { change } = asked(inQuestion({ refunds: [aRefund({ resolveStep })] }), answer);
    expect(change?.charge).toBeUndefined();
    expect(change?.refunds).toMatchObject([{ status: 'OPEN', resolveStep: after, watchAt }]);
  });

  test('an answer about a refund that ended changes nothing', () => {
    expect(asked(paid({ refunds: [aRefund({ status: 'CANCELED' })] }), happened())).toEqual({ result: 'PAID' });
  });

  test('a yes that comes late ends it', () => {
    expect(settleRefund(inQuestion(), askable, policy, settling, gaveBack).result).toBe('REFUNDED');
  });
});

describe('a charge that nothing is awaited of', () => {
  test('has no date, and hands one that it had to its open refund, if that has none', () => {
    const seen = paid({
      charge: { state: 'REFUND_UNKNOWN', watchAt: tenOClock },
      refunds: [aRefund({ watchAt: null })],
    });
    const { result, change } = atRest(seen);
    expect(result).toBe(true);
    expect(change?.charge).toEqual({ ...seen.charge, watchAt: null });
    expect(change?.refunds).toEqual([aRefund({ watchAt: tenOClock })]);
  });

  test('does not touch the date that its refund has', () => {
    const { change } = atRest(paid({ charge: { state: 'REFUNDING', watchAt: tenOClock }, refunds: [aRefund()] }));
    expect(change?.charge).toMatchObject({ state: 'REFUNDING', version: 1, watchAt: null });
    expect(change?.refunds ?? []).toEqual([]);
  });

  test.each(chargeStates)('%s', (state) => {
    const resting = !['DUE', 'CHARGING', 'UNKNOWN', 'RETRY_WAIT', 'HELD', 'ADJUDICATION'].includes(state);
    expect(atRest(picture(state, { charge: { watchAt: tenOClock } })).result).toBe(resting);
    expect(atRest(picture(state))).toEqual({ result: false });
  });
});
