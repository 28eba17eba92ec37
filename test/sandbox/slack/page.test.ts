// What the page is given: its files, one person's view of a channel, and word when something has changed.

import { get } from 'node:http';
import type { PageState } from '../../../src/sandbox/slack/page-state';
import { otherChannel, type SlackWorkspace } from '../../../src/sandbox/slack/slack-workspace';
import { card, clientOf, closeAll, openWorkspace, startBolt } from './slack-bench';

afterEach(closeAll);

const stateOf = async (slack: SlackWorkspace, query: Record<string, string> = {}): Promise<PageState> => {
  const response = await fetch(`${slack.url}/page/state?${new URLSearchParams(query)}`);
  return (await response.json()) as PageState;
};

const control = (slack: SlackWorkspace, verb: string, body: unknown, type = 'application/json') =>
  fetch(`${slack.url}/control/${verb}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: JSON.stringify(body),
  });

test.each([
  ['/', 'text/html'],
  ['/page.js', 'text/javascript'],
  ['/page.css', 'text/css'],
])('%s is served, and may load nothing from elsewhere', async (path, type) => {
  const slack = await openWorkspace();
  const response = await fetch(`${slack.url}${path}`);
  expect(response.headers.get('content-type')).toContain(type);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
  expect(await response.text()).not.toMatch(/(src|href|url\()\s*=?\s*["'(]?https?:/);
});

test('two windows are two people: each sees what is theirs', async () => {
  const slack = await openWorkspace();
  const web = clientOf(slack);
  const { channel } = slack;
  await web.chat.postMessage({ channel, text: '모두' });
  await web.chat.postEphemeral({ channel, user: slack.users.operator.id, text: '담당자만' });
  const [operator, approver] = [
    await stateOf(slack, { user: 'U0OPERATOR1' }),
    await stateOf(slack, { user: 'U0APPROVER1' }),
  ];
  expect(operator.user.name).toBe('이서준');
  expect(JSON.stringify(operator.items)).toContain('담당자만');
  expect(JSON.stringify(approver.items)).toContain('모두');
  expect(JSON.stringify(approver.items)).not.toContain('담당자만');
});

test('replies stand in their thread and not in the channel; older messages come when asked for', async () => {
  const slack = await openWorkspace({ switches: { postsPerSecond: null } });
  const web = clientOf(slack);
  const { channel } = slack;
  const { ts = '' } = await web.chat.postMessage({ channel, text: '요약' });
  await web.chat.postMessage({ channel, text: '답글입니다', thread_ts: ts });
  for (let count = 0; count < 5; count += 1) await web.chat.postMessage({ channel, text: `글 ${count}` });
  const state = await stateOf(slack, { thread: ts, limit: '5' });
  expect(state.hasOlder).toBe(true);
  expect(JSON.stringify(state.items)).not.toMatch(/요약|답글입니다/);
  expect(state.thread?.items).toHaveLength(2);
  const whole = JSON.stringify((await stateOf(slack)).items);
  expect(whole).toContain('답글 1개');
  expect(whole).not.toContain('답글입니다');
});

test('a change is told to every open window', async () => {
  const slack = await openWorkspace();
  const heard: string[] = [];
  const window = get(`${slack.url}/page/changes`, (response) =>
    response.on('data', (data) => heard.push(String(data))),
  );
  window.on('error', () => {});
  await slack.control.waitFor(() => heard.length === 1);
  slack.control.say(slack.users.operator, '안녕하세요');
  await slack.control.waitFor(() => heard.length === 2);
  expect(heard[1]).toBe('data: changed\n\n');
});

test('a failed command is told to whoever typed it, where it was typed, until it is dismissed', async () => {
  const slack = await openWorkspace();
  const { operator } = slack.users;
  await slack.control.slash(operator, '/billing status', otherChannel);
  expect((await stateOf(slack, { user: operator.id })).notices).toEqual([]);
  const seen = await stateOf(slack, { user: operator.id, channel: otherChannel });
  expect(seen.notices).toMatchObject([{ text: '/billing 명령이 실패했습니다 (dispatch_failed)' }]);
  await control(slack, 'dismiss', { id: seen.notices[0]?.id });
  expect((await stateOf(slack, { user: operator.id, channel: otherChannel })).notices).toEqual([]);
});

test("a permalink leads to the page's message", async () => {
  const slack = await openWorkspace();
  const web = clientOf(slack);
  const { ts = '' } = await web.chat.postMessage({ channel: slack.channel, text: 'x' });
  const { permalink = '' } = await web.chat.getPermalink({ channel: slack.channel, message_ts: ts });
  const response = await fetch(permalink, { redirect: 'manual' });
  expect(response.headers.get('location')).toBe(`/?channel=${slack.channel}&message=${ts}`);
});

describe('the verbs over HTTP', () => {
  test('do what a person does', async () => {
    const slack = await openWorkspace();
    const heard: string[] = [];
    await startBolt(slack, (app) => {
      app.command('/billing', async ({ ack, command }) => {
        heard.push(command.text);
        await ack();
      });
      app.action('billing.retry', async ({ ack, body }) => {
        heard.push(body.user.id);
        await ack();
      });
    });
    const { ts } = await clientOf(slack).chat.postMessage({ channel: slack.channel, text: 'x', blocks: card() });
    const typed = await control(slack, 'slash', { user: 'U0APPROVER1', text: '/billing 상태' });
    expect(await typed.json()).toEqual({ acked: true });
    await control(slack, 'click', { user: 'U0OUTSIDER1', ts, actionId: 'billing.retry' });
    expect(heard).toEqual(['상태', 'U0OUTSIDER1']);
  });

  test('say what is wrong with a request, and take none that another site could send', async () => {
    const slack = await openWorkspace();
    const gone = await control(slack, 'click', { user: 'U0OUTSIDER1', ts: '1.2', actionId: 'x' });
    expect(gone.status).toBe(409);
    expect(await gone.json()).toEqual({ error: 'U0OUTSIDER1 sees no message 1.2 in C0BILLING01' });
    expect((await control(slack, 'click', { user: 7 })).status).toBe(400);
    expect((await control(slack, 'slash', { user: 'U0OPERATOR1', text: 'x' }, 'text/plain')).status).toBe(415);
  });
});
