// Outcomes on disk: what a process that is gone still owes, and what nobody owes any more.

import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SpooledSettle } from '../../src/cycle/ports';
import { won } from '../../src/domain/won';
import { FileSpool, leftBehind } from '../../src/records/spool';

const settle = (id: string, more: Partial<SpooledSettle> = {}): SpooledSettle => ({
  id,
  secondId: `${id}-second`,
  thirdId: `${id}-third`,
  customerId: 'kim',
  chargeId: '7H2K9M4P3QXA',
  orderId: '7H2K9M4P3QXA-1',
  transmissionId: 'claim-1',
  actor: 'cycle',
  outcome: { kind: 'unknown', code: 'READ_TIMEOUT', message: 'no answer in time' },
  ...more,
});

const approved = settle('yes', {
  outcome: {
    kind: 'approved',
    paymentKey: 'pay-1',
    amount: won(49_000),
    approvedAt: new Date('2026-10-31T01:00:00.123Z'),
    card: '신한 ····1234',
    raw: { http: 200, body: { approvedAt: '2026-10-31T10:00:00+09:00', note: '2026-10-31T01:00:00.000Z' } },
  },
});

describe('the spool', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'billing-spool-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const files = (): string[] => readdirSync(folder);

  /** What these records leave when their process dies: its file, under the name of a process that is gone. */
  async function died(...records: SpooledSettle[]): Promise<string> {
    const spool = new FileSpool(folder);
    for (const record of records) await spool.keep(record);
    const [name] = files().filter((one) => one.startsWith(`${process.pid}-`));
    const dead = join(folder, (name ?? '').replace(/^\d+-/, `${await deadPid()}-`));
    renameSync(join(folder, name ?? ''), dead);
    await spool.close();
    return dead;
  }

  test('what a process kept and did not forget is owed after its death, in order', async () => {
    const path = await died(settle('a'), settle('b'), settle('c'));
    appendFileSync(path, `${JSON.stringify({ forget: 'b' })}\n`);
    expect(leftBehind(folder)).toEqual([{ path, owed: [settle('a'), settle('c')] }]);
  });

  test("an approval's time comes back as an instant, and dates inside the PG's answer stay the text they were", async () => {
    const path = await died(approved);
    expect(leftBehind(folder)).toEqual([{ path, owed: [approved] }]);
  });

  test('a file that was cut in the middle of a line owes what stands before it', async () => {
    const path = await died(settle('a'), settle('b'));
    const text = readFileSync(path, 'utf8');
    for (const lost of [1, 2, 40, 150]) {
      writeFileSync(path, text.slice(0, -lost));
      const ids = leftBehind(folder).flatMap(({ owed }) => owed.map(({ id }) => id));
      expect(ids).toEqual(lost === 1 ? ['a', 'b'] : ['a']);
    }
    writeFileSync(path, '');
    expect(leftBehind(folder)).toEqual([{ path, owed: [] }]);
  });

  test('the file of a process that lives is its own affair', async () => {
    const living = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    try {
      writeFileSync(join(folder, `${living.pid}-x.jsonl`), `${JSON.stringify({ keep: settle('a') })}\n`);
      expect(leftBehind(folder)).toEqual([]);
    } finally {
      const ended = new Promise((resolve) => living.once('exit', resolve));
      living.kill('SIGKILL');
      await ended;
    }
    expect(leftBehind(folder)).toHaveLength(1);
  });

  test('what this very process keeps is not taken as left behind', async () => {
    const spool = new FileSpool(folder);
    await spool.keep(settle('a'));
    expect(leftBehind(folder)).toEqual([]);
    await spool.close();
    expect(leftBehind(folder)).toMatchObject([{ owed: [{ id: 'a' }] }]);
  });

  test('a file of a former process with our number is left behind, as in a container where everybody is 1', () => {
    writeFileSync(join(folder, `${process.pid}-former.jsonl`), `${JSON.stringify({ keep: settle('a') })}\n`);
    expect(leftBehind(folder)).toMatchObject([{ owed: [{ id: 'a' }] }]);
  });

  test('keeping twice is one line, and forgetting what was never kept is none', async () => {
    const spool = new FileSpool(folder);
    await spool.forget('a');
    expect(files()).toEqual([]);
    await Promise.all([spool.keep(settle('a')), spool.keep(settle('a'))]);
    expect(
      readFileSync(join(folder, files()[0] ?? ''), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(1);
    await spool.close();
  });

  test('a spool that owes nothing leaves no file, and one that owes leaves it', async () => {
    const quit = new FileSpool(folder);
    await quit.keep(settle('a'));
    await quit.forget('a');
    await quit.close();
    await new FileSpool(folder).close();
    expect(files()).toEqual([]);
    const owing = new FileSpool(folder);
    await owing.keep(settle('a'));
    await owing.close();
    expect(files()).toHaveLength(1);
  });

  test('a record that could not be written is not believed to be kept: the next try writes it', async () => {
    const inTheWay = join(folder, 'spool');
    writeFileSync(inTheWay, 'a file where the folder should be');
    const spool = new FileSpool(inTheWay);
    await expect(spool.keep(settle('a'))).rejects.toThrow();
    rmSync(inTheWay);
    await spool.keep(settle('a'));
    await spool.close();
    expect(leftBehind(inTheWay)).toMatchObject([{ owed: [{ id: 'a' }] }]);
  });

  test('no folder means that nothing was left behind', () => {
    expect(leftBehind(join(folder, 'none'))).toEqual([]);
  });
});

/** The number of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await new Promise((resolve) => child.once('exit', resolve));
  return child.pid ?? 0;
}
