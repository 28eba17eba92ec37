import { runCycle } from '../../src/cycle/run-cycle';
import { refusalTable } from '../../src/records/entities';
import { october31 } from '../support/bench';
import { describeOnEveryDatabase } from '../support/databases';
import { minutes } from '../support/given-clock';
import { declined } from '../support/scripted-pg';
import { buttonsIn, SlackBench, saidIn } from './slack-bench';

describeOnEveryDatabase('a failure card', (openBench) => {
  let slack: SlackBench;
  beforeEach(async () => {
    slack = await SlackBench.open(await openBench());
    await slack.bench.given({ id: 'kim' });
  });
  afterEach(() => slack.close());

  const failed = async () => {
    slack.bench.pg.answers.push(declined('funds'));
    await slack.bench.cycle();
    const charge = await slack.bench.charge('kim');
    return { charge, card: await slack.shown('billing_card', charge.id) };
  };
  const { operator, approver, outsider } = {
    operator: 'U0OPERATOR1',
    approver: 'U0APPROVER1',
    outsider: 'U0OUTSIDER1',
  };

  test('comes up for a declined charge, with the buttons that its state deserves', async () => {
    const { card } = await failed();
    expect(buttonsIn(card)).toEqual(['billing.retry', 'billing.cancel', 'billing.history']);
    expect(saidIn(card)).toContain('49,000원');
    expect(saidIn(card)).toContain('고객 kim');
  });

  test('a retry shows at once that it is under way and by whom, then that it is paid, and the clicker is answered', async () => {
    const { charge, card } = await failed();
    let approve = (): void => undefined;
    const asked = new Promise<void>((go) => {
      approve = go;
    });
    slack.bench.pg.answers.push(async (request, pg) => {
      await asked;
      return pg.approve(request);
    });
    await slack.control.click({ user: operator, ts: card.ts, actionId: 'billing.retry' });
    const underWay = await slack.control.waitFor(() => {
      const now = slack.find('billing_card', charge.id);
      return now && !buttonsIn(now).includes('billing.retry') && now;
    });
    expect(saidIn(underWay)).toContain(`<@${operator}>`);
    approve();
    const paid = await slack.control.waitFor(() => {
      const now = slack.find('billing_card', charge.id);
      return now && saidIn(now).includes('large_green_circle') && now;
    });
    expect(paid.ts).toBe(card.ts);
    expect(saidIn(paid)).toContain(`<@${operator}>`);
    const answer = await slack.control.waitFor(() => slack.control.ephemerals(operator)[0]);
    expect(saidIn(answer)).toContain('49,000원');
    expect(slack.bench.pg.charges).toHaveLength(2);
  });

  test('a retry that is declined again says so in its thread, on the card and to the clicker', async () => {
    const { charge, card } = await failed();
    slack.bench.pg.answers.push(declined('card'));
    await slack.control.click({ user: operator, ts: card.ts, actionId: 'billing.retry' });
    await slack.control.waitFor(() => slack.control.thread(slack.workspace.channel, card.ts).length > 1);
    await slack.control.waitFor(() => slack.control.ephemerals(operator)[0]);
    const now = slack.find('billing_card', charge.id);
    expect(now && buttonsIn(now)).toEqual(['billing.retry', 'billing.cancel', 'billing.history']);
  });

  test('a cancel stops the charge, says who did it, and can be taken back', async () => {
    const { charge, card } = await failed();
    await slack.control.click({ user: operator, ts: card.ts, actionId: 'billing.cancel' });
    const canceled = await slack.control.waitFor(() => {
      const now = slack.find('billing_card', charge.id);
      return now && buttonsIn(now).includes('billing.uncancel') && now;
    });
    expect(saidIn(canceled)).toContain(`<@${operator}>`);
    await slack.control.click({ user: approver, ts: card.ts, actionId: 'billing.uncancel' });
    await slack.control.waitFor(() => slack.control.ephemerals(approver)[0]);
    expect((await slack.bench.charge('kim')).state).toBe('DUE');
    slack.bench.clock.pass(minutes(1));
    await runCycle(slack.bench.world, october31, { actor: 'cycle' });
    expect((await slack.bench.charge('kim')).state).toBe('PAID');
  });

  test('history shows the answer and the rows to whoever may read, and moves nothing', async () => {
    const { card } = await failed();
    await slack.control.click({ user: outsider, ts: card.ts, actionId: 'billing.history' });
    const answer = await slack.control.waitFor(() => slack.control.ephemerals(outsider)[0]);
    expect(saidIn(answer)).toContain('고객 kim');
    expect(slack.bench.pg.charges).toHaveLength(1);
  });

  test('who is no operator is refused with their own id and the setting, and the refusal has its row', async () => {
    const { card } = await failed();
    await slack.control.click({ user: outsider, ts: card.ts, actionId: 'billing.retry' });
    const answer = await slack.control.waitFor(() => slack.control.ephemerals(outsider)[0]);
    expect(saidIn(answer)).toContain(outsider);
    expect(saidIn(answer)).toContain('BILLING_OPERATORS');
    expect(slack.bench.pg.charges).toHaveLength(1);
    const counted = await slack.bench.records.database.read((manager) => manager.find(refusalTable));
    expect(counted).toMatchObject([{ actor: `slack:T0BILLING01/${outsider}`, count: 1 }]);
  });

  test('a retry that a rule forbids says which one, and moves nothing', async () => {
    const { card } = await failed();
    await slack.bench.records.pgStates.hold('TOSS', 'cli:kim');
    await slack.control.click({ user: operator, ts: card.ts, actionId: 'billing.retry' });
    const answer = await slack.control.waitFor(() => slack.control.ephemerals(operator)[0]);
    expect(saidIn(answer)).toContain('no_entry');
    expect(slack.bench.pg.charges).toHaveLength(1);
    expect((await slack.bench.charge('kim')).version).toBe(3);
  });

  test('a click from another team moves nothing', async () => {
    const { card } = await failed();
    await slack.control.otherTeamClick({ ts: card.ts, actionId: 'billing.retry' });
    await slack.control.otherTeamClick({ ts: card.ts, actionId: 'billing.history' });
    await new Promise((go) => setTimeout(go, 300));
    expect(slack.bench.pg.charges).toHaveLength(1);
    expect((await slack.bench.charge('kim')).version).toBe(3);
  });

  test('two hundred clicks of two people at once are one attempt, and everyone is answered', async () => {
    const { card } = await failed();
    const clicks = Array.from({ length: 200 }, (_, nth) =>
      slack.control.click({ user: nth % 2 === 0 ? operator : approver, ts: card.ts, actionId: 'billing.retry' }),
    );
    await Promise.all(clicks);
    const answers = () => [...slack.control.ephemerals(operator), ...slack.control.ephemerals(approver)].length;
    await slack.control.waitFor(() => answers() === 200, 20_000);
    expect(slack.bench.pg.charges).toHaveLength(2);
    expect(await slack.bench.attempts('kim')).toHaveLength(2);
    expect(slack.control.deliveries().every((one) => one.acked !== false)).toBe(true);
  }, 40_000);

  test('while a socket is recycled every second, a hundred clicks are all answered and the retries among them act once', async () => {
    const { card } = await failed();
    slack.control.setFaults({ sockets: { recycleEveryMs: 1_000, reason: 'refresh_requested' } });
    let clicked = 0;
    for (let nth = 0; nth < 100; nth += 1) {
      const now = slack.control.messages().find((one) => one.ts === card.ts);
      const mayRetry = nth % 10 === 0 && now !== undefined && buttonsIn(now).includes('billing.retry');
      const actionId = mayRetry ? 'billing.retry' : 'billing.history';
      void slack.control.click({ user: nth % 2 === 0 ? operator : approver, ts: card.ts, actionId });
      clicked += 1;
      await new Promise((go) => setTimeout(go, 30));
    }
    const answers = () => [...slack.control.ephemerals(operator), ...slack.control.ephemerals(approver)].length;
    await slack.control.waitFor(() => answers() === clicked, 15_000);
    expect(await slack.bench.attempts('kim')).toHaveLength(2);
    expect([...slack.control.notices(operator), ...slack.control.notices(approver)]).toEqual([]);
  }, 40_000);
});
