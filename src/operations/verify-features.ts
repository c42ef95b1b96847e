import { type Context, withDatabase, withEngine } from '../context.ts';
import { type Client, inTransaction } from '../database/connection.ts';
import { listFeaturesIn } from '../database/declared-features.ts';
import { computeFeatures } from '../derive/compute-features.ts';
import { compareFigures } from '../load/compare-figures.ts';
import { fetchScientists } from '../load/fetch-scientists.ts';
import { sendFeatures } from '../load/publish-features.ts';

/** One stored figure that is not what the stored rows give. `userId` is null for the whole database. */
export interface Difference {
  readonly userId: number | null;
  readonly feature: string;
  readonly stored: string | null;
  readonly computed: string | null;
}

export interface Verification {
  readonly users: number;
  readonly experiments: number;
  /** Users whose features come from a features-only load: there is nothing to recompute them from. */
  readonly featuresOnlyUsers: number;
  /** How many figures differ; `differences` holds the first of them. */
  readonly differing: number;
  readonly differences: readonly Difference[];
}

/** Recomputes every feature from the stored rows, in one snapshot of the database, and compares. */
export async function verifyFeatures(context: Context): Promise<Verification> {
  return withDatabase(context, 'existing', (database) =>
    withEngine(context, (engine) =>
      database.withClient((client) =>
        inTransaction(client, async () => {
          await client.query('set transaction isolation level repeatable read');
          // So that nobody adds a column meanwhile; before the snapshot, which then has the list of all.
          await client.query('lock table elute.user_features in access share mode');
          const counts = await fetchScientists(engine, client);
          await computeFeatures(engine, await listFeaturesIn(client));
          await sendFeatures(engine, client, 0);
          const featuresOnlyUsers = await addFeaturesOnly(client);
          const { changedFigures, figures } = await compareFigures(client, {
            isComplete: true,
            all: 'incoming_features',
          });
          const differences = figures.map(({ userId, feature, before, after }) => ({
            userId,
            feature,
            stored: before,
            computed: after,
          }));
          return { ...counts, featuresOnlyUsers, differing: changedFigures, differences };
        }),
      ),
    ),
  );
}

/** They count as they are stored; their number. */
async function addFeaturesOnly(client: Client): Promise<number> {
  const { rowCount } = await client.query(
    `insert into incoming_features
     select f.* from elute.user_features f join elute.features_only_users o using (user_id)`,
  );
  return rowCount ?? 0;
}
