// Column shapes that the tables share. SQLite and MySQL take the same declarations.

import type { EntitySchemaColumnOptions } from 'typeorm';
import type { Won } from '../../domain/won';

export const id = { type: 'varchar', length: 64 } as const;
export const word = { type: 'varchar', length: 32 } as const;
export const name = { type: 'varchar', length: 255 } as const;
/** LONGTEXT in the table; TypeORM knows the word on MySQL only. */
export const longText = { type: 'text' } as const;
export const whole = { type: 'int' } as const;
export const yesNo = { type: 'boolean' } as const;
export const date = { type: 'date' } as const;
/** UTC with milliseconds. */
export const instant = { type: 'datetime', precision: 3 } as const;
/** Whole won. */
export const amount = { type: 'int' } as const;

/** `decimal(10,2)`: a string from MySQL, a number from SQLite; one reader for both. */
export const decimalWon = {
  type: 'decimal',
  precision: 10,
  scale: 2,
  transformer: {
    to: (value: Won | null | undefined) => value,
    from: (value: string | number | null) => (value === null ? null : Number(value)),
  },
} as const satisfies EntitySchemaColumnOptions;

export const nullable = <Column extends EntitySchemaColumnOptions>(column: Column) =>
  ({ ...column, nullable: true }) as const;
export const named = <Column extends EntitySchemaColumnOptions>(column: Column, columnName: string) =>
  ({ ...column, name: columnName }) as const;
export const primary = <Column extends EntitySchemaColumnOptions>(column: Column) =>
  ({ ...column, primary: true }) as const;
