import { type ChargeState, chargeStates } from '../../src/domain/charge-state';
import { type ClaimRequest, type ClaimWhy, claim, closedUnsent, mayResend } from '../../src/domain/claim';
import type { Attempt, PgTerms, Picture, Surplus } from '../../src/domain/picture';
import { won } from '../../src/domain/won';
import {
  aKey,
  anAttempt,
  approvedAttempt,
  aSurplus,
  askable,
  declinedAttempt,
  type Given,
  inDoubt,
  later,
  neverLeft,
  order,
  picture,
  policy,
  rowAbout,
  rowsOf,
  taciturn,
  tenOClock,
  unknown,
} from './picture-builder';

const hour = 3_600_000;
const day = 24 * hour;

const ask = (why: ClaimWhy, more: Partial<ClaimRequest> = {}): ClaimRequest => ({
  id: 'sent-now',
  closingRowId: 'closing',
  why,
  actor: why === 'person' ? 'cli:kim' : 'cycle',
  openable: () => true,
  ...more,
});
const claimed = (seen: Picture, why: ClaimWhy, more: Partial<ClaimRequest> = {}, pg: PgTerms = askable) =>
  claim(seen, pg, policy, ask(why, more));

/** The order id that a claim would transmit, or what stands in its way. */
const sends = (decision: ReturnType<typeof claimed>): string =>
  decision.result.kind === 'claimed' ? decision.result.transmission.attempt.orderId : decision.result.kind;

const permitted = (more: Partial<Attempt> = {}): Attempt => inDoubt({ resendFrom: later(60_000), ...more });

describe('which state a claim may start from', () => {
  const table: Record<ClaimWhy, readonly ChargeState[]> = {
    first: ['DUE'],
    ladder: ['RETRY_WAIT'],
    person: ['FAILED', 'RETRY_WAIT'],
    resend: ['UNKNOWN'],
    probe: ['DUE', 'HELD'],
  };
  const pairs = (Object.keys(table) as ClaimWhy[]).flatMap((why) =>
    chargeStates.map((state) => [why, state, table[why].includes(state) ? 'takes it' : 'passes it by'] as const),
  );

  test.each(pairs)('a claim for %s on a charge that is %s %s', (why, state, does) => {
    const { result, change } = claimed(picture(state, { attempts: why === 'resend' ? [permitted()] : [] }), why);
    if (does === 'takes it') expect([result.kind, change?.charge?.state]).toEqual(['claimed', 'CHARGING']);
    else expect({ result, change }).toEqual({ result: { kind: 'passed' } });
  });

  test('a probe takes only what the breaker holds', () => {
    expect(sends(claimed(picture('HELD', { charge: { heldReason: 'PG_HOLD' } }), 'probe'))).toBe('passed');
  });

  test('a probe of what was held on the ladder remembers nothing of the hold', () => {
    const held = picture('HELD', { charge: { heldReason: 'BREAKER', heldFrom: 'RETRY_WAIT', watchAt: later(hour) } });
    expect(claimed(held, 'probe').change?.charge).toMatchObject({
      state: 'CHARGING',
      heldReason: null,
      heldFrom: null,
    });
  });

  test('what was held from nowhere was due', () => {
    const held = picture('HELD', { charge: { heldFrom: null }, pg: { heldBy: 'cli:kim' } });
    expect(claimed(held, 'probe').change?.charge).toMatchObject({ state: 'HELD', heldFrom: 'DUE' });
  });

  test('a button pressed on what has moved since does nothing', () => {
    const seen = picture('FAILED', { charge: { version: 4 } });
    expect(claimed(seen, 'person', { expectVersion: 3 })).toEqual({ result: { kind: 'passed' } });
    expect(sends(claimed(seen, 'person', { expectVersion: 4 }))).toBe(order(1));
  });

  test.each<[ClaimWhy, Picture]>([
    ['first', picture('DUE', { attempts: [approvedAttempt('pay-1')] })],
    ['ladder', picture('RETRY_WAIT', { attempts: [approvedAttempt('pay-1')] })],
    ['person', picture('FAILED', { attempts: [approvedAttempt('pay-1')] })],
    ['resend', unknown({ attempts: [approvedAttempt('pay-1'), permitted({ attemptNo: 2 })] })],
    ['probe', picture('HELD', { attempts: [approvedAttempt('pay-1')] })],
  ])('no claim for %s while the PG holds money for this charge', (why, seen) => {
    expect(claimed(seen, why)).toEqual({ result: { kind: 'passed' } });
  });

  test.each<[string, string, Surplus[]]>([
    ['sends the next order', 'all of it went back', [aSurplus({ status: 'REFUNDED' })]],
    ['sends nothing', 'a part of it went back', [aSurplus({ amount: won(9_000) })]],
    [
      'sends nothing',
      'its order was captured twice and one of the two went back',
      [aSurplus({ status: 'REFUNDED' }), aSurplus({ paymentKey: 'pay-again' })],
    ],
  ])('%s: when %s', (does, _, surpluses) => {
    const seen = picture('RETRY_WAIT', { attempts: [approvedAttempt('pay-1')], surpluses });
    expect(sends(claimed(seen, 'ladder'))).toBe(does === 'sends nothing' ? 'passed' : order(2));
  });
});

