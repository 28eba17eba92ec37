// The rules of the tree, run: who may import whom, the homes of packages, of the environment and of the current time,
// the size of files, and tests that stand where their code stands.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { mostLines, violationsIn } from './support/import-rules';

const root = join(__dirname, '..');

const filesIn = (folder: string, ending: string): string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .map((name) => join(folder, name).replaceAll('\\', '/'))
        .filter((path) => path.endsWith(ending))
    : [];

test('every file keeps to the rules of its part', () => {
  const files = [...filesIn('src', '.ts'), ...filesIn('migrations', '.ts')];
  expect(files.length).toBeGreaterThan(10);
  const violations = files.flatMap((path) => violationsIn({ path, text: readFileSync(join(root, path), 'utf8') }));
  expect(violations).toEqual([]);
});

test('every test stands in the folder of what it tests', () => {
  const elsewhere = ['architecture', 'bench', 'crash', 'packaging', 'simulation', 'support'];
  const homeless = filesIn('test', '.test.ts').filter((path) => {
    const tested = relative('test', path).replace(/\.test\.ts$/, '');
    const folder = dirname(tested);
    if (elsewhere.includes(tested.split('/')[0] ?? '')) return false;
    return !existsSync(join(root, 'src', folder === '.' ? `${tested}.ts` : folder));
  });
  expect(homeless).toEqual([]);
});

describe('the rules see', () => {
  const broken = (path: string, text: string): string[] => violationsIn({ path, text });

  test.each([
    ['an import', "import { a } from '../records/a';"],
    ['an import of types', "import type { A } from '../records/a';"],
    ['an import for its effect', "import '../records/a';"],
    ['an export from', "export { a } from '../records/a';"],
    ['an export of everything', "export * from '../records/a';"],
    ['a dynamic import', "const a = () => import('../records/a');"],
    ['a dynamic import in backquotes', 'const a = () => import(`../records/a`);'],
    ['a require', "const a = require('../records/a');"],
    ['an import by require', "import a = require('../records/a');"],
    ['a type written as an import', "let a: import('../records/a').A;"],
  ])('%s', (_, text) => {
    expect(broken('src/cycle/x.ts', text)).toEqual([
      'src/cycle/x.ts imports ../records/a; cycle may import domain, locales: move what is shared, or pass it in',
    ]);
  });

  test('a path that is put together at run time, which nobody can check', () => {
    expect(broken('src/cycle/x.ts', 'const a = (name: string) => require(name);')).toEqual([
      expect.stringContaining('put together at run time'),
    ]);
  });
});

describe('who may import whom', () => {
  const broken = (path: string, specifier: string): boolean =>
    violationsIn({ path, text: `import '${specifier}';` }).length > 0;

  test.each([
    ['src/domain/x.ts', '../cycle/y'],
    ['src/domain/x.ts', '../locales/y'],
    ['src/cycle/x.ts', '../gateways/y'],
    ['src/records/x.ts', '../gateways/y'],
    ['src/slack/cards/x.ts', '../../records/y'],
    ['src/web/x.ts', '../slack/y'],
    ['src/clock/x.ts', '../config'],
    ['src/records/x.ts', '../config/ladder'],
    ['src/sandbox/x.ts', '../domain/y'],
    ['src/slack/x.ts', '../sandbox/y'],
    ['src/records/x.ts', '../commands/y'],
    ['src/commands/x.ts', '../main'],
    ['src/locales/x.ts', '../cycle/y'],
    ['src/gateways/toss/x.ts', '../inicis/y'],
    ['src/gateways/x.ts', './toss/y'],
    ['src/cycle/x.ts', '../../test/support/y'],
    ['migrations/x.ts', '../src/cycle/y'],
  ])('%s may not import %s', (path, specifier) => {
    expect(broken(path, specifier)).toBe(true);
  });

  test.each([
    ['src/main.ts', './sandbox/y'],
    ['src/main.ts', './config'],
    ['src/commands/x.ts', '../config'],
    ['src/commands/x.ts', '../sandbox/y'],
    ['src/config.ts', './config/ladder'],
    ['src/config/x.ts', '../domain/y'],
    ['src/cycle/x.ts', '../domain/y'],
    ['src/slack/x.ts', '../locales/ko'],
    ['src/locales/x.ts', '../domain/y'],
    ['src/gateways/toss/x.ts', '../pg-adapter'],
    ['src/gateways/toss/x.ts', './toss-wire'],
    ['src/gateways/index.ts', './toss/y'],
    ['src/records/x.ts', '../../migrations/y'],
    ['migrations/x.ts', '../src/records/y'],
  ])('%s may import %s', (path, specifier) => {
    expect(broken(path, specifier)).toBe(false);
  });

  test("a new folder is nobody's until somebody says what it may import", () => {
    expect(broken('src/utils/x.ts', './y')).toBe(true);
    expect(broken('src/cycle/x.ts', '../utils/y')).toBe(true);
  });
});

