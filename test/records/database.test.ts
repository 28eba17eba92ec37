// The gate before SQLite's only connection, and two processes on one file.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Database } from '../../src/records/database';

const root = resolve(__dirname, '../..');

describe('SQLite behind its gate', () => {
  let folder: string;
  let database: Database;
  const run = (sql: string): Promise<unknown> => database.write(({ manager }) => manager.query(sql));
  const read = async (): Promise<number[]> =>
    (await database.read((manager) => manager.query<{ n: number }[]>('SELECT n FROM counter ORDER BY id'))).map(
      ({ n }) => n,
    );
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'billing-gate-'));
    database = await Database.open({ kind: 'sqlite', path: join(folder, 'billing.db') });
    await run('CREATE TABLE counter (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)');
    await run('INSERT INTO counter VALUES (1, 0), (2, 0)');
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Raises both counters, with time between the two for somebody to come in between. */
  const raise = (fails: boolean): Promise<void> =>
    database.write(async ({ manager }) => {
      for (const id of [1, 2]) {
        const [row] = await manager.query<{ n: number }[]>('SELECT n FROM counter WHERE id = ?', [id]);
        await new Promise((next) => setImmediate(next));
        await manager.query('UPDATE counter SET n = ? WHERE id = ?', [(row?.n ?? 0) + 1, id]);
      }
      if (fails) throw new Error('rolled back');
    });

  test('no read sees half a write or one that is rolled back, and no write is lost', async () => {
    const writes = Array.from({ length: 200 }, (_, nth) => raise(nth % 4 === 3).catch((error: Error) => error.message));
    const reads = Array.from({ length: 200 }, async () => {
      await new Promise((next) => setTimeout(next, Math.random() * 100));
      return read();
    });
    const seen = await Promise.all(reads);
    expect(seen.filter(([one, other]) => one !== other)).toEqual([]);
    expect((await Promise.all(writes)).filter((one) => one === 'rolled back')).toHaveLength(50);
    expect(await read()).toEqual([150, 150]);
  });

  test('a write that fails leaves the gate open and the connection outside any transaction', async () => {
    await expect(run('INSERT INTO counter VALUES (1, 0)')).rejects.toThrow('UNIQUE');
    await run('UPDATE counter SET n = 7');
    expect(await read()).toEqual([7, 7]);
  });

  test('every commit reaches the disk, and waiting for another process freezes nobody for long', async () => {
    const pragma = (name: string) => database.read((manager) => manager.query<object[]>(`PRAGMA ${name}`));
    expect(await pragma('synchronous')).toEqual([{ synchronous: 2 }]);
    expect(await pragma('journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(await pragma('busy_timeout')).toEqual([{ timeout: 100 }]);
  });

  test('two processes that raise one row 200 times each make 400', async () => {
    const script = join(folder, 'raise.cjs');
    writeFileSync(script, raiser);
    const ends = await Promise.all([1, 2].map(() => ended(script, join(folder, 'billing.db'))));
    expect(ends).toEqual([
      { code: 0, said: '' },
      { code: 0, said: '' },
    ]);
    expect((await read())[0]).toBe(400);
  });
});

/** A process of its own, with the same source compiled as Jest compiles it. */
const raiser = `
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const within = createRequire(${JSON.stringify(join(root, 'package.json'))});
require.extensions['.ts'] = (module, path) =>
  module._compile(
    within('@swc/core').transformSync(readFileSync(path, 'utf8'), {
      filename: path,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
      module: { type: 'commonjs' },
    }).code,
    path,
  );
const { Database } = within('./src/records/database.ts');
(async () => {
  const database = await Database.open({ kind: 'sqlite', path: process.argv[2] });
  for (let nth = 0; nth < 200; nth += 1)
    await database.write(async ({ manager }) => {
      const [row] = await manager.query('SELECT n FROM counter WHERE id = 1');
      await new Promise((next) => setImmediate(next));
      await manager.query('UPDATE counter SET n = ? WHERE id = 1', [row.n + 1]);
    });
  await database.close();
})();
`;

function ended(script: string, path: string): Promise<{ code: number | null; said: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.on('close', (code) => done({ code, said }));
  });
}
