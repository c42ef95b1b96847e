import type { Database } from './connection.ts';

/** Those keys of one who asks under which a load was asked for. */
export async function findKnownKeys(
  database: Database,
  requestedBy: string,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await database.query<{ idempotency_key: string }>(
    'select idempotency_key from elute.loads where requested_by = $1 and idempotency_key = any($2)',
    [requestedBy, keys],
  );
  return new Set(rows.map((row) => row.idempotency_key));
}

/** Those of some loads that neither wait nor run. */
export async function findEnded(database: Database, loadIds: readonly number[]): Promise<number[]> {
  if (loadIds.length === 0) return [];
  const rows = await database.query<{ load_id: number }>(
    `select load_id from elute.loads
     where load_id = any($1) and state not in ('queued', 'running') order by finished_at, load_id`,
    [loadIds],
  );
  return rows.map((row) => row.load_id);
}
