// Many rows in one statement, and many statements in one trip, by the columns that the entities declare. TypeORM's query
// builders keep a named parameter per value, which costs more than the database does; these keep a list. On MySQL the
// statements of a batch travel together: each trip waits for its turn of a busy event loop.

import type { EntityManager, EntityMetadata, EntitySchema, ObjectLiteral } from 'typeorm';

/** SQLite binds at most 32,766 values in one statement, and TiDB wants small statements. */
const rowsAtOnce = 200;

type Found = Record<string, unknown>[];

/** A statement with its parameters, and how its rows are read. Without SQL it finds nothing and asks nobody. */
export interface Statement<Result> {
  readonly sql: string | null;
  readonly values: readonly unknown[];
  read(rows: Found): Result;
}

type ResultsOf<Statements extends readonly Statement<unknown>[]> = {
  -readonly [Nth in keyof Statements]: Statements[Nth] extends Statement<infer Result> ? Result : never;
};

/** Runs statements in order, `first` before all, and answers what each of the others found; one trip on MySQL. */
export async function inOneTrip<const Statements extends readonly Statement<unknown>[]>(
  manager: EntityManager,
  first: readonly Statement<void>[],
  statements: Statements,
): Promise<ResultsOf<Statements>> {
  const asked = [...first, ...statements].filter((statement) => statement.sql !== null);
  const found = new Map<Statement<unknown>, Found>();
  if (manager.connection.options.type === 'better-sqlite3' || asked.length === 1) {
    for (const statement of asked)
      found.set(statement, await manager.query<Found>(statement.sql ?? '', [...statement.values]));
  } else if (asked.length > 1) {
    const sql = asked.map((statement) => statement.sql).join('; ');
    const all = await manager.query<Found[]>(
      sql,
      asked.flatMap((statement) => statement.values),
    );
    for (const [nth, statement] of asked.entries()) found.set(statement, all[nth] ?? []);
  }
  return statements.map((statement) => statement.read(found.get(statement) ?? [])) as ResultsOf<Statements>;
}

export const list = (count: number): string => Array.from({ length: count }, () => '?').join(',');

/** A condition on a column of the table whose values are in a list, and what else shall be true. */
export interface In<Row> {
  readonly column: keyof Row & string;
  readonly values: readonly string[];
  /** More SQL, without parameters: a further condition, an order, a lock. */
  readonly more?: string;
}

/** The rows for which one of the conditions is true; a row that meets two comes twice. */
export function selectIn<Row extends ObjectLiteral>(
  manager: EntityManager,
  table: EntitySchema<Row>,
  ...conditions: readonly In<Row>[]
): Statement<Row[]> {
  const metadata = manager.connection.getMetadata(table);
  const { driver } = manager.connection;
  const names = namesOf(metadata);
  const asked = conditions.filter((condition) => condition.values.length > 0);
  const selects = asked.map(({ column, values, more = '' }) => {
    const by = metadata.findColumnWithPropertyName(column);
    if (!by) throw new Error(`${metadata.tableName} has no column for ${column}`);
    return `SELECT ${names} FROM ${driver.escape(metadata.tableName)} WHERE ${driver.escape(by.databaseName)} IN (${list(values.length)})${more}`;
  });
  return {
    sql: selects.length === 0 ? null : selects.join(' UNION ALL '),
    values: asked.flatMap((condition) => condition.values),
    read: (rows) => rows.map((row) => hydrated(metadata, row)),
  };
}

/** Rows of one table (`a`), each with the row of another (`b`) that belongs to it. `from` joins them and says which. */
export function selectPairs<Row extends ObjectLiteral, Other extends ObjectLiteral>(
  manager: EntityManager,
  table: EntitySchema<Row>,
  other: EntitySchema<Other>,
  from: string,
  values: readonly string[],
): Statement<[Row, Other][]> {
  const [left, right] = [manager.connection.getMetadata(table), manager.connection.getMetadata(other)];
  return {
    sql: `SELECT ${namesOf(left, 'a')}, ${namesOf(right, 'b')} FROM ${from}`,
    values,
    read: (rows) => rows.map((row) => [hydrated<Row>(left, row, 'a_'), hydrated<Other>(right, row, 'b_')]),
  };
}

const namesOnce = new WeakMap<EntityMetadata, Map<string, string>>();

