// What can happen between a refund's row and its answer. An open refund has a date of its own: what is awaited of its
// charge never moves it, and it never moves what is awaited of its charge.

import { charge, settleDurably } from '../../src/cycle/charge';
import type { World } from '../../src/cycle/ports';
import { refund } from '../../src/cycle/refund';
import { retry } from '../../src/cycle/retry';
import { sweep } from '../../src/cycle/sweep';
import type { Approved, CancelOutcome, ChargeOutcome } from '../../src/domain/outcome';
import { won } from '../../src/domain/won';
import { refundTable } from '../../src/records/entities';
import type { Bench } from '../support/bench';
import { describeOnEveryDatabase } from '../support/databases';
import { days, minutes, seconds } from '../support/given-clock';
import { declined, inProgress, lost, type ScriptedPg, unreachable } from '../support/scripted-pg';

const noAnswer: CancelOutcome = { kind: 'unknown', code: 'READ_TIMEOUT', message: 'no answer in time' };

describeOnEveryDatabase('between a refund’s row and its answer', (openBench) => {
  let bench: Bench;
  let pg: ScriptedPg;
  beforeEach(async () => {
    bench = await openBench();
    pg = bench.pg;
    await bench.given({ id: 'kim' });
  });
  afterEach(async () => {
    await bench.verified();
    await bench.close();
  });

  const request = () => ({
    id: bench.world.newId(),
    approvalId: bench.world.newId(),
    refundId: bench.world.newId(),
    actor: 'cli:kim',
    approver: null,
    approvalFrom: won(1_000_000),
    reasonDigest: 'digest of a reason',
  });
  const giveBack = async (world = bench.world) => refund(world, await bench.charge('kim'), request());
  const refunds = () =>
    bench.records.database.read((manager) => manager.find(refundTable, { order: { sentAt: 'ASC' } }));
  const watchOf = async (): Promise<Date | null | undefined> => (await refunds()).at(-1)?.watchAt;
  const inTime = (ms: number): Date => new Date(bench.clock.now().getTime() + ms);

  /** A process that dies when the PG was called: what it does after that never comes to the records. */
  const dying = (): World => {
    let acts = 0;
    const ledger: World['ledger'] = {
      act: (intent) => {
        acts += 1;
        return acts === 1 ? bench.world.ledger.act(intent) : Promise.reject(new Error('the process dies here'));
      },
    };
    return { ...bench.world, ledger };
  };

  /** In doubt by its second order, while the PG says that it took the first one too. */
  async function withSurplus(): Promise<void> {
    pg.answers.push(declined('card'), lost);
    await bench.cycle();
    await retry(bench.world, await bench.charge('kim'), 'cli:kim');
    const [first] = await bench.attempts('kim');
    if (!first) throw new Error('no attempt');
    await lateApproval(first.orderId);
  }

  async function lateApproval(orderId: string): Promise<void> {
    const { amount } = await bench.charge('kim');
    await settleAs(pg.approve({ orderId, amount }), orderId);
  }

  async function settleAs(outcome: ChargeOutcome, order?: string): Promise<void> {
    const { id, customerId } = await bench.charge('kim');
    const orderId = order ?? (await bench.attempts('kim'))[0]?.orderId ?? '';
    const ids = { id: bench.world.newId(), secondId: bench.world.newId(), thirdId: bench.world.newId() };
    const about = { customerId, chargeId: id, orderId, transmissionId: 'elsewhere', actor: 'sweeper' };
    await settleDurably(bench.world, { ...ids, ...about, outcome });
  }

  test('a refund whose worker died is asked about when its lease has run out, and found', async () => {
    await bench.cycle();
    await expect(giveBack(dying())).rejects.toThrow('dies here');
    expect(await bench.charge('kim')).toMatchObject({ state: 'REFUNDING', watchAt: null });
    bench.clock.pass(seconds(89));
    await sweep(bench.world);
    expect(pg.questions).toHaveLength(0);
    bench.clock.pass(seconds(2));
    const other = await bench.another();
    expect(await sweep(other.world)).toMatchObject({ resolved: 1 });
    await other.leave();
    expect(await bench.charge('kim')).toMatchObject({ state: 'REFUNDED', refundedAmount: 49_000, watchAt: null });
    expect(await watchOf()).toBeNull();
    expect((await bench.story('kim')).slice(-4)).toEqual([
      'REFUND REQUESTED',
      'REFUND UNKNOWN NO_ANSWER',
      'INQUIRY SUCCESS',
      'REFUND CANCELED',
    ]);
    expect(pg.cancels).toHaveLength(1);
  });

  test('a refund whose answer is lost is asked about on the ladder, and then every day', async () => {
    await bench.cycle();
    pg.cancelAnswers.push(() => noAnswer);
    await giveBack();
    expect(await bench.charge('kim')).toMatchObject({ state: 'REFUND_UNKNOWN', watchAt: null });
    const asked: number[] = [];
    const start = bench.clock.now().getTime();
    for (let step = 0; step < 9; step += 1) {
      pg.statusAnswers.push(inProgress);
      const next = await watchOf();
      if (!next) throw new Error('no date');
      bench.clock.set(next.toISOString());
      await sweep(bench.world);
      asked.push(Math.round((next.getTime() - start) / 1000));
    }
    const ladder = [90, 300, 1_800, 7_200, 43_200, 86_400];
    expect(asked).toEqual([...ladder, 2 * 86_400, 3 * 86_400, 4 * 86_400]);
    bench.clock.pass(days(1));
    expect(await sweep(bench.world)).toMatchObject({ resolved: 1 });
    expect((await bench.charge('kim')).state).toBe('PAID');
  });

  test('two sweepers ask about one refund once', async () => {
    await bench.cycle();
    pg.cancelAnswers.push(() => noAnswer);
    await giveBack();
    bench.clock.pass(seconds(91));
    pg.statusAnswers.push(unreachable, unreachable);
    const other = await bench.another();
    const item = (await bench.records.workList.refundsWatched(bench.clock.now(), 10))[0];
    if (!item) throw new Error('no refund is watched');
    const stale = { ...other.world.workList, refundsWatched: once([item]), watched: once([]) };
    const blind = { wake: async () => 0 };
    await sweep(bench.world);
    await sweep({ ...other.world, workList: { ...stale, ...blind } as unknown as World['workList'] });
    expect(pg.questions).toHaveLength(1);
    await other.leave();
  });

  test('a surplus on its way back leaves a charge in doubt with its own date, and both are asked about', async () => {
    await withSurplus();
    const { watchAt } = await bench.charge('kim');
    expect(await bench.charge('kim')).toMatchObject({ state: 'UNKNOWN', watchAt: inTime(seconds(90)) });
    bench.clock.pass(seconds(60));
    pg.cancelAnswers.push((asked, itself) => {
      itself.giveBack(asked);
      return noAnswer;
    });
    await giveBack();
    expect((await bench.charge('kim')).watchAt).toEqual(watchAt);
    expect(await watchOf()).toEqual(inTime(seconds(90)));
    bench.clock.pass(seconds(31));
    pg.statusAnswers.push(inProgress);
    await sweep(bench.world);
    expect(pg.questions.map((one) => one.orderId.slice(-2))).toEqual(['-2']);
    const asked = (await bench.charge('kim')).watchAt;
    expect(asked).toEqual(inTime(minutes(5) - seconds(91)));
    bench.clock.pass(seconds(60));
    expect(await sweep(bench.world)).toMatchObject({ resolved: 1 });
    expect(pg.questions.map((one) => one.orderId.slice(-2))).toEqual(['-2', '-1']);
    expect(await bench.charge('kim')).toMatchObject({ state: 'UNKNOWN', watchAt: asked });
    expect(await refunds()).toMatchObject([{ status: 'CANCELED', ofSurplus: true, watchAt: null }]);
  });

  test('a surplus that went back does not bring the next step of the ladder forward', async () => {
    await withSurplus();
    const second = (await bench.attempts('kim'))[1]?.orderId ?? '';
    pg.cancelAnswers.push((asked, itself) => {
      itself.giveBack(asked);
      return noAnswer;
    });
    await giveBack();
    pg.statusAnswers.push({ kind: 'failed', class: 'funds', code: 'X', message: 'x', raw: { http: 200, body: {} } });
    bench.clock.pass(seconds(91));
    await sweep(bench.world);
    const waiting = await bench.charge('kim');
    expect(waiting).toMatchObject({ state: 'RETRY_WAIT', attempts: 2 });
    expect(second.slice(-2)).toBe('-2');
    bench.clock.pass(minutes(10));
    await sweep(bench.world);
    expect(await refunds()).toMatchObject([{ status: 'CANCELED' }]);
    await sweep(bench.world);
    expect(await bench.charge('kim')).toMatchObject({ state: 'RETRY_WAIT', watchAt: waiting.watchAt, attempts: 2 });
  });

  test('a surplus that the PG kept can be given back by the button of the card drawn anew, and then the charge too', async () => {
    await bench.cycle();
    const [paid] = await bench.attempts('kim');
    if (!paid) throw new Error('no attempt');
    pg.books.push({ orderId: paid.orderId, paymentKey: 'pay-again', amount: 49_000, remaining: 49_000 });
    await settleAs({
      ...pg.approve({ orderId: paid.orderId, amount: paid.amount }),
      paymentKey: 'pay-again',
    } as Approved);
    pg.cancelAnswers.push(() => declined('record') as CancelOutcome);
    const press = async () => {
      const item = await bench.charge('kim');
      return refund(bench.world, item, { ...request(), expectVersion: item.version });
    };
    const answers = [await press(), await press(), await press()];
    expect(answers.map((one) => one.kind === 'sent' && [one.outcome.kind, one.refund.ofSurplus])).toEqual([
      ['declined', true],
      ['canceled', true],
      ['canceled', false],
    ]);
    expect(await bench.charge('kim')).toMatchObject({ state: 'REFUNDED', refundedAmount: 49_000 });
    expect(pg.books.map((one) => one.remaining)).toEqual([0, 0]);
  });

  test('a refund at a PG that can’t be asked waits for people, and nobody is asked over and over', async () => {
    await bench.cycle();
    pg.capabilities = { ...pg.capabilities, asksByOrderId: false };
    await expect(giveBack(dying())).rejects.toThrow('dies here');
    for (let times = 0; times < 20; times += 1) {
      bench.clock.pass(minutes(2));
      await sweep(bench.world);
    }
    expect(pg.questions).toHaveLength(0);
    expect((await bench.charge('kim')).state).toBe('REFUND_UNKNOWN');
    expect(await watchOf()).toEqual(new Date('2026-11-01T01:02:00Z'));
    expect((await bench.story('kim')).slice(-2)).toEqual(['REFUND REQUESTED', 'REFUND UNKNOWN NO_ANSWER']);
  });

  test('a refund that waited for its turn is not sent: somebody may have been told that it failed', async () => {
    await bench.cycle();
    const { ledger } = bench.world;
    let acts = 0;
    const slow: World['ledger'] = {
      act: async (intent) => {
        const result = await ledger.act(intent);
        acts += 1;
        if (acts === 1) bench.clock.pass(minutes(2));
        return result;
      },
    };
    expect(await giveBack({ ...bench.world, ledger: slow })).toMatchObject({ kind: 'sent', state: 'PAID' });
    expect(pg.cancels).toHaveLength(0);
    expect((await bench.story('kim')).slice(-2)).toEqual(['REFUND REQUESTED', 'REFUND FAILED UNSENT']);
  });

  test('the date that an earlier version gave a charge being refunded is its refund’s', async () => {
    await bench.cycle();
    await expect(giveBack(dying())).rejects.toThrow('dies here');
    await bench.records.database.write(({ manager }) =>
      manager.query("UPDATE charge SET watch_at = '2026-10-31 01:01:30.000'"),
    );
    await bench.records.database.write(({ manager }) => manager.query('UPDATE refund SET watch_at = NULL'));
    bench.clock.pass(seconds(91));
    await sweep(bench.world);
    expect(await bench.charge('kim')).toMatchObject({ state: 'REFUNDED', watchAt: null });
  });

  test('a cycle’s own sweep looks at the refunds of its date only', async () => {
    await bench.cycle();
    pg.cancelAnswers.push(() => noAnswer);
    await giveBack();
    bench.clock.pass(seconds(91));
    const { workList } = bench.records;
    const { billingDate } = await bench.charge('kim');
    expect(await workList.refundsWatched(bench.clock.now(), 10, { billingDate })).toHaveLength(1);
    const other = '2026-11-15' as typeof billingDate;
    expect(await workList.refundsWatched(bench.clock.now(), 10, { billingDate: other })).toEqual([]);
  });

  test('refunds are listed page by page, those of one instant too', async () => {
    await bench.given(...Array.from({ length: 7 }, (_, nth) => ({ id: `customer-${nth}` })));
    await bench.plan();
    for (const one of await bench.charges()) {
      await charge(bench.world, one, { why: 'first', actor: 'cycle' });
      pg.cancelAnswers.push(() => noAnswer);
      if (one.customerId.endsWith('3')) bench.clock.pass(seconds(1));
      await refund(bench.world, one, request());
    }
    bench.clock.pass(seconds(91));
    const seen: string[] = [];
    for (let after: { id: string; watchAt: Date | null } | undefined; ; ) {
      const from = after ? { after } : {};
      const page = await bench.records.workList.refundsWatched(bench.clock.now(), 3, from);
      after = page.at(-1);
      if (!after) break;
      seen.push(...page.map((item) => item.id));
    }
    expect(seen.sort()).toEqual((await refunds()).map((one) => one.id).sort());
    expect(new Set(seen).size).toBe(8);
  });
});

/** Lists these once, and then nothing. */
function once<Item>(items: Item[]): () => Promise<Item[]> {
  const pages = [items];
  return async () => pages.shift() ?? [];
}
