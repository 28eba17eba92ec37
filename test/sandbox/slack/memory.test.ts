// What outlives the process: every message, with its ts, its thread and its metadata; nothing that one person saw.

import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSlackWorkspace } from '../../../src/sandbox/slack/slack-workspace';
import { card, clientOf, closeAll, openWorkspace } from './slack-bench';

let folder: string;
let journalFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slack-workspace-'));
  journalFile = join(folder, 'messages', 'slack.jsonl');
});
afterEach(async () => {
  await closeAll();
  rmSync(folder, { recursive: true });
});

const open = () => openWorkspace({ journalFile, switches: { postsPerSecond: null } });
const lines = (): string[] => readFileSync(journalFile, 'utf8').trim().split('\n');

test('messages are the same after a restart, and can still be updated', async () => {
  const before = await open();
  const { channel } = before;
  const web = clientOf(before);
  const metadata = { event_type: 'billing_card', event_payload: { charge_id: 'K7QM4XWP9RTB' } };
  const { ts = '' } = await web.chat.postMessage({ channel, text: '실패', blocks: card(), metadata });
  await web.chat.postMessage({ channel, text: '답글', thread_ts: ts });
  const gone = await web.chat.postMessage({ channel, text: '지울 것' });
  await web.chat.delete({ channel, ts: gone.ts ?? '' });
  await web.chat.postEphemeral({ channel, user: before.users.operator.id, text: '나만' });
  const kept = before.control.messages();
  await before.close();

  const after = await open();
  expect(after.control.messages()).toEqual(kept);
  expect(after.control.messages().map(({ text }) => text)).toEqual(['실패', '답글']);
  expect(after.control.ephemerals(after.users.operator)).toEqual([]);
  await clientOf(after).chat.update({ channel, ts, text: '결제 완료' });
  expect(after.control.thread(channel, ts).map(({ text }) => text)).toEqual(['결제 완료', '답글']);
});

test('a ts is never given twice, even when the clock was set back', async () => {
  const now = () => new Date('2026-10-31T01:00:00Z');
  const before = await openWorkspace({ journalFile, now });
  const { ts: first = '' } = await clientOf(before).chat.postMessage({ channel: before.channel, text: '1' });
  await before.close();
  const after = await openWorkspace({ journalFile, now: () => new Date('2026-10-30T01:00:00Z') });
  const { ts: second = '' } = await clientOf(after).chat.postMessage({ channel: after.channel, text: '2' });
  expect(Number(second)).toBeGreaterThan(Number(first));
});

test('a start writes only the newest state of every message', async () => {
  const before = await open();
  const web = clientOf(before);
  const { ts = '' } = await web.chat.postMessage({ channel: before.channel, text: '1' });
  for (const text of ['2', '3']) await web.chat.update({ channel: before.channel, ts, text });
  expect(lines()).toHaveLength(3);
  await before.close();
  await open();
  expect(lines()).toHaveLength(1);
});

test('a last line that a dying process cut short is passed over; another one is not', async () => {
  const before = await open();
  await clientOf(before).chat.postMessage({ channel: before.channel, text: '1' });
  await before.close();
  appendFileSync(journalFile, '{"kind":"message","value":{"te');
  const after = await open();
  expect(after.control.messages()).toHaveLength(1);
  await after.close();
  writeFileSync(journalFile, `{"kind":\n${readFileSync(journalFile, 'utf8')}`);
  await expect(startSlackWorkspace({ journalFile })).rejects.toThrow('line 1 of the workspace journal');
});
