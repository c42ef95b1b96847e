import type { Engine } from '../compute/engine.ts';
import { type Context, withDatabase, withEngine } from '../context.ts';
import { type Client, type Database, inTransaction } from '../database/connection.ts';
import { isUndone, loadNotFound, markUndone } from '../database/load-states.ts';
import { listLoads } from '../database/loads.ts';
import { lockPublishing } from '../database/locks.ts';
import type { Load } from '../domain/load.ts';
import { checkReferences, checkUnchanged } from '../load/check-undo.ts';
import { undoFeatures } from '../load/undo-features.ts';
import { findUndoneRows, type UndoneRows, undoRows } from '../load/undo-rows.ts';

export interface Undo {
  readonly load: Load;
  readonly rows: readonly UndoneRows[];
}

/**
 * Puts rows and features back as they were before a load, in one transaction; the load stays in the
 * history. Throws `load_not_found`, and `undo_refused` where a later load builds on it.
 */
export async function undoLoad(context: Context, loadId: number): Promise<Undo> {
  return withDatabase(context, 'existing', async (database) => {
    const rows = await undoRowsAndFeatures(context, database, loadId);
    return { load: await readLoad(database, loadId), rows };
  });
}

async function undoRowsAndFeatures(
  context: Context,
  database: Database,
  loadId: number,
): Promise<UndoneRows[]> {
  let undone: UndoneRows[] | undefined;
  const undoAll = (engine: Engine) =>
    database.withClient((client) =>
      inTransaction(client, async () => {
        undone = await undoUnderLock(engine, client, loadId);
        return undone;
      }),
    );
  try {
    return await withEngine(context, undoAll);
  } catch (error) {
    // The connection may have broken while the server committed.
    if (undone && (await isUndone(database, loadId).catch(() => false))) return undone;
    throw error;
  }
}

async function undoUnderLock(
  engine: Engine,
  client: Client,
  loadId: number,
): Promise<UndoneRows[]> {
  await lockPublishing(client);
  await markUndone(client, loadId);
  await findUndoneRows(client, loadId);
  await checkUnchanged(client, loadId);
  const rows = await undoRows(client, loadId);
  await checkReferences(client, loadId);
  await undoFeatures(engine, client, loadId);
  return rows;
}

/** What is undone is reported, also if the user interrupts just then: that ends a connection once. */
async function readLoad(database: Database, loadId: number): Promise<Load> {
  const read = () => listLoads(database, { only: loadId });
  const [load] = await read().catch(read);
  if (load === undefined) throw loadNotFound(loadId);
  return load;
}
