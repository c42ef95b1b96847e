import { type Context, withDatabase } from '../context.ts';
import { listFeatures } from '../database/declared-features.ts';
import { countFeaturesOnly, findFeatures, readFeaturePages } from '../database/features.ts';
import type { Feature, FeatureRow, FeaturesOnlyCount } from '../domain/features.ts';
import { EluteError } from '../errors.ts';

/**
 * Reads the derived table by user id, from one snapshot and page by page, so that it may be longer than
 * memory; an empty table is one empty page.
 */
export function readAllFeatures(
  context: Context,
  { limit }: { limit?: number },
  onPage: (rows: FeatureRow[], features: readonly Feature[]) => Promise<void>,
): Promise<void> {
  return withDatabase(context, 'existing', (database) => readFeaturePages(database, limit, onPage));
}

/** The features-only loads that features come from: no rows stand behind those. */
export function readFeaturesOnly(context: Context): Promise<FeaturesOnlyCount[]> {
  return withDatabase(context, 'existing', countFeaturesOnly);
}

/** One scientist's row of the derived table, and what its columns are. Throws `user_not_found`. */
export async function readFeaturesOf(
  context: Context,
  userId: number,
): Promise<{ row: FeatureRow; features: readonly Feature[] }> {
  return withDatabase(context, 'existing', async (database) => {
    const features = await listFeatures(database);
    const row = await findFeatures(database, userId, features);
    if (row === undefined) throw userNotFound(userId);
    return { row, features };
  });
}

export function userNotFound(userId: number): EluteError {
  return new EluteError(
    'user_not_found',
    `There is no user ${userId}. "elute features" lists all.`,
  );
}