describe('one package, one home', () => {
  const broken = (path: string, specifier: string): boolean =>
    violationsIn({ path, text: `import '${specifier}';` }).length > 0;

  test.each([
    ['node-schedule', 'src/clock/x.ts', 'src/cycle/x.ts'],
    ['axios', 'src/gateways/toss/x.ts', 'src/slack/x.ts'],
    ['typeorm', 'src/records/x.ts', 'src/cycle/x.ts'],
    ['typeorm/metadata/ColumnMetadata', 'migrations/x.ts', 'src/commands/x.ts'],
    ['better-sqlite3', 'src/records/x.ts', 'src/main.ts'],
    ['mysql2/promise', 'src/records/x.ts', 'src/web/x.ts'],
    ['@slack/bolt', 'src/slack/x.ts', 'src/sandbox/x.ts'],
    ['@slack/types', 'src/slack/cards/x.ts', 'src/cycle/x.ts'],
    ['fastify', 'src/web/x.ts', 'src/main.ts'],
    ['commander', 'src/main.ts', 'src/config.ts'],
    ['dotenv', 'src/config.ts', 'src/main.ts'],
    ['zod', 'src/gateways/toss/x.ts', 'src/domain/x.ts'],
    ['node:crypto', 'src/domain/x.ts', 'src/nowhere/x.ts'],
    ['node:path', 'src/cycle/x.ts', 'src/domain/x.ts'],
  ])('%s is at home in %s and not in %s', (specifier, home, elsewhere) => {
    expect(broken(home, specifier)).toBe(false);
    expect(broken(elsewhere, specifier)).toBe(true);
  });
});

describe('the environment and the current time have one home each', () => {
  test.each([
    'const a = process.env.PORT;',
    "const a = process['env'];",
    'const a = globalThis.process.env;',
    'const { env } = process;',
    'const { env: mine, argv } = process;',
    "import { env } from 'node:process';",
  ])('%s belongs into config', (text) => {
    expect(violationsIn({ path: 'src/main.ts', text })).toEqual([expect.stringContaining('reads process.env')]);
    expect(violationsIn({ path: 'src/config.ts', text })).toEqual([]);
  });

  test.each([
    'const a = Date.now();',
    'const a = [1].map(Date.now);',
    'const a = new Date();',
    'const a = new Date;',
    'const a = Date();',
  ])('%s belongs into clock', (text) => {
    expect(violationsIn({ path: 'src/domain/x.ts', text })).toEqual([
      expect.stringContaining('reads the current time'),
    ]);
    expect(violationsIn({ path: 'src/clock/x.ts', text })).toEqual([]);
  });

  test('another date, another env and words about them are free', () => {
    const text =
      "const a = new Date(0); const { argv } = process; const env = {}; // process.env, Date.now()\nconst b = 'new Date()';";
    expect(violationsIn({ path: 'src/domain/x.ts', text })).toEqual([]);
  });
});

test('a file past 400 lines is told to be split', () => {
  const lines = (count: number): string => 'const a = 1;\n'.repeat(count).replaceAll('const a = 1;', ';');
  expect(violationsIn({ path: 'src/domain/x.ts', text: lines(mostLines) })).toEqual([]);
  expect(violationsIn({ path: 'src/domain/x.ts', text: lines(mostLines + 1) })).toEqual([
    'src/domain/x.ts has 401 lines; past 400 it holds more than one thing: split it by what it is for',
  ]);
});
