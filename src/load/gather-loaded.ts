import type { Engine } from '../compute/engine.ts';
import type { Client } from '../database/connection.ts';
import { datasets } from '../domain/datasets.ts';
import { EluteError } from '../errors.ts';
import { readStatement } from '../statements.ts';
import { fetchStored, sendWanted } from './fetch-stored.ts';

/**
 * Gathers what the features of a features-only load are computed from: `scientists` and
 * `scientist_experiments` as the files have them, and `compound_names`. Throws `features_only_conflict`
 * where experiments of these scientists are stored, since figures from the files alone would hide them;
 * and, unless forced, where another features-only load computed theirs.
 */
export async function gatherLoaded(
  engine: Engine,
  client: Client,
  isForced: boolean,
): Promise<void> {
  await engine.run(readStatement('compute/loaded-scientists.sql'));
  await sendWanted(engine, client, 'select user_id from scientists');
  await refuseStored(client);
  if (!isForced) await refuseComputed(client);
  await fetchStored(engine, client, {
    dataset: datasets.compounds,
    by: datasets.compounds.key,
    wanted: 'select compound_id from used_compounds anti join compounds using (compound_id)',
    columns: datasets.compounds.columns.slice(0, 2),
    into: 'other_compounds',
  });
  await engine.run(readStatement('compute/compound-names.sql'));
}

async function refuseStored(client: Client): Promise<void> {
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

/** Figures of a second batch of files would take the place of the first one's without a word. */
async function refuseComputed(client: Client): Promise<void> {
  const { rows } = await client.query<{ user_id: number; load_id: number; users: number }>(
    `select user_id, load_id, count(*) over () as users
     from elute.features_only_users join wanted on user_id = id order by user_id limit 1`,
  );
  const [first] = rows;
  if (first === undefined) return;
  const others = first.users > 1 ? ` (and of ${first.users - 1} more)` : '';
  throw new EluteError(
    'features_only_conflict',
    `The features of user ${first.user_id}${others} come from the features-only load ${first.load_id}; these files would replace them, not add to them. Load all files together, with --force to replace.`,
  );
}
