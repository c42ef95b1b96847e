import type { Engine } from '../compute/engine.ts';
import type { Client } from '../database/connection.ts';
import { datasets } from '../domain/datasets.ts';
import { identifier } from '../domain/identifiers.ts';
import { EluteError } from '../errors.ts';
import { readStatement } from '../statements.ts';
import { fetchStored, sendWanted } from './fetch-stored.ts';
import { fetchRows } from './transfer.ts';

const { users, compounds, experiments } = datasets;

/**
 * Gathers what the features of the scientists that a load touches are computed from: `scientists`,
 * `scientist_experiments` and `compound_names`. Of what is stored only their experiments are fetched.
 * Throws `features_only_conflict`.
 */
export async function gatherScientists(engine: Engine, client: Client): Promise<void> {
  await fetchUsersOfChangedCompounds(engine, client);
  await fetchFeaturesOnlyUsers(engine, client);
  await engine.run(readStatement('compute/scientists.sql'));
  await fetchStored(engine, client, {
    dataset: experiments,
    by: 'user_id',
    wanted: `select user_id from scientists anti join new_users using (user_id)`,
    columns: experiments.columns,
    into: 'other_experiments',
  });
  await engine.run(readStatement('compute/scientist-experiments.sql'));
  await fetchStored(engine, client, {
    dataset: compounds,
    by: compounds.key,
    wanted: 'select compound_id from used_compounds anti join compounds using (compound_id)',
    columns: compounds.columns.slice(0, 2),
    into: 'other_compounds',
  });
  await engine.run(readStatement('compute/compound-names.sql'));
}

/** A compound's new name stands in the features of those who use it most. Where none is new, none of these is read. */
async function fetchUsersOfChangedCompounds(engine: Engine, client: Client): Promise<void> {
  await sendWanted(engine, client, 'select compound_id from changed_compounds');
  await fetchRows(
    client,
    `select distinct f.user_id
     from elute.user_features f cross join unnest(f.most_consumed_compounds) as c (id) join wanted using (id)
     where exists (select from wanted)`,
    engine,
    { table: 'users_of_changed_compounds', columns: { [users.key]: identifier.computeType } },
  );
}

/** Their features stand without rows: other rows beside them would give figures of a part. */
async function fetchFeaturesOnlyUsers(engine: Engine, client: Client): Promise<void> {
  await fetchRows(client, 'select user_id, load_id from elute.features_only_users', engine, {
    table: 'features_only_users',
    columns: { user_id: identifier.computeType, load_id: 'integer' },
  });
  const [conflict] = await engine.rows<{ user_id: number; load_id: number; users: number }>(
    `select user_id, load_id, count(*) over () as users from features_only_users
     semi join (select user_id from experiments anti join unchanged_experiments using (experiment_id)) using (user_id)
     order by user_id limit 1`,
  );
  if (conflict === undefined) return;
  const others = conflict.users > 1 ? ` (and of ${conflict.users - 1} more)` : '';
  throw new EluteError(
    'features_only_conflict',
    `The features of user ${conflict.user_id}${others} come from the features-only load ${conflict.load_id}, whose experiments are not stored: with those of these files alone they would be wrong. Undo it first: elute undo ${conflict.load_id}.`,
  );
}
