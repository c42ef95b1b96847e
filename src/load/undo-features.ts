import type { Engine } from '../compute/engine.ts';
import { listNames } from '../compute/quote.ts';
import type { Client } from '../database/connection.ts';
import { readStatement } from '../statements.ts';
import { listStoredColumns, publishFeatures } from './publish-features.ts';
import { recomputeFeatures } from './recompute-features.ts';

/**
 * Brings the features in line with the rows after an undo: those of `touched_users` are computed from the
 * rows that are there now, `earlier_features` are put back as they were.
 */
export async function undoFeatures(engine: Engine, client: Client, loadId: number): Promise<void> {
  await client.query(
    `delete from elute.user_features f
     where f.user_id in (select user_id from elute.features_only_users where load_id = $1)
       or f.user_id in (
         select user_id from removed_users except select user_id from elute.features_only_users
       )`,
    [loadId],
  );
  await recomputeFeatures(engine, client, { users: 'touched_users', loadId });
  await client.query(readStatement('load/features-before.sql'), [loadId]);
  await client.query('delete from elute.user_features_history where ended_by = $1', [loadId]);
  const names = listNames(await listStoredColumns(client));
  await client.query(
    `insert into incoming_features (${names}) select ${names} from earlier_features`,
  );
  await publishFeatures(client);
}