/** The columns of a table as a statement lists them; of table `a` as `a.column AS a_column`. The same for every statement, so made once. */
function namesOf(metadata: EntityMetadata, alias = ''): string {
  const made = namesOnce.get(metadata) ?? new Map<string, string>();
  namesOnce.set(metadata, made);
  const { driver } = metadata.connection;
  const names =
    made.get(alias) ??
    metadata.columns
      .map(({ databaseName: name }) =>
        alias === '' ? driver.escape(name) : `${alias}.${driver.escape(name)} AS ${alias}_${name}`,
      )
      .join(', ');
  made.set(alias, names);
  return names;
}

function hydrated<Row>(metadata: EntityMetadata, row: Record<string, unknown>, prefix = ''): Row {
  const { driver } = metadata.connection;
  const entity: Record<string, unknown> = {};
  for (const column of metadata.columns)
    entity[column.propertyName] = driver.prepareHydratedValue(row[prefix + column.databaseName], column);
  return entity as Row;
}

/** Inserts rows as they are. */
export function inserts<Row extends ObjectLiteral>(
  manager: EntityManager,
  table: EntitySchema<Row>,
  rows: readonly Row[],
): Statement<void>[] {
  return insertsThen(manager, table, rows, '');
}

/** Inserts rows as they are, now. */
export async function insertMany<Row extends ObjectLiteral>(
  manager: EntityManager,
  table: EntitySchema<Row>,
  rows: readonly Row[],
): Promise<void> {
  await inOneTrip(manager, [], inserts(manager, table, rows));
}

/**
 * Writes the given columns of rows that exist. An insert that meets every row costs one look per row; an UPDATE with a
 * CASE per column would compare each row with every other.
 */
export function updates<Row extends ObjectLiteral>(
  manager: EntityManager,
  table: EntitySchema<Row>,
  columns: readonly (keyof Row & string)[],
  rows: readonly Row[],
): Statement<void>[] {
  const metadata = manager.connection.getMetadata(table);
  const written = metadata.columns.filter((column) => (columns as readonly string[]).includes(column.propertyName));
  return insertsThen(
    manager,
    table,
    rows,
    overwriting(
      metadata,
      written.map((column) => column.databaseName),
    ),
  );
}

/** Inserts rows or overwrites the ones that are there. Only for tables whose every key is the primary key. */
export function puts<Row extends ObjectLiteral>(
  manager: EntityManager,
  table: EntitySchema<Row>,
  rows: readonly Row[],
): Statement<void>[] {
  const metadata = manager.connection.getMetadata(table);
  const rest = metadata.columns.filter((column) => !column.isPrimary).map((column) => column.databaseName);
  return insertsThen(manager, table, rows, overwriting(metadata, rest));
}

/** What an insert does where the row exists. */
function overwriting(metadata: EntityMetadata, columns: readonly string[]): string {
  const { driver } = metadata.connection;
  const names = columns.map((column) => driver.escape(column));
  if (metadata.connection.options.type !== 'better-sqlite3') {
    return ` ON DUPLICATE KEY UPDATE ${names.map((column) => `${column} = VALUES(${column})`).join(', ')}`;
  }
  const keys = metadata.primaryColumns.map((column) => driver.escape(column.databaseName)).join(', ');
  return ` ON CONFLICT (${keys}) DO UPDATE SET ${names.map((column) => `${column} = excluded.${column}`).join(', ')}`;
}

/** Inserts rows, and does `then` where one is there. */
export function insertsThen<Row extends ObjectLiteral>(
  manager: EntityManager,
  table: EntitySchema<Row>,
  rows: readonly Row[],
  then: string,
): Statement<void>[] {
  const metadata = manager.connection.getMetadata(table);
  const { driver } = manager.connection;
  const names = namesOf(metadata);
  const places = `(${list(metadata.columns.length)})`;
  return [...inParts(rows)].map((part) => ({
    sql: `INSERT INTO ${driver.escape(metadata.tableName)} (${names}) VALUES ${part.map(() => places).join(',')}${then}`,
    values: part.flatMap((row) =>
      metadata.columns.map((column) => persisted(driver.preparePersistentValue(row[column.propertyName], column))),
    ),
    read: () => undefined,
  }));
}

/** SQLite binds no booleans and no undefined. */
const persisted = (value: unknown): unknown =>
  value === undefined ? null : typeof value === 'boolean' ? Number(value) : value;

/** Slices of at most so many rows. */
export function* inParts<Row>(rows: readonly Row[], size = rowsAtOnce): Generator<readonly Row[]> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size);
}
