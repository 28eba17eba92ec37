import { Bench, october31 } from '../support/bench';
import { hours } from '../support/given-clock';
import { declined } from '../support/scripted-pg';
import { SlackBench, saidIn } from './slack-bench';

describe('the post office', () => {
  let slack: SlackBench;
  const open = async (customers: number, failing: number, switches = {}) => {
    slack = await SlackBench.open(await Bench.open(), { switches });
    await slack.bench.given(...Array.from({ length: customers }, (_, nth) => ({ id: `c${nth}` })));
    slack.bench.pg.answers.push(...Array.from({ length: failing }, () => declined('funds')));
  };
  afterEach(() => slack.close());
  const cards = () => slack.control.messages().filter((one) => one.metadata?.event_type === 'billing_card');
  const fast = { postsPerSecond: null, updatesPerMinute: null };

  test('a cycle’s message comes first, its cards after it, and nothing is refused for pace', async () => {
    await open(6, 4);
    await slack.bench.cycle();
    await slack.bench.records.planner.done(october31, slack.bench.clock.now());
    await slack.control.waitFor(() => cards().length === 4, 15_000);
    expect(slack.control.messages()[0]?.metadata).toMatchObject({ event_type: 'billing_summary' });
    await slack.control.waitFor(() => slack.control.messages().some((one) => one.threadTs !== undefined), 10_000);
    expect(Object.values(slack.control.apiCounts()).every((count) => count.ratelimited === 0)).toBe(true);
  }, 40_000);

  test('a bot that dies between posting and noting posts at most that one message twice', async () => {
    await open(3, 3, fast);
    slack.control.setFaults({ api: [{ kind: 'answer-lost', method: 'chat.postMessage', after: 1, times: 1 }] });
    await slack.bench.cycle();
    await slack.control.waitFor(() => new Set(cards().map((one) => JSON.stringify(one.metadata))).size === 3, 20_000);
    await new Promise((go) => setTimeout(go, 500));
    expect(slack.control.messages().length).toBeLessThanOrEqual(5);
  }, 40_000);

  test.each([
    ['500', { kind: 'status', status: 500 }],
    ['429', { kind: 'ratelimited', retryAfter: 1 }],
    ['nothing at all', { kind: 'drop' }],
  ] as const)(
    'Slack answers %s a few times: the messages wait and come in order',
    async (_what, fault) => {
      await open(3, 3, fast);
      slack.control.setFaults({ api: [{ ...fault, method: 'chat.postMessage', times: 2 }] });
      await slack.bench.cycle();
      await slack.control.waitFor(() => cards().length === 3, 25_000);
      expect(slack.control.messages()).toHaveLength(4);
    },
    40_000,
  );

  test('a revoked token or a channel without the bot is said in the log and in readiness, and the rows are kept', async () => {
    await open(1, 1, fast);
    slack.control.setChannel(slack.workspace.channel, { hasBot: false });
    await slack.bench.cycle();
    await slack.control.waitFor(() => !slack.bot.ready().ok);
    expect(slack.bot.ready().detail).toContain('not_in_channel');
    expect(slack.logged.some((line) => JSON.stringify(line).includes('not_in_channel'))).toBe(true);
    expect(await slack.bench.records.outbox.pending('posts', slack.bench.clock.now(), 10)).toHaveLength(2);
  });

  test('what waited longer than a day for Slack is one digest', async () => {
    await open(5, 5, fast);
    await slack.bot.stop();
    await slack.bench.cycle();
    slack.bench.clock.pass(hours(25));
    await slack.startBot();
    await slack.control.waitFor(() => slack.control.messages().length > 0, 10_000);
    await new Promise((go) => setTimeout(go, 1_500));
    expect(slack.control.messages()).toHaveLength(1);
    expect(await slack.bench.records.outbox.pending('posts', slack.office().clock.now(), 10)).toHaveLength(0);
  }, 30_000);

  test('twenty cards stand in the channel, the others in the cycle’s thread', async () => {
    await open(24, 24, fast);
    await slack.bench.cycle();
    await slack.control.waitFor(() => cards().length === 24, 40_000);
    expect(cards().filter((one) => one.threadTs === undefined)).toHaveLength(20);
  }, 60_000);

  test('two bots on one database post each message once', async () => {
    await open(4, 4, fast);
    const second = slack.newBot();
    await second.start();
    await slack.bench.cycle();
    await slack.control.waitFor(() => cards().length === 4, 20_000);
    await new Promise((go) => setTimeout(go, 1_000));
    expect(slack.control.messages()).toHaveLength(5);
    await second.stop();
  }, 40_000);

  test('a card that somebody deleted comes back when its charge changes', async () => {
    await open(1, 1, fast);
    await slack.bench.cycle();
    const charge = await slack.bench.charge('c0');
    const card = await slack.shown('billing_card', charge.id);
    await slack.bench.records.outbox.tell({ kind: 'card', subject: charge.id });
    await slack.control.waitFor(() => slack.find('billing_card', charge.id)?.edited);
    expect(saidIn(card)).toContain('고객 c0');
  });
});
