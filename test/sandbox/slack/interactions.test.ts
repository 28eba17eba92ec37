// Commands and clicks through the real Bolt app: what reaches it, and what people then see.

import { type AddressInfo, createServer } from 'node:net';
import { type App, type BlockAction, HTTPReceiver, LogLevel } from '@slack/bolt';
import type { SlackWorkspace } from '../../../src/sandbox/slack/slack-workspace';
import { card, clientOf, closeAll, openWorkspace, startBolt } from './slack-bench';

afterEach(closeAll);

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

const postCard = async (slack: SlackWorkspace, button: Record<string, unknown> = {}): Promise<string> => {
  const { ts } = await clientOf(slack).chat.postMessage({ channel: slack.channel, text: '실패', blocks: card(button) });
  return ts ?? '';
};

describe('a slash command', () => {
  test('reaches Bolt as Slack sends it, and its ack is shown to whoever typed it and to nobody else', async () => {
    const slack = await openWorkspace();
    let heard: Record<string, unknown> = {};
    await startBolt(slack, (app) =>
      app.command('/billing', async ({ ack, command }) => {
        heard = { ...command };
        await ack({ text: '결제됨 — 49,000원' });
      }),
    );
    const { operator, approver } = slack.users;
    expect(await slack.control.slash(operator, '/billing history  “김민수”')).toEqual({ acked: true });
    expect(heard).toEqual({
      token: expect.any(String),
      team_id: 'T0BILLING01',
      team_domain: expect.any(String),
      channel_id: slack.channel,
      channel_name: '정기결제',
      user_id: 'U0OPERATOR1',
      user_name: 'seojun.lee',
      command: '/billing',
      text: 'history  “김민수”',
      api_app_id: 'A0BILLING01',
      is_enterprise_install: 'false',
      response_url: expect.stringContaining(`${slack.url}/response/`),
      trigger_id: expect.stringMatching(/^\d+\.\d+\.[0-9a-f]{32}$/),
    });
    expect(slack.control.ephemerals(operator)).toMatchObject([{ text: '결제됨 — 49,000원' }]);
    expect(slack.control.ephemerals(approver)).toEqual([]);
    expect(slack.control.messages()).toEqual([]);
    expect(slack.control.deliveries()).toMatchObject([{ type: 'slash_commands', acked: true, sent: 1 }]);
  });

  test('is answered before the ack by what respond() says, in the channel when it says so', async () => {
    const slack = await openWorkspace();
    await startBolt(slack, (app) =>
      app.command('/billing', async ({ ack, respond }) => {
        await ack();
        await respond('나만');
        await respond({ response_type: 'in_channel', text: '모두' });
      }),
    );
    await slack.control.slash(slack.users.operator, 'status');
    await slack.control.waitFor(() => slack.control.messages().length === 1);
    expect(slack.control.messages()).toMatchObject([{ text: '모두', user: 'U0BILLINGBT' }]);
    expect(slack.control.ephemerals(slack.users.operator)).toMatchObject([{ text: '나만' }]);
  });

  test('that nobody acks is told to whoever typed it as an operation_timeout', async () => {
    const slack = await openWorkspace({ switches: { ackTimeoutMs: 100 } });
    await startBolt(slack, (app) => app.command('/billing', async () => {}));
    const { operator } = slack.users;
    expect(await slack.control.slash(operator, '/billing status')).toEqual({
      acked: false,
      error: 'operation_timeout',
    });
    expect(slack.control.notices(operator)).toMatchObject([
      { kind: 'command', text: '/billing 명령이 실패했습니다 (operation_timeout)' },
    ]);
    expect(slack.control.notices(slack.users.approver)).toEqual([]);
  });

  test('without a socket fails at once', async () => {
    const slack = await openWorkspace();
    expect(await slack.control.slash(slack.users.operator, '/billing')).toEqual({
      acked: false,
      error: 'dispatch_failed',
    });
  });

  test('whose ack Slack would refuse is told as failed', async () => {
    const slack = await openWorkspace();
    await startBolt(slack, (app) =>
      app.command('/billing', ({ ack }) =>
        ack({ blocks: [{ type: 'header', text: { type: 'plain_text', text: '' } }] }),
      ),
    );
    expect(await slack.control.slash(slack.users.operator, 'x')).toEqual({ acked: false, error: 'invalid_blocks' });
  });
});

