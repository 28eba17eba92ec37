import { october31 } from '../support/bench';
import { describeOnEveryDatabase } from '../support/databases';
import { declined } from '../support/scripted-pg';
import { buttonsIn, SlackBench, saidIn } from './slack-bench';

const operator = 'U0OPERATOR1';
const outsider = 'U0OUTSIDER1';

describeOnEveryDatabase('/billing', (openBench) => {
  let slack: SlackBench;
  beforeEach(async () => {
    slack = await SlackBench.open(await openBench());
    await slack.bench.given({ id: 'kim' }, { id: 'lee' });
  });
  afterEach(() => slack.close());

  const asked = async (text: string, user = operator, channel?: string) => {
    const before = slack.control.ephemerals(user).length;
    expect(await slack.control.slash(user, `/billing ${text}`, channel)).toEqual({ acked: true });
    return slack.control.waitFor(() => slack.control.ephemerals(user)[before]);
  };
  const failedKim = async () => {
    await slack.bench.given({ id: 'kim' });
    slack.bench.pg.answers.push(declined('funds'), declined('funds'));
    await slack.bench.cycle();
    return slack.bench.charge('kim');
  };

  test.each(['history 고객 kim', '이력 고객kim', 'gistory 고객 kim', 'kim', 'HISTORY kim'])(
    '%s answers whether it was paid',
    async (text) => {
      await slack.bench.cycle();
      const answer = saidIn(await asked(text));
      expect(answer).toContain('결제됨');
      expect(answer).toContain('10월 31일분 49,000원');
    },
  );

  test('several equal matches are asked about, and the chosen one is shown', async () => {
    const choice = await asked('이력 고객');
    expect(buttonsIn(choice)).toEqual(['billing.pick', 'billing.pick']);
    await slack.control.click({ user: operator, ephemeralId: choice.ts, actionId: 'billing.pick', value: 'lee' });
    await slack.control.waitFor(() =>
      slack.control
        .ephemerals(operator)
        .some((one) => saidIn(one).includes('고객 lee') && !buttonsIn(one).includes('billing.pick')),
    );
  });

  test('nobody found is an answer too', async () => {
    expect(saidIn(await asked('history 홍길동'))).toContain('홍길동');
  });

  test('a typed act moves nothing by itself: it shows a private card with the button, and that acts', async () => {
    const charge = await failedKim();
    const card = await asked(`retry ${charge.id.slice(0, 6).toLowerCase()}`);
    expect(buttonsIn(card)).toContain('billing.retry');
    expect(slack.bench.pg.charges).toHaveLength(2);
    await slack.control.click({ user: operator, ephemeralId: card.ts, actionId: 'billing.retry' });
    await slack.control.waitFor(() => slack.bench.pg.charges.length === 3);
    await slack.control.waitFor(() =>
      slack.control
        .ephemerals(operator)
        .some((one) => saidIn(one).includes('49,000원') && !buttonsIn(one).includes('billing.retry')),
    );
    expect((await slack.bench.charge('kim')).state).toBe('PAID');
  });

  test.each(['retry', 'cancel', 'run', 'hold toss', 'refund K7QM'])(
    '%s is refused to who is no operator',
    async (text) => {
      const answer = saidIn(await asked(text, outsider));
      expect(answer).toContain(outsider);
      expect(answer).toContain('BILLING_OPERATORS');
    },
  );

  test('who is not listed may not read outside the channel', async () => {
    slack.control.setChannel(slack.workspace.otherChannel, { hasBot: true });
    const answer = saidIn(await asked('history 고객 kim', outsider, slack.workspace.otherChannel));
    expect(answer).toContain('BILLING_READERS');
    expect(answer).not.toContain('49,000');
    expect(saidIn(await asked('history 고객 kim', operator, slack.workspace.otherChannel))).toContain('고객 kim');
  });

  test('hold and resume ask once more and then act', async () => {
    const held = await asked('hold toss');
    await slack.control.click({ user: operator, ephemeralId: held.ts, actionId: 'billing.hold' });
    await slack.control.waitFor(() =>
      slack.control.messages().some((one) => saidIn(one).includes('TOSS') || saidIn(one).includes('토스')),
    );
    const state = async () => (await slack.bench.records.pgStates.all()).find((one) => one.provider === 'TOSS');
    expect((await state())?.heldBy).toBe(`slack:T0BILLING01/${operator}`);
    const resumed = await asked('resume toss');
    await slack.control.click({ user: operator, ephemeralId: resumed.ts, actionId: 'billing.resume' });
    for (let tries = 0; tries < 100 && (await state())?.heldBy; tries += 1)
      await new Promise((go) => setTimeout(go, 20));
    expect((await state())?.heldBy).toBeNull();
  });

  test('run asks once more with count and sum, and then bills the date', async () => {
    const card = await asked(`run ${october31}`);
    expect(saidIn(card)).toContain('98,000원');
    await slack.control.click({ user: operator, ephemeralId: card.ts, actionId: 'billing.run' });
    await slack.shown('billing_summary', october31.replaceAll('-', ''));
    await slack.control.waitFor(() => slack.bench.pg.charges.length === 2);
  });

  test('status, verify, help and what is not built yet are answered', async () => {
    await slack.bench.cycle();
    for (const text of ['status', 'verify', 'help', '', 'export 2026-10', 'run 2027-01-01', 'hold nobody', 'retry'])
      expect(saidIn(await asked(text)).length).toBeGreaterThan(20);
  });

  test.each([
    ['a name that would ping the channel', 'history <!channel>'],
    ['quotes', 'history "김민수" \'`'],
    ['ten thousand letters', `history ${'가'.repeat(10_000)}`],
    ['control characters', 'history \u0000\u0007\u202e김'],
    ['wildcards', 'history %_%'],
  ])('%s: an answer, and the bot lives', async (_what, text) => {
    const answer = await asked(text);
    expect(saidIn(answer)).not.toContain('<!channel>');
    expect(saidIn(await asked('help')).length).toBeGreaterThan(20);
  });
});
