// MariaDB (or MySQL) for tests: private servers on loopback, nothing of the machine's own is touched.
// Most suites want a database of their own on the one server that a whole run of Jest shares (`describeOnMariadb`);
// a test that stops, kills or reconfigures a server starts one for itself (`startMariadb`).

import { connect } from 'node:net';
import { installedServer, type Mariadb, type MariadbAddress, mariadbAt, startMariadb } from './mariadb-server';

export { type Mariadb, type MariadbOptions, type PrivateMariadb, startMariadb } from './mariadb-server';

/** How to get a server, for whoever reads that suites were not run. */
export const howToInstall = 'Debian: apt-get install mariadb-server · macOS: brew install mariadb';

/** The port on which the run's own process answers with the shared server's address (see mariadb-setup.ts). */
export const sharedPortVariable = 'BILLING_TEST_MARIADB_PORT';

/**
 * A suite that needs MariaDB. Without a server on this machine it is not run and the run says so at its end;
 * under CI that is a failure.
 */
export function describeOnMariadb(title: string, suite: (mariadb: Mariadb) => void): void {
  if (installedServer()) describe(`${title}, on MariaDB`, () => withShared(suite));
  else if (process.env.CI === 'true')
    test(`${title}, on MariaDB`, () => {
      throw new Error(`no MariaDB on this machine; ${howToInstall}`);
    });
  else describe.skip(`${title}, on MariaDB`, () => withShared(suite));
}

function withShared(suite: (mariadb: Mariadb) => void): void {
  const mariadb = sharedMariadb();
  // Whoever comes first waits for its start, and no test's own time is spent on it.
  beforeAll(() => mariadb.query('SELECT 1'), 60_000);
  suite(mariadb);
}

/** The server of this run; started when the first test asks it for something. */
function sharedMariadb(): Mariadb {
  let asked: Promise<Mariadb> | undefined;
  const server = (): Promise<Mariadb> => {
    asked ??= askForAddress().then(mariadbAt);
    return asked;
  };
  return {
    createDatabase: async () => (await server()).createDatabase(),
    query: async (sql) => (await server()).query(sql),
  };
}

function askForAddress(): Promise<MariadbAddress> {
  const port = Number(process.env[sharedPortVariable]);
  if (!port) throw new Error('no shared MariaDB: jest.config.js needs globalSetup test/support/mariadb-setup.ts');
  return new Promise((resolve, reject) => {
    let answer = '';
    connect(port, '127.0.0.1')
      .setEncoding('utf8')
      .on('data', (text: string) => {
        answer += text;
      })
      .on('error', reject)
      .on('end', () => {
        const said = JSON.parse(answer) as MariadbAddress | { error: string };
        if ('error' in said) reject(new Error(said.error));
        else resolve(said);
      });
  });
}

/** The server that a whole run shares. Migrations create triggers, so it lets a user without SUPER do that. */
export const startShared = (): ReturnType<typeof startMariadb> => startMariadb({ trustFunctionCreators: true });

/** What set-up leaves for tear-down: Jest loads the two apart, in one process. */
export const sharedRun = globalThis as { billingSharedRun?: { close(): Promise<void> } };
