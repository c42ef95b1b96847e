import type { Reject, RowFinding } from '../domain/rejects.ts';
import type { Database } from './connection.ts';

/** The rejected rows of a load, by file and line. */
export function listRejects(database: Database, loadId: number, limit?: number): Promise<Reject[]> {
  return database.query<Reject & Record<string, unknown>>(
    `select f.path as file, r.line, r.column_name as "column", r.value, r.code, r.message, f.header, r.record
     from elute.rejects r join elute.load_files f using (file_id)
     where f.load_id = $1 order by f.file_id, r.line limit $2`,
    [loadId, limit ?? null],
  );
}

/** What was odd in rows that were loaded, by file and line. */
export function listWarnings(
  database: Database,
  loadId: number,
  limit?: number,
): Promise<RowFinding[]> {
  return database.query<RowFinding & Record<string, unknown>>(
    `select f.path as file, w.line, w.column_name as "column", w.value, w.code, w.message
     from elute.warnings w join elute.load_files f using (file_id)
     where f.load_id = $1 order by f.file_id, w.line limit $2`,
    [loadId, limit ?? null],
  );
}
