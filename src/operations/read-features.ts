import { type Context, withDatabase } from '../context.ts';
import { listFeatures } from '../database/features.ts';
import type { FeatureRow } from '../domain/features.ts';
import { EluteError } from '../errors.ts';

/** The derived table, by user id; or one scientist's row. Throws `user_not_found`. */
export async function readFeatures(
  context: Context,
  options: { userId?: number; limit?: number },
): Promise<FeatureRow[]> {
  const { userId, limit } = options;
  const rows = await withDatabase(context, 'existing', (database) =>
    listFeatures(database, {
      ...(userId !== undefined && { only: userId }),
      ...(limit !== undefined && { limit }),
    }),
  );
  if (userId === undefined || rows.length > 0) return rows;
  throw new EluteError('user_not_found', `There is no user ${userId}. "elute features" lists all.`);
}
