// Decisions that are committed together, twice at once, or with an answer that got lost: each counts once.

import { randomUUID } from 'node:crypto';
import { charge } from '../../src/cycle/charge';
import { type Intent, NoSuchCharge, TokenUsed } from '../../src/cycle/ports';
import type { HistoryEntry } from '../../src/domain/history';
import { type Charge, moved, rowsAbout } from '../../src/domain/picture';
import { actTokenTable } from '../../src/records/entities';
import { Bench } from '../support/bench';
import { configOf, describeOnEveryDatabase } from '../support/databases';
import { describeOnMariadb } from '../support/mariadb';
import { AnswerEater } from './answer-eater';

/** Cancels a charge that is due: one move, one row. */
function cancels(of: Charge, more: Partial<Intent<string>> = {}, row: Partial<HistoryEntry> = {}): Intent<string> {
  const id = randomUUID();
  return {
    id,
    customerId: of.customerId,
    chargeId: of.id,
    decide: (picture) =>
      picture.charge.state === 'DUE'
        ? {
            result: 'canceled',
            change: {
              charge: moved(picture.charge, 'CANCELED', null),
              rows: [{ ...rowsAbout(picture.charge), id, act: 'CANCEL', status: 'SUCCESS', actor: 'cli:test', ...row }],
              tell: true,
            },
          }
        : { result: `it is ${picture.charge.state}` },
    ...more,
  };
}

const outcomes = async (all: Promise<string>[]): Promise<string[]> =>
  (await Promise.allSettled(all)).map((one) => (one.status === 'fulfilled' ? one.value : 'rejected'));

describeOnEveryDatabase('the desk', (openBench) => {
  let bench: Bench;
  let charges: Charge[];
  beforeEach(async () => {
    bench = await openBench();
    await bench.given(...['a', 'b', 'c', 'd', 'e'].map((id) => ({ id })));
    await bench.plan();
    charges = await bench.charges();
  });
  afterEach(async () => {
    await bench.verified();
    await bench.close();
  });

  const the = (of: string): Charge => {
    const found = charges.find((one) => one.subscriptionId === of);
    if (!found) throw new Error(`no charge of ${of}`);
    return found;
  };
  const act = (intent: Intent<string>, at = bench): Promise<string> => at.records.desk.act(intent);
  const states = async (): Promise<string> => (await bench.charges()).map((one) => one.state).join(' ');

  test('a decision that throws fails alone, and the rest of its group is committed', async () => {
    const bug = () => {
      throw new Error('a bug');
    };
    const all = charges.map((one) => act(cancels(one, one.customerId === 'c' ? { decide: bug } : {})));
    expect(await outcomes(all)).toEqual(['canceled', 'canceled', 'rejected', 'canceled', 'canceled']);
    await expect(all[2]).rejects.toThrow('a bug');
    expect(await states()).toBe('CANCELED CANCELED DUE CANCELED CANCELED');
  });

  test('a charge that is not there is told to whoever asked', async () => {
    await expect(act(cancels({ ...the('a'), id: 'NOSUCHCHARGE' }))).rejects.toThrow(NoSuchCharge);
  });

  test('a row that the database does not take stops its own charge and nobody else', async () => {
    // Null where the table wants a word: both databases refuse it when the group is written.
    const culprit = { act: null } as unknown as Partial<HistoryEntry>;
    const all = charges.map((one) => act(cancels(one, {}, one.customerId === 'd' ? culprit : {})));
    expect(await outcomes(all)).toEqual(['canceled', 'canceled', 'canceled', 'rejected', 'canceled']);
    expect(await states()).toBe('CANCELED CANCELED CANCELED DUE CANCELED');
    expect(await bench.story('a')).toEqual(['CANCEL SUCCESS']);
    expect(await bench.story('d')).toEqual([]);
  });

  test('a move never goes without its row: one about a chain that is not locked takes the move down with it', async () => {
    await expect(act(cancels(the('a'), {}, { customerId: 'SYSTEM' }))).rejects.toThrow('whose chain is not locked');
    expect(await states()).toBe('DUE DUE DUE DUE DUE');
    expect(await act(cancels(the('b'), { locksSystem: true }, { customerId: 'SYSTEM' }))).toBe('canceled');
  });

  test('a button whose press can not be noted moves nothing', async () => {
    const token = { version: 1, act: null as unknown as string, actor: 'slack:T/U' };
    const all = [act(cancels(the('a'), { token })), act(cancels(the('b')))];
    expect(await outcomes(all)).toEqual(['rejected', 'canceled']);
    expect(await states()).toBe('DUE CANCELED DUE DUE DUE');
  });

  test('a button is pressed once, in one group and in one process after the other', async () => {
    const token = { version: 1, act: 'cancel', actor: 'slack:T/U' };
    const together = await outcomes([act(cancels(the('a'), { token })), act(cancels(the('a'), { token }))]);
    expect(together).toEqual(['canceled', 'rejected']);
    await expect(act(cancels(the('a'), { token }))).rejects.toThrow(TokenUsed);
    expect(await bench.story('a')).toEqual(['CANCEL SUCCESS']);
  });

  test('two processes press the same button at once: one of them moves', async () => {
    const other = await bench.another();
    for (const one of charges) {
      const token = { version: 1, act: 'cancel', actor: 'slack:T/U' };
      const both = await outcomes([act(cancels(one, { token })), act(cancels(one, { token }), other)]);
      expect(both.sort()).toEqual(['canceled', 'rejected']);
      expect(await bench.story(one.subscriptionId)).toEqual(['CANCEL SUCCESS']);
    }
    const used = await bench.records.database.read((manager) => manager.count(actTokenTable));
    expect(used).toBe(5);
    await other.leave();
  });

  test('two processes claim the same charges at once: each is charged once', async () => {
    const other = await bench.another();
    const claims = charges.flatMap((item) =>
      [bench, other].map((at) => charge(at.world, item, { why: 'first', actor: 'cycle' })),
    );
    await Promise.all(claims);
    expect(await states()).toBe('PAID PAID PAID PAID PAID');
    expect(bench.pg.charges.map((request) => request.orderId).sort()).toEqual(
      charges.map(({ id }) => `${id}-1`).sort(),
    );
    await other.leave();
  });
});

