import type { Engine } from '../compute/engine.ts';
import { listNames, quoteName } from '../compute/quote.ts';
import type { Client } from '../database/connection.ts';
import { listFeaturesIn } from '../database/declared-features.ts';
import {
  builtInFeatures,
  type Feature,
  selectDatabaseFeatures,
  selectScientistFeatures,
} from '../domain/features.ts';
import { sendRows } from './transfer.ts';

/** Sends the computed features to the transaction's temporary table `incoming_features`. */
export async function sendFeatures(engine: Engine, client: Client, loadId: number): Promise<void> {
  const features = await listFeaturesIn(client);
  const written = selectScientistFeatures(features).map(writeFeature);
  const selected = ['user_id', ...written, String(loadId)];
  await client.query(
    'create temp table incoming_features (like elute.user_features) on commit drop',
  );
  await sendRows(
    engine,
    `select ${selected.join(', ')} from user_features`,
    client,
    `incoming_features (${listNames(nameStored(features))})`,
  );
}

/** Keeps the features that a load replaces. */
export async function keepFeatures(client: Client, loadId: number): Promise<void> {
  const names = await listStoredColumns(client);
  await client.query(
    `insert into elute.user_features_history (${listNames(names)}, ended_by)
     select ${listNames(names, 'f.')}, $1 from elute.user_features f join incoming_features using (user_id)`,
    [loadId],
  );
}

/** Stores `incoming_features`, then the figures of the whole database. */
export async function publishFeatures(client: Client): Promise<void> {
  const names = await listStoredColumns(client);
  const assignments = names
    .slice(1)
    .map(quoteName)
    .map((name) => `${name} = excluded.${name}`);
  await client.query(
    `insert into elute.user_features (${listNames(names)}) select ${listNames(names)} from incoming_features
     on conflict (user_id) do update set ${assignments.join(', ')}`,
  );
  await publishFigures(client);
}

/** Brings the figures of the whole database up to the stored features, and counts the publication. */
export async function publishFigures(client: Client): Promise<void> {
  const figures = selectDatabaseFeatures(builtInFeatures).map(
    ({ name, expression }) => `${name} = (select ${expression} from elute.user_features)`,
  );
  await client.query(
    `update elute.database_features set revision = revision + 1, ${figures.join(', ')}`,
  );
}

/** The columns of a stored row of features. */
export async function listStoredColumns(client: Client): Promise<string[]> {
  return nameStored(await listFeaturesIn(client));
}

function nameStored(features: readonly Feature[]): string[] {
  return ['user_id', ...selectScientistFeatures(features).map(({ name }) => name), 'load_id'];
}

function writeFeature({ name, computeType }: Feature): string {
  if (computeType === 'bigint[]') return `write_ids(${name})`;
  return computeType === 'varchar[]' ? `write_texts(${name})` : quoteName(name);
}