describe('whose time has not come', () => {
  const soon = { charge: { watchAt: later(1_000) } };

  test.each<[ClaimWhy, ChargeState]>([
    ['first', 'DUE'],
    ['ladder', 'RETRY_WAIT'],
  ])('a claim for %s waits for its time', (why, state) => {
    expect(claimed(picture(state, soon), why)).toEqual({ result: { kind: 'wait', until: later(1_000) } });
    expect(sends(claimed(picture(state, { charge: { watchAt: tenOClock } }), why))).toBe(order(1));
  });

  test.each<[string, ClaimWhy, Picture, string]>([
    ['a person', 'person', picture('RETRY_WAIT', soon), order(1)],
    ['a permitted re-send', 'resend', unknown({ ...soon, now: tenOClock, attempts: [permitted()] }), order(1)],
  ])('%s does not wait for the next look', (_, why, seen, expected) => {
    expect(sends(claimed(seen, why))).toBe(expected);
  });
});

describe('what stands in the way', () => {
  const inTheWay: [string, Given, string][] = [
    ['a paused subscription', { subscription: { status: 'PAUSED' } }, 'SUBSCRIPTION_PAUSED'],
    ['an ended subscription', { subscription: { status: 'ENDED' } }, 'SUBSCRIPTION_ENDED'],
    ['a dead card', { billingKey: aKey('key-1', { status: 'DEAD' }) }, 'NO_CARD'],
    ['a held PG', { pg: { heldBy: 'cli:kim' } }, 'PG_HOLD'],
    ['an open breaker', { pg: { breakerOpenedAt: tenOClock } }, 'BREAKER'],
    ['another charge in doubt', { openElsewhere: [{ id: 'other', state: 'UNKNOWN' }] }, 'CUSTOMER_UNKNOWN'],
    ['a card declined too often', { keyDeclinesLately: 15 }, 'BUDGET'],
  ];

  test.each(inTheWay)('%s sets a charge aside that is due, and people see it', (_, given, heldReason) => {
    const { result, change } = claimed(picture('DUE', given), 'first');
    expect(result).toEqual({ kind: 'held', reason: heldReason });
    expect(change).toMatchObject({ tell: true });
    expect(change?.charge).toMatchObject({ state: 'HELD', heldReason, heldFrom: 'DUE', watchAt: later(hour) });
    expect(change?.rows).toBeUndefined();
  });

  test.each(inTheWay)('%s sets a retry aside, to go back to its ladder', (_, given, heldReason) => {
    const { change } = claimed(picture('RETRY_WAIT', given), 'ladder');
    expect(change?.charge).toMatchObject({ state: 'HELD', heldReason, heldFrom: 'RETRY_WAIT', watchAt: later(hour) });
  });

  test.each(inTheWay)('%s refuses a person, and the charge stays as it is', (_, given, reason) => {
    expect(claimed(picture('FAILED', given), 'person')).toEqual({ result: { kind: 'refused', reason } });
  });

  test.each(inTheWay.filter(([, , reason]) => reason !== 'BUDGET'))(
    '%s keeps a re-send waiting',
    (_, given, reason) => {
      const seen = unknown({ attempts: [permitted()], ...given });
      expect(claimed(seen, 'resend')).toEqual({ result: { kind: 'held', reason } });
    },
  );

  test.each<[string, Given, Date | null]>([
    ['a PG that asked for a pause', { pg: { pausedUntil: later(5_000) } }, later(5_000)],
    ['another charge of this customer in flight', { openElsewhere: [{ id: 'other', state: 'CHARGING' }] }, null],
  ])('%s changes nothing: the charge waits', (_, given, until) => {
    expect(claimed(picture('DUE', given), 'first')).toEqual({ result: { kind: 'wait', until } });
  });

  test('a PG that this installation does not have sets the charge aside', () => {
    const { result } = claim(picture('DUE'), undefined, policy, ask('first'));
    expect(result).toEqual({ kind: 'held', reason: 'PG_NOT_CONFIGURED' });
  });

  test('the secret that must open it is that of the key that is sent', () => {
    const openable = (secretId: string) => secretId !== 'lost secret';
    const seen = picture('DUE', { billingKey: aKey('key-1', { secretId: 'lost secret' }) });
    expect(claimed(seen, 'first', { openable }).result).toEqual({ kind: 'held', reason: 'KEY_SEALED' });
  });

  test('the breaker lets one charge through to probe the PG', () => {
    const pg = { breakerOpenedAt: tenOClock };
    expect(sends(claimed(picture('HELD', { pg }), 'probe'))).toBe(order(1));
    expect(sends(claimed(picture('DUE', { pg }), 'probe'))).toBe(order(1));
  });

  test('a probe that meets another obstacle is held for that one', () => {
    const held = picture('HELD', { pg: { heldBy: 'cli:kim' }, charge: { heldFrom: 'RETRY_WAIT' } });
    expect(claimed(held, 'probe').change?.charge).toMatchObject({ heldReason: 'PG_HOLD', heldFrom: 'RETRY_WAIT' });
  });

  test('a card at another PG moves the charge there, and nothing is sent yet', () => {
    const seen = picture('DUE', { billingKey: aKey('key-2', { pgProvider: 'INICIS' }) });
    const { result, change } = claimed(seen, 'first');
    expect(result).toEqual({ kind: 'wait', until: null });
    expect(change).toEqual({ charge: { ...seen.charge, pgProvider: 'INICIS' } });
  });
});

