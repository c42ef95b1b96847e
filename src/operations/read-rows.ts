import { type Context, withDatabase } from '../context.ts';
import { withCancelling } from '../database/cancelling.ts';
import { readPagesOn } from '../database/connection.ts';
import { listFeatures } from '../database/declared-features.ts';
import { selectRows } from '../database/row-queries/select-rows.ts';
import { findRow, type StoredRow } from '../database/stored-rows.ts';
import type { Dataset } from '../domain/datasets.ts';
import { makeCursor } from '../domain/rows/cursor.ts';
import type { Row, RowQuery } from '../domain/rows/row-query.ts';
import { makeFeatureTable, type RowColumn, type RowTable } from '../domain/rows/row-table.ts';
import { EluteError } from '../errors.ts';

export interface RowPage {
  readonly rows: readonly Row[];
  /** Where the next page begins; absent after the last one. */
  readonly next?: string;
}

/** Reads one page of rows. Pages that follow each other hold every row once that stays as it is meanwhile. */
export async function readRowPage(
  context: Context,
  query: RowQuery & { readonly limit: number },
): Promise<RowPage> {
  const { fields, sort, limit } = query;
  const columns = [...new Set([...fields, ...sort.map(({ column }) => column)])];
  // One row more than asked for tells whether another page follows.
  const { sql, parameters } = selectRows({ ...query, limit: limit + 1 }, columns);
  const found = await withDatabase(context, 'existing', (database) =>
    withCancelling(database, context.signal, async (client) => {
      const { rows } = await client.query<Record<string, unknown>>(sql, [...parameters]);
      return rows;
    }),
  );
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return {
    rows: columns.length === fields.length ? rows : rows.map((row) => pick(row, fields)),
    ...(found.length > limit && last && { next: makeCursor(sort, last) }),
  };
}

/** Reads all rows that are asked for, from one snapshot; the next ones when the last are taken. */
export function readAllRows<Found extends Row>(
  context: Context,
  query: RowQuery,
  onPage: (rows: Found[]) => Promise<void>,
): Promise<void> {
  return withDatabase(context, 'existing', (database) =>
    withCancelling(database, context.signal, (client) =>
      readPagesOn<Found>(client, selectRows(query, query.fields), onPage),
    ),
  );
}

/** Reads one stored row. Throws `row_not_found`. */
export async function readRow(context: Context, dataset: Dataset, id: number): Promise<StoredRow> {
  const row = await withDatabase(context, 'existing', (database) =>
    database.withClient((client) => findRow(client, dataset, id)),
  );
  if (row) return row;
  throw new EluteError('row_not_found', `There is no ${dataset.noun} ${id}.`);
}

/** The features as a table, those that a lab declares among them. */
export function findFeatureTable(context: Context): Promise<RowTable> {
  return withDatabase(context, 'existing', async (database) =>
    makeFeatureTable(await listFeatures(database)),
  );
}

function pick(row: Row, columns: readonly RowColumn[]): Row {
  return Object.fromEntries(columns.map(({ name }) => [name, row[name]]));
}
