// What the bot is shipped in: the Slack app's manifest asks for what the code uses and no more, the image is made of
// what is there, and nothing has a password of its own.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../src/config';
import { secretNames } from '../src/config/variables';

const root = join(__dirname, '..');
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('manifest.yml', () => {
  const words = (most: number) => z.string().min(1).max(most);
  /** The parts of Slack's schema that we use, with its limits; an unknown key is refused there as well. */
  const manifestShape = z.strictObject({
    _metadata: z.strictObject({ major_version: z.literal(2), minor_version: z.number().int() }),
    display_information: z.strictObject({
      name: words(35),
      description: words(140),
      background_color: z.string().regex(/^#[0-9a-f]{6}$/),
    }),
    features: z.strictObject({
      app_home: z
        .strictObject({
          home_tab_enabled: z.boolean(),
          messages_tab_enabled: z.boolean(),
          messages_tab_read_only_enabled: z.boolean(),
        })
        .optional(),
      bot_user: z.strictObject({ display_name: words(80), always_online: z.boolean() }),
      slash_commands: z
        .array(
          z.strictObject({
            command: z.string().regex(/^\/\S{1,31}$/),
            description: words(2_000),
            usage_hint: words(1_000),
            should_escape: z.boolean(),
          }),
        )
        .max(50),
    }),
    oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()) }) }),
    settings: z.strictObject({
      event_subscriptions: z.strictObject({ bot_events: z.array(z.string()).max(100) }).optional(),
      interactivity: z.strictObject({ is_enabled: z.boolean() }),
      org_deploy_enabled: z.literal(false),
      socket_mode_enabled: z.literal(true),
      token_rotation_enabled: z.literal(false),
    }),
  });
  const manifest = () => manifestShape.parse(parse(text('manifest.yml')));

  /** The bot scopes of each Web API method that the code may call; [] where any token will do. */
  const scopesOf: Readonly<Record<string, readonly string[]>> = {
    'auth.test': [],
    'chat.postMessage': ['chat:write'],
    'chat.postEphemeral': ['chat:write'],
    'chat.update': ['chat:write'],
    'chat.delete': ['chat:write'],
    'chat.getPermalink': [],
    'conversations.history': ['channels:history', 'groups:history'],
    'conversations.replies': ['channels:history', 'groups:history'],
    'conversations.info': ['channels:read', 'groups:read'],
    'files.uploadV2': ['files:write'],
    'usergroups.users.list': ['usergroups:read'],
    'users.info': ['users:read'],
    'views.open': [],
    'views.push': [],
    'views.update': [],
    'views.publish': [],
  };

  /** The source of Slack's part, without line breaks between a client and its method. */
  const source = (): string =>
    readdirSync(join(root, 'src/slack'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => text(join('src/slack', name)))
      .join('\n')
      .replaceAll(/\n\s*\./g, '.');
  const found = (pattern: RegExp): string[] => [
    ...new Set([...source().matchAll(pattern)].map((match) => match[1] ?? '')),
  ];
  const families = 'auth|bots|chat|conversations|emoji|files|pins|reactions|team|usergroups|users|views';
  const methodsUsed = () => found(new RegExp(`[cC]lient\\.((?:${families})(?:\\.[a-zA-Z]+)+)\\(`, 'g'));

  test('keeps to the limits of Slack', () => {
    expect(() => manifest()).not.toThrow();
  });

  test('asks for the scopes that the methods in the code need, and no others', () => {
    const methods = methodsUsed();
    expect(methods).toContain('chat.postMessage');
    const unknown = methods.filter((method) => !(method in scopesOf));
    expect(unknown).toEqual([]); // A new method: say above which scopes it needs.
    const needed = new Set(methods.flatMap((method) => scopesOf[method] ?? []));
    if (manifest().features.slash_commands.length > 0) needed.add('commands');
    expect(manifest().oauth_config.scopes.bot.toSorted()).toEqual([...needed].toSorted());
  });

  test('has the commands and events that the code listens to, and no others', () => {
    const listened = found(/\.command\(\s*'([^']+)'/g);
    expect(manifest().features.slash_commands.map(({ command }) => command)).toEqual(listened);
    expect(manifest().settings.event_subscriptions?.bot_events ?? []).toEqual(found(/\.event\(\s*'([^']+)'/g));
    expect(manifest().settings.interactivity.is_enabled).toBe(/\.(action|view|shortcut)\(/.test(source()));
  });

  test('reaches the Slack CLI as JSON between its boundaries', () => {
    const hooks = z
      .object({ hooks: z.object({ 'get-manifest': z.string() }) })
      .parse(JSON.parse(text('.slack/hooks.json')));
    const [node = '', script = ''] = hooks.hooks['get-manifest'].split(' ');
    expect(node).toBe('node');
    const handed = (...args: string[]): string =>
      execFileSync(process.execPath, [script, ...args], { cwd: root, encoding: 'utf8' }).trim();
    expect(JSON.parse(handed())).toEqual(manifest());
    const between = handed('--protocol=message-boundaries', '--boundary=XyZ').split('XyZ');
    expect([between[0], between[2], JSON.parse(between[1] ?? '')]).toEqual(['', '', manifest()]);
  });
});

describe('Dockerfile', () => {
  interface Step {
    readonly word: string;
    readonly rest: string;
  }
  /** The steps of each stage, continued lines joined, comments left out. */
  const stages = (): Step[][] => {
    const joined = text('Dockerfile')
      .replaceAll(/^\s*#.*\n/gm, '')
      .replaceAll(/\\\n\s*/g, '');
    const steps = joined.split('\n').flatMap((line): Step[] => {
      const step = /^([A-Z]+)\s+(.+)$/.exec(line.trim());
      return step ? [{ word: step[1] ?? '', rest: step[2] ?? '' }] : [];
    });
    const starts = steps.flatMap(({ word }, nth) => (word === 'FROM' ? [nth] : []));
    return starts.map((start, nth) => steps.slice(start, starts[nth + 1]));
  };
  const of = (stage: readonly Step[], word: string): string[] =>
    stage.filter((step) => step.word === word).map((step) => step.rest);
  const [build = [], run = []] = stages();

  const ignored = text('.dockerignore')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));
  /** Good for what stands in .dockerignore: names and stars, at the top of the folder. */
  const isIgnored = (path: string): boolean =>
    ignored.some((line) => new RegExp(`^${line.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}(/|$)`).test(path));

  test('copies what is there and not ignored', () => {
    const copied = of(build, 'COPY').flatMap((rest) => rest.split(' ').slice(0, -1));
    expect(copied).toEqual(expect.arrayContaining(['package.json', 'package-lock.json', 'src', 'migrations']));
    expect(copied.filter((path) => !existsSync(join(root, path)) || isIgnored(path))).toEqual([]);
  });

  test('leaves secrets, data and what is built elsewhere out', () => {
    for (const path of [
      '.env',
      '.env.local',
      '.git',
      'data',
      'data/sandbox/state.json',
      'node_modules',
      'dist',
      'customers.csv',
    ])
      expect([path, isIgnored(path)]).toEqual([path, true]);
  });

  test('installs from the lock file with what it takes to compile, and leaves only production dependencies', () => {
    const commands = of(build, 'RUN').join(' && ');
    expect(commands).toMatch(/apt-get install [^&]*python3 make g\+\+/);
    expect(commands).toMatch(/npm ci .*npm run build && npm prune --omit=dev$/);
  });

  test('what the program imports is a production dependency', () => {
    const { dependencies } = z
      .object({ dependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(text('package.json')));
    const files = ['src', 'migrations'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => text(join(folder, name))),
    );
    const imports = files.flatMap((code) =>
      [...code.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^.'][^']*)';/gm)].map((match) => match[1] ?? ''),
    );
    const packages = new Set(
      imports.filter((name) => !name.startsWith('node:')).map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name),
    );
    expect(packages.size).toBeGreaterThan(5);
    expect([...packages].filter((name) => !(name in dependencies))).toEqual([]);
  });

  test('runs on the Node.js that it was built on, without root, in the last word', () => {
    const [buildBase] = of(build, 'FROM').map((rest) => rest.split(' ')[0]);
    expect(of(run, 'FROM')).toEqual([buildBase]);
    const users = of(run, 'USER');
    expect(users.at(-1)).toBe('node');
    const last = run.findLastIndex(({ word }) => word === 'USER');
    expect(run.slice(last).some(({ word }) => word === 'RUN' || word === 'COPY')).toBe(false);
  });

  test('starts the file that the build makes', () => {
    const program = z.object({ bin: z.record(z.string(), z.string()) }).parse(JSON.parse(text('package.json')));
    const [node, file, command] = JSON.parse(of(run, 'CMD').at(-1) ?? '[]') as string[];
    expect([node, command]).toEqual(['node', 'start']);
    expect(Object.values(program.bin)).toEqual([file]);
    expect(existsSync(join(root, file?.replace(/^dist\/(.*)\.js$/, '$1.ts') ?? ''))).toBe(true);
    expect(of(run, 'COPY').map((rest) => rest.split(' ').at(-1))).toEqual(
      expect.arrayContaining(['./node_modules', './dist']),
    );
  });

  test('keeps its data in a volume, listens for others, and is asked whether it lives', () => {
    const env = Object.fromEntries(
      of(run, 'ENV').flatMap((rest) => rest.split(' ').map((pair) => pair.split('=') as [string, string])),
    );
    expect(env).toMatchObject({ NODE_ENV: 'production', HOST: '0.0.0.0', DATA_DIR: of(run, 'VOLUME')[0] });
    expect(of(run, 'EXPOSE')).toEqual([env.PORT]);
    expect(of(run, 'HEALTHCHECK')[0]).toContain('/healthz');
  });

  test('holds no secret', () => {
    const settings = stages().flatMap((stage) => [...of(stage, 'ENV'), ...of(stage, 'ARG')]);
    expect(secretNames.filter((name) => settings.join(' ').includes(name))).toEqual([]);
  });
});