describe('a first transmission', () => {
  const { result, change } = claimed(picture('DUE'), 'first');

  test('its row stands before the money moves, under the id made for it', () => {
    const requested = { id: 'sent-now', act: 'CHARGE', status: 'REQUESTED', actor: 'cycle' };
    expect(change?.rows).toEqual([{ ...rowAbout(), ...requested }]);
  });

  test('from its commit on, a crash leaves a question with a date on it', () => {
    expect(change?.charge).toMatchObject({
      state: 'CHARGING',
      watchAt: later(policy.leaseMs),
      version: 2,
      attempts: 1,
    });
    expect(change?.attempts).toEqual([anAttempt({ transmissionId: 'sent-now' })]);
  });

  test('the caller gets all it needs to send, and no open key', () => {
    if (result.kind !== 'claimed') throw new Error(result.kind);
    expect(result.transmission).toMatchObject({
      id: 'sent-now',
      orderName: '월 구독',
      customerKey: 'customer key of key-1',
      sealed: 'sealed key-1',
      secretId: 'secret-1',
      customer: { name: '김민수' },
    });
  });
});

describe('after an explicit no', () => {
  test.each<[ClaimWhy, ChargeState, Attempt['startedBy']]>([
    ['ladder', 'RETRY_WAIT', 'machine'],
    ['person', 'FAILED', 'person'],
  ])('a claim for %s on a charge that is %s opens the next order, started by a %s', (why, state, startedBy) => {
    const { change } = claimed(picture(state, { attempts: [declinedAttempt('funds')] }), why);
    expect(change?.attempts).toMatchObject([{ orderId: order(2), attemptNo: 2, startedBy, transmissions: 1 }]);
    expect(change?.charge).toMatchObject({ attempts: 2 });
    expect(rowsOf(change)).toEqual(['CHARGE REQUESTED']);
  });

  test('the next order is sent with the card of today', () => {
    const seen = picture('FAILED', { attempts: [declinedAttempt('card')], billingKey: aKey('key-2') });
    expect(claimed(seen, 'person').change?.attempts).toMatchObject([{ billingKeyId: 'key-2' }]);
  });
});

