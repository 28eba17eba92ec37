// The kill switch, by a person and by what the PG says; and `status`, which says what to do.

import { lastLine } from '../support/command-line';
import { Storm } from '../support/storm';

/** Every command is a process, and a loaded machine starts one in a second or two. */
jest.setTimeout(90_000);

let storm: Storm;
beforeEach(async () => {
  storm = await Storm.begin({ customers: 20, faultRate: 0, seed: 1, env: { PG_CONCURRENCY: '4' } });
});
afterEach(() => storm.end());

const run = (...args: string[]): ReturnType<typeof storm.cli.run> => storm.cli.run(...args);

test('a held PG is sent nothing, whatever the case of its name; after resume everything is paid', async () => {
  expect(await run('hold', 'Toss', '--actor', '민수')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^TOSS is now on hold/),
  });
  expect((await run('hold', 'TOSS')).stdout).toMatch(/^TOSS was already on hold/);
  const held = await storm.cycle();
  expect(held.code).toBe(1);
  expect(lastLine(held)).toMatchObject({ due: 20, held: 20 });
  expect(storm.toss.requests.read().orders).toEqual({});
  const status = await run('status');
  expect(status.code).toBe(1);
  expect(status.stdout).toMatch(/TOSS: 20 active subscriptions · on hold since .* by cli:민수/);
  expect(status.stdout).toMatch(/보류 20, TOSS: PG가 멈춰 있음 — resume/);
  expect(await run('resume', 'toss')).toMatchObject({ code: 0 });
  const paid = await storm.cycle();
  expect(paid.code).toBe(0);
  expect(lastLine(paid)).toMatchObject({ due: 20, paid: 20 });
  expect(await run('status')).toMatchObject({ code: 0, stdout: expect.stringContaining('승인: 20 (200,190원)') });
});

test('a name that is no PG is refused with the names there are', async () => {
  expect(await run('hold', 'kakao')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: '"kakao" is no PG; write toss or inicis\n',
  });
});

test('a PG that refuses our key is held at once, and status says what to correct', async () => {
  storm.toss.faults.set({ all: [{ kind: 'decline', code: 'UNAUTHORIZED_KEY', status: 401 }] });
  const refused = await storm.cycle();
  expect(refused.code).toBe(1);
  expect(lastLine(refused)).toMatchObject({ due: 20, paid: 0, failed: 0, held: 20, unknown: 0 });
  expect(Object.keys(storm.toss.requests.read().orders).length).toBeLessThanOrEqual(8);
  const status = await run('status');
  expect(status.code).toBe(1);
  expect(status.stdout).toMatch(/on hold since .* by pg \(UNAUTHORIZED_KEY /);
  expect(status.stdout).toMatch(/TOSS: PG가 우리 키·계약을 거절함 — 설정을 고친 뒤 resume/);
  storm.toss.faults.set({});
  await run('resume', 'toss');
  const paid = await storm.cycle();
  expect(paid.code).toBe(0);
  expect(lastLine(paid)).toMatchObject({ due: 20, paid: 20, held: 0 });
  expect(await storm.disagreements()).toEqual([]);
});

test('sweep sends what a resume released', async () => {
  await run('hold');
  await storm.cycle();
  await run('resume');
  const swept = await run('sweep');
  expect(lastLine(swept)).toEqual({ resolved: 0, resent: 20, retried: 0, stillUnknown: 0 });
  expect(await storm.books()).toHaveLength(20);
});
