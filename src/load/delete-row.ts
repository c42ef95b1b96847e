import type { Engine } from '../compute/engine.ts';
import { listNames } from '../compute/quote.ts';
import type { Client } from '../database/connection.ts';
import type { Dataset, DatasetName } from '../domain/datasets.ts';
import { EluteError } from '../errors.ts';
import {
  keepFeatures,
  listStoredColumns,
  publishFeatures,
  publishFigures,
} from './publish-features.ts';
import { storedColumns } from './publish-rows.ts';
import { recomputeFeatures } from './recompute-features.ts';

export interface Deletion {
  readonly dataset: Dataset;
  readonly id: number;
  /** The load that stands for it. */
  readonly loadId: number;
  readonly getEngine: () => Promise<Engine>;
}

/** Moves a row to the history of its table, and brings the features in line with the rows that are left. */
export async function removeRow(client: Client, deletion: Deletion): Promise<void> {
  const { dataset, id, loadId } = deletion;
  if (dataset.name === 'experiments') await noteTouched(client, id);
  const columns = storedColumns(dataset);
  await client.query(
    `with removed as (delete from elute.${dataset.name} where ${dataset.key} = $1 returning *)
     insert into elute.${dataset.name}_history (${listNames(columns)}, ended_by)
     select ${listNames(columns)}, $2 from removed`,
    [id, loadId],
  );
  await bringFeaturesUp(client, deletion);
}

/** Whose features stand on an experiment, and the compounds that they are made of. */
async function noteTouched(client: Client, id: number): Promise<void> {
  await client.query(`
    create temp table touched_users on commit drop as
    select user_id from elute.experiments where experiment_id = ${id};
    create temp table touched_compounds on commit drop as
    select distinct unnest(elute.compound_ids(experiment_compound_ids)) as compound_id
    from elute.experiments join touched_users using (user_id);
    analyze touched_users;
    analyze touched_compounds;`);
}

/** No features stand on a compound that may be deleted. */
async function bringFeaturesUp(
  client: Client,
  { dataset, id, loadId, getEngine }: Deletion,
): Promise<void> {
  if (dataset.name === 'experiments') {
    const among = { users: 'touched_users', compounds: 'touched_compounds' };
    await recomputeFeatures(await getEngine(), client, { ...among, loadId });
    await keepFeatures(client, loadId);
    await publishFeatures(client);
    return;
  }
  if (dataset.name === 'users') await removeFeatures(client, id, loadId);
  await publishFigures(client);
}

async function removeFeatures(client: Client, userId: number, loadId: number): Promise<void> {
  const names = listNames(await listStoredColumns(client));
  await client.query(
    `with removed as (delete from elute.user_features where user_id = $1 returning *)
     insert into elute.user_features_history (${names}, ended_by) select ${names}, $2 from removed`,
    [userId, loadId],
  );
}

/** Which experiments name a row; those that name a compound are found by reading all, as the text they are. */
const naming: Readonly<Record<DatasetName, string | undefined>> = {
  users: 'user_id = $1',
  compounds: `strpos(';' || experiment_compound_ids || ';', ';' || $1::bigint || ';') > 0`,
  experiments: undefined,
};

/**
 * Throws `row_referenced` where experiments name a row, and `features_only_conflict` where a user's features
 * come from files whose rows are not stored.
 */
export async function checkUnreferenced(
  client: Client,
  { name, noun }: Dataset,
  id: number,
): Promise<void> {
  if (name === 'users') await refuseLoneFeatures(client, id);
  const condition = naming[name];
  if (condition === undefined) return;
  const { rows } = await client.query<{ first: number | null; count: number }>(
    `select min(experiment_id) as first, count(*) from elute.experiments where ${condition}`,
    [id],
  );
  const [found] = rows;
  if (found === undefined || found.count === 0) return;
  const others = found.count > 1 ? ` and ${found.count - 1} more name` : ' names';
  throw new EluteError(
    'row_referenced',
    `Experiment ${found.first}${others} the ${noun} ${id}; nothing was deleted. Delete or change what names it first.`,
  );
}

async function refuseLoneFeatures(client: Client, userId: number): Promise<void> {
  const { rows } = await client.query<{ load_id: number }>(
    'select load_id from elute.features_only_users where user_id = $1',
    [userId],
  );
  const [found] = rows;
  if (found === undefined) return;
  throw new EluteError(
    'features_only_conflict',
    `The features of user ${userId} come from the features-only load ${found.load_id}, whose rows are not stored. Undo that load first: elute undo ${found.load_id}.`,
  );
}
