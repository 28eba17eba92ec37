import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type Environment, inSandbox, loadEnvironment, readConfig } from '../src/config';
import { variableNames } from '../src/config/variables';
import { given, inicisWorld, keySecret, liveWorld, problemsOf, realSlack, testWorld } from './config/settings';

describe('with nothing set', () => {
  test('it is the sandbox: a database of its own, seconds instead of hours, no guard, keys still to come', () => {
    expect(given({}, 'start')).toMatchObject({
      realm: 'sandbox',
      dataDir: '/srv/billing/data',
      sandboxDir: '/srv/billing/data/sandbox',
      database: { kind: 'sqlite', path: '/srv/billing/data/sandbox/billing.db' },
      slack: undefined,
      toss: undefined,
      inicis: undefined,
      billingKeySecrets: [],
      resolveLadderMs: [5_000, 10_000, 20_000],
      retryLadder: [{ ms: 30_000 }],
      pg: { timeoutMs: 65_000, processingMs: 3_000, concurrency: 32, rates: {}, fallback: false },
      guards: { days: 0, changePercent: 0, minSubscriptions: 0 },
      warnings: [],
    });
  });

  test('nobody may move money', () => {
    const { operators, approvers, readers } = given({});
    expect([operators, approvers, readers]).toEqual(Array(3).fill({ users: [], groups: [] }));
  });

  test('an empty value counts as nothing', () => {
    const empty = Object.fromEntries(variableNames.map((name) => [name, ' ']));
    expect(given(empty)).toEqual(given({}));
  });
});

test('with keys of a PG everything else has the documented value', () => {
  expect(given(testWorld)).toEqual({
    realm: 'test',
    dataDir: '/srv/billing/data',
    sandboxDir: '/srv/billing/data/sandbox',
    database: { kind: 'sqlite', path: '/srv/billing/data/billing.db' },
    slack: undefined,
    operators: { users: [], groups: [] },
    approvers: { users: [], groups: [] },
    readers: { users: [], groups: [] },
    refundApprovalFrom: 100_000,
    toss: { secretKey: testWorld.TOSS_SECRET_KEY, clientKey: undefined, apiUrl: 'https://api.tosspayments.com' },
    inicis: undefined,
    inicisOrderDedup: false,
    billingKeySecrets: [Buffer.alloc(32, 7)],
    billingTime: { hour: 10, minute: 0, zone: 'Asia/Seoul' },
    catchUpDays: 7,
    pg: { timeoutMs: 65_000, processingMs: 60_000, concurrency: 32, rates: {}, fallback: false },
    resolveLadderMs: [90_000, 300_000, 1_800_000, 7_200_000, 43_200_000, 86_400_000],
    retryLadder: [1, 3, 5].map((wholeDays) => ({ ms: wholeDays * 86_400_000, wholeDays })),
    http: {
      host: '127.0.0.1',
      port: 3000,
      publicUrl: 'http://localhost:3000',
      portIsSet: false,
      publicUrlIsSet: false,
      trustProxy: false,
    },
    guards: { days: 20, changePercent: 30, minSubscriptions: 20 },
    companyName: undefined,
    notifySuccess: 'summary',
    locale: 'ko',
    warnings: [],
  });
});

