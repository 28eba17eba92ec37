import fc from 'fast-check';
import { databaseUrl } from '../../src/config/database-url';
import { cwd, problemsOf, testWorld } from './settings';

describe('DATABASE_URL', () => {
  const readUrl = databaseUrl(cwd);

  test('whatever user, password and database are, they come back as they were', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((text) => !/[\p{Cc}/]/u.test(text));
    const password = fc.string({ unit: 'binary', maxLength: 30 }).filter((text) => text.isWellFormed());
    const host = fc.constantFrom('db', 'db-1.example.com', '10.0.0.3', '::1');
    fc.assert(
      fc.property(name, password, host, fc.integer({ min: 1, max: 65_535 }), name, fc.boolean(), (...target) => {
        const [user, secret, machine, port, database, ssl] = target;
        const [u, p, d] = [user, secret, database].map(encodeURIComponent);
        const at = machine.includes(':') ? `[${machine}]` : machine;
        expect(readUrl(`mysql://${u}:${p}@${at}:${port}/${d}?ssl=${ssl}`)).toEqual({
          ok: true,
          value: { kind: 'mysql', host: machine, port, user, password: secret, database, ssl },
        });
      }),
    );
  });

  test('the port is 3306 and the line is plain unless it says otherwise', () => {
    expect(readUrl('mysql://bot@db/billing')).toEqual({
      ok: true,
      value: { kind: 'mysql', host: 'db', port: 3306, user: 'bot', password: '', database: 'billing', ssl: false },
    });
  });

  test('an SQLite file counts from the working folder', () => {
    expect(readUrl('sqlite:data/billing.db')).toEqual({
      ok: true,
      value: { kind: 'sqlite', path: `${cwd}/data/billing.db` },
    });
    expect(readUrl('sqlite:/var/billing.db')).toEqual({ ok: true, value: { kind: 'sqlite', path: '/var/billing.db' } });
  });

  test.each([
    ['postgres://bot:pw@db/billing', 'is neither an SQLite nor a MySQL database; write sqlite:PATH or mysql://'],
    [
      'mysql://bot:hunter2@db/billing?sslmode=require',
      'has a parameter that is not known ("sslmode"); ssl=true and ssl=false are',
    ],
    ['mysql://bot:hunter2@db/billing?ssl=yes', 'says neither ssl=true nor ssl=false'],
    ['mysql://bot:hunter2@db/billing?ssl=true&ssl=false', 'says ssl twice'],
    ['mysql://bot:hunt@er2@db/billing', 'has no user, no host'],
    ['mysql://bot:hunt/er2@db/billing', 'has an @ or # after the host'],
    ['mysql://bot:1?secret=er2@db/billing', 'has an @ or # after the host'],
    ['mysql://bot:hunt%er2@db/billing', 'has a % that begins no code'],
    ['mysql://bot:hunter2@db:0/billing', 'has a host or port that cannot be'],
    ['mysql://bot:hunter2@db', 'names no database'],
    ['mysql://db/billing', 'has no user'],
    ['mariadb://bot@db/billing', 'begins with mariadb:; write mysql://'],
    ['sqlite:', 'names no file'],
    ['sqlite:///var/billing.db', 'has slashes after sqlite:'],
    ['sqlite::memory:', 'keeps nothing'],
    ['sqlite:data/billing.db?mode=ro', 'an SQLite database takes no parameters'],
  ])('%s is refused, and nothing of the password is said', (url, sentence) => {
    const refusals = problemsOf({ ...testWorld, DATABASE_URL: url });
    expect(refusals).toEqual([expect.stringContaining(sentence)]);
    expect(refusals[0]).toMatch(/^DATABASE_URL (?!.*(hunt|er2|secret))/);
  });
});
