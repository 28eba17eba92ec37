// Socket Mode as the real client lives through it: recycling, lost acks, an API that goes away.

import { WebSocket } from 'ws';
import type { SlackWorkspace } from '../../../src/sandbox/slack/slack-workspace';
import { appToken, startSlackWorkspace } from '../../../src/sandbox/slack/slack-workspace';
import { clientOf, closeAll, openWorkspace, SeveralSockets, startBolt } from './slack-bench';

afterEach(closeAll);

const newSocket = async (
  slack: SlackWorkspace,
): Promise<{ frames: { type: string; reason?: string }[]; socket: WebSocket }> => {
  const { url = '' } = await clientOf(slack, appToken).apps.connections.open();
  const socket = new WebSocket(url);
  const frames: { type: string; reason?: string }[] = [];
  socket.on('message', (data) => frames.push(JSON.parse(String(data))));
  await slack.control.waitFor(() => frames.length > 0);
  return { frames, socket };
};

test('a socket is greeted as Slack greets it', async () => {
  const slack = await openWorkspace();
  const { frames, socket } = await newSocket(slack);
  expect(frames).toEqual([
    {
      type: 'hello',
      num_connections: 1,
      debug_info: { host: expect.any(String), build_number: 1, approximate_connection_time: 18_060 },
      connection_info: { app_id: 'A0BILLING01' },
    },
  ]);
  socket.terminate();
});

test('the address of a socket is good once', async () => {
  const slack = await openWorkspace();
  const { url = '' } = await clientOf(slack, appToken).apps.connections.open();
  const first = new WebSocket(url);
  await slack.control.waitFor(() => slack.control.sockets() === 1);
  const second = new WebSocket(url);
  const refusal = await new Promise((resolve) => second.once('error', resolve));
  expect(String(refusal)).toContain('403');
  first.terminate();
});

test('the eleventh socket is sent away', async () => {
  const slack = await openWorkspace();
  const open = [];
  for (let count = 0; count < 10; count += 1) open.push(await newSocket(slack));
  const { frames, socket } = await newSocket(slack);
  expect(frames).toMatchObject([{ type: 'disconnect', reason: 'too_many_websockets' }]);
  for (const { socket: other } of open) other.terminate();
  socket.terminate();
});

test('with two sockets every command is answered while Slack recycles them', async () => {
  const slack = await openWorkspace();
  let heard = 0;
  await startBolt(
    slack,
    (app) =>
      app.command('/billing', async ({ ack }) => {
        heard += 1;
        await ack();
      }),
    new SeveralSockets(slack, 2),
  );
  expect(slack.control.sockets()).toBe(2);
  const answers = [];
  for (let count = 0; count < 40; count += 1) {
    if (count === 10) expect(await slack.control.recycle('warning')).toBe(1);
    answers.push(slack.control.slash(slack.users.operator, `status ${count}`));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect((await Promise.all(answers)).filter(({ acked }) => !acked)).toEqual([]);
  expect(heard).toBe(40);
  expect(slack.control.sockets()).toBe(1);
});

test('with one socket the recycled client is away, and what is typed meanwhile fails', async () => {
  const slack = await openWorkspace();
  await startBolt(slack, (app) => app.command('/billing', ({ ack }) => ack()));
  expect(await slack.control.recycle()).toBe(0);
  expect(await slack.control.slash(slack.users.operator, 'status')).toEqual({ acked: false, error: 'dispatch_failed' });
});

test('an ack that gets lost is no ack', async () => {
  const slack = await openWorkspace({ switches: { ackTimeoutMs: 100 } });
  await startBolt(slack, (app) => app.command('/billing', ({ ack }) => ack()));
  slack.control.setFaults({ sockets: { dropAcks: 1 } });
  expect(await slack.control.slash(slack.users.operator, 'x')).toEqual({ acked: false, error: 'operation_timeout' });
  expect(await slack.control.slash(slack.users.operator, 'x')).toEqual({ acked: true });
  expect(slack.control.deliveries().map(({ acked }) => acked)).toEqual([false, true]);
});

test('a frame that is no JSON leaves the client alive', async () => {
  const slack = await openWorkspace();
  await startBolt(slack, (app) => app.command('/billing', ({ ack }) => ack()));
  slack.control.malformedFrame();
  expect(await slack.control.slash(slack.users.operator, 'x')).toEqual({ acked: true });
});

test('an API that is down destroys calls and sockets, and comes back with everything it knew', async () => {
  const slack = await openWorkspace();
  const web = clientOf(slack);
  await web.chat.postMessage({ channel: slack.channel, text: '전' });
  const { socket } = await newSocket(slack);
  slack.control.down();
  await expect(web.chat.postMessage({ channel: slack.channel, text: '중' })).rejects.toThrow();
  await slack.control.waitFor(() => socket.readyState === WebSocket.CLOSED);
  expect((await fetch(slack.url)).status).toBe(200);
  slack.control.up();
  await web.chat.postMessage({ channel: slack.channel, text: '후' });
  expect(slack.control.messages().map(({ text }) => text)).toEqual(['전', '후']);
});

test('a taken port is refused with EADDRINUSE', async () => {
  const { port } = await openWorkspace();
  await expect(startSlackWorkspace({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