describe('a value that cannot be is refused with its name, itself and the way out', () => {
  test.each<[Environment, string]>([
    [{ BILLING_TIME: '25:00' }, 'BILLING_TIME "25:00" is not a time of day; write HH:MM, for example 10:00'],
    [{ BILLING_TIME_ZONE: 'Seoul' }, 'BILLING_TIME_ZONE "Seoul" is not a time zone; write an IANA name'],
    [{ BILLING_TIME_ZONE: '+09:00' }, 'BILLING_TIME_ZONE "+09:00" is not a time zone'],
    [{ PORT: '70000' }, 'PORT "70000" is not a whole number from 0 to 65535'],
    [{ SLACK_SOCKETS: '3' }, 'SLACK_SOCKETS "3" is not a whole number from 0 to 2'],
    [{ REFUND_APPROVAL_FROM: '10만' }, 'REFUND_APPROVAL_FROM "10만" is not an amount in whole won'],
    [{ PG_TIMEOUT_MS: '65s' }, 'PG_TIMEOUT_MS "65s" is not a whole number'],
    [{ PG_RATE: 'TOSS=fast' }, 'PG_RATE "TOSS=fast" has "TOSS=fast", which is no rate; write PG=CALLS/UNIT'],
    [{ PG_RATE: 'TOSS=1/s,toss=2/s' }, 'names TOSS twice'],
    [{ RETRY_LADDER: '3d,1d' }, 'RETRY_LADDER "3d,1d" does not ascend: "1d" is not longer than the step before it'],
    [{ RETRY_LADDER: '24h,1d' }, 'does not ascend'],
    [{ RESOLVE_LADDER: '90' }, 'RESOLVE_LADDER "90" has "90", which is no offset; write offsets'],
    [{ RESOLVE_LADDER: '0s' }, 'is no time at all'],
    [{ RESOLVE_LADDER: '5s,,10s' }, 'has "", which is no offset'],
    [{ PUBLIC_URL: 'http://bot.example.com' }, 'PUBLIC_URL "http://bot.example.com" is not https; write https://'],
    [{ PUBLIC_URL: 'bot.example.com' }, 'PUBLIC_URL "bot.example.com" is not a URL'],
    [{ HOST: 'a b' }, 'HOST "a b" is neither an IP address nor a host name'],
    [{ LOCALE: 'jp' }, 'LOCALE "jp" is not one of ko, en'],
    [{ NOTIFY_SUCCESS: 'all' }, 'NOTIFY_SUCCESS "all" is not one of summary, each'],
    [{ PG_FALLBACK: 'maybe' }, 'PG_FALLBACK "maybe" is neither true nor false'],
    [{ BILLING_OPERATORS: 'U0ALICE,@bob' }, 'BILLING_OPERATORS "U0ALICE,@bob" names "@bob"; write member ids'],
    [{ SLACK_CHANNEL: '#billing' }, 'SLACK_CHANNEL "#billing" is not a channel id; write the id'],
  ])('%j', (env, sentence) => {
    expect(problemsOf(env)).toEqual([expect.stringContaining(sentence)]);
  });

  test('all of them at once, one line each', () => {
    const bad = { BILLING_TIME: '25:00', PORT: 'x', LOCALE: 'jp' };
    expect(() => given(bad)).toThrow(/^These settings need a correction:\n {2}BILLING_TIME.*\n {2}PORT.*\n {2}LOCALE/);
  });
});

