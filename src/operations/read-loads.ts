import { type Context, withDatabase } from '../context.ts';
import { listRejects, listWarnings, type StoredFinding } from '../database/findings.ts';
import { closeAbandonedLoads, loadNotFound } from '../database/load-states.ts';
import { listLoads } from '../database/loads.ts';
import type { Load } from '../domain/load.ts';
import { namePlace, nameSource } from '../domain/places.ts';
import type { Reject, RowFinding } from '../domain/rejects.ts';
import { findColumn } from '../extract/header.ts';

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
    const rejects = await listRejects(database, loadId, limit);
    const warnings = await listWarnings(database, loadId, limit);
    return { load, rejects: rejects.map(placeReject), warnings: warnings.map(placeFinding) };
  });
}

function placeReject(reject: StoredFinding<Reject>): Reject {
  return { ...placeFinding(reject), header: reject.header, record: reject.record };
}

function placeFinding(finding: StoredFinding): RowFinding {
  const { path, sheet, numbering, header, line, column, value, code, message } = finding;
  const source = { path, numbering, ...(sheet && { sheet }) };
  const position = column === null ? undefined : findColumn(header, column);
  const place = namePlace(source, line, position);
  return { file: nameSource(source), place, line, column, value, code, message };
}
