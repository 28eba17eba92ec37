// After a run of Jest: the shared server, if one was started, is stopped and its folder removed.

import { sharedRun } from './mariadb';

module.exports = async (): Promise<void> => {
  await sharedRun.billingSharedRun?.close();
};
