import type { Engine } from '../compute/engine.ts';
import type { Client } from '../database/connection.ts';
import { listFeaturesIn } from '../database/declared-features.ts';
import { computeFeatures } from '../derive/compute-features.ts';
import { fetchScientists } from './fetch-scientists.ts';
import { sendFeatures } from './publish-features.ts';

/**
 * Computes the features of the users in a table of the transaction from the rows that are stored now, and
 * sends them to `incoming_features`. All compounds that these users name must be in the table `compounds`,
 * where there is one.
 */
export async function recomputeFeatures(
  engine: Engine,
  client: Client,
  { loadId, ...among }: { loadId: number; users: string; compounds?: string },
): Promise<void> {
  await fetchScientists(engine, client, among);
  await computeFeatures(engine, await listFeaturesIn(client));
  await sendFeatures(engine, client, loadId);
}