describe('worlds', () => {
  test("a database of one's own without a PG is refused and says what is missing", () => {
    expect(problemsOf({ DATABASE_URL: 'sqlite:data/x.db', BILLING_KEY_SECRET: keySecret })).toEqual([
      expect.stringMatching(/^DATABASE_URL is set and no PG is; set TOSS_SECRET_KEY .* or INICIS_MID, .*sandbox$/),
    ]);
  });

  test('keys of test and live never meet', () => {
    expect(problemsOf({ ...testWorld, TOSS_CLIENT_KEY: 'live_ck_abc' })).toEqual([
      'keys of test and live are mixed: TOSS_SECRET_KEY is a test key, TOSS_CLIENT_KEY is a live key; use keys of one world',
    ]);
    expect(problemsOf({ ...inicisWorld, ...liveWorld })).toEqual([
      expect.stringContaining('TOSS_SECRET_KEY is a live key, INICIS_MID "INIBillTst" is a test merchant'),
    ]);
    expect(problemsOf({ ...inicisWorld, ...testWorld, INICIS_MID: 'acmebill01' })).toEqual([
      expect.stringContaining('INICIS_MID "acmebill01" is a live merchant'),
    ]);
  });

  test.each(['INIBillTst', 'INIpayTest', 'iniescrow0'])(
    '%s is a merchant of the test world, any other of the live one',
    (mid) => {
      expect(given({ ...inicisWorld, INICIS_MID: mid }).realm).toBe('test');
      expect(given({ ...inicisWorld, INICIS_MID: 'acmebill01' }).realm).toBe('live');
    },
  );

  test('test keys at a PG on this machine are the test world', () => {
    const config = given({ ...testWorld, TOSS_API_URL: 'http://127.0.0.1:3011/' });
    expect(config).toMatchObject({ realm: 'test', toss: { apiUrl: 'http://127.0.0.1:3011' } });
  });

  test("keys of the payment widget are refused, because billing needs the API's own", () => {
    for (const key of ['test_gsk_docs_OaPz8L5KdmQX', 'live_gsk_OaPz8L5KdmQX'])
      expect(problemsOf({ ...testWorld, TOSS_SECRET_KEY: key })).toEqual([
        expect.stringMatching(/^TOSS_SECRET_KEY is a key of the payment widget, which cannot bill; .*API 개별 연동 키/),
      ]);
    expect(problemsOf({ ...testWorld, TOSS_SECRET_KEY: 'test_ck_abc' })).toEqual([
      expect.stringMatching(/^TOSS_SECRET_KEY is a client key; copy a secret key/),
    ]);
  });

  test('half a set of Inicis names what is missing', () => {
    expect(problemsOf({ INICIS_MID: 'INIBillTst', BILLING_KEY_SECRET: keySecret })).toEqual([
      expect.stringMatching(/^INICIS_API_KEY is missing/),
      expect.stringMatching(/^INICIS_CLIENT_IP is missing/),
      expect.stringMatching(/^INICIS_URL is missing/),
    ]);
    expect(problemsOf({ TOSS_CLIENT_KEY: 'test_ck_abc', BILLING_KEY_SECRET: keySecret })).toEqual([
      expect.stringMatching(/^TOSS_SECRET_KEY is missing/),
    ]);
  });

  test('outside the sandbox billing keys are sealed with a secret of 32 bytes; several rotate', () => {
    const other = Buffer.alloc(32, 9).toString('base64');
    const { TOSS_SECRET_KEY } = testWorld;
    expect(problemsOf({ TOSS_SECRET_KEY })).toEqual([
      expect.stringMatching(/^BILLING_KEY_SECRET is missing; make one/),
    ]);
    expect(problemsOf({ TOSS_SECRET_KEY, BILLING_KEY_SECRET: `${keySecret},c2hvcnQ=` })).toEqual([
      expect.stringContaining('secret 2 of 2 is not 32 bytes in base64 (it has 5)'),
    ]);
    expect(given({ TOSS_SECRET_KEY, BILLING_KEY_SECRET: `${other}, ${keySecret}` }).billingKeySecrets).toEqual([
      Buffer.alloc(32, 9),
      Buffer.alloc(32, 7),
    ]);
  });

  test("the command that opens the sandbox alone takes no notice of another world's settings", () => {
    const env = { ...liveWorld, DATABASE_URL: 'mysql://nowhere', TOSS_API_URL: 'http://127.0.0.1:3011' };
    expect(given(env, 'sandbox')).toMatchObject({ realm: 'sandbox', toss: undefined, warnings: [] });
  });

  test("the sandbox's keys fill the sandbox's config and no other", () => {
    const world = {
      billingKeySecrets: [Buffer.alloc(32, 1)],
      toss: { secretKey: 'test_sk_1', clientKey: 'test_ck_1', apiUrl: 'http://127.0.0.1:3011' },
      inicis: {
        mid: 'INIBillTst',
        apiKey: 'k',
        apiIv: 'i',
        signKey: 's',
        clientIp: '127.0.0.1',
        siteUrl: 'http://localhost',
        apiUrl: 'http://127.0.0.1:3012',
      },
    };
    expect(inSandbox(given({}), world)).toMatchObject({ realm: 'sandbox', ...world });
    expect(() => inSandbox(given(testWorld), world)).toThrow('offered to realm test');
  });
});

