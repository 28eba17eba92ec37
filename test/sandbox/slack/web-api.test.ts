// The Web API through the real client: messages, their errors, their pace, and the faults that can be arranged.

import { appToken, otherChannel, type SlackWorkspace } from '../../../src/sandbox/slack/slack-workspace';
import { card, clientOf, closeAll, openWorkspace } from './slack-bench';

afterEach(closeAll);

const call = async (slack: SlackWorkspace, method: string, body: unknown = {}, token = slack.botToken) => {
  const response = await fetch(`${slack.apiUrl}${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token === '' ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  return { status: response.status, retryAfter: response.headers.get('retry-after'), ...answer };
};

describe('a token', () => {
  test.each([
    ['without one', 'auth.test', '', 'not_authed'],
    ['that nobody knows', 'auth.test', 'xoxb-other', 'invalid_auth'],
    ['of the app where the bot is asked for', 'chat.postMessage', appToken, 'not_allowed_token_type'],
    ['of the bot where the app is asked for', 'apps.connections.open', undefined, 'not_allowed_token_type'],
  ])('%s is refused with status 200', async (_, method, token, error) => {
    const slack = await openWorkspace();
    expect(await call(slack, method, {}, token ?? slack.botToken)).toMatchObject({ status: 200, ok: false, error });
  });

  test('of the bot tells who it is', async () => {
    const slack = await openWorkspace();
    expect(await clientOf(slack).auth.test()).toMatchObject({
      team_id: 'T0BILLING01',
      user_id: 'U0BILLINGBT',
      bot_id: 'B0BILLING01',
    });
  });
});

test('a method Slack does not have is unknown', async () => {
  const slack = await openWorkspace();
  expect(await call(slack, 'chat.bill')).toMatchObject({ status: 200, error: 'unknown_method' });
  expect(await call(slack, 'toString')).toMatchObject({ status: 200, error: 'unknown_method' });
});

describe('a message', () => {
  test('has its own ts, in seconds and six digits, even in the same millisecond', async () => {
    const slack = await openWorkspace({ now: () => new Date('2026-10-31T01:00:00Z') });
    const web = clientOf(slack);
    const posts = await Promise.all(
      ['하나', '둘', '셋'].map((text) => web.chat.postMessage({ channel: slack.channel, text })),
    );
    expect(posts.map(({ ts }) => ts).sort()).toEqual(['1793408400.000000', '1793408400.000001', '1793408400.000002']);
  });

  test('collects its replies, and a reply to a reply stands in the same thread', async () => {
    const slack = await openWorkspace({ switches: { postsPerSecond: null } });
    const web = clientOf(slack);
    const { channel } = slack;
    const { ts = '' } = await web.chat.postMessage({ channel, text: '요약' });
    const reply = await web.chat.postMessage({ channel, text: '답글', thread_ts: ts });
    await web.chat.postMessage({ channel, text: '답글의 답글', thread_ts: reply.ts ?? '' });
    const { messages: history = [] } = await web.conversations.history({ channel });
    expect(history).toMatchObject([{ ts, reply_count: 2, reply_users: ['U0BILLINGBT'] }]);
    const { messages: thread = [] } = await web.conversations.replies({ channel, ts });
    expect(thread.map(({ text }) => text)).toEqual(['요약', '답글', '답글의 답글']);
    await expect(web.chat.postMessage({ channel, text: '?', thread_ts: '1.000000' })).rejects.toThrow(
      'thread_not_found',
    );
  });

  test('updated keeps its ts; text alone takes its blocks away, blocks alone keep its text', async () => {
    const slack = await openWorkspace();
    const web = clientOf(slack);
    const { channel } = slack;
    const { ts = '' } = await web.chat.postMessage({ channel, text: '실패', blocks: card() });
    await web.chat.update({ channel, ts, blocks: card({ value: 'v1.K7QM4XWP9RTB.8' }) });
    expect(slack.control.messages()).toMatchObject([{ ts, text: '실패', edited: { user: 'U0BILLINGBT' } }]);
    await web.chat.update({ channel, ts, text: '결제 완료' });
    expect(slack.control.messages()).toMatchObject([{ ts, text: '결제 완료' }]);
    expect(slack.control.messages()[0]?.blocks).toBeUndefined();
  });

  test('of a person cannot be updated or deleted by the bot, and one that is gone is not found', async () => {
    const slack = await openWorkspace();
    const web = clientOf(slack);
    const { channel } = slack;
    const { ts } = slack.control.say(slack.users.operator, '확인했습니다');
    await expect(web.chat.update({ channel, ts, text: 'x' })).rejects.toThrow('cant_update_message');
    await expect(web.chat.delete({ channel, ts })).rejects.toThrow('cant_delete_message');
    const mine = await web.chat.postMessage({ channel, text: 'x' });
    await web.chat.delete({ channel, ts: mine.ts ?? '' });
    await expect(web.chat.update({ channel, ts: mine.ts ?? '', text: 'x' })).rejects.toThrow('message_not_found');
  });

  test('gives its metadata back to whoever asks for all of it', async () => {
    const slack = await openWorkspace();
    const web = clientOf(slack);
    const { channel } = slack;
    const metadata = { event_type: 'billing_card', event_payload: { charge_id: 'K7QM4XWP9RTB', version: 7 } };
    const { ts = '' } = await web.chat.postMessage({ channel, text: '실패', metadata });
    const plain = await web.conversations.history({ channel });
    expect(plain.messages?.[0]).not.toHaveProperty('metadata');
    const whole = await web.conversations.history({ channel, include_all_metadata: true });
    expect(whole.messages).toMatchObject([{ metadata }]);
    const newer = { ...metadata, event_payload: { charge_id: 'K7QM4XWP9RTB', version: 8 } };
    await web.chat.update({ channel, ts, text: '완료', metadata: newer });
    await web.chat.update({ channel, ts, text: '완료!' });
    expect(slack.control.messages()).toMatchObject([{ metadata: newer }]);
  });

  test('is found by pages, newest first, between two times', async () => {
    let nowMs = Date.parse('2026-10-31T01:00:00Z');
    const slack = await openWorkspace({ now: () => new Date(nowMs), switches: { postsPerSecond: null } });
    const web = clientOf(slack);
    const { channel } = slack;
    const all = [];
    for (const text of ['1', '2', '3', '4']) {
      all.push((await web.chat.postMessage({ channel, text })).ts ?? '');
      nowMs += 1000;
    }
    const first = await web.conversations.history({ channel, limit: 3 });
    expect(first.messages?.map(({ text }) => text)).toEqual(['4', '3', '2']);
    const cursor = first.response_metadata?.next_cursor ?? '';
    const second = await web.conversations.history({ channel, limit: 3, cursor });
    expect(second).toMatchObject({ has_more: false, messages: [{ text: '1' }] });
    const between = await web.conversations.history({ channel, oldest: all[0] ?? '', latest: all[3] ?? '' });
    expect(between.messages?.map(({ text }) => text)).toEqual(['3', '2']);
  });

  test('that one person sees is in no history, and chat.update does not find it', async () => {
    const slack = await openWorkspace();
    const web = clientOf(slack);
    const { channel } = slack;
    const { operator, approver } = slack.users;
    const { message_ts: ts = '' } = await web.chat.postEphemeral({ channel, user: operator.id, text: '나만' });
    expect(slack.control.ephemerals(operator)).toMatchObject([{ ts, text: '나만' }]);
    expect(slack.control.ephemerals(approver)).toEqual([]);
    expect((await web.conversations.history({ channel })).messages).toEqual([]);
    await expect(web.chat.update({ channel, ts, text: 'x' })).rejects.toThrow('message_not_found');
    slack.control.reload(operator);
    expect(slack.control.ephemerals(operator)).toEqual([]);
  });
});

describe('a channel', () => {
  test.each([
    ['nobody has', 'C0NOWHERE01', 'channel_not_found'],
    ['the bot is not in', otherChannel, 'not_in_channel'],
  ])('%s is refused', async (_, channel, error) => {
    const slack = await openWorkspace();
    await expect(clientOf(slack).chat.postMessage({ channel, text: 'x' })).rejects.toThrow(error);
  });

  test('that was archived takes nothing, until it is opened again', async () => {
    const slack = await openWorkspace();
    const post = () => clientOf(slack).chat.postMessage({ channel: slack.channel, text: 'x' });
    slack.control.setChannel(slack.channel, { isArchived: true });
    await expect(post()).rejects.toThrow('is_archived');
    slack.control.setChannel(slack.channel, { isArchived: false });
    expect((await post()).ok).toBe(true);
  });
});

test('the user group has the operator and the approver in it', async () => {
  const slack = await openWorkspace();
  const web = clientOf(slack);
  expect((await web.usergroups.users.list({ usergroup: 'S0BILLING01' })).users).toEqual(['U0OPERATOR1', 'U0APPROVER1']);
  await expect(web.usergroups.users.list({ usergroup: 'S0NOBODY001' })).rejects.toThrow('no_such_subteam');
  expect((await web.users.info({ user: 'U0APPROVER1' })).user).toMatchObject({ real_name: '박지민' });
  const poor = await openWorkspace({ switches: { userGroups: false } });
  const refused = clientOf(poor).usergroups.users.list({ usergroup: 'S0BILLING01' });
  await expect(refused).rejects.toThrow('plan_upgrade_required');
});

describe('the pace', () => {
  test('of posts is one a second and channel after a burst; the rest is 429 with Retry-After, and counted', async () => {
    const slack = await openWorkspace({ switches: { postBurst: 3 } });
    const post = () => call(slack, 'chat.postMessage', { channel: slack.channel, text: 'x' });
    const answers = [await post(), await post(), await post(), await post()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers[3]).toEqual({ status: 429, retryAfter: '1', ok: false, error: 'ratelimited' });
    expect(slack.control.apiCounts()['chat.postMessage']).toEqual({ calls: 4, ratelimited: 1 });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await post()).status).toBe(200);
  });

  test('of updates is another one', async () => {
    const slack = await openWorkspace({ switches: { updateBurst: 2 } });
    const { ts = '' } = await clientOf(slack).chat.postMessage({ channel: slack.channel, text: 'x' });
    const update = () => call(slack, 'chat.update', { channel: slack.channel, ts, text: 'y' });
    const answers = [await update(), await update(), await update()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers[2]?.retryAfter).toBe('2');
  });
});

describe('a fault', () => {
  test('strikes the call it is meant for, and no other', async () => {
    const slack = await openWorkspace();
    const web = clientOf(slack);
    slack.control.setFaults({
      api: [{ method: 'chat.postMessage', after: 1, times: 1, kind: 'error', error: 'token_revoked' }],
    });
    const post = (text: string) => web.chat.postMessage({ channel: slack.channel, text });
    await post('하나');
    expect((await web.auth.test()).ok).toBe(true);
    await expect(post('둘')).rejects.toThrow('token_revoked');
    await post('셋');
    expect(slack.control.messages().map(({ text }) => text)).toEqual(['하나', '셋']);
    expect(slack.control.apiCalls('chat.postMessage').map(({ answer }) => answer?.error)).toEqual([
      undefined,
      'token_revoked',
      undefined,
    ]);
  });

  test.each([
    [{ kind: 'status', status: 503 }, 0],
    [{ kind: 'ratelimited', retryAfter: 7 }, 0],
    [{ kind: 'hang' }, 0],
    [{ kind: 'drop' }, 0],
    [{ kind: 'answer-lost' }, 1],
  ] as const)('%j leaves the client without an answer it can use, and %i messages', async (fault, posted) => {
    const slack = await openWorkspace();
    slack.control.setFaults({ api: [{ method: '*', ...fault }] });
    const request = fetch(`${slack.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${slack.botToken}` },
      body: new URLSearchParams({ channel: slack.channel, text: 'x' }),
      signal: AbortSignal.timeout(200),
    });
    if ('status' in fault) expect((await request).status).toBe(503);
    else if ('retryAfter' in fault) expect((await request).headers.get('retry-after')).toBe('7');
    else await expect(request).rejects.toThrow();
    expect(slack.control.messages()).toHaveLength(posted);
  });

  test('is arranged over HTTP too, and a plan that makes no sense is refused', async () => {
    const slack = await openWorkspace();
    const put = (plan: unknown) =>
      fetch(`${slack.url}/control/faults`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(plan),
      });
    const plan = { api: [{ method: 'auth.test', kind: 'error', error: 'token_revoked' }] };
    expect((await put(plan)).status).toBe(200);
    await expect(clientOf(slack).auth.test()).rejects.toThrow('token_revoked');
    expect((await put({ api: [{ method: 'auth.test', kind: 'tired' }] })).status).toBe(400);
    expect(slack.control.faults()).toEqual(plan);
  });
});

test("the log keeps what was asked, and never the bot's token", async () => {
  const slack = await openWorkspace();
  await clientOf(slack).auth.test({ token: slack.botToken });
  await clientOf(slack).chat.postMessage({ channel: slack.channel, text: '실패', blocks: card() });
  const calls = slack.control.apiCalls();
  expect(calls).toMatchObject([
    { method: 'auth.test', answer: { status: 200, ok: true } },
    { method: 'chat.postMessage', args: { text: '실패', blocks: card() }, answer: { status: 200, ok: true } },
  ]);
  expect(JSON.stringify(calls)).not.toContain(slack.botToken);
});
