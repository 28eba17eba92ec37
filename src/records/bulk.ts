// Many rows in one statement, on both databases, by the columns that the entities declare.

import type { EntityManager, EntitySchema, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';

/** SQLite binds at most 32,766 values in one statement, and TiDB wants small statements. */
const rowsAtOnce = 200;

/** Inserts rows as they are. */
export async function insertMany<Row extends ObjectLiteral>(
  manager: EntityManager,
  table: EntitySchema<Row>,
  rows: readonly Row[],
): Promise<void> {
  for (const part of inParts(rows)) {
    await manager
      .createQueryBuilder()
      .insert()
      .into(table)
      .values(part as never)
      .updateEntity(false)
      .execute();
  }
}

/** Writes the given columns of rows that exist, found by their key, with one UPDATE. */
export async function updateMany<Row extends ObjectLiteral>(
  manager: EntityManager,
  table: EntitySchema<Row>,
  key: keyof Row & string,
  columns: readonly (keyof Row & string)[],
  rows: readonly Row[],
): Promise<void> {
  const metadata = manager.connection.getMetadata(table);
  const column = (name: string): ColumnMetadata => {
    const found = metadata.findColumnWithPropertyName(name);
    if (!found) throw new Error(`${metadata.tableName} has no column for ${name}`);
    return found;
  };
  const { driver } = manager.connection;
  const value = (of: ColumnMetadata, row: Row): unknown => driver.preparePersistentValue(row[of.propertyName], of);
  for (const part of inParts(rows)) {
    const keyColumn = column(key);
    const keys = part.map((row) => value(keyColumn, row));
    const values: unknown[] = [];
    const sets = columns.map(column).map((target) => {
      const whens = part.map((row, nth) => {
        values.push(keys[nth], value(target, row));
        return 'WHEN ? THEN ?';
      });
      return `${driver.escape(target.databaseName)} = CASE ${driver.escape(keyColumn.databaseName)} ${whens.join(' ')} END`;
    });
    const where = `${driver.escape(keyColumn.databaseName)} IN (${keys.map(() => '?').join(',')})`;
    await manager.query(`UPDATE ${driver.escape(metadata.tableName)} SET ${sets.join(', ')} WHERE ${where}`, [
      ...values,
      ...keys,
    ]);
  }
}

/** Inserts rows or overwrites the ones that are there. Only for tables whose every key is the primary key. */
export async function putMany<Row extends ObjectLiteral>(
  manager: EntityManager,
  table: EntitySchema<Row>,
  rows: readonly Row[],
): Promise<void> {
  const metadata = manager.connection.getMetadata(table);
  const keys = metadata.primaryColumns.map((column) => column.databaseName);
  const rest = metadata.columns.map((column) => column.databaseName).filter((name) => !keys.includes(name));
  for (const part of inParts(rows)) {
    await manager
      .createQueryBuilder()
      .insert()
      .into(table)
      .values(part as never)
      .orUpdate(rest, keys)
      .updateEntity(false)
      .execute();
  }
}

/** Slices of at most so many rows. */
export function* inParts<Row>(rows: readonly Row[], size = rowsAtOnce): Generator<readonly Row[]> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size);
}
