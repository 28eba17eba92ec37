// Reads the spreadsheet that `import` takes: bytes in, rows out, or everything that is wrong with it at once. All of it
// is read before anything is believed, and no reason repeats a billing key.

import { isUtf8 } from 'node:buffer';
import { type CsvError, parse } from 'csv-parse/sync';
import { Repeats } from './sheet-repeats';
import { type Cells, type Column, columns, mandatoryColumns, readRow, type SheetRow } from './sheet-row';

export type { SheetRow } from './sheet-row';

/** What is wrong, and where: the line as an editor counts it, the column where one is to blame. */
export interface SheetProblem {
  readonly line: number;
  readonly column?: Column;
  readonly reason: string;
}

export type Sheet =
  | { readonly kind: 'rows'; readonly rows: readonly SheetRow[] }
  | { readonly kind: 'bad'; readonly problems: readonly SheetProblem[] }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** A sheet of a million customers has less. */
const mostBytes = 256 * 1024 * 1024;

/** Reads a sheet's bytes: CSV in UTF-8, with or without a BOM, a header row first, columns in any order. */
export function readSheet(bytes: Uint8Array): Sheet {
  const refusal = notText(bytes);
  if (refusal !== undefined) return unreadable(refusal);
  const { records, problem } = readRecords(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const [header, ...body] = records.filter((record) => record.cells.some((cell) => cell.trim() !== ''));
  if (!header) return problem ? { kind: 'bad', problems: [problem] } : unreadable('the file is empty');
  const problems = headerProblems(header);
  if (problems.length > 0) return { kind: 'bad', problems };
  if (body.length === 0 && !problem) return unreadable('the file has a header and no row below it');
  const sheet = readBody(namesOf(header), body);
  return problem ? { kind: 'bad', problems: [...(sheet.kind === 'bad' ? sheet.problems : []), problem] } : sheet;
}

const unreadable = (reason: string): Sheet => ({ kind: 'unreadable', reason });

const wayOut = 'in Excel choose Save As, "CSV UTF-8 (Comma delimited)" (다른 이름으로 저장 → CSV UTF-8(쉼표로 분리))';

/** Why these bytes are no UTF-8 text; undefined when they are. */
function notText(bytes: Uint8Array): string | undefined {
  const begins = (...magic: number[]): boolean => magic.every((byte, index) => bytes[index] === byte);
  if (bytes.length > mostBytes) return `the file has more than ${mostBytes / 1024 / 1024} MiB`;
  if (begins(0x50, 0x4b, 0x03, 0x04)) return `this is an Excel workbook (.xlsx), not CSV; ${wayOut}`;
  if (begins(0xd0, 0xcf, 0x11, 0xe0)) return `this is an old Excel workbook (.xls), not CSV; ${wayOut}`;
  if (begins(0xff, 0xfe) || begins(0xfe, 0xff)) return `this is UTF-16 text, not UTF-8; ${wayOut}`;
  if (bytes.includes(0)) return `this is not a text file; ${wayOut}`;
  if (isUtf8(bytes)) return undefined;
  return `the text on line ${firstLineNotUtf8(bytes)} is not UTF-8, so names would be destroyed; ${wayOut}`;
}

function firstLineNotUtf8(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    if (!isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
  return line;
}

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** The records, each with the line on which it begins, up to the first place where the quotes make no sense. */
function readRecords(bytes: Buffer): { records: CsvRecord[]; problem?: SheetProblem } {
  const text = bytes.subarray(bytes.subarray(0, 3).equals(Buffer.from('\uFEFF')) ? 3 : 0);
  const records: CsvRecord[] = [];
  const lines = new LineCounter(text);
  let start = 0;
  try {
    parse(text, {
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      on_record: (cells: string[], { bytes: end }) => {
        records.push({ line: lines.at(start), cells });
        start = end;
        return null;
      },
    });
    return { records };
  } catch (error) {
    return { records, problem: { line: lines.at(start), reason: quoteReason(error as CsvError) } };
  }
}

function quoteReason(error: CsvError): string {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return 'a quote opens in this row and never closes';
  if (error.code === 'INVALID_OPENING_QUOTE' || error.code === 'CSV_INVALID_CLOSING_QUOTE')
    return 'a quote stands inside a field; put the whole field in quotes and write "" for a quote in it. Nothing below was read';
  throw error;
}

/** Which line a byte stands on, asked in ascending order. A line ends with CR LF, LF or CR, in quotes as well. */
class LineCounter {
  private offset = 0;
  private line = 1;

  constructor(private readonly text: Buffer) {}

  at(offset: number): number {
    for (; this.offset < offset; this.offset += 1) {
      const byte = this.text[this.offset];
      if (byte === 0x0a || (byte === 0x0d && this.text[this.offset + 1] !== 0x0a)) this.line += 1;
    }
    return this.line;
  }
}

const namesOf = (header: CsvRecord): string[] => header.cells.map((cell) => cell.trim().toLowerCase());

function headerProblems(header: CsvRecord): SheetProblem[] {
  const names = namesOf(header);
  const { line } = header;
  const separator = names.length === 1 ? /[;\t|]/.exec(names[0] ?? '')?.[0] : undefined;
  if (separator !== undefined)
    return [{ line, reason: `columns are separated by ${JSON.stringify(separator)}; separate them by commas` }];
  const known = new Set<string>(columns);
  const problems: SheetProblem[] = [];
  for (const [index, name] of names.entries()) {
    if (name === '') problems.push({ line, reason: `column ${index + 1} has no name` });
    else if (!known.has(name))
      problems.push({ line, reason: `unknown column ${shownName(name)}; known are ${columns.join(', ')}` });
    else if (names.indexOf(name) < index) problems.push({ line, reason: `column ${name} stands there twice` });
  }
  const missing = mandatoryColumns.filter((column) => !names.includes(column));
  if (missing.length > 0)
    problems.push({ line, reason: `missing column${missing.length > 1 ? 's' : ''} ${missing.join(', ')}` });
  return problems;
}

/** A sheet without a header row shows its first customer here, billing key and all. */
const shownName = (name: string): string => (/^[\p{L}_ -]{1,30}$/u.test(name) ? JSON.stringify(name) : '(not shown)');

function readBody(names: readonly string[], body: readonly CsvRecord[]): Sheet {
  const rows: SheetRow[] = [];
  const problems: SheetProblem[] = [];
  const repeats = new Repeats();
  for (const { line, cells } of body) {
    if (cells.length !== names.length) {
      problems.push({
        line,
        reason: `has ${cells.length} fields, and the header ${names.length}; is a comma missing or one too many?`,
      });
      continue;
    }
    const read = readRow(line, Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ''])) as Cells);
    problems.push(...read.problems, ...repeats.problemsOf(line, read.values));
    if (read.row) rows.push(read.row);
  }
  return problems.length > 0 ? { kind: 'bad', problems } : { kind: 'rows', rows };
}
