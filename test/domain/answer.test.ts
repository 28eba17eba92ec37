import { answerFrom, nextBilling } from '../../src/domain/answer';
import type { CalendarDate, DueTerms } from '../../src/domain/calendar';
import type { ChargeState } from '../../src/domain/charge-state';
import type { Attempt } from '../../src/domain/picture';
import { won } from '../../src/domain/won';
import {
  approvedAttempt,
  declinedAttempt,
  type Given,
  inDoubt,
  inSeoul,
  later,
  neverLeft,
  order,
  paid,
  picture,
  policy,
  tenOClock,
} from './picture-builder';

const answer = ({ charge, attempts }: ReturnType<typeof picture>) => answerFrom(charge, attempts);

describe('"저 결제 됐나요?"', () => {
  test('nothing was ever charged', () => {
    expect(answerFrom(undefined, [])).toEqual({ kind: 'nothing-charged' });
  });

  test('paid: when, and with which card', () => {
    expect(answer(paid())).toMatchObject({ kind: 'paid', at: tenOClock, card: '신한 ····1234' });
  });

  test('paid by the attempt that paid it, whatever was declined before', () => {
    const attempts = [declinedAttempt('funds'), approvedAttempt('pay-2', { attemptNo: 2, card: '국민 ····9999' })];
    expect(answer(paid({ attempts, charge: { paidOrderId: order(2) } }))).toMatchObject({ card: '국민 ····9999' });
  });

  test.each([
    [49_000, true],
    [9_000, false],
  ])('refunded %i won of 49,000: as a whole: %s', (refunded, whole) => {
    const seen = paid({ charge: { refundedAmount: won(refunded) } });
    expect(answer(seen)).toMatchObject({ kind: 'refunded', amount: refunded, whole });
  });

  test.each<ChargeState>(['DUE', 'CHARGING', 'UNKNOWN', 'FAILED', 'ADJUDICATION', 'CANCELED'])(
    'not yet, because it is %s; no time is promised',
    (state) => {
      expect(answer(picture(state, { charge: { watchAt: later(1_000) } }))).toMatchObject({
        kind: 'not-yet',
        state,
        nextTryAt: null,
      });
    },
  );

  test('not yet, and when it will be tried again', () => {
    const seen = picture('RETRY_WAIT', { attempts: [declinedAttempt('funds')], charge: { watchAt: later(1_000) } });
    expect(answer(seen)).toMatchObject({ kind: 'not-yet', nextTryAt: later(1_000), said: "funds in the PG's words" });
  });

  test('not yet, and why it is held', () => {
    expect(answer(picture('HELD', { charge: { heldReason: 'NO_CARD' } }))).toMatchObject({ heldReason: 'NO_CARD' });
  });

  test.each<[string, string | null, Attempt[]]>([
    ['the latest no', 'card', [declinedAttempt('funds'), declinedAttempt('card', { attemptNo: 2 })]],
    ['a no before an answer that was lost', 'funds', [declinedAttempt('funds'), inDoubt({ attemptNo: 2 })]],
    ['nothing, when nobody refused', null, [inDoubt()]],
    [
      'nothing of our own words about what never left',
      null,
      [neverLeft({ status: 'DECLINED', declineCode: 'UNSENT', declineMessage: 'never left' })],
    ],
  ])('the PG’s words are %s', (_, of, attempts) => {
    const given: Given = { attempts };
    expect(answer(picture('FAILED', given))).toMatchObject({ said: of && `${of} in the PG's words` });
  });
});

describe('the next billing', () => {
  const terms = (more: Partial<DueTerms> = {}): DueTerms => ({
    status: 'ACTIVE',
    billingDay: 'L',
    startsOn: '2026-01-01' as CalendarDate,
    endsOn: null,
    planFrom: new Date('2026-01-01T00:00:00Z'),
    ...more,
  });

  test.each<[string, Partial<DueTerms>, string, string | undefined]>([
    ['is today before the billing time', {}, '2026-10-31 09:59', '2026-10-31'],
    ['is the next date from the billing time on', {}, '2026-10-31 10:00', '2026-11-30'],
    ['keeps its anchor after a short month', { billingDay: 31 }, '2027-02-28 10:00', '2027-03-31'],
    ['is found from the day after a long month', { billingDay: 30 }, '2026-12-30 10:00', '2027-01-30'],
    [
      'comes after a start that lies ahead',
      { planFrom: inSeoul('2027-03-02 00:00') },
      '2026-10-31 09:00',
      '2027-03-31',
    ],
    [
      'is not today when it went live after the billing time',
      { planFrom: inSeoul('2026-10-31 10:00') },
      '2026-10-31 09:00',
      '2026-11-30',
    ],
    ['is none after the end', { endsOn: '2026-11-29' as CalendarDate }, '2026-10-31 10:00', undefined],
    ['is none while it is paused', { status: 'PAUSED' }, '2026-10-31 09:00', undefined],
    ['is none once it ended', { status: 'ENDED' }, '2026-10-31 09:00', undefined],
  ])('%s', (_, more, now, date) => {
    const next = nextBilling(terms(more), policy.billingTime, inSeoul(now));
    expect(next).toEqual(date === undefined ? undefined : { date, at: inSeoul(`${date} 10:00`) });
  });
});
