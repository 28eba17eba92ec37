// A `mysql://` address as the records take it.

import type { DatabaseConfig } from '../../src/records/database';

export function configOf(url: string): DatabaseConfig {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    kind: 'mysql',
    host: hostname,
    port: Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: pathname.slice(1),
    ssl: false,
  };
}
