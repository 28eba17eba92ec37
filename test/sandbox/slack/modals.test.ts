// Modals through the real Bolt app: opening, filling in, errors, stacks, and triggers that are too late.

import type { App, BlockAction, ViewSubmitAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { SlackWorkspace } from '../../../src/sandbox/slack/slack-workspace';
import { card, clientOf, closeAll, openWorkspace, startBolt } from './slack-bench';

afterEach(closeAll);

const refund = (over: Partial<ModalView> = {}): ModalView => ({
  type: 'modal',
  callback_id: 'billing.refund.submit',
  private_metadata: 'K7QM4XWP9RTB',
  title: { type: 'plain_text', text: '환불' },
  submit: { type: 'plain_text', text: '환불 요청' },
  blocks: [
    {
      type: 'input',
      block_id: 'amount',
      label: { type: 'plain_text', text: '금액' },
      element: { type: 'number_input', action_id: 'amount', is_decimal_allowed: false, max_value: '49000' },
    },
    {
      type: 'input',
      block_id: 'why',
      label: { type: 'plain_text', text: '사유' },
      element: {
        type: 'static_select',
        action_id: 'why',
        initial_option: { text: { type: 'plain_text', text: '고객 요청' }, value: 'asked' },
        options: [{ text: { type: 'plain_text', text: '고객 요청' }, value: 'asked' }],
      },
    },
    {
      type: 'input',
      block_id: 'memo',
      optional: true,
      label: { type: 'plain_text', text: '메모' },
      element: { type: 'plain_text_input', action_id: 'memo' },
    },
  ],
  ...over,
});

/** A bot that opens the modal on a click and answers its submission as it is told. */
async function openRefund(slack: SlackWorkspace, listen: (app: App) => void, view = refund()): Promise<string> {
  await startBolt(slack, (app) => {
    app.action('billing.retry', async ({ ack, body, client }) => {
      await ack();
      if ('trigger_id' in body) await client.views.open({ trigger_id: String(body.trigger_id), view });
    });
    listen(app);
  });
  const { ts = '' } = await clientOf(slack).chat.postMessage({ channel: slack.channel, text: '실패', blocks: card() });
  await slack.control.click({ user: slack.users.operator, ts, actionId: 'billing.retry' });
  const opened = await slack.control.waitFor(() => slack.control.views(slack.users.operator)[0]);
  return opened.id;
}

const aButton = (action_id: string) => ({
  type: 'button' as const,
  action_id,
  text: { type: 'plain_text' as const, text: '이력' },
});

const filled = { amount: '30000', memo: '전화로' };

test('opens for the clicker, shows errors by field, and closes when the ack is empty', async () => {
  const slack = await openWorkspace();
  const heard: ViewSubmitAction[] = [];
  const viewId = await openRefund(slack, (app) =>
    app.view<ViewSubmitAction>('billing.refund.submit', async ({ ack, body }) => {
      heard.push(body);
      if (heard.length === 1)
        await ack({ response_action: 'errors', errors: { amount: '남은 금액은 20,000원입니다.' } });
      else await ack();
    }),
  );
  const { operator, approver } = slack.users;
  expect(slack.control.views(approver)).toEqual([]);
  const errors = { amount: '남은 금액은 20,000원입니다.' };
  expect(await slack.control.submit(viewId, filled, operator)).toEqual({ kind: 'errors', errors });
  expect(slack.control.viewErrors(operator)).toEqual(errors);
  expect(await slack.control.submit(viewId, { ...filled, amount: '20000' }, operator)).toEqual({ kind: 'closed' });
  expect(slack.control.views(operator)).toEqual([]);
  expect(heard[1]).toMatchObject({
    type: 'view_submission',
    user: { id: operator.id, team_id: 'T0BILLING01' },
    team: { id: 'T0BILLING01' },
    view: {
      id: viewId,
      callback_id: 'billing.refund.submit',
      private_metadata: 'K7QM4XWP9RTB',
      state: {
        values: {
          amount: { amount: { type: 'number_input', value: '20000' } },
          why: { why: { type: 'static_select', selected_option: { value: 'asked' } } },
          memo: { memo: { type: 'plain_text_input', value: '전화로' } },
        },
      },
    },
  });
});

test('what is required and missing never leaves Slack', async () => {
  const slack = await openWorkspace();
  const viewId = await openRefund(slack, () => {});
  const { operator } = slack.users;
  expect(await slack.control.submit(viewId, {}, operator)).toEqual({
    kind: 'incomplete',
    errors: { amount: '필수 입력 항목입니다.' },
  });
  expect(await slack.control.submit(viewId, { amount: '50000' }, operator)).toMatchObject({
    errors: { amount: '49000 이하여야 합니다.' },
  });
  expect(slack.control.deliveries().map(({ type }) => type)).toEqual(['interactive']);
});

test('an ack can update, push and clear; a view Slack would refuse leaves the modal open', async () => {
  const slack = await openWorkspace();
  const titled = (text: string) => refund({ title: { type: 'plain_text', text } });
  const acks = [
    { response_action: 'update', view: titled('둘째') },
    { response_action: 'push', view: titled('위') },
    { response_action: 'update', view: titled('제목이 스물네 글자를 넘어가면 슬랙이 받지 않습니다') },
    { response_action: 'clear' },
  ] as const;
  let next = 0;
  await openRefund(slack, (app) =>
    app.view<ViewSubmitAction>('billing.refund.submit', async ({ ack }) => {
      await ack(acks[next++]);
    }),
  );
  const { operator } = slack.users;
  const submit = () => slack.control.submit(slack.control.views(operator).at(-1)?.id ?? '', filled, operator);
  const titles = () => slack.control.views(operator).map(({ title }) => (title as { text: string }).text);
  expect((await submit()).kind).toBe('updated');
  expect(titles()).toEqual(['둘째']);
  expect((await submit()).kind).toBe('pushed');
  expect(titles()).toEqual(['둘째', '위']);
  expect(await submit()).toEqual({ kind: 'failed', error: 'invalid_arguments' });
  expect(titles()).toEqual(['둘째', '위']);
  expect((await submit()).kind).toBe('cleared');
  expect(titles()).toEqual([]);
});

test('errors for a block the modal does not have are trouble, not errors', async () => {
  const slack = await openWorkspace();
  const viewId = await openRefund(slack, (app) =>
    app.view('billing.refund.submit', ({ ack }) => ack({ response_action: 'errors', errors: { nowhere: '?' } })),
  );
  const submitted = await slack.control.submit(viewId, filled, slack.users.operator);
  expect(submitted).toEqual({ kind: 'failed', error: 'invalid_error_response' });
});

test('a button in a modal tells the bot what was filled in, and its trigger pushes another modal', async () => {
  const slack = await openWorkspace();
  const heard: BlockAction[] = [];
  const more = { type: 'actions' as const, block_id: 'more', elements: [aButton('billing.history')] };
  const view = refund({ blocks: [...refund().blocks, more] });
  const viewId = await openRefund(
    slack,
    (app) =>
      app.action<BlockAction>('billing.history', async ({ ack, body, client }) => {
        await ack();
        heard.push(body);
        await client.views.push({ trigger_id: body.trigger_id, view: refund() });
      }),
    view,
  );
  const { operator } = slack.users;
  await slack.control.clickInView({ user: operator, viewId, actionId: 'billing.history', values: filled });
  await slack.control.waitFor(() => slack.control.views(operator).length === 2);
  expect(heard).toMatchObject([
    {
      container: { type: 'view', view_id: viewId },
      view: { id: viewId, state: { values: { amount: { amount: { value: '30000' } } } } },
      actions: [{ action_id: 'billing.history', block_id: 'more' }],
    },
  ]);
  expect(slack.control.views(operator)[1]).toMatchObject({ previous_view_id: viewId, root_view_id: viewId });
  await slack.control.closeView(slack.control.views(operator)[1]?.id ?? '', operator);
  expect(slack.control.views(operator).map(({ id }) => id)).toEqual([viewId]);
});

test('closing tells the bot when it asked to be told', async () => {
  const slack = await openWorkspace();
  let isTold = false;
  const listen = (app: App) =>
    app.view({ type: 'view_closed', callback_id: 'billing.refund.submit' }, async ({ ack }) => {
      isTold = true;
      await ack();
    });
  const viewId = await openRefund(slack, listen, refund({ notify_on_close: true }));
  await slack.control.closeView(viewId, slack.users.operator);
  expect(isTold).toBe(true);
  expect(slack.control.views(slack.users.operator)).toEqual([]);
});

test('a view changes only under its present hash', async () => {
  const slack = await openWorkspace();
  const viewId = await openRefund(slack, () => {});
  const web = clientOf(slack);
  const { hash } = slack.control.views(slack.users.operator)[0] ?? { hash: '' };
  const updated = await web.views.update({ view_id: viewId, hash, view: refund() });
  expect(updated.view?.id).toBe(viewId);
  await expect(web.views.update({ view_id: viewId, hash, view: refund() })).rejects.toThrow('hash_conflict');
  await expect(web.views.update({ view_id: 'V0NOBODY', view: refund() })).rejects.toThrow('not_found');
});

describe('a trigger', () => {
  const triggerOf = async (slack: SlackWorkspace): Promise<string> => {
    let trigger = '';
    await startBolt(slack, (app) =>
      app.command('/billing', async ({ ack, command }) => {
        trigger = command.trigger_id;
        await ack();
      }),
    );
    await slack.control.slash(slack.users.operator, 'x');
    return trigger;
  };

  test('opens one modal and no second', async () => {
    const slack = await openWorkspace();
    const trigger_id = await triggerOf(slack);
    const web = clientOf(slack);
    await web.views.open({ trigger_id, view: refund() });
    await expect(web.views.open({ trigger_id, view: refund() })).rejects.toThrow('exchanged_trigger_id');
  });

  test('is over after three seconds', async () => {
    let nowMs = Date.parse('2026-10-31T01:00:00Z');
    const slack = await openWorkspace({ now: () => new Date(nowMs) });
    const trigger_id = await triggerOf(slack);
    nowMs += 3_001;
    await expect(clientOf(slack).views.open({ trigger_id, view: refund() })).rejects.toThrow('expired_trigger_id');
  });

  test('that Slack never gave opens nothing', async () => {
    const slack = await openWorkspace();
    const opened = clientOf(slack).views.open({ trigger_id: '1.2.3', view: refund() });
    await expect(opened).rejects.toThrow('invalid_trigger_id');
  });
});
