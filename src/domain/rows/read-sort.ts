import { listColumns } from './read-filter.ts';
import type { SortKey } from './row-query.ts';
import { isList, type RowColumn, type RowTable } from './row-table.ts';

/**
 * Reads `-experiment_run_time,user_id`. The key is added where it is missing: only a total order can be
 * read page by page.
 */
export function readSort(
  { key, columns }: RowTable,
  text: string | undefined,
  tell: (fault: string) => void,
): readonly SortKey[] {
  const sortable = columns.filter(({ kind }) => !isList(kind));
  const names = text?.split(',') ?? [];
  const keys = names.map((name) => {
    const column = sortable.find((one) => one.name === name.replace(/^-/, ''));
    return column && { column, isDescending: name.startsWith('-') };
  });
  const known = keys.filter((one) => one !== undefined);
  const isOnceEach = new Set(known.map(({ column }) => column)).size === names.length;
  if (!isOnceEach)
    tell(
      `must be columns, each once, with a - in front for descending order: ${listColumns(sortable)}`,
    );
  const isTotal = known.some(({ column }) => column === key);
  return isTotal ? known : [...known, { column: key, isDescending: false }];
}

/** The order as text; the same for all ways to ask for it. */
export function renderSort(sort: readonly SortKey[]): string {
  return sort.map(({ column, isDescending }) => `${isDescending ? '-' : ''}${column.name}`).join();
}

/** Reads `user_id,name`; all columns where nothing is said. */
export function readFields(
  { columns }: RowTable,
  text: string | undefined,
  tell: (fault: string) => void,
): readonly RowColumn[] {
  if (text === undefined) return columns;
  const names = text.split(',');
  const fields = names.flatMap((name) => columns.find((one) => one.name === name) ?? []);
  if (new Set(fields).size !== names.length)
    tell(`must be columns, each once: ${listColumns(columns)}`);
  return fields;
}
