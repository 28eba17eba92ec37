// Many rows in one statement, on both databases, by the columns that the entities declare. TypeORM's query builders
// keep a named parameter per value, which costs more than the database does; these keep a list.

import type { EntityManager, EntityMetadata, EntitySchema, ObjectLiteral } from 'typeorm';

/** SQLite binds at most 32,766 values in one statement, and TiDB wants small statements. */
const rowsAtOnce = 200;

const list = (count: number): string => Array.from({ length: count }, () => '?').join(',');

/** A condition on a column of the table whose values are in a list, and what else shall be true. */
export interface In<Row> {
  readonly column: keyof Row & string;
  readonly values: readonly string[];
  /** More SQL, without parameters: a further condition, an order, a lock. */
  readonly more?: string;
}

/** The rows for which one of the conditions is true, each once. */
export async function selectIn<Row extends ObjectLiteral>(
  manager: EntityManager,
  table: EntitySchema<Row>,
  ...conditions: readonly In<Row>[]
): Promise<Row[]> {
  const metadata = manager.connection.getMetadata(table);
  const { driver } = manager.connection;
  const names = metadata.columns.map((one) => driver.escape(one.databaseName)).join(', ');
  const asked = conditions.filter((condition) => condition.values.length > 0);
  if (asked.length === 0) return [];
  const selects = asked.map(({ column, values, more = '' }) => {
    const by = metadata.findColumnWithPropertyName(column);
    if (!by) throw new Error(`${metadata.tableName} has no column for ${column}`);
    return `SELECT ${names} FROM ${driver.escape(metadata.tableName)} WHERE ${driver.escape(by.databaseName)} IN (${list(values.length)})${more}`;
  });
  const rows = await manager.query<Record<string, unknown>[]>(
    selects.join(' UNION '),
    asked.flatMap((condition) => condition.values),
  );
  return rows.map((row) => hydrated(metadata, row));
}

/** Rows of one table with the row of another that each points to. */
export async function selectPairs<Row extends ObjectLiteral, Other extends ObjectLiteral>(
  manager: EntityManager,
  table: EntitySchema<Row>,
  other: EntitySchema<Other>,
  on: string,
  values: readonly string[],
): Promise<[Row, Other][]> {
  if (values.length === 0) return [];
  const [left, right] = [manager.connection.getMetadata(table), manager.connection.getMetadata(other)];
  const { driver } = manager.connection;
  const names = (metadata: EntityMetadata, alias: string): string =>
    metadata.columns
      .map((column) => `${alias}.${driver.escape(column.databaseName)} AS ${alias}_${column.databaseName}`)
      .join(', ');
  const sql = `SELECT ${names(left, 'a')}, ${names(right, 'b')} FROM ${driver.escape(left.tableName)} a JOIN ${driver.escape(right.tableName)} b ON ${on} WHERE a.id IN (${list(values.length)})`;
  const rows = await manager.query<Record<string, unknown>[]>(sql, [...values]);
  return rows.map((row) => [hydrated<Row>(left, row, 'a_'), hydrated<Other>(right, row, 'b_')]);
}

function hydrated<Row>(metadata: EntityMetadata, row: Record<string, unknown>, prefix = ''): Row {
  const { driver } = metadata.connection;
  const entity: Record<string, unknown> = {};
  for (const column of metadata.columns)
    entity[column.propertyName] = driver.prepareHydratedValue(row[prefix + column.databaseName], column);
  return entity as Row;
}

/** Inserts rows as they are. */
export async function insertMany<Row extends ObjectLiteral>(
  manager: EntityManager,
  table: EntitySchema<Row>,
  rows: readonly Row[],
): Promise<void> {
  await insert(manager, table, rows, '');
}

/**
 * Writes the given columns of rows that exist. An insert that meets every row costs one look per row; an UPDATE with a
 * CASE per column would compare each row with every other.
 */
export async function updateMany<Row extends ObjectLiteral>(
  manager: EntityManager,
  table: EntitySchema<Row>,
  columns: readonly (keyof Row & string)[],
  rows: readonly Row[],
): Promise<void> {
  const metadata = manager.connection.getMetadata(table);
  const written = metadata.columns.filter((column) => (columns as readonly string[]).includes(column.propertyName));
  await insert(
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
export async function putMany<Row extends ObjectLiteral>(
  manager: EntityManager,
  table: EntitySchema<Row>,
  rows: readonly Row[],
): Promise<void> {
  const metadata = manager.connection.getMetadata(table);
  const rest = metadata.columns.filter((column) => !column.isPrimary).map((column) => column.databaseName);
  await insert(manager, table, rows, overwriting(metadata, rest));
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

async function insert<Row extends ObjectLiteral>(
  manager: EntityManager,
  table: EntitySchema<Row>,
  rows: readonly Row[],
  then: string,
): Promise<void> {
  const metadata = manager.connection.getMetadata(table);
  const { driver } = manager.connection;
  const names = metadata.columns.map((column) => driver.escape(column.databaseName)).join(', ');
  const places = `(${list(metadata.columns.length)})`;
  for (const part of inParts(rows)) {
    const values = part.flatMap((row) =>
      metadata.columns.map((column) => persisted(driver.preparePersistentValue(row[column.propertyName], column))),
    );
    const sql = `INSERT INTO ${driver.escape(metadata.tableName)} (${names}) VALUES ${part.map(() => places).join(',')}${then}`;
    await manager.query(sql, values);
  }
}

/** SQLite binds no booleans and no undefined. */
const persisted = (value: unknown): unknown =>
  value === undefined ? null : typeof value === 'boolean' ? Number(value) : value;

/** Slices of at most so many rows. */
export function* inParts<Row>(rows: readonly Row[], size = rowsAtOnce): Generator<readonly Row[]> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size);
}
