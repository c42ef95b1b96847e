import { readCursor } from './cursor.ts';
import { readFilter } from './read-filter.ts';
import { readFields, readSort } from './read-sort.ts';
import type { RowQuery } from './row-query.ts';
import type { RowTable } from './row-table.ts';

/** What a user wrote: filters as pairs such as `['user_id.gte', '7']`, all else by name. */
export interface RowParameters {
  readonly filters: readonly (readonly [name: string, text: string])[];
  readonly sort?: string;
  readonly fields?: string;
  readonly cursor?: string;
  readonly limit?: number;
}

/** What is wrong with one parameter, and what it may be. */
export interface QueryFault {
  readonly parameter: string;
  readonly message: string;
}

/** Reads what is asked of a table; the one way from texts to a query. All faults are told at once. */
export function readRowQuery(
  table: RowTable,
  { filters, sort: sortText, fields, cursor, limit }: RowParameters,
): { query: RowQuery } | { faults: readonly QueryFault[] } {
  const faults: QueryFault[] = [];
  const tell = (parameter: string) => (message: string) => faults.push({ parameter, message });
  const sort = readSort(table, sortText, tell('sort'));
  const after = cursor === undefined ? undefined : readCursor(sort, cursor);
  if (cursor !== undefined && after === undefined)
    tell('cursor')('must be the "next" of an answer to the same sort');
  const query = {
    table,
    sort,
    fields: readFields(table, fields, tell('fields')),
    filters: filters.flatMap((filter) => readFilter(table, filter, tell(filter[0])) ?? []),
    ...(after && { after }),
    ...(limit !== undefined && { limit }),
  };
  return faults.length === 0 ? { query } : { faults };
}