describe('compose.yml', () => {
  const service = z.object({
    image: z.string(),
    environment: z.record(z.string(), z.string()).default({}),
    env_file: z.string().optional(),
    command: z.array(z.string()).optional(),
    depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
    healthcheck: z.object({ test: z.array(z.string()) }).optional(),
    stop_grace_period: z.string().optional(),
    ports: z.array(z.string()).default([]),
    volumes: z.array(z.string()).default([]),
  });
  const shape = z.object({
    services: z.object({ database: service, migrate: service, bot: service }),
    volumes: z.record(z.string(), z.unknown()),
  });
  const { services, volumes } = shape.parse(parse(text('compose.yml')));

  test('the bot waits for a healthy database and for its schema', () => {
    expect(services.database.healthcheck).toBeDefined();
    expect(services.migrate.depends_on).toEqual({ database: { condition: 'service_healthy' } });
    expect(services.bot.depends_on).toEqual({
      database: { condition: 'service_healthy' },
      migrate: { condition: 'service_completed_successfully' },
    });
    expect(services.migrate.command?.slice(0, 2)).toEqual(['node', 'dist/src/main.js']);
  });

  test('every password has to be set: none has a value here, and a missing one is an error', () => {
    for (const { environment } of Object.values(services)) {
      for (const [name, value] of Object.entries(environment)) {
        if (/PASSWORD$/.test(name) && name !== 'MYSQL_RANDOM_ROOT_PASSWORD') expect(value).toMatch(/^\$\{\w+:\?.+\}$/);
        if ((secretNames as string[]).includes(name)) expect(value).toMatch(/\$\{\w+:\?[^}]+\}/);
      }
    }
    expect(text('compose.yml')).not.toMatch(/\$\{\w+:-/);
    expect(services.database.environment.MYSQL_RANDOM_ROOT_PASSWORD).toBe('yes');
  });

  test("the bot's settings are settings that it accepts", () => {
    const filledIn = Object.fromEntries(
      Object.entries(services.bot.environment).map(([name, value]) => [
        name,
        value.replaceAll(/\$\{\w+:\?[^}]+\}/g, 'abc123'),
      ]),
    );
    const fromDotEnv = {
      TOSS_SECRET_KEY: 'test_sk_0000000000',
      BILLING_KEY_SECRET: Buffer.alloc(32, 7).toString('base64'),
    };
    const config = readConfig({ env: { ...fromDotEnv, ...filledIn }, cwd: '/app', command: 'start' });
    expect(config.database).toMatchObject({ kind: 'mysql', host: 'database', database: 'billing', password: 'abc123' });
    expect(config.http).toMatchObject({ host: '0.0.0.0', port: 3000 });
    expect(services.migrate.environment).toEqual(services.bot.environment);
    expect([services.bot.env_file, services.migrate.env_file]).toEqual(['.env', '.env']);
  });

  test('what has to survive lies in volumes, the bot has time to end, and nothing is open to the network', () => {
    const named = [...services.database.volumes, ...services.bot.volumes].map((volume) => volume.split(':')[0] ?? '');
    expect(named.toSorted()).toEqual(Object.keys(volumes).toSorted());
    expect(services.bot.volumes).toEqual([`data:${services.bot.environment.DATA_DIR}`]);
    expect(Number.parseInt(services.bot.stop_grace_period ?? '0', 10)).toBeGreaterThan(75);
    expect(services.database.command).toContain('--innodb-flush-log-at-trx-commit=1');
    for (const port of [...services.bot.ports, ...services.database.ports]) expect(port).toMatch(/^127\.0\.0\.1:/);
  });
});
