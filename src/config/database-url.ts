// DATABASE_URL, read by hand: database drivers drop what they do not know of a URL, and one drops `ssl` and then
// connects in the clear. No refusal repeats any part of the value that could be a password or a piece of one.

import { isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import { type Parse, type Parsed, read, refuse } from './parsed';

export type DatabaseTarget =
  | { readonly kind: 'sqlite' /** Absolute. */; readonly path: string }
  | {
      readonly kind: 'mysql';
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
      readonly ssl: boolean;
    };

const mysqlForm = 'mysql://user:password@host:3306/database?ssl=true';
const forms = `write sqlite:PATH or ${mysqlForm}`;
const encodeHint = `write ${mysqlForm}; in a user name or password, % : / ? # @ and blanks are written %25 %3A %2F %3F %23 %40 %20`;

/** A relative path of an SQLite file counts from `cwd`. */
export const databaseUrl =
  (cwd: string): Parse<DatabaseTarget> =>
  (value) => {
    if (/^sqlite:/i.test(value)) return sqliteTarget(value.slice('sqlite:'.length), cwd);
    if (/^mysql:\/\//i.test(value)) return mysqlTarget(value.slice('mysql://'.length));
    if (/^mariadb:\/\//i.test(value))
      return refuse(`begins with mariadb:; write ${mysqlForm}, MariaDB speaks the same protocol`);
    return refuse(`is neither an SQLite nor a MySQL database; ${forms}`);
  };

function sqliteTarget(path: string, cwd: string): Parsed<DatabaseTarget> {
  if (path === '' || path.endsWith('/'))
    return refuse('names no file; write sqlite:PATH, for example sqlite:data/billing.db');
  if (path.startsWith('//'))
    return refuse(
      'has slashes after sqlite:; write sqlite:PATH, relative to the working folder or from the root with one slash',
    );
  if (path.includes('?')) return refuse('has a "?": an SQLite database takes no parameters; write sqlite:PATH');
  if (path.startsWith(':memory:'))
    return refuse('keeps nothing; write sqlite:PATH, for example sqlite:data/billing.db');
  if (/\p{Cc}/u.test(path)) return refuse('contains a control character; write sqlite:PATH');
  return read({ kind: 'sqlite', path: resolve(cwd, path) });
}

function mysqlTarget(rest: string): Parsed<DatabaseTarget> {
  const authority = /^[^/?#]*/.exec(rest)?.[0] ?? '';
  const tail = rest.slice(authority.length);
  // A bare / ? # in a password ends the authority early; the @ that follows gives it away.
  if (/[@#]/.test(tail)) return refuse(`has an @ or # after the host; ${encodeHint}`);
  const found = /^([^:@]+)(?::([^:@]*))?@(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/.exec(authority);
  if (!found) return refuse(`has no user, no host or no port where one is expected; ${encodeHint}`);
  const [, user = '', password = '', bracketed = '', port = '3306'] = found;
  const host = bracketed.replace(/^\[|\]$/g, '');
  if (Number(port) < 1 || Number(port) > 65_535 || (bracketed.startsWith('[') && !isIPv6(host)))
    return refuse(`has a host or port that cannot be; ${encodeHint}`);
  const [path = '', query] = splitOnce(tail, '?');
  const ssl = sslOf(query);
  if (!ssl.ok) return ssl;
  const decoded = [user, password, path.slice(1)].map(decode);
  if (decoded.includes(undefined)) return refuse(`has a % that begins no code; ${encodeHint}`);
  const [userName = '', passwordText = '', database = ''] = decoded;
  if (!/^[^\p{Cc}/]{1,64}$/u.test(database)) return refuse(`names no database, or one that cannot be; ${encodeHint}`);
  return read({
    kind: 'mysql',
    host,
    port: Number(port),
    user: userName,
    password: passwordText,
    database,
    ssl: ssl.value,
  });
}

function sslOf(query: string | undefined): Parsed<boolean> {
  let ssl: boolean | undefined;
  for (const pair of (query ?? '').split('&').filter((part) => part !== '')) {
    const [name = '', value] = splitOnce(pair, '=');
    if (name !== 'ssl') {
      const shown = /^[A-Za-z][A-Za-z0-9_.-]{0,40}$/.test(name) && value !== undefined ? ` ("${name}")` : '';
      return refuse(`has a parameter that is not known${shown}; ssl=true and ssl=false are`);
    }
    if (value !== 'true' && value !== 'false') return refuse('says neither ssl=true nor ssl=false');
    if (ssl !== undefined) return refuse('says ssl twice; keep one');
    ssl = value === 'true';
  }
  return read(ssl ?? false);
}

function splitOnce(whole: string, at: string): [string, string | undefined] {
  const index = whole.indexOf(at);
  return index < 0 ? [whole, undefined] : [whole.slice(0, index), whole.slice(index + at.length)];
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
