// One row of the import sheet: what each column may hold, and what the columns demand of each other.

import { type BillingDay, billingDay, type CalendarDate, calendarDate } from '../domain/calendar';
import { type PgProvider, pgProviders } from '../domain/outcome';
import { chargeableWon, type Won, won } from '../domain/won';
import type { ImportRow } from '../records/customers';
import type { SheetProblem } from './sheet';

/** Ids longer than this are no ids. */
const idLength = 64;
const textLength = 100; // Toss takes an order name of 100 characters.
const phoneLength = 20;
const billingKeyLength = 200;
const customerKeyLength = 300; // Toss takes 2 to 300 from other systems, whatever its window would issue.

/** One subscription, as the sheet has it. Text is trimmed and NFC; what a cell leaves out is '' or null. */
export type SheetRow = ImportRow;
type Status = ImportRow['status'];
const statuses: readonly Status[] = ['ACTIVE', 'PAUSED', 'ENDED'];

type Field<T> = { readonly value: T } | { readonly why: string };
type Rule<T> = (text: string) => Field<T>;

/** What each column may hold, in the order in which the documents list them. Text comes trimmed, NFC and printable. */
const rules = {
  customer_id: required(customerId),
  customer_name: required(text(textLength)),
  email: optional(email, ''),
  phone: optional(phone, ''),
  subscription_id: optional(text(idLength), null),
  order_name: required(text(textLength)),
  amount: required(amount),
  billing_day: required(dayOfBilling),
  pg_provider: required(provider),
  billing_key: required(billingKey),
  customer_key: optional(customerKey, ''),
  starts_on: optional(date, null),
  ends_on: optional(date, null),
  status: optional(status, 'ACTIVE' as const),
} satisfies Record<string, Rule<unknown>>;

export type Column = keyof typeof rules;
export const columns = Object.keys(rules) as Column[];

/** The columns that every row fills; the others may be missing as a whole. */
export const mandatoryColumns = [
  'customer_id',
  'customer_name',
  'order_name',
  'amount',
  'billing_day',
  'pg_provider',
  'billing_key',
] as const satisfies Column[];

/** The cells of a row as they stand in the file. */
export type Cells = Readonly<Partial<Record<Column, string>>>;

/** What the cells mean; a bad cell's value is absent. */
export type Values = { readonly [Name in Column]?: (typeof rules)[Name] extends Rule<infer Value> ? Value : never };

export interface RowReading {
  readonly values: Values;
  readonly problems: readonly SheetProblem[];
  /** Absent when there are problems. */
  readonly row?: SheetRow;
}

export function readRow(line: number, cells: Cells): RowReading {
  const problems: SheetProblem[] = [];
  const values: Record<string, unknown> = {};
  for (const column of columns) {
    const field = readCell(column, cells[column] ?? '');
    if ('why' in field) problems.push({ line, column, reason: field.why });
    else values[column] = field.value;
  }
  problems.push(...betweenColumns(line, values));
  return problems.length > 0
    ? { values, problems }
    : { values, problems, row: rowOf(line, values as Required<Values>) };
}

