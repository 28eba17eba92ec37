// One private server: a folder, a process, a port on loopback. It ends with the process that started it, however that
// ends, and leaves nothing behind.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';

/** A server, as far as a suite needs it: `url` is a DATABASE_URL of the program's kind, with a user without SUPER. */
export interface Mariadb {
  createDatabase(): Promise<{ readonly url: string; readonly name: string }>;
  /** One statement as the server's administrator. */
  query(sql: string): Promise<unknown[]>;
}

/** Where a server listens and how to log in; what one process tells another. */
export interface MariadbAddress {
  readonly port: number;
  readonly adminUrl: string;
  readonly appUser: string;
  readonly appPassword: string;
}

export interface MariadbOptions {
  /** Every commit reaches the disk before it is answered. Slower; for tests of what a power cut may lose. */
  readonly durable?: boolean;
  /** On by default, as on most servers that somebody runs for others. */
  readonly binlog?: boolean;
  /** Lets a user without SUPER create triggers although the binary log is on. Off by default, as servers come. */
  readonly trustFunctionCreators?: boolean;
  /** Further options of the server, for example `--max-connections=5`. */
  readonly flags?: readonly string[];
}

export interface PrivateMariadb extends Mariadb {
  readonly port: number;
  /** A database that is there from the start. */
  readonly url: string;
  readonly adminUrl: string;
  readonly address: MariadbAddress;
  /** Ends the server in an orderly way and removes its folder. */
  stop(): Promise<void>;
  /** Ends it as a power cut would, and keeps its folder. */
  kill(): Promise<void>;
  /** Starts it again on the same port with the same data, after `kill` or from running. */
  restart(): Promise<void>;
}

interface Installed {
  readonly binary: string;
  readonly version: string;
  /** MariaDB's installer; undefined for Oracle's MySQL, which installs itself. */
  readonly installer: string | undefined;
}

/** The folders in which servers are, also where PATH lacks them. */
const folders = [
  ...(process.env.PATH ?? '').split(':'),
  '/usr/sbin',
  '/usr/local/sbin',
  '/opt/homebrew/bin',
  '/usr/local/bin',
];

const find = (...names: string[]): string | undefined =>
  names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));

let installed: Installed | undefined;

/** The server of this machine, if it has one. */
export function installedServer(): Installed | undefined {
  const binary = find('mariadbd', 'mysqld');
  if (installed || !binary) return installed;
  const version = execFileSync(binary, ['--no-defaults', '--version'], { encoding: 'utf8' }).trim();
  const installer = /MariaDB/i.test(version) ? find('mariadb-install-db', 'mysql_install_db') : undefined;
  installed = { binary, version, installer };
  return installed;
}

/** As root a server wants to be told that it is meant. */
const asUser = process.getuid?.() === 0 ? ['--user=root'] : [];
/** Small: a test writes little, and a smaller log is quicker to make. */
const smallLog = ['--innodb-log-file-size=8M'];

