import type { Engine } from '../compute/engine.ts';
import { listNames } from '../compute/quote.ts';
import type { Client } from '../database/connection.ts';
import { databaseFeatures, type Feature, scientistFeatures } from '../domain/features.ts';
import { sendRows } from './transfer.ts';

const names = ['user_id', ...scientistFeatures.map(({ name }) => name), 'load_id'];

/** Sends the computed features to the transaction's temporary table `incoming_features`. */
export async function sendFeatures(engine: Engine, client: Client, loadId: number): Promise<void> {
  const selected = ['user_id', ...scientistFeatures.map(writeFeature), String(loadId)];
  await client.query(
    'create temp table incoming_features (like elute.user_features) on commit drop',
  );
  await sendRows(
    engine,
    `select ${selected.join(', ')} from user_features`,
    client,
    `incoming_features (${listNames(names)})`,
  );
}

/** Keeps the features that a load replaces. */
export async function keepFeatures(client: Client, loadId: number): Promise<void> {
  await client.query(
    `insert into elute.user_features_history (${listNames(names)}, ended_by)
     select ${listNames(names, 'f.')}, $1 from elute.user_features f join incoming_features using (user_id)`,
    [loadId],
  );
}

/** Stores `incoming_features`, then the figures of the whole database. */
export async function publishFeatures(client: Client): Promise<void> {
  const assignments = names.slice(1).map((name) => `${name} = excluded.${name}`);
  await client.query(
    `insert into elute.user_features (${listNames(names)}) select ${listNames(names)} from incoming_features
     on conflict (user_id) do update set ${assignments.join(', ')}`,
  );
  const figures = databaseFeatures.map(
    ({ name, expression }) => `${name} = (select ${expression} from elute.user_features)`,
  );
  await client.query(
    `update elute.database_features set revision = revision + 1, ${figures.join(', ')}`,
  );
}

/** The columns of a stored row of features. */
export const storedFeatureColumns: readonly string[] = names;

function writeFeature({ name, computeType }: Feature): string {
  if (computeType === 'bigint[]') return `write_ids(${name})`;
  return computeType === 'varchar[]' ? `write_texts(${name})` : name;
}
