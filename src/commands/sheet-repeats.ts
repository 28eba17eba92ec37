// What rows of one sheet must not say twice, or not differently.

import type { SheetProblem } from './sheet';
import { type Column, shown, type Values } from './sheet-row';

interface Seen {
  readonly line: number;
  readonly values: Values;
}

/** Remembers every row of a sheet. A bad row counts too: its good cells are still repeated by others. */
export class Repeats {
  private readonly subscriptions = new Map<string, number>();
  private readonly customers = new Map<string, Seen>();
  private readonly billingKeys = new Map<string, Seen>();

  /** What this row says again or otherwise than a row above it; the row is remembered. */
  problemsOf(line: number, values: Values): SheetProblem[] {
    return [
      ...this.subscriptionTwice(line, values),
      ...this.customerDiffers(line, values),
      ...this.billingKeyElsewhere(line, values),
    ];
  }

  private subscriptionTwice(line: number, values: Values): SheetProblem[] {
    const id = values.subscription_id ?? (values.subscription_id === null ? values.customer_id : undefined);
    if (id === undefined) return [];
    const first = this.subscriptions.get(id);
    this.subscriptions.set(id, first ?? line);
    if (first === undefined) return [];
    const why = values.subscription_id === null ? ' (the customer_id, because none is given)' : '';
    return [{ line, column: 'subscription_id', reason: `${shown(id)}${why} stands on line ${first} already` }];
  }

  private customerDiffers(line: number, values: Values): SheetProblem[] {
    const { customer_id: id } = values;
    if (id === undefined) return [];
    const first = remembered(this.customers, id, { line, values });
    if (!first) return [];
    return (['customer_name', 'email', 'phone'] as const)
      .filter((column) => differs(column, values, first.values))
      .map((column) => ({ line, column, reason: `differs from line ${first.line}, the same customer ${shown(id)}` }));
  }

  private billingKeyElsewhere(line: number, values: Values): SheetProblem[] {
    const { billing_key: key } = values;
    if (key === undefined) return [];
    const first = remembered(this.billingKeys, key, { line, values });
    if (!first) return [];
    const column = 'billing_key';
    if (differs('customer_id', values, first.values))
      return [{ line, column, reason: `belongs to another customer on line ${first.line}` }];
    if (differs('pg_provider', values, first.values) || differs('customer_key', values, first.values))
      return [{ line, column, reason: `has another pg_provider or customer_key on line ${first.line}` }];
    return [];
  }
}

/** Both say something, and not the same. */
function differs(column: Column, one: Values, other: Values): boolean {
  return one[column] !== undefined && other[column] !== undefined && one[column] !== other[column];
}

/** The first row under this name; undefined when this is the first, which is then remembered. */
function remembered(seen: Map<string, Seen>, name: string, row: Seen): Seen | undefined {
  const first = seen.get(name);
  if (!first) seen.set(name, row);
  return first;
}