/** Starts a private server. Undefined when this machine has none. */
export async function startMariadb(options: MariadbOptions = {}): Promise<PrivateMariadb | undefined> {
  const server = installedServer();
  if (!server) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'billing-mariadb-'));
  try {
    cpSync(template(server), join(folder, 'data'), { recursive: true });
    const address = await freeAddress();
    writeFileSync(join(folder, 'init.sql'), initialStatements(address), { mode: 0o600 });
    const running = new ServerProcess(server.binary, folder, address, flagsOf(server, options));
    await running.start();
    return privateMariadb(running, address);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** What can be asked of a server at this address, from any process. */
export function mariadbAt(address: MariadbAddress): Mariadb {
  const { port, adminUrl, appUser, appPassword } = address;
  const query = async (sql: string): Promise<unknown[]> => {
    const connection = await createConnection({ uri: adminUrl, multipleStatements: false });
    try {
      const [rows] = await connection.query(sql);
      return Array.isArray(rows) ? rows : [];
    } finally {
      connection.destroy();
    }
  };
  const createDatabase = async (): Promise<{ url: string; name: string }> => {
    const name = `billing_${randomBytes(6).toString('hex')}`;
    await query(`CREATE DATABASE ${name}`);
    return { url: `mysql://${appUser}:${appPassword}@127.0.0.1:${port}/${name}`, name };
  };
  return { createDatabase, query };
}

function privateMariadb(running: ServerProcess, address: MariadbAddress): PrivateMariadb {
  const { port, adminUrl, appUser, appPassword } = address;
  return {
    ...mariadbAt(address),
    port,
    adminUrl,
    url: `mysql://${appUser}:${appPassword}@127.0.0.1:${port}/billing`,
    address,
    stop: () => running.stop(),
    kill: () => running.end('SIGKILL'),
    restart: async () => {
      await running.end('SIGTERM');
      await running.start();
    },
  };
}

function flagsOf({ installer }: Installed, options: MariadbOptions): string[] {
  const { durable = false, binlog = true, trustFunctionCreators = false, flags = [] } = options;
  return [
    ...asUser,
    ...(installer ? smallLog : ['--mysqlx=OFF']),
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    '--innodb-buffer-pool-size=64M',
    `--innodb-flush-log-at-trx-commit=${durable ? 1 : 2}`,
    ...(binlog ? ['--log-bin=binlog', '--server-id=1', `--sync-binlog=${durable ? 1 : 0}`] : ['--skip-log-bin']),
    `--log-bin-trust-function-creators=${trustFunctionCreators ? 1 : 0}`,
    ...flags,
  ];
}

/** Run at every start before anybody may log in: an administrator and the program's user, and no login without a password. */
function initialStatements({ adminUrl, appUser, appPassword }: MariadbAddress): string {
  const { username, password } = new URL(adminUrl);
  return [
    'CREATE DATABASE IF NOT EXISTS billing;',
    `CREATE USER IF NOT EXISTS '${username}'@'127.0.0.1' IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO '${username}'@'127.0.0.1' WITH GRANT OPTION;`,
    `CREATE USER IF NOT EXISTS '${appUser}'@'127.0.0.1' IDENTIFIED BY '${appPassword}';`,
    `GRANT ALL PRIVILEGES ON \`billing%\`.* TO '${appUser}'@'127.0.0.1';`,
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${password}';`,
    ...['127.0.0.1', '::1'].map((host) => `DROP USER IF EXISTS 'root'@'${host}';`),
    "DROP USER IF EXISTS ''@'localhost';",
    '',
  ].join('\n');
}

/** An installed and empty data folder. Making one takes a second or more, so it is made once per version and copied. */
function template({ binary, version, installer }: Installed): string {
  const key = createHash('sha256').update(`${version} ${process.getuid?.()} ${smallLog}`).digest('hex').slice(0, 12);
  const kept = join(tmpdir(), `billing-mariadb-template-${key}`);
  if (isOurs(kept)) return join(kept, 'data');
  const fresh = mkdtempSync(`${kept}-`);
  const data = `--datadir=${join(fresh, 'data')}`;
  if (installer)
    execFileSync(
      installer,
      ['--no-defaults', ...asUser, data, '--auth-root-authentication-method=normal', '--skip-test-db', ...smallLog],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
  else
    execFileSync(binary, ['--no-defaults', '--initialize-insecure', ...asUser, data], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  try {
    renameSync(fresh, kept);
    return join(kept, 'data');
  } catch {
    // Another process was quicker, or the name is taken by somebody else: this one is used up by the copy.
    return join(fresh, 'data');
  }
}

/** A folder of that name that another user put there is not ours to trust. */
function isOurs(folder: string): boolean {
  return existsSync(join(folder, 'data', 'mysql')) && statSync(folder).uid === process.getuid?.();
}

async function freeAddress(): Promise<MariadbAddress> {
  const port = await new Promise<number>((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
  const password = (): string => randomBytes(12).toString('hex');
  return { port, adminUrl: `mysql://admin:${password()}@127.0.0.1:${port}`, appUser: 'bot', appPassword: password() };
}

/** A clean shutdown writes what is in memory; a test never has much of it there. */
const patienceMs = 60_000;

class ServerProcess {
  private server: ChildProcess | undefined;
  private guard: ChildProcess | undefined;

  constructor(
    private readonly binary: string,
    private readonly folder: string,
    private readonly address: MariadbAddress,
    private readonly flags: readonly string[],
  ) {}

  /** Starts the process and waits until somebody can log in. */
  async start(): Promise<void> {
    const { folder, address } = this;
    const log = join(folder, 'server.log');
    const server = spawn(
      this.binary,
      [
        '--no-defaults',
        `--datadir=${join(folder, 'data')}`,
        `--socket=${join(folder, 's')}`,
        `--pid-file=${join(folder, 'pid')}`,
        `--log-error=${log}`,
        `--init-file=${join(folder, 'init.sql')}`,
        `--port=${address.port}`,
        ...this.flags,
      ],
      { stdio: 'ignore' },
    );
    server.unref();
    this.server = server;
    this.guardAnew(server.pid);
    for (const deadline = Date.now() + patienceMs; !(await answers(address)); await sleep(30)) {
      if (hasEnded(server) || Date.now() > deadline) {
        await this.end('SIGKILL');
        throw new Error(`${this.binary} did not start: ${readFileSync(log, 'utf8').split('\n').slice(-15).join('\n')}`);
      }
    }
  }

  /** Ends the process and waits for it. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { server } = this;
    if (server && !hasEnded(server)) {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.ref();
      server.kill(signal);
      const tooLong = setTimeout(() => server.kill('SIGKILL'), patienceMs);
      await ended;
      clearTimeout(tooLong);
    }
    this.guardAnew(undefined);
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
    this.guard?.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private guardAnew(serverPid: number | undefined): void {
    this.guard?.kill('SIGKILL');
    this.guard = guard(serverPid, this.folder);
  }
}

/** Waits at a pipe that closes when this process is gone, even by SIGKILL, and then clears away what it left. */
function guard(serverPid: number | undefined, folder: string): ChildProcess {
  const script = `trap '' INT TERM HUP; read -r _; [ -z "$1" ] || kill -9 "$1" 2>/dev/null; rm -rf "$2"`;
  const child = spawn('/bin/sh', ['-c', script, 'guard', String(serverPid ?? ''), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  return child;
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

async function answers({ adminUrl }: MariadbAddress): Promise<boolean> {
  try {
    const connection = await createConnection({ uri: adminUrl, connectTimeout: 2_000 });
    connection.destroy();
    return true;
  } catch {
    return false;
  }
}
