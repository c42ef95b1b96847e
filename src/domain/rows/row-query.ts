import type { RowColumn, RowTable, ValueKind } from './row-table.ts';

export type Value = string | number | boolean;

/** What a filter compares with; `eq` is written without a name: `user_id=7`. */
export type Comparison = 'eq' | 'gt' | 'gte' | 'lt' | 'lte' | 'contains' | 'starts' | 'has';
export type Operator = Comparison | 'in' | 'null';

/** A condition on one column; the rows asked for fulfil all of them. */
export type Filter =
  | { readonly column: RowColumn; readonly operator: Comparison; readonly value: Value }
  | { readonly column: RowColumn; readonly operator: 'in'; readonly values: readonly Value[] }
  | { readonly column: RowColumn; readonly operator: 'null'; readonly isNull: boolean };

/** Rows without a value come last, whatever the direction. */
export interface SortKey {
  readonly column: RowColumn;
  readonly isDescending: boolean;
}

/** What was asked for, checked. */
export interface RowQuery {
  readonly table: RowTable;
  readonly fields: readonly RowColumn[];
  readonly filters: readonly Filter[];
  /** The table's key is among them, so that no two rows are equal. */
  readonly sort: readonly SortKey[];
  /** Only what comes after a row with these values of the sort keys. */
  readonly after?: readonly (Value | null)[];
  /** Absent: all rows. */
  readonly limit?: number;
}

/** A row, with the columns asked for. */
export type Row = Readonly<Record<string, unknown>>;

/** The operators that a column knows, in the order in which they are named to a user. */
export function listOperators({ kind, mayBeNull }: RowColumn): Operator[] {
  return [...operators[kind], ...(mayBeNull ? (['null'] as const) : [])];
}

const ranges = ['gt', 'gte', 'lt', 'lte'] as const;

const operators: Readonly<Record<ValueKind, readonly Operator[]>> = {
  id: ['eq', ...ranges, 'in'],
  integer: ['eq', ...ranges, 'in'],
  number: ['eq', ...ranges, 'in'],
  date: ['eq', ...ranges, 'in'],
  boolean: ['eq'],
  text: ['eq', 'in', 'contains', 'starts'],
  ids: ['has'],
  texts: ['has'],
};

/** What a list can be asked for besides filters: no column has such a name. */
export const listParameters = ['sort', 'fields', 'cursor', 'limit', 'format'] as const;

/** How a filter is named in a request: `user_id`, `user_id.gte`. */
export function nameFilter({ name }: RowColumn, operator: Operator): string {
  return operator === 'eq' ? name : `${name}.${operator}`;
}
