// Who may import whom, as a table and a reader. `test/architecture.test.ts` runs it over the whole tree.

import { dirname, join, normalize } from 'node:path';
import { parseSync } from '@swc/core';

/** The parts of the tree: the folders of src, its two files, and the migrations beside it. */
export type Part =
  | 'clock'
  | 'commands'
  | 'config'
  | 'cycle'
  | 'domain'
  | 'gateways'
  | 'locales'
  | 'main'
  | 'migrations'
  | 'records'
  | 'sandbox'
  | 'slack'
  | 'web';

const everything: readonly Part[] = [
  'clock',
  'commands',
  'config',
  'cycle',
  'domain',
  'gateways',
  'locales',
  'main',
  'migrations',
  'records',
  'sandbox',
  'slack',
  'web',
];

/** Which parts each part may import besides itself. */
export const mayImport = {
  domain: [],
  locales: ['domain'],
  sandbox: [],
  config: ['domain'],
  cycle: ['domain', 'locales'],
  clock: ['cycle', 'domain', 'locales'],
  gateways: ['cycle', 'domain', 'locales'],
  records: ['cycle', 'domain', 'locales', 'migrations'],
  migrations: ['domain', 'records'],
  slack: ['cycle', 'domain', 'locales'],
  web: ['cycle', 'domain', 'locales'],
  commands: everything.filter((part) => part !== 'main'),
  main: everything,
} as const satisfies Record<Part, readonly Part[]>;

/** Packages with a home. One that is not listed may be used anywhere but in the domain. */
export const packageHomes: Readonly<Record<string, readonly Part[]>> = {
  'node-schedule': ['clock'],
  axios: ['gateways'],
  typeorm: ['records', 'migrations'],
  'better-sqlite3': ['records'],
  mysql2: ['records'],
  '@slack/': ['slack'],
  fastify: ['sandbox', 'web'],
  '@fastify/': ['sandbox', 'web'],
  commander: ['main', 'commands'],
  'csv-parse': ['commands'],
  dotenv: ['config'],
};

/** The domain is pure: arithmetic, calendars and digests, and nothing that knows a world outside. */
const domainPackages = ['date-fns', '@date-fns/tz', 'node:crypto'];

/** The parts in which the current time may be read. */
const timeHomes: readonly Part[] = ['clock', 'sandbox'];

/** A file past this is looked at twice. */
export const mostLines = 400;

export interface SourceFile {
  /** From the root of the project, with slashes: `src/cycle/charge.ts`. */
  readonly path: string;
  readonly text: string;
}

/** Everything in this file that breaks a rule, each as a sentence with the way out. */
export function violationsIn(file: SourceFile): string[] {
  const part = partOf(file.path);
  if (!part) return [`${file.path} is in no known part; add its folder to test/support/import-rules.ts, or move it`];
  const found = new Findings();
  found.visit(parseSync(file.text, { syntax: 'typescript', target: 'es2023' }));
  const lines = file.text.split('\n').length - 1;
  const broken = [
    ...found.imports.flatMap((specifier) => importViolations(file.path, part, specifier)),
    ...(found.readsEnvironment && part !== 'config' ? ['reads process.env; take what it needs from Config'] : []),
    ...(found.readsTime && !timeHomes.includes(part)
      ? ['reads the current time; take a Date, or the clock, as an argument']
      : []),
    ...(lines > mostLines
      ? [`has ${lines} lines; past ${mostLines} it holds more than one thing: split it by what it is for`]
      : []),
  ];
  return broken.map((what) => `${file.path} ${what}`);
}

/** The part a path belongs to. `src/config.ts` and `src/config/` are one. */
export function partOf(path: string): Part | undefined {
  const [root, name = ''] = path.split('/');
  const part = root === 'migrations' ? root : root === 'src' ? name.replace(/\.ts$/, '') : '';
  return everything.find((known) => known === part);
}

function importViolations(path: string, part: Part, specifier: string): string[] {
  if (specifier === unreadable) return ['loads a module by a path that is put together at run time; name it'];
  return specifier.startsWith('.') ? fileViolations(path, part, specifier) : packageViolations(part, specifier);
}

function fileViolations(path: string, part: Part, specifier: string): string[] {
  const target = normalize(join(dirname(path), specifier)).replaceAll('\\', '/');
  const other = partOf(target);
  if (!other) return [`imports ${specifier}, which is in no part of the tree`];
  if (other === part) return gatewayViolations(path, target, specifier);
  const allowed: readonly Part[] = mayImport[part];
  if (allowed.includes(other)) return [];
  return [
    `imports ${specifier}; ${part} may import ${allowed.join(', ') || 'nobody'}: move what is shared, or pass it in`,
  ];
}

