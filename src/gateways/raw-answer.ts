// A PG's answer as it may be kept for ever: whole, and without anything that opens a card or an account.

import type { RawAnswer } from '../domain/outcome';

/** Masks text and parsed JSON. Everything that is no secret passes unchanged. */
export interface Masker {
  text(text: string): string;
  /** `source` is the JSON that the value was read from. */
  value(value: unknown, source?: string): unknown;
  /** For text that may have been cut off: also a secret that only began at its end. */
  brokenText(text: string): string;
}

/**
 * Fields whose value is a secret whatever it looks like, compared without case, `_` and `-`. The customer key is one
 * of them: with the billing key beside it, it charges. Names of every PG stand here, because none of them is harmless
 * at another.
 */
const secretFields = new Set([
  ...['secret', 'password', 'cardpassword', 'cardpw', 'authkey', 'authtoken', 'customerkey'],
  ...['billingkey', 'billkey', 'cardbillkey', 'customeridentitynumber', 'identitynumber', 'regno'],
]);
/** Fields that hold a card number; PGs mask it themselves, and where one does not, the digits go whatever they add up to. */
const cardFields = new Set(['cardnumber', 'cardnum', 'cardno', 'number']);

const mark = '***';

/** Holds no escape, no `name=value` and, with twelve characters or no digit, no card number: only a secret as it is could stand in it. */
const plain = /^(?:[^%\\&:=>]{0,12}|[^%\\&:=>\d]*)$/;
/** Deeper JSON than this is nobody's answer; it is kept as text, since recursion has an end. */
const deepestLevel = 64;

/** A masker that knows the secrets of one call, beside those that names and digits give away. Empty ones are ignored. */
export function maskerOf(secrets: readonly string[]): Masker {
  const forms = secrets.filter((secret) => secret !== '').flatMap((secret) => [secret, ...base64Cores(secret)]);
  // Nearly every field of every answer is a plain short word, and an answer has a hundred and fifty of them.
  const holdsForm = (given: string) => forms.some((form) => given.includes(form));
  const thorough = (given: string) => maskCardNumbers(maskNamedFields(maskForms(given, forms, 'whole')));
  const text = (given: string) => (plain.test(given) && !holdsForm(given) ? given : thorough(given));
  const brokenText = (given: string) => maskCardNumbers(maskNamedFields(maskForms(given, forms, 'or begun')));
  // Where the whole JSON has no escape and no secret in it as it is, none of its fields has one as it is.
  const formless = (given: string) => (plain.test(given) ? given : thorough(given));
  const value = (given: unknown, source?: string) =>
    masked(given, '', source !== undefined && !source.includes('\\') && !holdsForm(source) ? formless : text);
  return { text, brokenText, value };
}

function masked(given: unknown, name: string, text: (given: string) => string): unknown {
  if (typeof given === 'string' || typeof given === 'number') return scalar(given, name, text);
  if (typeof given !== 'object' || given === null) return given;
  if (isNamed(secretFields, name)) return mark;
  if (Array.isArray(given)) return given.map((item) => masked(item, name, text));
  return Object.fromEntries(Object.entries(given).map(([key, inner]) => [text(key), masked(inner, key, text)]));
}

/** The answer to keep and the body to read: `body` is undefined when the text is no JSON. */
export function readAnswer(
  { http, text, trace, cut = false }: { http: number; text: string; trace?: string | undefined; cut?: boolean },
  mask: Masker,
): { raw: RawAnswer; body: unknown } {
  const body = cut ? undefined : parsed(text);
  const kept = body === undefined ? mask.brokenText(text) : mask.value(body, text);
  return { raw: { http, body: kept, ...(trace !== undefined && { trace: mask.text(trace) }) }, body };
}

function parsed(text: string): unknown {
  try {
    const body: unknown = JSON.parse(text);
    return isDeeperThan(body, deepestLevel) ? undefined : body;
  } catch {
    return undefined;
  }
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}

const isNamed = (fields: ReadonlySet<string>, name: string) =>
  fields.has(/[_-]/.test(name) ? name.replace(/[_-]/g, '').toLowerCase() : name.toLowerCase());

function scalar(given: string | number, name: string, text: (given: string) => string): string | number {
  if (given === '') return given;
  if (isNamed(secretFields, name)) return mark;
  if (isNamed(cardFields, name)) {
    const digits = `${given}`.replace(/[ -]/g, '');
    if (/^\d{13,19}$/.test(digits)) return maskedCardNumber(digits);
  }
  const safe = text(`${given}`);
  return safe === `${given}` ? given : safe;
}

/** Where something stands in a text: from here, up to but without there. */
type Range = readonly [from: number, to: number];

/** Text read through its escapes, and where in the given text each of its characters stands. */
interface Reading {
  readonly text: string;
  readonly rangeOf: (place: number) => Range;
}

/** Masks secrets in every reading of the text: an error page or a proxy may quote our request in escapes of its own. */
function maskForms(given: string, forms: readonly string[], which: 'whole' | 'or begun'): string {
  const found = readings(given).flatMap((reading) =>
    forms.flatMap((form) => [...occurrences(form, reading), ...(which === 'whole' ? [] : begun(form, reading))]),
  );
  let masked = '';
  let done = 0;
  for (const [from, to] of found.toSorted((a, b) => a[0] - b[0])) {
    if (from >= done) masked += `${given.slice(done, from)}${mark}`;
    done = Math.max(done, to);
  }
  return masked + given.slice(done);
}

