import type { Database } from '../database/connection.ts';
import { lockClass } from '../database/locks.ts';
import { readStatement } from '../statements.ts';
import { addWebhookJob } from './webhook-task.ts';

/**
 * Gives the jobs of dead workers back to the queue, and ends loads for which there is no job any more: all
 * its attempts killed their worker. A load's process lives as long as somebody holds the load's lock.
 */
export async function rescueJobs(database: Database): Promise<void> {
  await database.query(readStatement('jobs/unlock-dead.sql'), [lockClass]);
  const givenUp = await database.query<{ load_id: number; has_webhook: boolean }>(
    readStatement('jobs/give-up.sql'),
    [lockClass],
  );
  for (const { load_id, has_webhook } of givenUp)
    if (has_webhook) await addWebhookJob(database, load_id);
}
