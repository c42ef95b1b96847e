import type { LeftAlone, LoadError, LoadState } from '../domain/load.ts';
import type { ServiceRequest } from '../domain/service-request.ts';
import { type Client, type Database, inTransaction } from './connection.ts';
import { loadNotFound } from './load-states.ts';
import { isLockTimeout, lockClass } from './locks.ts';

export interface NewServiceLoad {
  readonly request: ServiceRequest;
  readonly requestedBy: string;
  readonly requestId: string;
  readonly idempotencyKey: string | undefined;
}

/** Adds a load that waits for a worker; undefined where this token used the key before. */
export async function insertQueuedLoad(
  client: Client,
  { request, requestedBy, requestId, idempotencyKey }: NewServiceLoad,
): Promise<number | undefined> {
  const { rows } = await client.query<{ load_id: number }>(
    `insert into elute.loads
       (state, queued_at, features_only, request, requested_by, request_id, idempotency_key, applied_plan)
     values ('queued', clock_timestamp(), $1, $2, $3, $4, $5, $6)
     on conflict (requested_by, idempotency_key) do nothing
     returning load_id`,
    [
      request.load.featuresOnly,
      request,
      requestedBy,
      requestId,
      idempotencyKey ?? null,
      request.appliedPlan ?? null,
    ],
  );
  return rows[0]?.load_id;
}

/** The load that a token asked for under a key. */
export async function findKeyedLoad(
  database: Database,
  requestedBy: string,
  idempotencyKey: string,
): Promise<number | undefined> {
  const [row] = await database.query<{ load_id: number }>(
    'select load_id from elute.loads where requested_by = $1 and idempotency_key = $2',
    [requestedBy, idempotencyKey],
  );
  return row?.load_id;
}

/**
 * Lets a load of a service that failed wait once more, without what its last attempt found. False where
 * there is nothing to try again: another state, or uploaded files that are gone.
 */
export async function requeueFailedLoad(client: Client, loadId: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `update elute.loads
     set state = 'queued', queued_at = clock_timestamp(), finished_at = null, cancel_requested = false,
       error_code = null, error_message = null
     where load_id = $1 and state in ('failed', 'interrupted')
       and request is not null and request->>'uploadFolder' is null`,
    [loadId],
  );
  if (rowCount !== 1) return false;
  for (const table of ['rejects', 'warnings'])
    await client.query(
      `delete from elute.${table}
       where file_id in (select file_id from elute.load_files where load_id = $1)`,
      [loadId],
    );
  return true;
}

/** What a service was asked to load; undefined for loads of the command line. */
export async function findServiceRequest(
  database: Database,
  loadId: number,
): Promise<ServiceRequest | undefined> {
  const [row] = await database.query<{ request: ServiceRequest | null }>(
    'select request from elute.loads where load_id = $1',
    [loadId],
  );
  if (row === undefined) throw loadNotFound(loadId);
  return row.request ?? undefined;
}

/**
 * Takes the lock that says that the load's process lives; false while another process has it. Whoever
 * only looks whether it is free holds it for a moment: that is waited for.
 */
export async function lockLoad(client: Client, loadId: number): Promise<boolean> {
  try {
    await inTransaction(client, async () => {
      await client.query(`set local lock_timeout = '3s'`);
      await client.query('select pg_advisory_lock($1, $2)', [lockClass, loadId]);
    });
    return true;
  } catch (error) {
    if (isLockTimeout(error)) return false;
    throw error;
  }
}

export async function unlockLoad(client: Client, loadId: number): Promise<void> {
  await client.query('select pg_advisory_unlock($1, $2)', [lockClass, loadId]);
}

/**
 * Sets a load to running whose lock is held; what is to be done, or undefined where nothing is left to do:
 * it has ended, or was cancelled.
 */
export async function claimLoad(
  database: Database,
  loadId: number,
): Promise<ServiceRequest | undefined> {
  const [claimed] = await database.query<{ request: ServiceRequest }>(
    `update elute.loads
     set state = 'running', started_at = clock_timestamp(), finished_at = null,
       error_code = null, error_message = null, findings_pruned_at = null
     where load_id = $1 and state in ('queued', 'running', 'interrupted') and not cancel_requested
     returning request`,
    [loadId],
  );
  return claimed?.request;
}

/** Lets a load that published nothing wait for another attempt. */
export async function requeueLoad(database: Database, loadId: number): Promise<void> {
  await database.query(
    `update elute.loads
     set state = 'queued', finished_at = null, error_code = null, error_message = null
     where load_id = $1 and state in ('running', 'interrupted', 'failed') and not cancel_requested`,
    [loadId],
  );
}

/** Marks a load as loaded whose files were all loaded before. */
export async function markNothingToDo(database: Database, loadId: number): Promise<void> {
  await database.query(
    `update elute.loads set state = 'loaded', finished_at = clock_timestamp()
     where load_id = $1 and state = 'running'`,
    [loadId],
  );
}

/** Asks that a load be given up; one that waits ends at once. The state it has then. */
export async function requestCancel(database: Database, loadId: number): Promise<LoadState> {
  const [load] = await database.query<{ state: LoadState }>(
    `update elute.loads
     set cancel_requested = cancel_requested or state in ('queued', 'running'),
       error_code = case when state = 'queued' then 'interrupted' else error_code end,
       error_message = case when state = 'queued' then 'Cancelled; nothing was loaded.' else error_message end,
       finished_at = case when state = 'queued' then clock_timestamp() else finished_at end,
       state = case when state = 'queued' then 'interrupted' else state end
     where load_id = $1 returning state`,
    [loadId],
  );
  if (load === undefined) throw loadNotFound(loadId);
  return load.state;
}

export async function isCancelRequested(database: Database, loadId: number): Promise<boolean> {
  const [load] = await database.query<{ cancel_requested: boolean }>(
    'select cancel_requested from elute.loads where load_id = $1',
    [loadId],
  );
  return load?.cancel_requested ?? true;
}

export async function saveLeftAlone(
  database: Database,
  loadId: number,
  leftAlone: LeftAlone,
): Promise<void> {
  await database.query('update elute.loads set left_alone = $2 where load_id = $1', [
    loadId,
    leftAlone,
  ]);
}

/** Notes that an undo was asked for; false where one waits already, or where there is nothing to undo. */
export async function requestUndo(client: Client, loadId: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `update elute.loads set undo_requested_at = clock_timestamp(), undo_error = null
     where load_id = $1 and state = 'loaded' and history_pruned_at is null
       and (undo_requested_at is null or undo_error is not null)`,
    [loadId],
  );
  return rowCount === 1;
}

export async function saveUndoError(
  database: Database,
  loadId: number,
  error: LoadError,
): Promise<void> {
  await database.query(
    `with told as (
       insert into elute.load_events (load_id, data) values ($1, json_build_object('undoError', $2::json))
     ), notified as (select pg_notify('elute_loads', $1::text))
     update elute.loads set undo_error = $2 from notified where load_id = $1`,
    [loadId, error],
  );
}
