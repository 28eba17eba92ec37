// The small checks that Block Kit's rules are written with. Each looks at one value and complains in Slack's own form:
// `[ERROR] must be less than 76 characters [json-pointer:/blocks/2/elements/0/text/text]`.

import { isFields } from './fields';

/** A place in what was sent, where complaints are noted. */
export class Spot {
  constructor(
    readonly pointer: string,
    readonly complaints: string[] = [],
  ) {}

  at(key: string | number): Spot {
    return new Spot(`${this.pointer}/${key}`, this.complaints);
  }

  complain(words: string): void {
    this.complaints.push(`[ERROR] ${words} [json-pointer:${this.pointer || '/'}]`);
  }
}

export type Check = (value: unknown, at: Spot) => void;

/** Slack counts characters, not bytes, and not half characters either. */
const lengthOf = (text: string): number => [...text].length;

export const string =
  (most: number, least = 0): Check =>
  (value, at) => {
    if (typeof value !== 'string') at.complain('must be a string');
    else if (lengthOf(value) < least) at.complain(`must be more than ${least - 1} characters`);
    else if (lengthOf(value) > most) at.complain(`must be less than ${most + 1} characters`);
  };

export const flag: Check = (value, at) => {
  if (typeof value !== 'boolean') at.complain('must be a boolean');
};

export const wholeNumber =
  (least: number, most: number): Check =>
  (value, at) => {
    if (!Number.isInteger(value)) at.complain('must be an integer');
    else if ((value as number) < least) at.complain(`must be greater than or equal to ${least}`);
    else if ((value as number) > most) at.complain(`must be less than or equal to ${most}`);
  };

/** A number written as a text, as `number_input` has them. */
export const numeral: Check = (value, at) => {
  if (typeof value !== 'string' || value === '' || Number.isNaN(Number(value))) at.complain('must be a valid number');
};

export const oneOf =
  (...words: string[]): Check =>
  (value, at) => {
    if (!words.includes(value as string)) at.complain(`must be one of the allowed values: ${words.join(', ')}`);
  };

export const url: Check = (value, at) => {
  string(3000, 1)(value, at);
  if (typeof value === 'string' && !/^[a-z][a-z0-9+.-]*:\S+$/i.test(value)) at.complain('must be a valid URL');
};

export const list =
  (each: Check, least: number, most: number): Check =>
  (value, at) => {
    if (!Array.isArray(value)) return at.complain('must be an array');
    if (value.length > most) at.complain(`no more than ${most} items allowed`);
    if (value.length < least) at.complain(`must provide at least ${least} item${least === 1 ? '' : 's'}`);
    for (const [index, item] of value.entries()) each(item, at.at(index));
  };

export interface Shape {
  readonly required: Readonly<Record<string, Check>>;
  readonly optional?: Readonly<Record<string, Check>>;
  /** What no single field can tell. */
  readonly whole?: (value: Record<string, unknown>, at: Spot) => void;
}

/** An object with these fields and no others: Slack refuses what it does not know. */
export const object =
  ({ required, optional = {}, whole }: Shape): Check =>
  (value, at) => {
    if (!isFields(value)) return at.complain('must be an object');
    for (const [key, check] of Object.entries(required)) {
      if (value[key] === undefined) at.complain(`missing required field: ${key}`);
      else check(value[key], at.at(key));
    }
    for (const [key, field] of Object.entries(value)) {
      if (Object.hasOwn(required, key) || field === undefined) continue;
      const check = Object.hasOwn(optional, key) ? optional[key] : undefined;
      if (check === undefined) at.complain(`invalid additional property: ${key}`);
      else check(field, at.at(key));
    }
    whole?.(value, at);
  };

/** One of several objects, told apart by their `type`. */
export const byType =
  (shapes: Readonly<Record<string, Shape>>): Check =>
  (value, at) => {
    if (!isFields(value)) return at.complain('must be an object');
    if (typeof value.type !== 'string') return at.complain('missing required field: type');
    const shape = Object.hasOwn(shapes, value.type) ? shapes[value.type] : undefined;
    if (shape === undefined) return at.at('type').complain(`unsupported type: ${value.type}`);
    object({ ...shape, required: { type: string(255), ...shape.required } })(value, at);
  };
