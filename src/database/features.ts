import { type FeatureRow, features } from '../domain/features.ts';
import type { Database } from './connection.ts';

const columns = ['user_id', ...features.map(({ name }) => name)].join(', ');

/** Rows of the view `user_experiment_features`, by user; `only` narrows to one. */
export function listFeatures(
  database: Database,
  { only, limit }: { only?: number; limit?: number } = {},
): Promise<FeatureRow[]> {
  return database.query<FeatureRow>(
    `select ${columns} from elute.user_experiment_features
     where $1::bigint is null or user_id = $1 order by user_id limit $2`,
    [only ?? null, limit ?? null],
  );
}
