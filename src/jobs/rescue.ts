import type { Database } from '../database/connection.ts';
import { lockClass } from '../database/locks.ts';
import { readStatement } from '../statements.ts';

/**
 * Gives the jobs of dead workers back to the queue, and ends loads for which there is no job any more: all
 * its attempts killed their worker. A load's process lives as long as somebody holds the load's lock.
 */
export async function rescueJobs(database: Database): Promise<void> {
  await database.query(readStatement('jobs/unlock-dead.sql'), [lockClass]);
  await database.query(readStatement('jobs/give-up.sql'), [lockClass]);
}
