import { createHash } from 'node:crypto';
import type { Engine } from '../compute/engine.ts';
import { type Context, withDatabase, withLazyEngine } from '../context.ts';
import { type Client, inTransaction } from '../database/connection.ts';
import { type NewFile, saveReceipt } from '../database/load-files.ts';
import { markLoaded, recordLoad } from '../database/load-states.ts';
import { lockPublishing } from '../database/locks.ts';
import { findRow } from '../database/stored-rows.ts';
import { checkUnreferenced, removeRow } from '../load/delete-row.ts';
import { checkTarget, type RowRequest, type RowTarget } from './row-request.ts';

const nothingRead = {
  read: 0,
  inserted: 0,
  updated: 0,
  unchanged: 0,
  computed: 0,
  duplicate: 0,
  rejected: 0,
  warnings: 0,
};

/**
 * Deletes a row and brings the features up to that, in one transaction; the row stays in the history. The
 * load that stands for it can be undone. Throws `row_not_found`, `row_changed`, `row_referenced`, `busy`
 * and `features_only_conflict`.
 */
export async function deleteRow(
  context: Context,
  request: RowRequest,
  target: RowTarget,
): Promise<number> {
  return withDatabase(context, 'existing', (database) =>
    withLazyEngine(context, (getEngine) =>
      database.withClient((client) =>
        inTransaction(client, () => deleteUnderLock(client, request, { ...target, getEngine })),
      ),
    ),
  );
}

async function deleteUnderLock(
  client: Client,
  request: RowRequest,
  { getEngine, ...target }: RowTarget & { getEngine: () => Promise<Engine> },
): Promise<number> {
  const { dataset, requester, waitMs } = request;
  const { id } = target;
  await lockPublishing(client, waitMs);
  checkTarget(request, target, await findRow(client, dataset, id));
  await checkUnreferenced(client, dataset, id);
  const files = [describeFile(request)];
  const { loadId, fileIds } = await recordLoad(client, { files, featuresOnly: false, requester });
  await removeRow(client, { dataset, id, loadId, getEngine });
  for (const fileId of fileIds) await saveReceipt(client, fileId, nothingRead);
  await markLoaded(client, loadId);
  return loadId;
}

/** What stands for the request in the history: a file that brought nothing. */
function describeFile({ dataset, place }: RowRequest): NewFile {
  return {
    path: place,
    dataset: dataset.name,
    format: 'json',
    numbering: 'request',
    sizeBytes: 0,
    sha256: createHash('sha256').digest('hex'),
    reading: { dataset: dataset.name },
    header: [],
    ignoredColumns: [],
  };
}
