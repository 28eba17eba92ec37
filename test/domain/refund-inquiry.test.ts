import type { ChargeState } from '../../src/domain/charge-state';
import type { StatusAnswer } from '../../src/domain/outcome';
import type { Picture } from '../../src/domain/picture';
import { inquiredRefund, type RefundSettle, settleRefund, takeOverRefund } from '../../src/domain/refund';
import { won } from '../../src/domain/won';
import { gaveBack, happened, inProgress, notFound, unreachable } from './pg-answers';
import {
  aRefund,
  askable,
  type Given,
  later,
  paid,
  policy,
  refunding,
  rowAboutRefund,
  rowsOf,
} from './picture-builder';

const day = 86_400_000;

const settling: RefundSettle = { id: 'ended', secondId: 'ended-too', refundId: 'refund-1', actor: 'slack:T1/U1' };
const inQuestion = (given: Given = {}): Picture =>
  refunding({ now: later(90_000), ...given, charge: { state: 'REFUND_UNKNOWN', ...given.charge } });

const asked = (seen: Picture, answer: StatusAnswer) => inquiredRefund(seen, askable, policy, settling, answer);

describe('a refund in doubt', () => {
  test('of a worker that never came back becomes a question', () => {
    const { result, change } = takeOverRefund(refunding({ now: later(90_000) }), askable, policy, settling);
    expect(result).toBe('REFUND_UNKNOWN');
    expect(change?.charge).toMatchObject({ state: 'REFUND_UNKNOWN', watchAt: later(91_000) });
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
  });

  test.each<[string, Picture]>([
    ['a charge that is not being refunded', paid()],
    ['a refund that is a question already', inQuestion()],
    ['a refund that ended', refunding({ refunds: [aRefund({ status: 'CANCELED' })] })],
  ])('%s is not taken over', (_, seen) => {
    expect(takeOverRefund(seen, askable, policy, settling)).toEqual({ result: seen.charge.state });
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
    expect([result, change?.charge?.state]).toEqual([state, state]);
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
    expect(change?.charge).toMatchObject({ watchAt });
    expect(change?.refunds).toMatchObject([{ status: 'OPEN', resolveStep: after }]);
  });

  test('an answer about a refund that ended changes nothing', () => {
    expect(asked(paid({ refunds: [aRefund({ status: 'CANCELED' })] }), happened())).toEqual({ result: 'PAID' });
  });

  test('a yes that comes late ends it', () => {
    expect(settleRefund(inQuestion(), askable, policy, settling, gaveBack).result).toBe('REFUNDED');
  });
});
