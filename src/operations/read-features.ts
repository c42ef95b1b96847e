import { type Context, withDatabase } from '../context.ts';
import { listFeatures } from '../database/declared-features.ts';
import { countFeaturesOnly, findFeatures } from '../database/features.ts';
import type { Feature, FeatureRow, FeaturesOnlyCount } from '../domain/features.ts';
import { readRowQuery } from '../domain/rows/read-row-query.ts';
import type { RowQuery } from '../domain/rows/row-query.ts';
import { makeFeatureTable } from '../domain/rows/row-table.ts';
import { EluteError } from '../errors.ts';
import { type ExportFormat, exportRows, type Write } from './export-rows.ts';
import { readAllRows } from './read-rows.ts';

/** What is asked of the derived table, in the words of the API. */
export interface FeatureRequest {
  /** Filters such as `['user_id.gte', '7']`. */
  readonly where?: readonly (readonly [name: string, text: string])[];
  /** Such as `-total_exp_per_user`; by user id where it is absent. */
  readonly sort?: string;
  readonly limit?: number;
}

/**
 * Reads the derived table from one snapshot and page by page, so that it may be longer than memory; an
 * empty table is one empty page. Throws `invalid_usage` for what cannot be asked.
 */
export function readAllFeatures(
  context: Context,
  request: FeatureRequest,
  onPage: (rows: FeatureRow[], features: readonly Feature[]) => Promise<void>,
): Promise<void> {
  return withQuery(context, request, ({ inner, query, features }) =>
    readAllRows<FeatureRow>(inner, query, (rows) => onPage(rows, features)),
  );
}

/** Writes the derived table as one file. Throws `invalid_usage` for what cannot be asked. */
export function exportFeatures(
  context: Context,
  { format, ...request }: FeatureRequest & { format: ExportFormat },
  write: Write,
): Promise<void> {
  return withQuery(context, request, ({ inner, query }) =>
    exportRows(inner, { query, format }, write),
  );
}

interface Asked {
  /** With the database open. */
  readonly inner: Context;
  readonly query: RowQuery;
  readonly features: readonly Feature[];
}

function withQuery(
  context: Context,
  { where = [], ...request }: FeatureRequest,
  work: (asked: Asked) => Promise<void>,
): Promise<void> {
  return withDatabase(context, 'existing', async (database) => {
    const features = await listFeatures(database);
    const read = readRowQuery(makeFeatureTable(features), { filters: where, ...request });
    if ('query' in read) return work({ inner: { ...context, database }, features, ...read });
    const faults = read.faults.map(({ parameter, message }) => `${parameter}: ${message}.`);
    throw new EluteError('invalid_usage', faults.join('\n'));
  });
}

/** The features-only loads that features come from: no rows stand behind those. */
export function readFeaturesOnly(context: Context): Promise<FeaturesOnlyCount[]> {
  return withDatabase(context, 'existing', countFeaturesOnly);
}

/** One scientist's row of the derived table. Throws `user_not_found`. */
export async function readFeatureRow(context: Context, userId: number): Promise<FeatureRow> {
  return withDatabase(context, 'existing', async (database) => {
    const row = await findFeatures(database, userId);
    if (row === undefined) throw userNotFound(userId);
    return row;
  });
}

/** The same, and what its columns are. */
export async function readFeaturesOf(
  context: Context,
  userId: number,
): Promise<{ row: FeatureRow; features: readonly Feature[] }> {
  return withDatabase(context, 'existing', async (database) => {
    const row = await readFeatureRow({ ...context, database }, userId);
    return { row, features: await listFeatures(database) };
  });
}

export function userNotFound(userId: number): EluteError {
  return new EluteError(
    'user_not_found',
    `There is no user ${userId}. "elute features" lists all.`,
  );
}
