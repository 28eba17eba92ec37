// Response URLs: five posts, half an hour, and the only way to change what one person sees.

import type { SlackWorkspace } from '../../../src/sandbox/slack/slack-workspace';
import { card, clientOf, closeAll, openWorkspace, startBolt } from './slack-bench';

afterEach(closeAll);

let nowMs = Date.parse('2026-10-31T01:00:00Z');

/** The response URL of a click on a card that only the operator sees. */
async function urlOfClick(slack: SlackWorkspace): Promise<string> {
  let url = '';
  await startBolt(slack, (app) =>
    app.action('billing.retry', async ({ ack, body }) => {
      url = 'response_url' in body ? String(body.response_url) : '';
      await ack();
    }),
  );
  const { operator } = slack.users;
  const whisper = { channel: slack.channel, user: operator.id, text: '실패', blocks: card() };
  const { message_ts: ephemeralId = '' } = await clientOf(slack).chat.postEphemeral(whisper);
  await slack.control.click({ user: operator, ephemeralId, actionId: 'billing.retry' });
  return url;
}

const post = (url: string, body: unknown): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

test('replaces and deletes what only one person sees, and needs no token', async () => {
  const slack = await openWorkspace();
  const url = await urlOfClick(slack);
  const seen = () => slack.control.ephemerals(slack.users.operator).map(({ text }) => text);
  expect((await post(url, { replace_original: true, text: '재시도 중' })).status).toBe(200);
  expect(seen()).toEqual(['재시도 중']);
  await post(url, { text: '또 하나' });
  expect(seen()).toEqual(['재시도 중', '또 하나']);
  await post(url, { delete_original: true });
  expect(seen()).toEqual(['또 하나']);
  expect(slack.control.ephemerals(slack.users.approver)).toEqual([]);
});

test('takes five posts', async () => {
  const slack = await openWorkspace();
  const url = await urlOfClick(slack);
  const statuses = [];
  for (let count = 0; count < 6; count += 1) statuses.push((await post(url, { text: `${count}` })).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);
});

test('is over after half an hour', async () => {
  const slack = await openWorkspace({ now: () => new Date(nowMs) });
  const url = await urlOfClick(slack);
  nowMs += 30 * 60_000;
  expect((await post(url, { text: '아직' })).status).toBe(200);
  nowMs += 1;
  expect((await post(url, { text: '늦음' })).status).toBe(404);
});

test('that nobody was given is not found, and blocks are checked here too', async () => {
  const slack = await openWorkspace();
  expect((await post(`${slack.url}/response/nobody`, { text: 'x' })).status).toBe(404);
  const refused = await post(await urlOfClick(slack), { blocks: [{ type: 'shape' }] });
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ ok: false, error: 'invalid_blocks' });
});
