import type { Source } from '../domain/places.ts';
import type { Reject, RowFinding } from '../domain/rejects.ts';
import type { Database } from './connection.ts';

/** A finding as it is stored: where its row came from, not yet in words. */
export type StoredFinding<Finding extends RowFinding = RowFinding> = Omit<
  Finding,
  'file' | 'place'
> &
  Source & { readonly header: readonly string[] };

const columns = `f.path, f.sheet, f.numbering, f.header, r.line, r.column_name as "column", r.value, r.code, r.message`;

/** The rejected rows of a load, by file and line. */
export function listRejects(
  database: Database,
  loadId: number,
  limit?: number,
): Promise<StoredFinding<Reject>[]> {
  return database.query<StoredFinding<Reject> & Record<string, unknown>>(
    `select ${columns}, r.record from elute.rejects r join elute.load_files f using (file_id)
     where f.load_id = $1 order by f.file_id, r.line limit $2`,
    [loadId, limit ?? null],
  );
}

/** What was odd in rows that were loaded, by file and line. */
export function listWarnings(
  database: Database,
  loadId: number,
  limit?: number,
): Promise<StoredFinding[]> {
  return database.query<StoredFinding & Record<string, unknown>>(
    `select ${columns} from elute.warnings r join elute.load_files f using (file_id)
     where f.load_id = $1 order by f.file_id, r.line limit $2`,
    [loadId, limit ?? null],
  );
}
