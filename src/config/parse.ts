// How the values of variables are written: numbers, times, lists, addresses. Each reader takes text that is trimmed
// and not empty, and answers with the value or with why it is none and how to write it.

import { isIP } from 'node:net';
import { type PgProvider, pgProviders } from '../domain/outcome';
import { type Won, won } from '../domain/won';
import { type Parse, type Parsed, read, refuse } from './parsed';

export interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
}

/** So many calls per so long, over all replicas. */
export interface PgRate {
  readonly calls: number;
  readonly perMs: number;
}

/** Slack user ids and user-group ids. */
export interface SlackPeople {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

export const path: Parse<string> = (value) =>
  /\p{Cc}/u.test(value) ? refuse('contains a control character; write a path') : read(value);

/** A key, a token or a password: any text without blanks. */
export const secretText: Parse<string> = (value) =>
  /^[\x21-\x7e]+$/.test(value) ? read(value) : refuse('contains a blank or a character outside ASCII; copy it again');

/** A short line of text that people read. */
export const line =
  (longest: number): Parse<string> =>
  (value) => {
    if (/\p{Cc}/u.test(value)) return refuse('contains a control character; write one line of text');
    return [...value].length <= longest ? read(value) : refuse(`is longer than ${longest} characters`);
  };

/** A whole number in plain digits from `least` to `most`. */
export const whole =
  (least: number, most: number): Parse<number> =>
  (value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    return number >= least && number <= most
      ? read(number)
      : refuse(`is not a whole number from ${least} to ${most}; write plain digits`);
  };

/** An amount of won in plain digits. */
export const amount: Parse<Won> = (value) =>
  /^\d{1,15}$/.test(value)
    ? read(won(Number(value)))
    : refuse('is not an amount in whole won; write plain digits, for example 100000');

export const flag: Parse<boolean> = (value) => {
  const word = value.toLowerCase();
  return word === 'true' || word === 'false' ? read(word === 'true') : refuse('is neither true nor false');
};

/** One of a few words. */
export const oneOf =
  <Word extends string>(...words: Word[]): Parse<Word> =>
  (value) => {
    const found = words.find((word) => word === value.toLowerCase());
    return found === undefined ? refuse(`is not one of ${words.join(', ')}`) : read(found);
  };

export const timeOfDay: Parse<TimeOfDay> = (value) => {
  const found = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(value);
  return found
    ? read({ hour: Number(found[1]), minute: Number(found[2]) })
    : refuse('is not a time of day; write HH:MM, for example 10:00');
};

/** The name of a time zone, spelled as the tz database spells it. */
export const timeZone: Parse<string> = (value) => {
  const refusal = refuse('is not a time zone; write an IANA name, for example Asia/Seoul');
  // An offset such as +09:00 is no zone: it knows no summer time, and not every reader of rules takes it.
  if (!/^[A-Za-z]/.test(value)) return refusal;
  try {
    return read(new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone);
  } catch {
    return refusal;
  }
};

/** Several Slack ids, comma separated: `U…` and `W…` are people, `S…` are groups. */
export const people: Parse<SlackPeople> = (value) => {
  const ids = listed(value);
  const bad = ids.filter((id) => !/^[UWS][A-Z0-9]{2,}$/.test(id));
  if (bad.length > 0)
    return refuse(
      `names ${bad.map((id) => JSON.stringify(id)).join(', ')}; write member ids (U…) or user-group ids (S…), comma separated, not names: Slack shows them under "Copy member ID"`,
    );
  return read({
    users: ids.filter((id) => !id.startsWith('S')),
    groups: ids.filter((id) => id.startsWith('S')),
  });
};

export const channelId: Parse<string> = (value) =>
  /^[CGD][A-Z0-9]{2,}$/.test(value)
    ? read(value)
    : refuse(
        'is not a channel id; write the id that stands at the end of "View channel details", for example C0123ABCD',
      );

const rateUnitsMs = { s: 1000, m: 60_000, h: 3_600_000 } as const;

/** `TOSS=100/m,INICIS=5/s` */
export const rates: Parse<Partial<Record<PgProvider, PgRate>>> = (value) => {
  const found: Partial<Record<PgProvider, PgRate>> = {};
  for (const part of listed(value)) {
    const match = /^(\w+)\s*=\s*([1-9]\d{0,6})\s*\/\s*([smh])$/i.exec(part);
    const provider = pgProviders.find((name) => name === match?.[1]?.toUpperCase());
    const unit = match?.[3]?.toLowerCase() as keyof typeof rateUnitsMs | undefined;
    if (!provider || !unit)
      return refuse(
        `has ${JSON.stringify(part)}, which is no rate; write PG=CALLS/UNIT with ${pgProviders.join(' or ')} and s, m or h, for example TOSS=100/m,INICIS=5/s`,
      );
    if (found[provider]) return refuse(`names ${provider} twice; keep one rate per PG`);
    found[provider] = { calls: Number(match?.[2]), perMs: rateUnitsMs[unit] };
  }
  return read(found);
};

/** The parts between commas, trimmed, none empty, each once. */
export function listed(value: string): string[] {
  const parts = value.split(',').map((part) => part.trim());
  return [...new Set(parts.filter((part) => part !== ''))];
}

export const ipAddress: Parse<string> = (value) =>
  isIP(value) === 0 ? refuse('is not an IP address; write for example 203.0.113.7') : read(value);

/** An address to listen on. */
export const listenHost: Parse<string> = (value) =>
  isIP(value) > 0 || /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(value)
    ? read(value)
    : refuse('is neither an IP address nor a host name; write for example 0.0.0.0 to listen on every interface');

/** Whether a host name or address is this machine itself. Takes `[::1]` with and without brackets. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  return (
    name === 'localhost' || name.endsWith('.localhost') || name === '::1' || (isIP(name) === 4 && /^127\./.test(name))
  );
}

/** Whether a base URL that was read here leads to this machine itself. */
export const leadsToLoopback = (url: string): boolean => isLoopback(new URL(url).hostname);

/** A base URL without a slash at its end: https, or http where nothing leaves this machine. */
export const baseUrl: Parse<string> = (value): Parsed<string> => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return refuse('is not a URL; write https://HOST or https://HOST/PATH');
  if (url.username || url.password) return refuse('carries a user name or password; a base URL has none');
  if (url.search || url.hash) return refuse('has a part after ? or #; a base URL ends before that');
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return refuse(
      'is not https; write https:// (http is for this machine itself only, for example http://localhost:3011)',
    );
  return read(url.href.replace(/\/+$/, ''));
};

/** The address of a web site as its owner writes it: with a scheme or without one. */
export const siteAddress: Parse<string> = (value) => {
  const full = /^https?:\/\//i.test(value) ? value : `https://${value}`;
  const host = URL.canParse(full) ? new URL(full).hostname : '';
  return /^[\x21-\x7e]+$/.test(value) && (host.includes('.') || isLoopback(host))
    ? read(value)
    : refuse('is not the address of a site; write for example https://shop.example.com');
};
