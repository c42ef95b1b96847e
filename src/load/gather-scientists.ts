import type { Engine } from '../compute/engine.ts';
import type { Client } from '../database/connection.ts';
import { datasets } from '../domain/datasets.ts';
import { identifier } from '../domain/identifiers.ts';
import { readStatement } from '../statements.ts';
import { fetchStored, sendWanted } from './fetch-stored.ts';
import { fetchRows } from './transfer.ts';

const { users, compounds, experiments } = datasets;

/**
 * Gathers what the features of the scientists that a load touches are computed from: `scientists`,
 * `scientist_experiments` and `compound_names`. Of what is stored only their experiments are fetched.
 */
export async function gatherScientists(engine: Engine, client: Client): Promise<void> {
  await fetchUsersOfChangedCompounds(engine, client);
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
  await engine.run(`
    create view compound_names as
    select compound_id, compound_name from compounds union all select compound_id, compound_name from other_compounds`);
}

/** A compound's new name stands in the features of those who use it most. */
async function fetchUsersOfChangedCompounds(engine: Engine, client: Client): Promise<void> {
  await sendWanted(engine, client, 'select compound_id from changed_compounds');
  await fetchRows(
    client,
    `select distinct f.user_id
     from elute.user_features f cross join unnest(f.most_consumed_compounds) as c (id) join wanted using (id)`,
    engine,
    { table: 'users_of_changed_compounds', columns: { [users.key]: identifier.computeType } },
  );
}
