import * as fc from 'fast-check';
import { type ChargeState, chargeStates, isOpen, isUnpaid } from '../../src/domain/charge-state';
import type { HistoryEntry, RowStatus } from '../../src/domain/history';
import { declinesOf } from '../../src/domain/last-look';
import { type Attempt, openAttempt, type Picture } from '../../src/domain/picture';
import { Life, lives, type Moment } from './charge-life';

const inDoubt = (attempt: Attempt): boolean => attempt.status === 'OPEN' && attempt.doubtful;
const unique = (names: readonly unknown[]): boolean => new Set(names).size === names.length;
/** Something is awaited of the charge itself. One that was only planned waits for its cycle, without a date. */
const watched: readonly ChargeState[] = ['DUE', 'CHARGING', 'UNKNOWN', 'ADJUDICATION', 'HELD', 'RETRY_WAIT'];
const onlyPlanned = ({ charge }: Picture): boolean => charge.state === 'DUE' && charge.version === 1;
const rowsOf = (rows: readonly HistoryEntry[], act: 'CHARGE' | 'REFUND', ...statuses: RowStatus[]) =>
  rows.filter((row) => row.act === act && statuses.includes(row.status));
const payer = ({ charge, attempts }: Picture) => attempts.find((attempt) => attempt.orderId === charge.paidOrderId);
/** How much of a payment went back, by its rows. */
const wentBack = (rows: readonly HistoryEntry[], paymentKey: string | null | undefined): number =>
  rowsOf(rows, 'REFUND', 'CANCELED')
    .filter((row) => row.pgPaymentKey === paymentKey)
    .reduce((sum, row) => sum + (row.amount ?? 0), 0);
/** The PG holds money for the charge, and nobody gave it back. */
const holdsMoney = ({ attempts, surpluses }: Picture): boolean =>
  surpluses.some((one) => one.status !== 'REFUNDED') ||
  attempts.some(
    (attempt) =>
      attempt.status === 'APPROVED' &&
      !surpluses.some((one) => one.paymentKey === attempt.paymentKey && one.status === 'REFUNDED'),
  );
/** The attempts that this step transmitted, as they were before it (undefined: a new order). */
const transmitted = ({ before, after }: Moment): (Attempt | undefined)[] =>
  after.attempts
    .map((now) => [before.attempts.find((one) => one.orderId === now.orderId), now] as const)
    .filter(([earlier, now]) => now.transmissions > (earlier?.transmissions ?? 0))
    .map(([earlier]) => earlier);