/** Percent-encoding, JSON escapes, HTML entities. */
const escapes =
  /%([0-9a-f]{2})|\\{1,8}u([0-9a-f]{4})|&#x([0-9a-f]{1,6});|&#(\d{1,7});|&(amp|lt|gt|quot);|\\{1,8}(?=[^u\\])/gi;
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** The text as it is, and as it reads when its escapes are undone once, twice and three times. */
function readings(given: string): Reading[] {
  const read: Reading[] = [{ text: given, rangeOf: (place) => [place, place + 1] }];
  for (let last = read[0]; last && read.length < 4 && last.text.search(escapes) >= 0; last = read.at(-1)) {
    read.push(unescaped(last));
  }
  return read;
}

function unescaped({ text: given, rangeOf }: Reading): Reading {
  const ranges: Range[] = [];
  let text = '';
  let done = 0;
  const copyTo = (end: number) => {
    text += given.slice(done, end);
    for (; done < end; done++) ranges.push(rangeOf(done));
  };
  for (const match of given.matchAll(escapes)) {
    copyTo(match.index);
    done = match.index + match[0].length;
    const [, percent, unit, hex, decimal, entity] = match;
    const code = Number.parseInt(percent ?? unit ?? hex ?? decimal ?? '', decimal ? 10 : 16);
    const char = entity ? (entities[entity.toLowerCase()] ?? '') : Number.isNaN(code) ? '' : String.fromCharCode(code);
    text += char;
    if (char !== '') ranges.push([rangeOf(match.index)[0], rangeOf(done - 1)[1]]);
  }
  copyTo(given.length);
  return { text, rangeOf: (place) => ranges[place] ?? [0, 0] };
}

function* occurrences(form: string, { text, rangeOf }: Reading): Generator<Range> {
  for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
    yield [rangeOf(at)[0], rangeOf(at + form.length - 1)[1]];
  }
}

/** At the very end of a text, six characters or more of a secret's beginning, and what was left of an escape after them. */
function* begun(form: string, { text, rangeOf }: Reading): Generator<Range> {
  const ending = text.replace(/(?:%[0-9a-f]?|\\{1,8}(?:u[0-9a-f]{0,3})?|&[#\w]{0,8})$/i, '');
  for (let length = Math.min(form.length - 1, ending.length); length >= 6; length--) {
    if (ending.endsWith(form.slice(0, length))) yield [rangeOf(ending.length - length)[0], Number.POSITIVE_INFINITY];
  }
}

/**
 * What a secret leaves in base64, at each of the three places it can start at: `Basic` credentials are one of them.
 * Characters that it shares with its neighbours are left out.
 */
function base64Cores(secret: string): string[] {
  const cores = [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret, 'utf8')]);
    return bytes.toString('base64').slice(Math.ceil((before * 4) / 3), Math.floor((bytes.length * 4) / 3));
  });
  const both = cores.flatMap((core) => [core, core.replaceAll('+', '-').replaceAll('/', '_')]);
  return [...new Set(both)].filter((core) => core.length >= 8);
}

const namePattern =
  '(?:card[_-]?)?(?:secret|password|pw|auth[_-]?key|auth[_-]?token|customer[_-]?key|bill(?:ing)?[_-]?key|(?:customer[_-]?)?identity[_-]?number|reg[_-]?no)';
/** `"name":"value"`, also inside an escaped string and without its end. */
const quotedField = new RegExp(`((?<![A-Za-z0-9_])${namePattern}\\\\*["']?\\s*[:=]\\s*\\\\*["'])[^"'\\\\]+`, 'gi');
/** `name=value`, `name: value`, `<name>value`: only a value with a digit in it, so that sentences survive. */
const bareField = new RegExp(
  `((?<![A-Za-z0-9_])${namePattern}\\\\*["']?\\s*[:=>]\\s*)(?=[A-Za-z_+/.%@~-]*\\d)[A-Za-z0-9_+/.%@~-]{4,}=*`,
  'gi',
);

/** Secret fields inside text: a body that is no JSON (any more), or a sentence that quotes one. */
const maskNamedFields = (text: string) => text.replace(quotedField, `$1${mark}`).replace(bareField, `$1${mark}`);

/** 13 to 19 digits that stand alone, in one run or as cards are printed. */
const cardCandidate =
  /(?<![A-Za-z0-9_*])(?<!\d\.)(?:\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{4,5}|\d{13,19})(?![A-Za-z0-9_*]|\.\d)/g;

/**
 * Card numbers start with 3 to 6, 22 to 27 or (in Korea) 9 and pass the Luhn check; times in digits start with 1 or 20.
 * A run of digits inside a longer token belongs to the token: payment keys have such runs.
 */
const maskCardNumbers = (text: string) =>
  text.replace(cardCandidate, (candidate) => {
    const digits = candidate.replace(/[ -]/g, '');
    return /^(?:[34569]|2[2-7])/.test(digits) && passesLuhn(digits) ? maskedCardNumber(digits) : candidate;
  });

const maskedCardNumber = (digits: string) =>
  `${digits.slice(0, 6)}${'*'.repeat(digits.length - 10)}${digits.slice(-4)}`;

function passesLuhn(digits: string): boolean {
  const sum = Array.from(digits, Number)
    .reverse()
    .reduce((total, digit, place) => total + (place % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2), 0);
  return sum % 10 === 0;
}
