// What can happen between a charge's row and its answer, each as a small story under a given clock. Every story ends
// with the same question: how often was this customer's money taken?

import { cancel, uncancel } from '../../src/cycle/cancel';
import { charge, settleDurably, settleIntent } from '../../src/cycle/charge';
import { TokenUsed } from '../../src/cycle/ports';
import { resolve } from '../../src/cycle/resolve';
import { retry } from '../../src/cycle/retry';
import { runCycle } from '../../src/cycle/run-cycle';
import { sweep } from '../../src/cycle/sweep';
import type { CalendarDate } from '../../src/domain/calendar';
import { plusDays, startOfCycle } from '../../src/domain/calendar';
import type { ChargeOutcome } from '../../src/domain/outcome';
import { actTokenTable } from '../../src/records/entities';
import { type Bench, october31, policy } from '../support/bench';
import { describeOnEveryDatabase } from '../support/databases';
import { days, minutes, seconds } from '../support/given-clock';
import {
  type Answer,
  amountOf,
  approveThenDrop,
  declined,
  inProgress,
  lost,
  notFound,
  type ScriptedPg,
  unreachable,
} from '../support/scripted-pg';

describeOnEveryDatabase('between the row and the answer', (openBench) => {
  let bench: Bench;
  let pg: ScriptedPg;
  beforeEach(async () => {
    bench = await openBench();
    pg = bench.pg;
  });
  afterEach(async () => {
    await bench.verified();
    await bench.close();
  });

  const state = async (of = 'kim'): Promise<string> => (await bench.charge(of)).state;
  const capturedTimes = async (of = 'kim'): Promise<number> =>
    pg.capturedPerCharge().get((await bench.charge(of)).id) ?? 0;
  const successes = async (of = 'kim'): Promise<number> =>
    (await bench.story(of)).filter((row) => row === 'CHARGE SUCCESS').length;

  test('an approval whose answer is lost is found by asking, and never charged again', async () => {
    await bench.given({ id: 'kim' });
    pg.answers.push(approveThenDrop);
    await bench.cycle();
    expect(await state()).toBe('UNKNOWN');
    await bench.cycle();
    bench.clock.pass(seconds(91));
    await sweep(bench.world);
    expect(await state()).toBe('PAID');
    expect(await bench.story('kim')).toEqual([
      'CHARGE REQUESTED',
      'CHARGE UNKNOWN READ_TIMEOUT',
      'INQUIRY SUCCESS',
      'CHARGE SUCCESS',
    ]);
    expect(pg.charges).toHaveLength(1);
  });

  test('a "not found" before the PG can be done says nothing: no second transmission leaves', async () => {
    await bench.given({ id: 'kim' });
    pg.answers.push(lost);
    await bench.cycle();
    bench.clock.pass(seconds(30));
    const { id, customerId, watchAt } = await bench.charge('kim');
    await resolve(bench.world, { id, customerId, watchAt }, 'cli:test');
    expect(pg.questions).toHaveLength(1);
    expect(pg.charges).toHaveLength(1);
    expect(await state()).toBe('UNKNOWN');
  });

  test('an approval that turns up after a "not found" is met by the same order again, so the money moves once', async () => {
    await bench.given({ id: 'kim' });
    // The PG books the first transmission only after it said that it did not know it.
    pg.answers.push(lost, (request, itself) => itself.approve(request));
    pg.statusAnswers.push(notFound);
    await bench.cycle();
    bench.clock.pass(seconds(91));
    pg.capture({ orderId: (await bench.attempts('kim'))[0]?.orderId ?? '', amount: amountOf(49_000) });
    await sweep(bench.world);
    expect(await state()).toBe('PAID');
    expect(pg.charges.map((request) => request.orderId)).toEqual([pg.charges[0]?.orderId, pg.charges[0]?.orderId]);
    expect(await capturedTimes()).toBe(1);
    expect(await bench.attempts('kim')).toHaveLength(1);
  });

  test('a temporary decline that had gone through is asked about before anything is tried again', async () => {
    await bench.given({ id: 'kim' });
    const liar: Answer = (request, itself) => {
      itself.capture(request);
      return declined('temporary', 'PROVIDER_ERROR');
    };
    pg.answers.push(liar);
    await bench.cycle();
    expect(await state()).toBe('UNKNOWN');
    bench.clock.pass(seconds(91));
    await sweep(bench.world);
    expect(await state()).toBe('PAID');
    expect(pg.charges).toHaveLength(1);
    expect(await bench.story('kim')).toEqual([
      'CHARGE REQUESTED',
      'CHARGE UNKNOWN PROVIDER_ERROR',
      'INQUIRY SUCCESS',
      'CHARGE SUCCESS',
    ]);
  });

  test('a temporary decline that the PG confirms closes the attempt without a re-send, and waits an hour', async () => {
    await bench.given({ id: 'kim' });
    pg.answers.push(declined('temporary', 'PROVIDER_ERROR'));
    await bench.cycle();
    bench.clock.pass(seconds(91));
    await sweep(bench.world);
    expect(await bench.story('kim')).toEqual([
      'CHARGE REQUESTED',
      'CHARGE UNKNOWN PROVIDER_ERROR',
      'INQUIRY UNKNOWN NOT_FOUND_PAYMENT',
      'CHARGE FAILED PROVIDER_ERROR',
    ]);
    expect(await bench.charge('kim')).toMatchObject({
      state: 'RETRY_WAIT',
      watchAt: new Date(bench.clock.now().getTime() + minutes(60)),
    });
    bench.clock.pass(minutes(61));
    expect(await sweep(bench.world)).toMatchObject({ retried: 1 });
    expect(await state()).toBe('PAID');
    expect(pg.charges.map((request) => request.orderId.slice(-2))).toEqual(['-1', '-2']);
  });

  test('the same approval from the sweeper and from a stalled worker is one row', async () => {
    await bench.given({ id: 'kim' });
    let wake = (): void => undefined;
    const stalled = new Promise<void>((go) => {
      wake = go;
    });
    pg.answers.push(async (request, itself) => {
      const yes = itself.approve(request);
      await stalled;
      return yes;
    });
    await bench.plan();
    const worker = runCycle(bench.world, october31, { actor: 'cycle' });
    await until(() => pg.charges.length === 1);
    bench.clock.pass(seconds(120));
    const other = await bench.another();
    await sweep(other.world);
    expect(await state()).toBe('PAID');
    wake();
    await worker;
    expect(await successes()).toBe(1);
    expect(await bench.story('kim')).toEqual([
      'CHARGE REQUESTED',
      'CHARGE UNKNOWN NO_ANSWER',
      'INQUIRY SUCCESS',
      'CHARGE SUCCESS',
    ]);
    await other.leave();
  });

  test('an approval that arrives after the sweeper took over is recorded by whoever brings it', async () => {
    await bench.given({ id: 'kim' });
    let wake = (): void => undefined;
    const stalled = new Promise<void>((go) => {
      wake = go;
    });
    pg.answers.push(async (request, itself) => {
      await stalled;
      return itself.approve(request);
    });
    pg.statusAnswers.push(inProgress);
    await bench.plan();
    const worker = runCycle(bench.world, october31, { actor: 'cycle' });
    await until(() => pg.charges.length === 1);
    bench.clock.pass(seconds(120));
    const other = await bench.another();
    await sweep(other.world);
    expect(await state()).toBe('UNKNOWN');
    wake();
    await worker;
    expect(await state()).toBe('PAID');
    expect(pg.charges).toHaveLength(1);
    await other.leave();
  });

  test('a decline of a re-send does not close what an earlier transmission left open', async () => {
    await bench.given({ id: 'kim' });
    // The first transmission is captured late; the re-send is declined for want of money.
    pg.answers.push(lost, (request, itself) => {
      itself.capture(request);
      return declined('funds', 'REJECT_CARD_PAYMENT');
    });
    pg.statusAnswers.push(notFound);
    await bench.cycle();
    bench.clock.pass(seconds(91));
    await sweep(bench.world);
    expect(await state()).toBe('UNKNOWN');
    bench.clock.pass(minutes(6));
    await sweep(bench.world);
    expect(await state()).toBe('PAID');
    expect(await capturedTimes()).toBe(1);
    expect(pg.charges).toHaveLength(2);
  });

  test('a decline of a re-send that the PG confirms opens the way to a new attempt', async () => {
    await bench.given({ id: 'kim' });
    pg.answers.push(lost, declined('funds', 'REJECT_CARD_PAYMENT'));
    await bench.cycle();
    bench.clock.pass(seconds(91));
    await sweep(bench.world);
    bench.clock.pass(minutes(6));
    await sweep(bench.world);
    expect(await bench.charge('kim')).toMatchObject({
      state: 'RETRY_WAIT',
      watchAt: startOfCycle(plusDays(october31, 1), policy.billingTime),
    });
    expect((await bench.story('kim')).filter((row) => row.startsWith('CHARGE FAILED'))).toEqual([
      'CHARGE FAILED REJECT_CARD_PAYMENT',
    ]);
  });

  test('two charges of one customer never run side by side, and the second waits for the first one’s answer', async () => {
    await bench.given({ id: 'kim', subscriptionId: 'kim-1' }, { id: 'kim', subscriptionId: 'kim-2' });
    let atOnce = 0;
    const watched: Answer = async (request, itself) => {
      atOnce += 1;
      await new Promise((go) => setTimeout(go, 20));
      expect(atOnce).toBe(1);
      atOnce -= 1;
      return itself.approve(request);
    };
    pg.answers.push(watched, watched);
    await bench.plan();
    const other = await bench.another();
    await Promise.all([
      runCycle(bench.world, october31, { actor: 'cycle' }),
      runCycle(other.world, october31, { actor: 'cycle' }),
    ]);
    expect([await state('kim-1'), await state('kim-2')]).toEqual(['PAID', 'PAID']);
    await other.leave();
  });

  test('an unknown of a customer holds the customer’s other charge until it is known', async () => {
    await bench.given({ id: 'kim', subscriptionId: 'kim-1' }, { id: 'kim', subscriptionId: 'kim-2' });
    pg.answers.push(approveThenDrop);
    await bench.cycle();
    const states = async (): Promise<string[]> => [await state('kim-1'), await state('kim-2')].sort();
    expect(await states()).toEqual(['HELD', 'UNKNOWN']);
    bench.clock.pass(seconds(91));
    await sweep(bench.world);
    await sweep(bench.world);
    expect(await states()).toEqual(['PAID', 'PAID']);
    expect(pg.charges).toHaveLength(2);
  });

  test('two clicks charge once, because the second finds its token used', async () => {
    await bench.given({ id: 'kim' });
    pg.answers.push(declined('card', 'INVALID_STOPPED_CARD'));
    await bench.cycle();
    const { id, customerId, version } = await bench.charge('kim');
    const clicks = await Promise.allSettled(
      [1, 2, 3].map(() => retry(bench.world, { id, customerId, pgProvider: 'TOSS' }, 'slack:T1/U1', version)),
    );
    expect(clicks.filter((click) => click.status === 'fulfilled')).toHaveLength(1);
    expect(clicks.filter((click) => click.status === 'rejected' && click.reason instanceof TokenUsed)).toHaveLength(2);
    expect(pg.charges).toHaveLength(2);
  });

  test('a crash between the click and its commit leaves neither token nor move, so the button still works', async () => {
    await bench.given({ id: 'kim' });
    pg.answers.push(declined('card', 'INVALID_STOPPED_CARD'));
    await bench.cycle();
    const { id, customerId, version } = await bench.charge('kim');
    const crash = bench.records.database.write(async ({ manager }) => {
      await manager.insert(actTokenTable, {
        chargeId: id,
        version,
        act: 'retry',
        actor: 'slack:T1/U1',
        usedAt: bench.clock.now(),
      });
      throw new Error('the process dies here');
    });
    await expect(crash).rejects.toThrow('dies here');
    await retry(bench.world, { id, customerId, pgProvider: 'TOSS' }, 'slack:T1/U1', version);
    expect(await state()).toBe('PAID');
  });

  test('a click on a card that has moved since does nothing', async () => {
    await bench.given({ id: 'kim' });
    pg.answers.push(declined('funds'));
    await bench.cycle();
    const { id, customerId, version } = await bench.charge('kim');
    await cancel(bench.world, { id, customerId }, 'slack:T1/U2', version);
    expect(await retry(bench.world, { id, customerId, pgProvider: 'TOSS' }, 'slack:T1/U1', version)).toEqual({
      kind: 'passed',
    });
    expect(await state()).toBe('CANCELED');
    expect(pg.charges).toHaveLength(1);
  });

  test('a customer whose subscription ended between plan and claim is not charged; people see the charge held', async () => {
    await bench.given({ id: 'kim' }, { id: 'lee' });
    await bench.plan();
    await bench.given({ id: 'kim', status: 'ENDED' });
    await runCycle(bench.world, october31, { actor: 'cycle' });
    expect(await bench.charge('kim')).toMatchObject({ state: 'HELD', heldReason: 'SUBSCRIPTION_ENDED' });
    expect(await state('lee')).toBe('PAID');
    expect(pg.charges).toHaveLength(1);
  });

  test('a charge cancelled between plan and claim is not sent, and is sent once when the cancel is taken back', async () => {
    await bench.given({ id: 'kim' });
    await bench.plan();
    const item = await bench.charge('kim');
    await cancel(bench.world, item, 'cli:ops');
    await runCycle(bench.world, october31, { actor: 'cycle' });
    expect(pg.charges).toHaveLength(0);
    await uncancel(bench.world, item, 'cli:ops');
    await sweep(bench.world);
    expect(await state()).toBe('PAID');
    expect(await bench.story('kim')).toEqual([
      'CANCEL SUCCESS',
      'UNCANCEL SUCCESS',
      'CHARGE REQUESTED',
      'CHARGE SUCCESS',
    ]);
  });

  test('an approval that turns up on a declined attempt pays the charge; on a paid charge it is a surplus', async () => {
    await bench.given({ id: 'kim' });
    pg.answers.push(declined('funds'));
    await bench.cycle();
    const [first] = await bench.attempts('kim');
    if (!first) throw new Error('no attempt');
    await lateApproval(first.orderId, 'late-1');
    expect(await bench.charge('kim')).toMatchObject({ state: 'PAID', paidOrderId: first.orderId });
    await lateApproval(first.orderId, 'late-1');
    expect(await successes()).toBe(1);
    await lateApproval(first.orderId, 'late-2');
    expect(await successes()).toBe(2);
    expect(await state()).toBe('PAID');
  });

  async function lateApproval(orderId: string, paymentKey: string): Promise<void> {
    const { id, customerId, amount } = await bench.charge('kim');
    const outcome: ChargeOutcome = {
      kind: 'approved',
      paymentKey,
      amount,
      approvedAt: bench.clock.now(),
      card: '',
      raw: { http: 200, body: {} },
    };
    const ids = { id: bench.world.newId(), secondId: bench.world.newId(), thirdId: bench.world.newId() };
    await settleDurably(bench.world, {
      ...ids,
      customerId,
      chargeId: id,
      orderId,
      transmissionId: 'elsewhere',
      actor: 'sweeper',
      outcome,
    });
  }

  test('a settle that is repeated because its commit’s answer was lost adds nothing', async () => {
    await bench.given({ id: 'kim' });
    let kept: Parameters<typeof settleIntent>[1] | undefined;
    const ledger = bench.world.ledger;
    pg.answers.push(declined('funds', 'REJECT_CARD_PAYMENT'));
    const spying = {
      ...bench.world,
      spool: {
        keep: async (owed: typeof kept) => {
          kept = owed;
        },
        forget: async () => undefined,
      },
    };
    await bench.plan();
    const item = await bench.charge('kim');
    const failing = { ...spying, ledger: { act: failOnSettle(ledger.act.bind(ledger)) } };
    await expect(charge(failing as typeof bench.world, item, { why: 'first', actor: 'cycle' })).rejects.toThrow(
      'the answer is lost',
    );
    if (!kept) throw new Error('nothing was spooled');
    await ledger.act(settleIntent(bench.world, kept));
    expect((await bench.story('kim')).filter((row) => row.startsWith('CHARGE FAILED'))).toHaveLength(1);
    expect(await state()).toBe('RETRY_WAIT');
  });

  test('the PG can’t be reached: no step of the ladder is used up', async () => {
    await bench.given({ id: 'kim' });
    pg.answers.push(lost);
    await bench.cycle();
    for (let times = 0; times < 20; times += 1) {
      pg.statusAnswers.push(unreachable);
      bench.clock.pass(minutes(2));
      await sweep(bench.world);
    }
    expect((await bench.attempts('kim'))[0]).toMatchObject({ resolveStep: 0 });
    expect(await state()).toBe('UNKNOWN');
  });

  test('a PG that never knows and never answers a re-send ends before people, after six questions and no other order id', async () => {
    await bench.given({ id: 'kim' });
    pg.answers.push(...Array.from({ length: 20 }, () => lost));
    await bench.cycle();
    for (let times = 0; times < 40; times += 1) {
      bench.clock.pass(days(1));
      await sweep(bench.world);
    }
    expect(await state()).toBe('ADJUDICATION');
    expect(new Set(pg.charges.map((request) => request.orderId)).size).toBe(1);
    expect((await bench.story('kim')).filter((row) => row.startsWith('ADJUDICATION'))).toHaveLength(1);
  });

  test('our own error before anything was sent holds the charge, says nothing of the PG, and is not tried over and over', async () => {
    await bench.given({ id: 'kim' });
    pg.answers.push({ kind: 'unsent', code: 'REQUEST_NOT_BUILT', message: 'an order id that no header can carry' });
    await bench.cycle();
    expect(await bench.charge('kim')).toMatchObject({ state: 'HELD', heldReason: 'OWN_ERROR', heldFrom: 'DUE' });
    expect((await bench.records.pgStates.all()).map((one) => one.recent)).toEqual(['', '']);
    expect(pg.charges).toHaveLength(1);
  });

  test('going live on the 3rd does not bill the 1st by itself, and bills the next 1st', async () => {
    const live = new Date('2026-11-03T02:00:00Z');
    bench.clock.set(live.toISOString());
    await bench.given({ id: 'kim', day: 1 });
    await bench.records.database.write(({ manager }) =>
      manager.query('UPDATE subscription SET plan_from = ?', ['2026-11-03 02:00:00.000']),
    );
    const first = '2026-11-01' as CalendarDate;
    expect(await bench.records.planner.preview(first)).toMatchObject({ count: 1, early: { count: 1, sum: 49_000 } });
    expect(await bench.records.planner.plan(first, { early: false, startedBy: 'cycle', now: live })).toBe(0);
    expect(
      await bench.records.planner.plan('2026-12-01' as CalendarDate, { early: false, startedBy: 'cycle', now: live }),
    ).toBe(1);
  });

  test('a subscription on the 31st is billed once in each of 48 months, on the last day that each has', async () => {
    await bench.given({ id: 'kim', day: 31, startsOn: '2026-01-01' }, { id: 'lee', day: 'L', startsOn: '2026-01-01' });
    let date = '2026-11-01' as CalendarDate;
    for (let day = 0; day < 1461; day += 1, date = plusDays(date, 1))
      await bench.records.planner.plan(date, { early: true, startedBy: 'cycle', now: bench.clock.now() });
    const billed = (of: string) =>
      bench.charges().then((all) => all.filter((one) => one.subscriptionId === of).map((one) => one.billingDate));
    const dates = await billed('kim');
    expect(dates).toHaveLength(48);
    expect(dates.slice(0, 5)).toEqual(['2026-11-30', '2026-12-31', '2027-01-31', '2027-02-28', '2027-03-31']);
    expect(dates).toContain('2028-02-29');
    expect(await billed('lee')).toEqual(dates);
  }, 60_000);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((go) => setTimeout(go, 2));
}

/** Lets the claim through and commits the settle, and then loses its answer. */
function failOnSettle(act: Bench['world']['ledger']['act']): Bench['world']['ledger']['act'] {
  let calls = 0;
  return async (intent) => {
    const result = await act(intent);
    calls += 1;
    if (calls === 2) throw new Error('the answer is lost');
    return result;
  };
}
