import { type Context, withDatabase } from '../context.ts';
import { listRejects, listWarnings } from '../database/findings.ts';
import { closeAbandonedLoads, listLoads } from '../database/loads.ts';
import type { Load } from '../domain/load.ts';
import type { Reject, RowFinding } from '../domain/rejects.ts';
import { EluteError } from '../errors.ts';

/** All loads, newest first, or one. Throws `load_not_found`. */
export async function readLoads(context: Context, loadId?: number): Promise<Load[]> {
  return withDatabase(context, 'existing', async (database) => {
    await closeAbandonedLoads(database);
    const loads = await listLoads(database, loadId === undefined ? {} : { only: loadId });
    if (loadId !== undefined && loads.length === 0) throw loadNotFound(loadId);
    return loads;
  });
}

export interface Findings {
  readonly load: Load;
  readonly rejects: readonly Reject[];
  readonly warnings: readonly RowFinding[];
}

/** What a load found in its rows, up to a number of each kind. Throws `load_not_found`. */
export async function readFindings(
  context: Context,
  loadId: number,
  limit?: number,
): Promise<Findings> {
  return withDatabase(context, 'existing', async (database) => {
    const [load] = await listLoads(database, { only: loadId });
    if (load === undefined) throw loadNotFound(loadId);
    return {
      load,
      rejects: await listRejects(database, loadId, limit),
      warnings: await listWarnings(database, loadId, limit),
    };
  });
}

function loadNotFound(loadId: number): EluteError {
  return new EluteError('load_not_found', `There is no load ${loadId}. "elute loads" lists all.`);
}
