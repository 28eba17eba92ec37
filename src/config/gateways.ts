// The PGs' credentials, and the world they belong to: keys of test and live never meet.

import { baseUrl, ipAddress, leadsToLoopback, secretText, siteAddress } from './parse';
import { type Parse, read, refuse } from './parsed';
import type { Reader } from './reader';
import type { VariableName } from './variables';

/** The world that a process and its database belong to. */
export type Realm = 'sandbox' | 'test' | 'live';

export interface TossConfig {
  readonly secretKey: string;
  /** For the card registration page; undefined: no card can be registered here. */
  readonly clientKey: string | undefined;
  readonly apiUrl: string;
}

export interface InicisConfig {
  readonly mid: string;
  readonly apiKey: string;
  readonly apiIv: string | undefined;
  /** For the card registration page; undefined: no card can be registered here. */
  readonly signKey: string | undefined;
  /** This server's own address, which Inicis wants named in every request. */
  readonly clientIp: string;
  /** The merchant's own site. */
  readonly siteUrl: string;
  readonly apiUrl: string;
}

const tossCredentials = ['TOSS_SECRET_KEY', 'TOSS_CLIENT_KEY'] as const satisfies VariableName[];
const inicisCredentials = [
  'INICIS_MID',
  'INICIS_API_KEY',
  'INICIS_API_IV',
  'INICIS_SIGN_KEY',
] as const satisfies VariableName[];

export const pgCredentials = [...tossCredentials, ...inicisCredentials];

/** What every charge at Inicis needs. */
const inicisRequired = [
  'INICIS_MID',
  'INICIS_API_KEY',
  'INICIS_CLIENT_IP',
  'INICIS_URL',
] as const satisfies VariableName[];

/** Inicis's own test merchants; they are public. Every other id is a merchant whose charges are real. */
const inicisTestMids = ['INIBillTst', 'INIpayTest', 'iniescrow0'];

type KeyRealm = Exclude<Realm, 'sandbox'>;

export interface PgConfig {
  readonly realm: KeyRealm;
  readonly toss: TossConfig | undefined;
  readonly inicis: InicisConfig | undefined;
}

export function readGateways(reader: Reader): PgConfig {
  if (!pgCredentials.some((name) => reader.has(name))) {
    reader.problems.push(
      `DATABASE_URL is set and no PG is; set TOSS_SECRET_KEY (and TOSS_CLIENT_KEY), or ${inicisRequired.join(', ')} (and INICIS_SIGN_KEY); or unset DATABASE_URL to try the sandbox`,
    );
    return { realm: 'test', toss: undefined, inicis: undefined };
  }
  const toss = readToss(reader);
  const inicis = readInicis(reader);
  return { realm: oneRealm(reader, [...toss.realms, ...inicis.realms]), toss: toss.config, inicis: inicis.config };
}

/** Which variable says which world. */
type Says = readonly [sentence: string, realm: KeyRealm];

interface Found<Config> {
  readonly config: Config | undefined;
  readonly realms: readonly Says[];
}

function readToss(reader: Reader): Found<TossConfig> {
  const secret = reader.optional('TOSS_SECRET_KEY', tossKey('sk'));
  const client = reader.optional('TOSS_CLIENT_KEY', tossKey('ck'));
  const apiUrl = reader.read('TOSS_API_URL', baseUrl);
  if (!tossCredentials.some((name) => reader.has(name))) return { config: undefined, realms: [] };
  if (!reader.has('TOSS_SECRET_KEY'))
    reader.problems.push('TOSS_SECRET_KEY is missing and TOSS_CLIENT_KEY is set; set both');
  const realms: Says[] = [];
  if (secret) realms.push([`TOSS_SECRET_KEY is a ${secret.realm} key`, secret.realm]);
  if (client) realms.push([`TOSS_CLIENT_KEY is a ${client.realm} key`, client.realm]);
  if (secret?.realm === 'live' && leadsToLoopback(apiUrl))
    reader.warnings.push(`${reader.named('TOSS_API_URL')} is on this machine, and TOSS_SECRET_KEY is a live key`);
  return { config: secret && { secretKey: secret.key, clientKey: client?.key, apiUrl }, realms };
}

function readInicis(reader: Reader): Found<InicisConfig> {
  const mid = reader.optional('INICIS_MID', inicisMid);
  const apiKey = reader.optional('INICIS_API_KEY', secretText);
  const clientIp = reader.optional('INICIS_CLIENT_IP', ipAddress);
  const siteUrl = reader.optional('INICIS_URL', siteAddress);
  const rest = {
    apiIv: reader.optional('INICIS_API_IV', secretText),
    signKey: reader.optional('INICIS_SIGN_KEY', secretText),
    apiUrl: reader.read('INICIS_API_URL', baseUrl),
  };
  if (!inicisCredentials.some((name) => reader.has(name))) return { config: undefined, realms: [] };
  for (const name of inicisRequired.filter((one) => !reader.has(one)))
    reader.problems.push(`${name} is missing; Inicis needs ${inicisRequired.join(', ')}`);
  const realm = mid && (inicisTestMids.some((test) => test.toLowerCase() === mid.toLowerCase()) ? 'test' : 'live');
  const realms: Says[] = mid && realm ? [[`INICIS_MID "${mid}" is a ${realm} merchant`, realm]] : [];
  const complete = mid !== undefined && apiKey !== undefined && clientIp !== undefined && siteUrl !== undefined;
  return { config: complete ? { mid, apiKey, clientIp, siteUrl, ...rest } : undefined, realms };
}

function oneRealm(reader: Reader, says: readonly Says[]): KeyRealm {
  const realms = new Set(says.map(([, realm]) => realm));
  if (realms.size > 1)
    reader.problems.push(
      `keys of test and live are mixed: ${says.map(([sentence]) => sentence).join(', ')}; use keys of one world`,
    );
  return realms.has('live') ? 'live' : 'test';
}

/** `test_sk_…`, `live_ck_…`: the keys of the API (API 개별 연동 키). The widget's have a g. */
const tossKey =
  (kind: 'sk' | 'ck'): Parse<{ readonly key: string; readonly realm: KeyRealm }> =>
  (value) => {
    const found = /^(test|live)_(g?)(sk|ck)_[\x21-\x39\x3b-\x7e]+$/.exec(value);
    const wanted = kind === 'sk' ? 'a secret key (test_sk_… or live_sk_…)' : 'a client key (test_ck_… or live_ck_…)';
    const wayOut = `copy ${wanted} from "API 개별 연동 키" in the Toss developer centre`;
    if (!found) return refuse(`is not a key of Toss; ${wayOut}`);
    if (found[2]) return refuse(`is a key of the payment widget, which cannot bill; ${wayOut}`);
    if (found[3] !== kind) return refuse(`is ${kind === 'sk' ? 'a client key' : 'a secret key'}; ${wayOut}`);
    return read({ key: value, realm: found[1] === 'live' ? 'live' : 'test' });
  };

const inicisMid: Parse<string> = (value) =>
  /^[A-Za-z0-9]{10}$/.test(value)
    ? read(value)
    : refuse('is not a merchant id of Inicis; it has 10 letters and digits');
