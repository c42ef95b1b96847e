import type { Engine } from '../compute/engine.ts';
import type { Client } from '../database/connection.ts';
import { datasets } from '../domain/datasets.ts';
import { EluteError } from '../errors.ts';
import { readStatement } from '../statements.ts';
import { fetchStored, sendWanted } from './fetch-stored.ts';

/**
 * Gathers what the features of a features-only load are computed from: `scientists` and
 * `scientist_experiments` as the files have them, and `compound_names`. Throws `features_only_conflict`
 * where experiments of these scientists are stored: figures from the files alone would hide them.
 */
export async function gatherLoaded(engine: Engine, client: Client): Promise<void> {
  await engine.run(readStatement('compute/loaded-scientists.sql'));
  await refuseStored(engine, client);
  await fetchStored(engine, client, {
    dataset: datasets.compounds,
    by: datasets.compounds.key,
    wanted: 'select compound_id from used_compounds anti join compounds using (compound_id)',
    columns: datasets.compounds.columns.slice(0, 2),
    into: 'other_compounds',
  });
  await engine.run(readStatement('compute/compound-names.sql'));
}

async function refuseStored(engine: Engine, client: Client): Promise<void> {
  await sendWanted(engine, client, 'select user_id from scientists');
  const { rows } = await client.query<{ user_id: number; users: number }>(
    `select user_id, count(*) over () as users
     from (select distinct user_id from elute.experiments join wanted on user_id = id) as stored
     order by user_id limit 1`,
  );
  const [first] = rows;
  if (first === undefined) return;
  const others = first.users > 1 ? ` and ${first.users - 1} more have` : ' has';
  throw new EluteError(
    'features_only_conflict',
    `User ${first.user_id}${others} stored experiments, which features from these files alone would leave out. Load the files without --features-only, or into another database.`,
  );
}
