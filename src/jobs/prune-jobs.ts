import type { Database } from '../database/connection.ts';
import type { Amount } from '../database/pruning/delete-rows.ts';
import type { PruneRequest } from '../domain/pruning.ts';
import { readStatement } from '../statements.ts';

/** Removes jobs that failed for good. The queue removes those that succeeded itself. */
export async function pruneJobs(
  database: Database,
  { before, isPlan }: Pick<PruneRequest, 'before' | 'isPlan'>,
): Promise<Amount> {
  if (!(await hasQueue(database))) return { entries: 0, bytes: 0 };
  const jobs = await database.query<{ id: string; bytes: number }>(
    readStatement('jobs/old-failures.sql'),
    [before],
  );
  if (!isPlan)
    await database.query('select from elute_queue.complete_jobs($1::bigint[])', [
      jobs.map(({ id }) => id),
    ]);
  return { entries: jobs.length, bytes: jobs.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Only a service makes one. */
async function hasQueue(database: Database): Promise<boolean> {
  const [row] = await database.query<{ present: boolean }>(
    `select to_regclass('elute_queue.jobs') is not null as present`,
  );
  return row?.present ?? false;
}