/** `gateways/toss/` and `gateways/inicis/` never know each other, and only the index knows them. */
function gatewayViolations(path: string, target: string, specifier: string): string[] {
  const [own, other] = [gatewayOf(path), gatewayOf(target)];
  if (other === undefined || own === other || path === 'src/gateways/index.ts') return [];
  return [`imports ${specifier}; one gateway never knows another, and src/gateways/index.ts alone knows them all`];
}

function gatewayOf(path: string): string | undefined {
  const [, part, folder, file] = path.split('/');
  return part === 'gateways' && file !== undefined ? folder : undefined;
}

function packageViolations(part: Part, specifier: string): string[] {
  if (part === 'domain' && !domainPackages.includes(specifier))
    return [`imports ${specifier}; domain is pure and may use ${domainPackages.join(', ')}`];
  const home = Object.entries(packageHomes).find(
    ([name]) => specifier === name || specifier.startsWith(name.endsWith('/') ? name : `${name}/`),
  );
  if (!home || home[1].includes(part)) return [];
  return [`imports ${specifier}, which has its home in ${home[1].join(' and ')}`];
}

/** Stands for a path that only the running program knows. */
const unreadable = '(put together at run time)';

interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly [key: string]: unknown;
}

/** Walks a syntax tree and keeps what the rules ask about. */
class Findings {
  readonly imports: string[] = [];
  readsEnvironment = false;
  readsTime = false;

  visit(node: unknown): void {
    if (Array.isArray(node)) for (const child of node) this.visit(child);
    else if (node !== null && typeof node === 'object') {
      this.look(node as Node);
      for (const child of Object.values(node)) this.visit(child);
    }
  }

  private look(node: Node): void {
    const specifier = importedBy(node);
    if (specifier !== undefined) this.imports.push(specifier);
    if (takesEnvironment(node)) this.readsEnvironment = true;
    if (takesTime(node)) this.readsTime = true;
  }
}

const asNode = (value: unknown): Node => (value ?? {}) as Node;

const isNamed = (value: unknown, name: string): boolean =>
  asNode(value).type === 'Identifier' && asNode(value).value === name;

/** What a statement or a call loads: import and export from, import type, import(), require(), import x = require(). */
function importedBy(node: Node): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return textOf(node.source);
    case 'TsImportType':
      return textOf(node.argument);
    case 'TsExternalModuleReference':
      return textOf(node.expression);
    case 'CallExpression': {
      const loads = asNode(node.callee).type === 'Import' || isNamed(node.callee, 'require');
      return loads ? (textOf(asNode((node.arguments as unknown[])[0]).expression) ?? unreadable) : undefined;
    }
    default:
      return undefined;
  }
}

function textOf(literal: unknown): string | undefined {
  const { type, value, quasis } = asNode(literal);
  if (type === 'StringLiteral') return String(value);
  const [only, ...more] = type === 'TemplateLiteral' ? (quasis as Node[]) : [];
  return only && more.length === 0 ? String(only.raw) : undefined;
}

/** `process.env`, `process['env']`, `const { env } = process`, `import { env } from 'node:process'`. */
function takesEnvironment(node: Node): boolean {
  if (node.type === 'MemberExpression') return isProcess(node.object) && namesProperty(node.property, 'env');
  if (node.type === 'VariableDeclarator')
    return (
      isProcess(node.init) && asNode(node.id).type === 'ObjectPattern' && JSON.stringify(node.id).includes('"env"')
    );
  if (node.type === 'ImportDeclaration')
    return /^(node:)?process$/.test(textOf(node.source) ?? '') && JSON.stringify(node.specifiers).includes('"env"');
  return false;
}

const isProcess = (value: unknown): boolean =>
  isNamed(value, 'process') ||
  (asNode(value).type === 'MemberExpression' &&
    isNamed(asNode(value).object, 'globalThis') &&
    namesProperty(asNode(value).property, 'process'));

function namesProperty(property: unknown, name: string): boolean {
  const { type, value, expression } = asNode(property);
  return type === 'Computed' ? textOf(expression) === name : type === 'Identifier' && value === name;
}

/** `Date.now`, `new Date()` and `Date()`; `new Date(text)` reads no clock. */
function takesTime(node: Node): boolean {
  if (node.type === 'MemberExpression') return isNamed(node.object, 'Date') && namesProperty(node.property, 'now');
  if (node.type === 'NewExpression')
    return isNamed(node.callee, 'Date') && !(node.arguments as unknown[] | null)?.length;
  return node.type === 'CallExpression' && isNamed(node.callee, 'Date');
}