describeOnMariadb('the desk, when the line to the database breaks', (mariadb) => {
  let bench: Bench;
  let far: Bench;
  let eater: AnswerEater;
  beforeEach(async () => {
    const config = configOf((await mariadb.createDatabase()).url);
    if (config.kind !== 'mysql') throw new Error('not MySQL');
    bench = await Bench.open(config);
    eater = await AnswerEater.before(config.port);
    far = await Bench.open({ ...config, port: eater.port });
    await far.given({ id: 'kim' }, { id: 'lee' });
    await far.plan();
  });
  afterEach(async () => {
    await bench.verified();
    await far.close();
    await eater.close();
    await bench.close();
  });

  const wishes = async (): Promise<number[]> => {
    const cards = await bench.records.outbox.pending('posts', bench.clock.now(), 10);
    return cards.filter((one) => one.kind === 'card').map((one) => one.wanted);
  };

  test('a COMMIT whose answer is lost is found by the repeat: one row, one move, and the caller has its result', async () => {
    const charges = await bench.charges();
    for (const { id } of charges) await bench.records.outbox.tell({ kind: 'card', subject: id });
    eater.eatNextCommit();
    const token = { version: 1, act: 'cancel', actor: 'slack:T/U' };
    const results = await Promise.all(charges.map((one) => far.records.desk.act(cancels(one, { token }))));
    expect(eater.eaten).toBe(1);
    expect(results).toEqual(['canceled', 'canceled']);
    for (const one of charges) {
      expect(await bench.story(one.subscriptionId)).toEqual(['CANCEL SUCCESS']);
      expect(await bench.charge(one.subscriptionId)).toMatchObject({ state: 'CANCELED', version: 2 });
    }
    expect(await wishes()).toEqual([2, 2]);
  });

  test.each(['FOR UPDATE', 'INSERT INTO `payment_history`', 'COMMIT'])(
    'a line that breaks before %s repeats the whole transaction, once',
    async (statement) => {
      const one = await bench.charge('kim');
      eater.cutBefore(statement);
      expect(await far.records.desk.act(cancels(one))).toBe('canceled');
      expect(eater.eaten).toBe(1);
      expect(await bench.story('kim')).toEqual(['CANCEL SUCCESS']);
      expect(await bench.charge('kim')).toMatchObject({ state: 'CANCELED', version: 2 });
    },
  );

  test('a claim whose COMMIT was lost is transmitted once', async () => {
    eater.eatNextCommit();
    await charge(far.world, await bench.charge('kim'), { why: 'first', actor: 'cycle' });
    expect(eater.eaten).toBe(1);
    expect(far.pg.charges).toHaveLength(1);
    expect(await bench.story('kim')).toEqual(['CHARGE REQUESTED', 'CHARGE SUCCESS']);
  });
});