describe('a click', () => {
  const listen = (slack: SlackWorkspace, heard: BlockAction[] = []) =>
    startBolt(slack, (app) =>
      app.action<BlockAction>('billing.retry', async ({ ack, body, respond }) => {
        await ack();
        heard.push(body);
        await respond({ replace_original: true, text: '재시도 중', blocks: [] });
      }),
    );

  test('reaches Bolt as Slack sends it, and respond() replaces the card on the same ts', async () => {
    const slack = await openWorkspace();
    const heard: BlockAction[] = [];
    await listen(slack, heard);
    const ts = await postCard(slack);
    expect(await slack.control.click({ user: slack.users.operator, ts, actionId: 'billing.retry' })).toEqual({
      acked: true,
    });
    await slack.control.waitFor(() => slack.control.messages()[0]?.text === '재시도 중');
    expect(slack.control.messages()).toMatchObject([{ ts, blocks: [], edited: { user: 'U0BILLINGBT' } }]);
    expect(heard).toMatchObject([
      {
        type: 'block_actions',
        user: { id: 'U0OPERATOR1', username: 'seojun.lee', name: 'seojun.lee', team_id: 'T0BILLING01' },
        api_app_id: 'A0BILLING01',
        container: { type: 'message', message_ts: ts, channel_id: slack.channel, is_ephemeral: false },
        team: { id: 'T0BILLING01' },
        enterprise: null,
        is_enterprise_install: false,
        channel: { id: slack.channel, name: '정기결제' },
        message: { ts, text: '실패', bot_id: 'B0BILLING01' },
        state: { values: {} },
        actions: [
          {
            type: 'button',
            action_id: 'billing.retry',
            block_id: 'acts',
            value: 'v1.K7QM4XWP9RTB.7',
            text: { type: 'plain_text', text: '재시도' },
            action_ts: expect.stringMatching(/^\d+\.\d{6}$/),
          },
        ],
      },
    ]);
  });

  test('on what only one person sees replaces it, and has no message in its payload', async () => {
    const slack = await openWorkspace();
    const heard: BlockAction[] = [];
    await listen(slack, heard);
    const { operator, approver } = slack.users;
    const whisper = { channel: slack.channel, user: operator.id, text: '나만', blocks: card() };
    const { message_ts: ephemeralId = '' } = await clientOf(slack).chat.postEphemeral(whisper);
    await slack.control.click({ user: operator, ephemeralId, actionId: 'billing.retry' });
    await slack.control.waitFor(() => slack.control.ephemerals(operator)[0]?.text === '재시도 중');
    expect(heard[0]?.container).toMatchObject({ is_ephemeral: true, message_ts: ephemeralId });
    expect(heard[0]?.message).toBeUndefined();
    await expect(slack.control.click({ user: approver, ephemeralId, actionId: 'billing.retry' })).rejects.toThrow(
      'sees no',
    );
  });

  test('in a thread names the thread', async () => {
    const slack = await openWorkspace();
    const heard: BlockAction[] = [];
    await listen(slack, heard);
    const web = clientOf(slack);
    const first = await web.chat.postMessage({ channel: slack.channel, text: '요약' });
    const inThread = { channel: slack.channel, thread_ts: first.ts ?? '', text: '실패', blocks: card() };
    const reply = await web.chat.postMessage(inThread);
    await slack.control.click({ user: slack.users.operator, ts: reply.ts ?? '', actionId: 'billing.retry' });
    expect(heard[0]?.container).toMatchObject({ message_ts: reply.ts, thread_ts: first.ts });
  });

  test('that nobody acks leaves a warning on the message, for the clicker, until the next click', async () => {
    const slack = await openWorkspace({ switches: { ackTimeoutMs: 100 } });
    await startBolt(slack, () => {});
    const ts = await postCard(slack);
    const { operator } = slack.users;
    const click = () => slack.control.click({ user: operator, ts, actionId: 'billing.retry' });
    expect(await click()).toEqual({ acked: false, error: 'operation_timeout' });
    expect(slack.control.notices(operator)).toMatchObject([{ kind: 'button', ts }]);
    await click();
    expect(slack.control.notices(operator)).toHaveLength(1);
  });

  test('can come from another company, and the payload says so', async () => {
    const slack = await openWorkspace();
    const heard: BlockAction[] = [];
    await listen(slack, heard);
    const ts = await postCard(slack);
    await slack.control.otherTeamClick({ ts, actionId: 'billing.retry' });
    expect(heard).toMatchObject([{ team: { id: 'T0STRANGERS' }, user: { id: 'U0STRANGER1', team_id: 'T0STRANGERS' } }]);
  });

  test('on a button that is not drawn any more is a mistake of the test, and says what is there', async () => {
    const slack = await openWorkspace();
    const ts = await postCard(slack);
    const click = slack.control.click({ user: slack.users.operator, ts, actionId: 'billing.refund' });
    await expect(click).rejects.toThrow('there is no billing.refund to click; there is billing.retry');
  });

  test('delivered twice reaches the bot twice', async () => {
    const slack = await openWorkspace();
    const heard: BlockAction[] = [];
    await listen(slack, heard);
    slack.control.setFaults({ sockets: { deliverTwice: 1 } });
    const ts = await postCard(slack);
    await slack.control.click({ user: slack.users.operator, ts, actionId: 'billing.retry' });
    await slack.control.waitFor(() => heard.length === 2);
    expect(slack.control.deliveries()).toMatchObject([{ sent: 2, acked: true }]);
  });

  test('chooses an option of a menu', async () => {
    const slack = await openWorkspace();
    const heard: BlockAction[] = [];
    await startBolt(slack, (app: App) =>
      app.action<BlockAction>('billing.pick', async ({ ack, body }) => {
        await ack();
        heard.push(body);
      }),
    );
    const option = (value: string) => ({ text: { type: 'plain_text' as const, text: `고객 ${value}` }, value });
    const menu = { type: 'static_select' as const, action_id: 'billing.pick', options: [option('c1'), option('c2')] };
    const blocks = [{ type: 'actions' as const, block_id: 'which', elements: [menu] }];
    const { ts = '' } = await clientOf(slack).chat.postMessage({ channel: slack.channel, text: '?', blocks });
    await slack.control.click({ user: slack.users.operator, ts, actionId: 'billing.pick', value: 'c2' });
    expect(heard[0]?.actions).toMatchObject([{ type: 'static_select', selected_option: option('c2') }]);
    expect(heard[0]?.state?.values).toMatchObject({ which: { 'billing.pick': { selected_option: { value: 'c2' } } } });
  });
});

test('in HTTP mode the same click and command arrive signed, at the real receiver', async () => {
  const [port, signingSecret] = [await freePort(), 'a-signing-secret'];
  const events = { url: `http://127.0.0.1:${port}/slack/events`, signingSecret };
  const slack = await openWorkspace({ switches: { events } });
  const receiver = new HTTPReceiver({ signingSecret, port, logLevel: LogLevel.ERROR });
  const listen = (app: App) => {
    app.command('/billing', ({ ack }) => ack('들었습니다'));
    app.action('billing.retry', ({ ack }) => ack());
  };
  await startBolt(slack, listen, receiver);
  expect(await slack.control.slash(slack.users.operator, '상태')).toEqual({ acked: true });
  expect(slack.control.ephemerals(slack.users.operator)).toMatchObject([{ text: '들었습니다' }]);
  const ts = await postCard(slack);
  expect(await slack.control.click({ user: slack.users.operator, ts, actionId: 'billing.retry' })).toEqual({
    acked: true,
  });
});
