// Before a run of Jest: a place to ask for the shared server. It is started when the first suite asks, so a run that
// needs no MariaDB does not wait for one.

import { type AddressInfo, createServer } from 'node:net';
import { howToInstall, sharedPortVariable, sharedRun, startShared } from './mariadb';
import type { PrivateMariadb } from './mariadb-server';

module.exports = async (): Promise<void> => {
  let asked: Promise<PrivateMariadb | undefined> | undefined;
  const desk = createServer((socket) => {
    asked ??= startShared();
    asked
      .then((server) => server?.address ?? { error: `no MariaDB on this machine; ${howToInstall}` })
      .catch((error: unknown) => ({ error: String(error) }))
      .then((answer) => socket.end(JSON.stringify(answer)))
      .catch(() => socket.destroy());
  });
  await new Promise<void>((resolve) => {
    desk.listen(0, '127.0.0.1', resolve);
  });
  desk.unref();
  process.env[sharedPortVariable] = String((desk.address() as AddressInfo).port);
  sharedRun.billingSharedRun = {
    async close() {
      desk.close();
      const server = await asked?.catch(() => undefined);
      await server?.stop();
    },
  };
};