function readCell(column: Column, cell: string): Field<unknown> {
  const trimmed = cell.trim().normalize('NFC');
  const invisible = /[\p{Cc}\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u.exec(trimmed)?.[0];
  if (invisible !== undefined) {
    const code = invisible.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    const what = invisible === '\n' || invisible === '\r' ? 'a line break' : `an invisible character (U+${code})`;
    return { why: `contains ${what}` };
  }
  if (trimmed.includes('\ufffd')) return { why: 'contains �: a letter was lost when the file was converted' };
  if (/^#(N\/A|REF!|NAME\?|VALUE!|DIV\/0!|NULL!|NUM!)$/.test(trimmed)) return { why: `is Excel's error ${trimmed}` };
  return rules[column](trimmed);
}

/** What a PG needs of a customer, and dates in their order. */
function betweenColumns(line: number, values: Values): SheetProblem[] {
  const problems: SheetProblem[] = [];
  for (const column of values.pg_provider ? neededBy[values.pg_provider] : [])
    if (values[column] === '') problems.push({ line, column, reason: `is empty; ${values.pg_provider} needs it` });
  if (values.pg_provider === 'TOSS' && values.customer_key && !/^[A-Za-z0-9\-_=.@]{2,}$/.test(values.customer_key))
    problems.push({ line, column: 'customer_key', reason: 'is none of TOSS: 2 or more of A-Z a-z 0-9 - _ = . @' });
  if (
    values.pg_provider === 'INICIS' &&
    values.billing_key &&
    /^(StdpayCARD|INIAPICARD|INIMX)/i.test(values.billing_key)
  )
    problems.push({ line, column: 'billing_key', reason: 'is the number of a transaction (TID), not a billing key' });
  if (values.starts_on && values.ends_on && values.ends_on < values.starts_on)
    problems.push({ line, column: 'ends_on', reason: `${values.ends_on} lies before starts_on ${values.starts_on}` });
  return problems;
}

const neededBy = {
  TOSS: ['customer_key'],
  INICIS: ['email', 'phone'],
} as const satisfies Record<PgProvider, readonly Column[]>;

function rowOf(line: number, values: Required<Values>): SheetRow {
  return {
    line,
    customerId: values.customer_id,
    customerName: values.customer_name,
    email: values.email,
    phone: values.phone,
    subscriptionId: values.subscription_id ?? values.customer_id,
    orderName: values.order_name,
    amount: values.amount,
    billingDay: values.billing_day,
    pgProvider: values.pg_provider,
    billingKey: values.billing_key,
    customerKey: values.customer_key,
    startsOn: values.starts_on,
    endsOn: values.ends_on,
    status: values.status,
  };
}

function required<T>(rule: Rule<T>): Rule<T> {
  return (cell) => (cell === '' ? { why: 'is empty' } : rule(cell));
}

function optional<T, Empty>(rule: Rule<T>, empty: Empty): Rule<T | Empty> {
  return (cell) => (cell === '' ? { value: empty } : rule(cell));
}

function text(longest: number): Rule<string> {
  return (cell) => {
    const length = [...cell].length;
    return length <= longest ? { value: cell } : { why: `has ${length} characters; ${longest} are the most` };
  };
}

/** `SYSTEM` stands in the history for rows that belong to no customer. */
function customerId(cell: string): Field<string> {
  if (cell.toUpperCase() === 'SYSTEM') return { why: `"${cell}" is reserved; give this customer another id` };
  return mangled(cell) ?? text(idLength)(cell);
}

function email(cell: string): Field<string> {
  if (!/^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>".]+$/.test(cell)) return { why: `${shown(cell)} is not an e-mail address` };
  return text(textLength)(cell);
}

function phone(cell: string): Field<string> {
  const digits = cell.replace(/[ ().-]/g, '');
  if (/^1[016789]\d{7,8}$/.test(digits))
    return { why: `${shown(cell)} has lost its leading 0; format the column as text in Excel` };
  if (!/^\+?\d{8,15}$/.test(digits))
    return mangled(cell) ?? { why: `${shown(cell)} is not a phone number; write for example 010-1234-5678` };
  return text(phoneLength)(cell);
}

function amount(cell: string): Field<Won> {
  const { least, most } = chargeableWon;
  const plain = /^(\d{1,3}(,\d{3})+|\d{1,12})$/.test(cell) ? Number(cell.replaceAll(',', '')) : 0;
  if (plain >= least && plain <= most) return { value: won(plain) };
  const range = `${least.toLocaleString('en-US')} to ${most.toLocaleString('en-US')}`;
  return { why: `${shown(cell)} is not an amount in whole won from ${range}; write 49000 or 49,000` };
}

function dayOfBilling(cell: string): Field<BillingDay> {
  const value = billingDay(cell);
  return value === undefined
    ? { why: `${shown(cell)} is not a billing day; write 1 to 31, or L for the last day of the month` }
    : { value };
}

function provider(cell: string): Field<PgProvider> {
  const value = pgProviders.find((name) => name === cell.toUpperCase());
  return value === undefined ? { why: `${shown(cell)} is none of ${pgProviders.join(', ')}` } : { value };
}

function billingKey(cell: string): Field<string> {
  if (!/^[\x21-\x7e]+$/.test(cell)) return { why: 'contains a blank or a character outside ASCII; copy it again' };
  return mangled(cell) ?? text(billingKeyLength)(cell);
}

function customerKey(cell: string): Field<string> {
  return mangled(cell) ?? text(customerKeyLength)(cell);
}

function date(cell: string): Field<CalendarDate> {
  const value = calendarDate(cell);
  return value === undefined ? { why: `${shown(cell)} is not a date of the calendar; write YYYY-MM-DD` } : { value };
}

function status(cell: string): Field<Status> {
  const value = statuses.find((name) => name === cell.toUpperCase());
  return value === undefined ? { why: `${shown(cell)} is none of ${statuses.join(', ')}` } : { value };
}

/** Excel turns a long number into `1.01E+10`, and the rest of it is gone. */
function mangled(cell: string): { readonly why: string } | undefined {
  return /^\d(\.\d+)?E\+\d+$/i.test(cell)
    ? { why: `${shown(cell)} is what Excel made of a long number; format the column as text and enter it again` }
    : undefined;
}

/** A cell as a reason may repeat it. A slipped column may hold a billing key: what looks like one is not shown. */
export function shown(cell: string): string {
  if (/^[A-Za-z0-9+/_=-]{16,}$/.test(cell)) return '(a value that is not shown)';
  return cell.length <= 40 ? `"${cell}"` : `"${cell.slice(0, 40)}…"`;
}
