import type { LoadState } from '../domain/load.ts';
import type { Plan } from '../domain/plan.ts';
import type { Requester } from '../domain/service-request.ts';
import { EluteError, type ErrorCode } from '../errors.ts';
import { type Client, type Database, inTransaction } from './connection.ts';
import { insertFile, type NewFile } from './load-files.ts';
import { lockClass } from './locks.ts';

interface NewLoad {
  readonly files: readonly NewFile[];
  readonly featuresOnly: boolean;
  /** The plan it carries out. */
  readonly appliedPlan?: number;
  /** The load that a service has claimed for these files: its lock is held already. */
  readonly claimed?: number;
  /** Of a change by HTTP. */
  readonly requester?: Requester;
}

export interface StartedLoad {
  readonly loadId: number;
  /** One for each file, in their order. */
  readonly fileIds: readonly number[];
}

/**
 * Records that a load has begun, and takes the lock that says its process lives. The lock belongs to
 * the connection: keep it until the load is over.
 */
export async function startLoad(client: Client, load: NewLoad): Promise<StartedLoad> {
  return inTransaction(client, async () => {
    if (load.claimed === undefined) {
      const started = await recordLoad(client, load);
      await client.query('select pg_advisory_lock($1, $2)', [lockClass, started.loadId]);
      return started;
    }
    // An earlier attempt may have come so far.
    await client.query('delete from elute.load_files where load_id = $1', [load.claimed]);
    return { loadId: load.claimed, fileIds: await insertFiles(client, load.claimed, load.files) };
  });
}

/** Records a load that begins and ends in the caller's transaction: nobody else sees it running. */
export async function recordLoad(client: Client, load: NewLoad): Promise<StartedLoad> {
  const { rows } = await client.query<{ load_id: number }>(
    `insert into elute.loads (features_only, applied_plan, requested_by, request_id)
     values ($1, $2, $3, $4) returning load_id`,
    [
      load.featuresOnly,
      load.appliedPlan ?? null,
      load.requester?.requestedBy ?? null,
      load.requester?.requestId ?? null,
    ],
  );
  const loadId = rows[0]?.load_id ?? 0;
  return { loadId, fileIds: await insertFiles(client, loadId, load.files) };
}

async function insertFiles(
  client: Client,
  loadId: number,
  files: readonly NewFile[],
): Promise<number[]> {
  const fileIds: number[] = [];
  for (const file of files) fileIds.push(await insertFile(client, loadId, file));
  return fileIds;
}

/** Marks a running load as loaded, in the transaction that publishes it. */
export async function markLoaded(client: Client, loadId: number): Promise<void> {
  await leaveRunning(client, loadId, `state = 'loaded'`);
}

/** Marks a running load as one that was carried out and rolled back. */
export async function markPlanned(client: Client, loadId: number, plan: Plan): Promise<void> {
  await leaveRunning(client, loadId, `state = 'planned', plan = $2`, plan);
}

/** Marks a running load as refused, in the transaction that keeps what was wrong with its rows. */
export async function markRefused(
  client: Client,
  loadId: number,
  { code, message }: { code: ErrorCode; message: string },
): Promise<void> {
  const assignments = `state = 'failed', error_code = $2, error_message = $3`;
  await leaveRunning(client, loadId, assignments, code, message);
}

/** Marks a published load as undone. Throws `load_not_found`, and `undo_refused` where nothing of it is published. */
export async function markUndone(client: Client, loadId: number): Promise<void> {
  const { rows } = await client.query<{ state: LoadState; pruned: Date | null }>(
    'select state, history_pruned_at as pruned from elute.loads where load_id = $1 for update',
    [loadId],
  );
  const [load] = rows;
  if (load === undefined) throw loadNotFound(loadId);
  if (load.state !== 'loaded') {
    const reason = load.state === 'undone' ? 'has been undone already' : `is ${load.state}`;
    throw new EluteError(
      'undo_refused',
      `Load ${loadId} ${reason}: there is nothing to undo. "elute loads" lists all.`,
    );
  }
  if (load.pruned !== null) throw historyPruned(loadId, load.pruned);
  await client.query(
    `update elute.loads set state = 'undone', undone_at = clock_timestamp() where load_id = $1`,
    [loadId],
  );
}

