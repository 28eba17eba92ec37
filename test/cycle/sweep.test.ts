// The sweeper: nobody is forgotten, nobody waits for somebody else's trouble, and nothing comes sooner than it should.

import { charge } from '../../src/cycle/charge';
import type { World } from '../../src/cycle/ports';
import { resolve } from '../../src/cycle/resolve';
import { retry } from '../../src/cycle/retry';
import { runCycle } from '../../src/cycle/run-cycle';
import { sweep } from '../../src/cycle/sweep';
import type { ChargeOutcome } from '../../src/domain/outcome';
import { type Bench, october31 } from '../support/bench';
import { describeOnEveryDatabase } from '../support/databases';
import { days, hours, minutes, seconds } from '../support/given-clock';
import {
  approveThenDrop,
  declined,
  notFound,
  refusedConnection,
  type ScriptedPg,
  unreachable,
} from '../support/scripted-pg';

/** 429, kept by the PG under our key. */
const turnedAway: ChargeOutcome = {
  kind: 'unsent',
  code: 'TOO_MANY_REQUESTS',
  message: 'slow down',
  retryAfterMs: 1_000,
  answerStored: true,
  raw: { http: 429, body: {} },
};

describeOnEveryDatabase('the sweeper', (openBench) => {
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

  const run = (sql: string, values: unknown[] = []) =>
    bench.records.database.write(({ manager }) => manager.query(sql, values));

  test('a retry that a person has a look at comes no sooner', async () => {
    await bench.given({ id: 'kim' });
    pg.answers.push(declined('funds'));
    await bench.cycle();
    const waiting = await bench.charge('kim');
    expect(waiting.state).toBe('RETRY_WAIT');
    expect(await resolve(bench.world, waiting, 'cli:kim')).toEqual({ kind: 'passed' });
    expect(await bench.charge('kim')).toEqual(waiting);
    bench.clock.pass(minutes(5));
    await sweep(bench.world);
    expect(pg.charges).toHaveLength(1);
  });

  test('a step of the ladder is put off till waking hours, and never brought forward by who looked before', async () => {
    await bench.given({ id: 'kim' });
    pg.answers.push(declined('funds'), declined('funds'));
    await bench.cycle();
    bench.clock.set('2026-11-01T17:00:00Z'); // 02:00 in Seoul, sixteen hours after the step was due.
    const { workList } = bench.world;
    const meanwhile: World['workList'] = Object.assign(Object.create(workList), {
      watched: async (...args: Parameters<typeof workList.watched>) => {
        const page = await workList.watched(...args);
        if (page.length > 0) await retry(bench.world, await bench.charge('kim'), 'cli:kim');
        return page;
      },
    });
    await sweep({ ...bench.world, workList: meanwhile });
    expect(pg.charges).toHaveLength(2);
    expect(await bench.charge('kim')).toMatchObject({
      state: 'RETRY_WAIT',
      watchAt: new Date('2026-11-03T01:00:00Z'),
    });
  });

  test('two hundred charges that have to wait keep nobody behind them from being asked about', async () => {
    await bench.given({ id: 'kim' }, ...Array.from({ length: 210 }, (_, nth) => ({ id: `customer-${nth}` })));
    await bench.plan();
    pg.answers.push(approveThenDrop);
    await charge(bench.world, await bench.charge('kim'), { why: 'first', actor: 'cycle' });
    await run("UPDATE charge SET watch_at = '2026-10-31 01:00:00.000' WHERE state = 'DUE'");
    await run("UPDATE pg_state SET paused_until = '2026-10-31 03:00:00.000'");
    bench.clock.pass(seconds(91));
    expect(await sweep(bench.world)).toMatchObject({ resolved: 1 });
    expect((await bench.charge('kim')).state).toBe('PAID');
    expect(pg.charges).toHaveLength(1);
  }, 30_000);

  test('a charge that can’t even be held because its rows are broken keeps nobody else from being asked about', async () => {
    await bench.given({ id: 'kim' }, { id: 'lee' });
    await bench.plan();
    pg.answers.push(approveThenDrop);
    await charge(bench.world, await bench.charge('kim'), { why: 'first', actor: 'cycle' });
    await run("UPDATE charge SET watch_at = '2026-10-31 01:00:00.000' WHERE customer_id = 'lee'");
    await run("DELETE FROM subscription WHERE id = 'lee'");
    bench.clock.pass(seconds(91));
    expect(await sweep(bench.world)).toMatchObject({ resolved: 1 });
    expect((await bench.charge('kim')).state).toBe('PAID');
  });

  test('a PG that turned an order away and can’t be reached is asked with a pause, and nothing is held', async () => {
    await bench.given({ id: 'kim' });
    await bench.plan();
    pg.answers.push(turnedAway);
    await charge(bench.world, await bench.charge('kim'), { why: 'first', actor: 'cycle' });
    pg.statusAnswers.push(unreachable, unreachable, unreachable, unreachable, unreachable, unreachable);
    for (let times = 0; times < 12; times += 1) {
      bench.clock.pass(seconds(10));
      await sweep(bench.world);
    }
    expect(pg.questions.length).toBeLessThanOrEqual(4);
    expect(await bench.charge('kim')).toMatchObject({ state: 'DUE', heldReason: null });
    pg.statusAnswers.length = 0;
    bench.clock.pass(seconds(31));
    await sweep(bench.world);
    expect((await bench.charge('kim')).state).toBe('PAID');
    expect(pg.charges).toHaveLength(2);
  });

  test('an order that may go again and has to wait after all is not forgotten', async () => {
    await bench.given({ id: 'kim' });
    await bench.plan();
    pg.answers.push(turnedAway);
    await charge(bench.world, await bench.charge('kim'), { why: 'first', actor: 'cycle' });
    bench.clock.pass(seconds(2));
    // The question is answered; then the PG turns somebody else away, and everything of it pauses.
    const ask = pg.getStatus.bind(pg);
    pg.getStatus = async (question) => {
      await run("UPDATE pg_state SET paused_until = '2026-10-31 01:10:00.000'");
      return ask(question);
    };
    pg.statusAnswers.push(notFound);
    await sweep(bench.world);
    expect((await bench.charge('kim')).state).toBe('DUE');
    bench.clock.pass(minutes(11));
    await sweep(bench.world);
    expect((await bench.charge('kim')).state).toBe('PAID');
  });

  test('an order that has to be asked about first does not keep the breaker open for everybody', async () => {
    await bench.given({ id: 'kim' }, { id: 'lee' });
    await bench.plan();
    const [first] = (await bench.charges()).sort((one, other) => one.id.localeCompare(other.id));
    if (!first) throw new Error('no charge');
    pg.answers.push(turnedAway);
    await charge(bench.world, first, { why: 'first', actor: 'cycle' });
    bench.clock.pass(seconds(2));
    await run('UPDATE pg_state SET breaker_opened_at = ?, probe_at = ?', Array(2).fill('2026-10-31 01:00:00.000'));
    await runCycle(bench.world, october31, { actor: 'cycle' });
    for (let times = 0; times < 3; times += 1) {
      bench.clock.pass(minutes(2));
      await sweep(bench.world);
    }
    expect((await bench.records.pgStates.all()).find((one) => one.provider === 'TOSS')?.breakerOpenedAt).toBeNull();
    expect((await bench.charges()).map((one) => one.state)).toEqual(['PAID', 'PAID']);
  });

  test('a sweep that is to stop begins no further look', async () => {
    await bench.given({ id: 'kim' }, { id: 'lee' });
    pg.answers.push(declined('funds'), declined('funds'));
    await bench.cycle();
    bench.clock.pass(days(1));
    const stop = new AbortController();
    stop.abort();
    expect(await sweep(bench.world, undefined, stop.signal)).toEqual({ resolved: 0, resent: 0, retried: 0 });
    expect(pg.charges).toHaveLength(2);
    expect((await sweep(bench.world)).retried).toBe(2);
  });

  test('an answer that comes while a PG that can’t be asked is given up on stands', async () => {
    await bench.given({ id: 'kim' });
    pg.capabilities = { ...pg.capabilities, asksByOrderId: false };
    let wake = (): void => undefined;
    const stalled = new Promise<void>((go) => {
      wake = go;
    });
    pg.answers.push(async (request, itself) => {
      await stalled;
      return itself.approve(request);
    });
    await bench.plan();
    // One charge alone: a whole cycle sweeps beside its sending, and might take the charge over itself.
    const worker = charge(bench.world, await bench.charge('kim'), { why: 'first', actor: 'cycle' });
    while (pg.charges.length === 0) await new Promise((go) => setTimeout(go, 2));
    bench.clock.pass(seconds(120));
    const other = await bench.another();
    let acts = 0;
    const ledger: World['ledger'] = {
      act: async (intent) => {
        acts += 1;
        // The charge was taken over; before it is laid before people, the worker's answer arrives.
        if (acts === 2) {
          wake();
          await worker;
        }
        return other.world.ledger.act(intent);
      },
    };
    await sweep({ ...other.world, ledger });
    expect((await bench.charge('kim')).state).toBe('PAID');
    expect(await bench.attempts('kim')).toMatchObject([
      { status: 'APPROVED', paymentKey: pg.books[0]?.paymentKey, resendFrom: null },
    ]);
    await other.leave();
  });

  test('what was held goes with the card of today, also when the card of its open order can’t be opened', async () => {
    await bench.given({ id: 'kim' });
    await bench.plan();
    pg.answers.push(refusedConnection);
    await charge(bench.world, await bench.charge('kim'), { why: 'first', actor: 'cycle' });
    await bench.records.pgStates.hold('TOSS', 'cli:kim');
    bench.clock.pass(seconds(20));
    await sweep(bench.world);
    expect(await bench.charge('kim')).toMatchObject({ state: 'HELD', heldReason: 'PG_HOLD' });
    await run("UPDATE billing_key SET secret_id = 'lost'");
    await bench.given({ id: 'kim', billingKey: 'a-new-card' });
    await bench.records.pgStates.resume('TOSS', 'cli:kim');
    await sweep(bench.world);
    expect((await bench.charge('kim')).state).toBe('PAID');
  });

  test('a charge held for its card’s budget stays held, an open order on another card or not', async () => {
    await bench.given({ id: 'kim' });
    await bench.plan();
    pg.answers.push(refusedConnection);
    await charge(bench.world, await bench.charge('kim'), { why: 'first', actor: 'cycle' });
    await bench.given({ id: 'kim', billingKey: 'a-worn-card' });
    const [{ billing_key_id: worn }] = (await bench.records.database.read((manager) =>
      manager.query('SELECT billing_key_id FROM subscription'),
    )) as [{ billing_key_id: string }];
    for (let nth = 0; nth < 15; nth += 1)
      await run(
        `INSERT INTO attempt (order_id, charge_id, customer_id, attempt_no, billing_key_id, pg_provider, merchant, amount, started_by,
          status, transmissions, first_sent_at, sent_at, transmission_id, ended, doubtful, resolve_step, idempotency_suffix,
          fresh_key_due, decline_class, decline_code, closed_at)
         VALUES (?, 'ANOTHERCHARG', 'kim', ?, ?, 'TOSS', 'merchant-1', 49000, 'machine', 'DECLINED', 1, ?, ?, 'x', 1, 0, 0, 0, 0,
          'funds', 'FUNDS', ?)`,
        [`ANOTHERCHARG-${nth}`, nth, worn, ...Array(3).fill('2026-10-31 00:00:00.000')],
      );
    bench.clock.pass(seconds(20));
    await sweep(bench.world);
    const held = await bench.charge('kim');
    expect(held).toMatchObject({ state: 'HELD', heldReason: 'BUDGET' });
    for (let times = 0; times < 5; times += 1) {
      bench.clock.pass(hours(1) + seconds(1));
      await sweep(bench.world);
    }
    expect((await bench.charge('kim')).version).toBe(held.version);
    bench.clock.pass(days(31));
    await sweep(bench.world);
    expect((await bench.charge('kim')).state).toBe('PAID');
  });
});
