import type { Database } from '../connection.ts';

/** Rows of a table that may go: a condition on the row `t`, with its values as `$1` and so on. */
export interface OldRows {
  readonly table: string;
  readonly condition: string;
  readonly values: readonly unknown[];
}

export interface Amount {
  readonly entries: number;
  readonly bytes: number;
}

/** As many pages as are read in a moment, so that no transaction is long. */
const pagesAtOnce = 2000;

export async function countRows(
  database: Database,
  { table, condition, values }: OldRows,
): Promise<Amount> {
  const [amount] = await database.query<Amount & Record<string, unknown>>(
    `select count(*) as entries, coalesce(sum(pg_column_size(t.*)), 0)::bigint as bytes
     from elute.${table} t where ${condition}`,
    values,
  );
  return amount ?? { entries: 0, bytes: 0 };
}

/**
 * Deletes rows in one pass over the pages of their table, some pages a transaction: it takes no index, and no
 * longer the more is deleted. A row that somebody else holds just then is left for the next time.
 */
export async function deleteRows(database: Database, rows: OldRows): Promise<Amount> {
  const pages = await countPages(database, rows.table);
  let entries = 0;
  let bytes = 0;
  for (let page = 0; page < pages; page += pagesAtOnce) {
    const gone = await deleteFrom(database, rows, page);
    entries += gone.entries;
    bytes += gone.bytes;
  }
  return { entries, bytes };
}

/** Rows that come later are new. */
async function countPages(database: Database, table: string): Promise<number> {
  const [row] = await database.query<{ pages: number }>(
    `select pg_relation_size('elute.${table}') / current_setting('block_size')::bigint as pages`,
  );
  return row?.pages ?? 0;
}

async function deleteFrom(
  database: Database,
  { table, condition, values }: OldRows,
  page: number,
): Promise<Amount> {
  const [first, end] = [`$${values.length + 1}`, `$${values.length + 2}`];
  const [gone] = await database.query<Amount & Record<string, unknown>>(
    `with old as (
       select t.ctid from elute.${table} t
       where t.ctid >= ${first}::tid and t.ctid < ${end}::tid and (${condition})
       for update of t skip locked
     ), gone as (
       delete from elute.${table} t using old where t.ctid = old.ctid
       returning pg_column_size(t.*) as bytes
     )
     select count(*) as entries, coalesce(sum(bytes), 0)::bigint as bytes from gone`,
    [...values, `(${page},0)`, `(${page + pagesAtOnce},0)`],
  );
  return gone ?? { entries: 0, bytes: 0 };
}