describe('when nothing of the open attempt ever left', () => {
  test('the same order goes again, and uses no step of the question ladder', () => {
    const { change } = claimed(
      picture('DUE', { attempts: [neverLeft({ startedBy: 'person' })], now: later(1_000) }),
      'first',
    );
    expect(change?.attempts).toEqual([
      neverLeft({
        startedBy: 'person',
        ended: false,
        transmissions: 2,
        sentAt: later(1_000),
        transmissionId: 'sent-now',
      }),
    ]);
    expect(change?.charge?.attempts).toBe(1);
    expect(rowsOf(change)).toEqual(['CHARGE REQUESTED']);
  });

  test.each<[string, Given, PgTerms]>([
    ['another card', { billingKey: aKey('key-2') }, askable],
    ['another merchant', {}, { ...askable, merchant: 'merchant-2' }],
  ])('with %s it ends as unsent, and another order goes', (_, given, pg) => {
    const { change } = claimed(picture('DUE', { attempts: [neverLeft()], ...given }), 'first', {}, pg);
    expect(change?.attempts).toMatchObject([
      { orderId: order(1), status: 'DECLINED', declineCode: 'UNSENT', declineClass: null, closedAt: tenOClock },
      { orderId: order(2), status: 'OPEN' },
    ]);
    expect(change?.rows).toMatchObject([
      { id: 'closing', status: 'FAILED', failureCode: 'UNSENT', orderId: order(1) },
      { id: 'sent-now', status: 'REQUESTED', orderId: order(2) },
    ]);
  });

  test('a PG that keeps its answer under our key is asked before the order goes again', () => {
    expect(claimed(picture('DUE', { attempts: [neverLeft({ freshKeyDue: true })] }), 'first')).toEqual({
      result: { kind: 'ask-first' },
    });
  });

  test('nobody is asked about an order that does not go again: another card, or a card at another PG', () => {
    const attempts = [neverLeft({ freshKeyDue: true })];
    const elsewhere = {
      billingKey: aKey('key-2', { pgProvider: 'INICIS' }),
      charge: { pgProvider: 'INICIS' },
    } as const;
    for (const given of [{ billingKey: aKey('key-2') }, elsewhere])
      expect(sends(claimed(picture('DUE', { attempts, ...given }), 'first'))).toBe(order(2));
  });

  test('once asked, the order goes under a fresh key', () => {
    const asked = neverLeft({ freshKeyDue: true, resendFrom: tenOClock, idempotencySuffix: 2 });
    expect(claimed(picture('DUE', { attempts: [asked] }), 'first').change?.attempts).toMatchObject([
      { orderId: order(1), idempotencySuffix: 3, freshKeyDue: false, resendFrom: null },
    ]);
  });

  test.each<ClaimWhy>(['first', 'probe'])('an attempt in doubt is never sent again by a claim for %s', (why) => {
    expect(claimed(picture('DUE', { attempts: [inDoubt()] }), why)).toEqual({ result: { kind: 'passed' } });
  });

  test('it is no further try at the card: budgets do not hold it', () => {
    expect(sends(claimed(picture('DUE', { attempts: [neverLeft()], keyDeclinesLately: 15 }), 'first'))).toBe(order(1));
  });

  test('an order with a card that was declined too often is another try, and is held', () => {
    const seen = picture('DUE', { attempts: [neverLeft()], billingKey: aKey('key-2'), keyDeclinesLately: 15 });
    expect(claimed(seen, 'first').result).toEqual({ kind: 'held', reason: 'BUDGET' });
  });
});

