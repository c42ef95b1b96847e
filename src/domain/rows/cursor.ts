import { renderSort } from './read-sort.ts';
import { readValue } from './read-value.ts';
import type { Row, SortKey, Value } from './row-query.ts';
import type { RowColumn } from './row-table.ts';

/** Where a page ended: the order, and the values by which its last row is sorted, as texts. */
export function makeCursor(sort: readonly SortKey[], row: Row): string {
  const values = sort.map(({ column: { name } }) => {
    const value = row[name] ?? null;
    return value === null ? null : String(value);
  });
  return Buffer.from(JSON.stringify([renderSort(sort), ...values])).toString('base64url');
}

/** The values in a cursor; undefined where it is none, or one of another order. */
export function readCursor(
  sort: readonly SortKey[],
  cursor: string,
): readonly (Value | null)[] | undefined {
  const [order, ...texts] = decode(cursor);
  if (order !== renderSort(sort) || texts.length !== sort.length) return undefined;
  const values = sort.map(({ column }, i) => readSortValue(column, texts[i]));
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? known : undefined;
}

function decode(cursor: string): unknown[] {
  try {
    const content: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(content) ? content : [];
  } catch {
    return [];
  }
}

/** A sum of run times may be beyond what a double holds. */
function readSortValue({ kind, mayBeNull }: RowColumn, text: unknown): Value | null | undefined {
  if (text === null) return mayBeNull ? null : undefined;
  if (typeof text !== 'string') return undefined;
  return kind === 'number' && text === 'Infinity'
    ? Number.POSITIVE_INFINITY
    : readValue(kind, text);
}
