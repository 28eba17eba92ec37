import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { databaseUrl } from '../../src/config/database-url';
import { describeOnMariadb, type PrivateMariadb, startMariadb } from './mariadb';

// A start takes a third of a second, or several on a busy machine.
jest.setTimeout(60_000);

/** Statements over one connection; the rows of the last. */
async function as(url: string, ...statements: string[]): Promise<unknown[]> {
  const connection = await createConnection(url);
  try {
    let rows: unknown;
    for (const statement of statements) [rows] = await connection.query(statement);
    return Array.isArray(rows) ? rows : [];
  } finally {
    connection.destroy();
  }
}

const trigger = 'CREATE TRIGGER refuse BEFORE UPDATE ON t FOR EACH ROW SET NEW.a = 1';

/** The folder in which a server keeps everything. */
async function folderOf(adminUrl: string): Promise<string> {
  const [row] = (await as(adminUrl, 'SELECT @@pid_file AS file')) as [{ file: string }];
  return dirname(row.file);
}

describeOnMariadb('a shared server', (mariadb) => {
  test('gives every suite a database of its own, at a DATABASE_URL that the program reads', async () => {
    const [one, other] = [await mariadb.createDatabase(), await mariadb.createDatabase()];
    await as(one.url, 'CREATE TABLE t (a INT)');
    await as(other.url, 'CREATE TABLE t (a INT)');
    expect(one.name).not.toBe(other.name);
    expect(databaseUrl('/')(one.url)).toMatchObject({ ok: true, value: { kind: 'mysql', database: one.name } });
  });

  test('lets a user without SUPER create triggers beside the binary log', async () => {
    const { url } = await mariadb.createDatabase();
    await as(url, 'CREATE TABLE t (a INT)', trigger);
    expect(await mariadb.query('SELECT @@log_bin AS log')).toEqual([{ log: 1 }]);
    await expect(as(url, 'SET GLOBAL max_connections = 10')).rejects.toThrow(/SUPER/);
  });
});

describeOnMariadb('a private server', () => {
  let server: PrivateMariadb;
  const start = async (...options: Parameters<typeof startMariadb>): Promise<void> => {
    const started = await startMariadb(...options);
    if (!started) throw new Error('there is no server to start');
    server = started;
  };
  afterEach(() => server.stop());

  test('keeps what was committed through a restart and through kill -9', async () => {
    await start({ durable: true });
    const { url } = await server.createDatabase();
    await as(url, 'CREATE TABLE t (a INT)', 'INSERT INTO t VALUES (1)');
    await server.restart();
    await as(url, 'INSERT INTO t VALUES (2)');
    await server.kill();
    await expect(as(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await server.restart();
    expect(await as(url, 'SELECT a FROM t ORDER BY a')).toEqual([{ a: 1 }, { a: 2 }]);
  });

  test('refuses triggers of a user without SUPER, as servers come', async () => {
    await start();
    await expect(as(server.url, 'CREATE TABLE t (a INT)', trigger)).rejects.toMatchObject({ errno: 1419 });
    await server.query('SET GLOBAL log_bin_trust_function_creators = 1');
    await as(server.url, trigger);
  });

  test('is as durable as it was asked to be', async () => {
    const settings = 'SELECT @@innodb_flush_log_at_trx_commit AS log, @@log_bin AS bin, @@max_connections AS most';
    await start({ binlog: false, flags: ['--max-connections=17'] });
    expect(await server.query(settings)).toEqual([{ log: 2, bin: 0, most: 17 }]);
    await server.stop();
    await start({ durable: true });
    expect(await server.query(settings)).toMatchObject([{ log: 1, bin: 1 }]);
  });

  test('lets nobody in without a password, neither by its port nor by its socket', async () => {
    await start();
    const socketPath = join(await folderOf(server.adminUrl), 's');
    for (const user of ['root', 'admin', 'bot', 'nobody']) {
      const denied = /denied|not allowed/;
      await expect(createConnection({ host: '127.0.0.1', port: server.port, user })).rejects.toThrow(denied);
      await expect(createConnection({ socketPath, user })).rejects.toThrow(denied);
    }
  });

  test('leaves no folder and no process behind', async () => {
    await start();
    const folder = await folderOf(server.adminUrl);
    await server.kill();
    expect(existsSync(folder)).toBe(true);
    await server.restart();
    await server.stop();
    expect(existsSync(folder)).toBe(false);
    await expect(as(server.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });
});

describeOnMariadb('a server whose test run was killed', () => {
  /** A process that does nothing but hold a server. */
  const holder = `
    const { transformFileSync } = require(${JSON.stringify(require.resolve('@swc/core'))});
    require.extensions['.ts'] = (module, file) =>
      module._compile(transformFileSync(file, { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } }).code, file);
    require(${JSON.stringify(require.resolve('./mariadb-server.ts'))})
      .startMariadb()
      .then((server) => process.stdout.write(server.adminUrl));
    setInterval(() => undefined, 1000);`;

  test('ends by itself and clears its folder away', async () => {
    const run = spawn(process.execPath, ['-e', holder], { stdio: ['ignore', 'pipe', 'inherit'] });
    const adminUrl = await new Promise<string>((resolve) => {
      run.stdout.once('data', (text) => resolve(String(text)));
    });
    const folder = await folderOf(adminUrl);
    run.kill('SIGKILL');
    for (let tries = 0; tries < 100 && existsSync(folder); tries += 1) await sleep(50);
    expect(existsSync(folder)).toBe(false);
    await expect(as(adminUrl, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });
});