describe('sending the same order again after doubt', () => {
  const resend = (attempt: Partial<Attempt>, pg = askable, now = later(hour)) =>
    claimed(unknown({ attempts: [permitted(attempt)], now }), 'resend', { actor: 'sweeper' }, pg);

  test('it is the same order, amount, card and idempotency key, and uses a step of the ladder', () => {
    const { change } = resend({ resolveStep: 1, idempotencySuffix: 1 });
    expect(change?.attempts).toEqual([
      permitted({
        transmissions: 2,
        sentAt: later(hour),
        transmissionId: 'sent-now',
        ended: false,
        resolveStep: 2,
        resendFrom: null,
        idempotencySuffix: 1,
      }),
    ]);
    expect(change?.charge).toMatchObject({ state: 'CHARGING', watchAt: later(hour + policy.leaseMs), attempts: 1 });
  });

  test.each<[string, boolean, Partial<Attempt>, PgTerms, Date]>([
    ['with the PG’s permission', true, {}, askable, later(hour)],
    ['without it', false, { resendFrom: null }, askable, later(hour)],
    ['a millisecond before the window closes', true, {}, askable, later(14 * day - 1)],
    ['when the window has closed', false, {}, askable, later(14 * day)],
    ['in the window of the latest but not of the first', false, { sentAt: later(13 * day) }, askable, later(14 * day)],
    ['under another merchant', false, {}, { ...askable, merchant: 'merchant-2' }, later(hour)],
    ['at a PG where no order goes twice', false, {}, taciturn, later(1)],
    ['when the PG said no to it meanwhile', false, { declineClass: 'temporary' }, askable, later(hour)],
  ])('%s: %s', (_, allowed, attempt, pg, now) => {
    expect(mayResend(permitted(attempt), pg, now)).toBe(allowed);
    expect(sends(resend(attempt, pg, now))).toBe(allowed ? order(1) : 'passed');
  });

  test('it goes with the card of the order, whatever the customer’s card is today', () => {
    const seen = unknown({ attempts: [permitted()], billingKey: aKey('key-2') });
    expect(claimed(seen, 'resend').result).toMatchObject({ transmission: { sealed: 'sealed key-1' } });
  });

  test('a key whose stored answer would only be repeated is replaced', () => {
    expect(resend({ freshKeyDue: true }).change?.attempts).toMatchObject([
      { idempotencySuffix: 1, freshKeyDue: false },
    ]);
  });

  test('without an open attempt there is nothing to send again', () => {
    expect(claimed(unknown({ attempts: [declinedAttempt('funds')] }), 'resend')).toEqual({
      result: { kind: 'passed' },
    });
  });
});

test('an attempt of which nothing ever left ends with a row of its own, and is no decline', () => {
  const { attempts, rows } = closedUnsent(picture('DUE'), anAttempt(), 'closing');
  const unsent = { declineCode: 'UNSENT', declineMessage: 'nothing of this attempt ever reached the PG' };
  expect(attempts).toEqual([neverLeft({ status: 'DECLINED', ...unsent, closedAt: tenOClock })]);
  expect(rows).toEqual([
    {
      ...rowAbout(),
      id: 'closing',
      act: 'CHARGE',
      status: 'FAILED',
      failureCode: unsent.declineCode,
      failureReason: unsent.declineMessage,
      actor: 'cycle',
    },
  ]);
});