const mustHold: Record<string, (moment: Moment) => boolean> = {
  'one attempt at most is open': ({ after }) => after.attempts.filter((one) => one.status === 'OPEN').length <= 1,
  'a charge in flight or in doubt has an open attempt': ({ after }) =>
    !isOpen(after.charge.state) || openAttempt(after.attempts) !== undefined,
  'a charge that is paid has none': ({ after }) =>
    isUnpaid(after.charge.state) || openAttempt(after.attempts) === undefined,
  'an attempt is in doubt only while the charge is': ({ after }) =>
    isOpen(after.charge.state) || !after.attempts.some(inDoubt),
  'no new order while another is in doubt': (moment) =>
    !transmitted(moment).includes(undefined) || !moment.before.attempts.some(inDoubt),
  'no order goes again once it ended': (moment) =>
    transmitted(moment).every((earlier) => earlier === undefined || earlier.status === 'OPEN'),
  'no order in doubt goes again without permission': (moment) =>
    transmitted(moment).every((earlier) => !earlier?.doubtful || earlier.resendFrom !== null),
  'nothing is sent while the PG holds money for it': (moment) =>
    transmitted(moment).length === 0 || !holdsMoney(moment.before),
  'the machine and people have four declines each per card': ({ after }) => {
    const counted = declinesOf(after).filter((decline) => decline.class !== 'merchant');
    const whose = counted.map((decline) => `${decline.billingKeyId} ${decline.startedBy}`);
    return whose.every((one) => whose.filter((other) => other === one).length <= 4);
  },
  'a row has an id of its own': ({ rows }) => unique(rows.map((row) => row.id)),
  'an attempt fails once at most': ({ rows }) => unique(rowsOf(rows, 'CHARGE', 'FAILED').map((row) => row.orderId)),
  'a payment is recorded once at most': ({ rows }) =>
    unique(rowsOf(rows, 'CHARGE', 'SUCCESS').map((row) => `${row.orderId} ${row.pgPaymentKey}`)),
  'every transmission has a row before it': ({ after, rows }) =>
    rowsOf(rows, 'CHARGE', 'REQUESTED').length ===
    after.attempts.reduce((sum, attempt) => sum + attempt.transmissions, 0),
  'an attempt that ended has a row that says so, and no other has': ({ after, rows }) => {
    const ended = rowsOf(rows, 'CHARGE', 'FAILED', 'SUCCESS').map((row) => row.orderId);
    return after.attempts.every((attempt) => ended.includes(attempt.orderId) === (attempt.status !== 'OPEN'));
  },
  'a paid charge names the approved attempt that paid it': ({ after }) =>
    isUnpaid(after.charge.state) !== (payer(after)?.status === 'APPROVED'),
  'every payment that was proven pays the charge or is a surplus': ({ after, rows }) => {
    const known = [payer(after)?.paymentKey, ...after.surpluses.map((surplus) => surplus.paymentKey)];
    return rowsOf(rows, 'CHARGE', 'SUCCESS').every((row) => known.includes(row.pgPaymentKey ?? null));
  },
  'one refund at most is open': ({ after }) => after.refunds.filter((one) => one.status === 'OPEN').length <= 1,
  'a refund that ended has one row that says so; a yes that comes late adds one': ({ after, rows }) =>
    after.refunds.every((refund) => {
      const ends = rowsOf(rows, 'REFUND', 'CANCELED', 'FAILED')
        .filter((row) => row.refundId === refund.id)
        .map((row) => row.status);
      const allowed = { OPEN: [''], FAILED: ['FAILED'], CANCELED: ['CANCELED', 'FAILED,CANCELED'] };
      return allowed[refund.status].includes(ends.join());
    }),
  'a charge is being refunded as long as a refund of it is open': ({ after }) =>
    ['REFUNDING', 'REFUND_UNKNOWN'].includes(after.charge.state) ===
    after.refunds.some((one) => one.status === 'OPEN' && !one.ofSurplus),
  'an open refund has a date, and one that ended has none': ({ after }) =>
    after.refunds.every((one) => (one.status === 'OPEN') === (one.watchAt !== null)),
  'money that went back to the customer never exceeds what was taken': ({ after, rows }) =>
    after.attempts.every(
      (attempt) => attempt.paymentKey === null || wentBack(rows, attempt.paymentKey) <= attempt.amount,
    ),
  'what the PG holds pays, unless something else may or it is on its way back': ({ after }) =>
    !isUnpaid(after.charge.state) ||
    isOpen(after.charge.state) ||
    !holdsMoney(after) ||
    after.refunds.some((one) => one.status === 'OPEN' && one.ofSurplus),
  'what went back of its payment is what the charge says': ({ after, rows }) =>
    isUnpaid(after.charge.state) || wentBack(rows, payer(after)?.paymentKey) === after.charge.refundedAmount,
  'a surplus that is open did not go back': ({ after, rows }) =>
    after.surpluses.every((one) => one.status !== 'OPEN' || wentBack(rows, one.paymentKey) < one.amount),
  'what waits has a date, and what does not has none': ({ after }) =>
    onlyPlanned(after) || watched.includes(after.charge.state) === (after.charge.watchAt !== null),
  'what a button shows raises the version: a move, another reason of a hold, a refund': ({ before, after }) => {
    const stayed = before.charge.state === after.charge.state && before.charge.heldReason === after.charge.heldReason;
    const opened = after.refunds.length > before.refunds.length;
    const moved = before.charge.state !== after.charge.state || opened;
    return stayed && !opened
      ? before.charge.version === after.charge.version
      : !moved || before.charge.version < after.charge.version;
  },
};

test('whatever happens to a charge, in any order, its money, its orders and its rows agree', () => {
  return fc.assert(
    fc.property(lives, (lived) => {
      const life = new Life();
      const broken = lived.flatMap((step) => {
        const moment = life.live(step);
        return Object.keys(mustHold).filter((claimed) => !mustHold[claimed]?.(moment));
      });
      expect(broken).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test('these lives are worth living: they reach every state', () => {
  const reached = new Set<ChargeState>();
  for (const lived of fc.sample(lives, { numRuns: 200, seed: 20_261_031 })) {
    const life = new Life();
    for (const step of lived) reached.add(life.live(step).after.charge.state);
  }
  expect([...reached].sort()).toEqual([...chargeStates].sort());
});