test('rates say how many calls per how long', () => {
  expect(given({ PG_RATE: 'toss=100/m, INICIS = 5/s' }).pg.rates).toEqual({
    TOSS: { calls: 100, perMs: 60_000 },
    INICIS: { calls: 5, perMs: 1_000 },
  });
});

test('the public URL follows the port until it is set', () => {
  expect(given({ PORT: '3005' }).http).toMatchObject({ publicUrl: 'http://localhost:3005', publicUrlIsSet: false });
  expect(given({ PUBLIC_URL: 'https://pay.example.com/bot/' }).http).toMatchObject({
    publicUrl: 'https://pay.example.com/bot',
    publicUrlIsSet: true,
  });
});

describe('what deserves a look is said and not refused', () => {
  test('settings without effect are named', () => {
    expect(given({ BILLING_KEY_SECRET: 'anything', TOSS_API_URL: 'https://toss.example' }).warnings).toEqual([
      'without effect here: BILLING_KEY_SECRET, TOSS_API_URL',
    ]);
    expect(given({ ...testWorld, INICIS_URL: 'www.example.com' }).warnings).toEqual([
      'without effect here: INICIS_URL',
    ]);
  });

  test('a bot that cannot register cards says so when it starts', () => {
    expect(given({ ...testWorld, ...inicisWorld }, 'start').warnings).toEqual([
      'TOSS_CLIENT_KEY is not set: no card can be registered at Toss',
      'INICIS_SIGN_KEY is not set: no card can be registered at Inicis',
    ]);
  });

  test('in the live world: answers that will be lost, links that lead nowhere, live keys at a PG on this machine', () => {
    const env = {
      ...liveWorld,
      ...realSlack,
      TOSS_CLIENT_KEY: 'live_ck_1',
      PG_TIMEOUT_MS: '5000',
      TOSS_API_URL: 'http://localhost:1',
    };
    expect(given(env, 'start').warnings).toEqual([
      'TOSS_API_URL "http://localhost:1" is on this machine, and TOSS_SECRET_KEY is a live key',
      expect.stringMatching(/^PG_TIMEOUT_MS "5000" is shorter than the 60 s/),
      expect.stringMatching(/^PUBLIC_URL is http:\/\/localhost:3000: registration links lead nowhere/),
    ]);
  });
});

describe('.env', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'billing-config-'));
  });
  afterEach(() => {
    delete process.env.COMPANY_NAME;
    rmSync(folder, { recursive: true, force: true });
  });

  test('it is read from the working folder, and the real environment wins, even with an empty value', () => {
    writeFileSync(join(folder, '.env'), "COMPANY_NAME='주식회사 #1'\nPORT=4000\n");
    expect(loadEnvironment(folder)).toMatchObject({ COMPANY_NAME: '주식회사 #1', PORT: '4000' });
    process.env.COMPANY_NAME = '';
    expect(readConfig({ env: loadEnvironment(folder), cwd: folder, command: 'status' })).toMatchObject({
      companyName: undefined,
      http: { port: 4000 },
    });
  });

  test('none is fine, and reading one changes nothing in this process', () => {
    writeFileSync(join(folder, '.env'), 'BILLING_TEST_MARK=1\n');
    loadEnvironment(folder);
    expect(process.env.BILLING_TEST_MARK).toBeUndefined();
    expect(loadEnvironment(join(folder, 'nowhere'))).toEqual(process.env);
  });

  test('one that cannot be read is an error, not silence', () => {
    expect(() => loadEnvironment('/dev/null')).toThrow(ConfigError);
  });
});
