import { type Context, withDatabase } from '../context.ts';
import type { Database } from '../database/connection.ts';
import type { Pruned, PruneKind, PruneRequest } from '../domain/pruning.ts';
import { EluteError } from '../errors.ts';
import { databasePruners } from '../operations/prune-database.ts';
import { pruneJobs } from './prune-jobs.ts';
import { pruneUploads } from './prune-uploads.ts';

/**
 * Removes what is old and no longer needed, kind by kind, or counts it. Stored rows, features and receipts
 * stay. What an interruption leaves goes the next time.
 */
export async function prune(
  context: Context,
  uploadDirectory: string,
  request: PruneRequest,
): Promise<Pruned[]> {
  try {
    return await withDatabase(context, 'existing', (database) =>
      pruneKinds(request, makePruner(database, uploadDirectory, request)),
    );
  } catch (cause) {
    if (!context.signal.aborted) throw cause;
    const message = request.isPlan
      ? 'Interrupted; nothing was changed.'
      : 'Interrupted; what was removed by then is gone. The same command removes the rest.';
    throw new EluteError('interrupted', message, { cause });
  }
}

type PruneOne = (kind: PruneKind) => Promise<Omit<Pruned, 'kind'>>;

async function pruneKinds({ kinds }: PruneRequest, pruneOne: PruneOne): Promise<Pruned[]> {
  const pruned: Pruned[] = [];
  for (const kind of kinds) pruned.push({ kind, ...(await pruneOne(kind)) });
  return pruned;
}

function makePruner(database: Database, uploadDirectory: string, request: PruneRequest): PruneOne {
  return (kind) => {
    if (kind === 'uploads') return pruneUploads(database, uploadDirectory, request);
    if (kind === 'jobs') return pruneJobs(database, request);
    return databasePruners[kind](database, request);
  };
}
