import { charge as chargeOnce } from '../../src/cycle/charge';
import { type Bench, october31 } from '../support/bench';
import { describeOnEveryDatabase } from '../support/databases';
import { declined } from '../support/scripted-pg';

const seconds = (count: number): number => count * 1000;

describeOnEveryDatabase('messages as rows', (openBench) => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.close());

  const told = async (what: 'posts' | 'redraws' = 'posts') =>
    (await bench.records.outbox.pending(what, bench.clock.now(), 50)).map((one) => one.id);

  test('a cycle tells of itself, of each failure and of nobody who simply paid', async () => {
    await bench.given({ id: 'kim' }, { id: 'lee' });
    bench.pg.answers.push(declined('funds'));
    await bench.cycle();
    const [failed] = (await bench.charges()).filter((one) => one.state === 'RETRY_WAIT');
    expect((await told()).sort()).toEqual([`card:${failed?.id}`, `cycle:${october31}`]);
  });

  test('telling again wants the same message drawn anew, and a person’s act goes before all others', async () => {
    const { outbox } = bench.records;
    await outbox.tell({ kind: 'card', subject: 'A' });
    bench.clock.pass(10);
    await outbox.tell({ kind: 'card', subject: 'B' });
    await outbox.tell({ kind: 'card', subject: 'B', urgent: true });
    expect(await told()).toEqual(['card:B', 'card:A']);
    const message = await outbox.get('card:B');
    expect(message).toMatchObject({ wanted: 2, drawn: 0, ts: null });
    await outbox.posting('card:B', null, bench.clock.now());
    await outbox.posted('card:B', '1.000001', 2);
    expect(await told()).toEqual(['card:A']);
    expect(await told('redraws')).toEqual([]);
    await outbox.tell({ kind: 'card', subject: 'B' });
    expect(await told('redraws')).toEqual(['card:B']);
    await outbox.drawn('card:B', 3);
    expect(await told('redraws')).toEqual([]);
  });

  test('a wish that comes while a message is drawn is not lost', async () => {
    const { outbox } = bench.records;
    await outbox.tell({ kind: 'card', subject: 'A' });
    await outbox.posting('card:A', null, bench.clock.now());
    await outbox.tell({ kind: 'card', subject: 'A' });
    await outbox.posted('card:A', '1.000001', 1);
    expect(await told('redraws')).toEqual(['card:A']);
  });

  test('a failed retry has its card drawn anew and a reply in its thread', async () => {
    await bench.given({ id: 'lee' });
    bench.pg.answers.push(declined('funds'), declined('funds'));
    await bench.cycle();
    const lee = await bench.charge('lee');
    const card = `card:${lee.id}`;
    await bench.records.outbox.posted(card, '1.000001', 1);
    await chargeOnce(bench.world, lee, { why: 'person', actor: 'slack:T/U' });
    expect(await told('redraws')).toContain(card);
    expect(await bench.records.outbox.get(`reply:${lee.id}:2`)).toMatchObject({ threadOf: card, kind: 'reply' });
  });

  test('a PG that is put on hold is told of once, and its message changes when it is open again', async () => {
    const { pgStates, outbox } = bench.records;
    await pgStates.hold('TOSS', 'slack:T/U');
    const [id] = await told();
    expect(id).toMatch(/^pg:TOSS:/);
    await outbox.posted(id ?? '', '1.000001', 1_000);
    await pgStates.resume('TOSS', 'slack:T/U');
    expect((await outbox.get(id ?? ''))?.wanted).toBeGreaterThan(1);
  });

  test('one process at a time has the right to post, and the next one follows when it is gone', async () => {
    const { outbox } = bench.records;
    const now = bench.clock.now();
    const until = new Date(now.getTime() + seconds(15));
    expect(await outbox.lease('slack C', 'one', until, now)).toBe(true);
    expect(await outbox.lease('slack C', 'two', until, now)).toBe(false);
    expect(await outbox.lease('slack C', 'one', until, now)).toBe(true);
    const later = new Date(now.getTime() + seconds(16));
    expect(await outbox.lease('slack C', 'two', new Date(later.getTime() + seconds(15)), later)).toBe(true);
    expect(await outbox.lease('slack C', 'one', until, later)).toBe(false);
  });

  test('twenty processes that ask for the right at once: one gets it', async () => {
    const now = bench.clock.now();
    const until = new Date(now.getTime() + seconds(15));
    const got = await Promise.all(
      Array.from({ length: 20 }, (_, nth) => bench.records.outbox.lease('slack C', `p${nth}`, until, now)),
    );
    expect(got.filter((one) => one)).toHaveLength(1);
  });
});