export function historyPruned(loadId: number, prunedAt: Date): EluteError {
  return new EluteError(
    'undo_refused',
    `Load ${loadId} cannot be undone, nothing was changed: what it and later loads replaced is no longer kept since "elute database prune" of ${prunedAt.toISOString().slice(0, 10)}.`,
  );
}

/** Whether a load is undone; waits until a transaction that is about to say so has ended. */
export async function isUndone(database: Database, loadId: number): Promise<boolean> {
  return (await findState(database, loadId)) === 'undone';
}

export function loadNotFound(loadId: number): EluteError {
  return new EluteError('load_not_found', `There is no load ${loadId}. "elute loads" lists all.`);
}

async function leaveRunning(
  client: Client,
  loadId: number,
  assignments: string,
  ...values: readonly unknown[]
): Promise<void> {
  const { rowCount } = await client.query(
    `update elute.loads set ${assignments}, finished_at = clock_timestamp()
     where load_id = $1 and state = 'running'`,
    [loadId, ...values],
  );
  if (rowCount !== 1) throw new Error(`load ${loadId} is no longer running`);
}

/**
 * Marks a load that published nothing; the state it has then. It is `loaded` where the connection broke
 * while the server committed: the update waits until that is decided.
 */
export async function markEnded(
  database: Database,
  loadId: number,
  end: { state: 'failed' | 'interrupted'; code: ErrorCode; message: string },
): Promise<LoadState | undefined> {
  await database.query(
    `update elute.loads set state = $2, error_code = $3, error_message = $4, finished_at = clock_timestamp()
     where load_id = $1 and state = 'running'`,
    [loadId, end.state, end.code, end.message],
  );
  return findState(database, loadId);
}

/**
 * Removes a load that published nothing, with all that was noted of it; the state it has where it was
 * published after all.
 */
export async function forgetLoad(
  database: Database,
  loadId: number,
): Promise<LoadState | undefined> {
  return database.withClient((client) =>
    inTransaction(client, async () => {
      const { rows } = await client.query<{ state: LoadState }>(
        'select state from elute.loads where load_id = $1 for update',
        [loadId],
      );
      const [load] = rows;
      if (load === undefined || load.state === 'loaded') return load?.state;
      await client.query(
        `with files as (delete from elute.load_files where load_id = $1 returning file_id),
           events as (delete from elute.load_events where load_id = $1),
           rejects as (delete from elute.rejects r using files where r.file_id = files.file_id),
           warnings as (delete from elute.warnings w using files where w.file_id = files.file_id)
         delete from elute.loads where load_id = $1`,
        [loadId],
      );
      return undefined;
    }),
  );
}

/** The state of a load; waits until a transaction that is about to change it has ended. */
export async function findState(
  database: Database,
  loadId: number,
): Promise<LoadState | undefined> {
  const [load] = await database.query<{ state: LoadState }>(
    'select state from elute.loads where load_id = $1 for share',
    [loadId],
  );
  return load?.state;
}

/**
 * Finds running loads whose process is gone: nobody holds their lock. Nothing of them was published; those
 * of a service are taken up again by another worker.
 */
export async function closeAbandonedLoads(database: Database): Promise<void> {
  await database.query(
    `update elute.loads
     set state = 'interrupted', error_code = 'interrupted', finished_at = clock_timestamp(),
       error_message = 'The process of this load ended before it was published. Load the files again.'
     where state = 'running' and request is null and pg_try_advisory_xact_lock($1, load_id)`,
    [lockClass],
  );
}
