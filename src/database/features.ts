import type { FeatureRow, FeaturesOnlyCount } from '../domain/features.ts';
import type { Database } from './connection.ts';

/** All features of one user, those that a lab declares among them. */
export async function findFeatures(
  database: Database,
  userId: number,
): Promise<FeatureRow | undefined> {
  const [row] = await database.query<FeatureRow>(
    'select * from elute.user_experiment_features where user_id = $1',
    [userId],
  );
  return row;
}

/** The features-only loads that features come from, with how many scientists each. */
export function countFeaturesOnly(database: Database): Promise<FeaturesOnlyCount[]> {
  return database.query<FeaturesOnlyCount & Record<string, unknown>>(
    `select load_id as "loadId", count(*) as users from elute.features_only_users
     group by load_id order by load_id`,
  );
}

/** The features-only load that a scientist's features come from; undefined where rows stand behind them. */
export async function findFeaturesOnlyLoad(
  database: Database,
  userId: number,
): Promise<number | undefined> {
  const [row] = await database.query<{ load_id: number }>(
    'select load_id from elute.features_only_users where user_id = $1',
    [userId],
  );
  return row?.load_id;
}
