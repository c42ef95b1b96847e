import type { DatasetName } from '../domain/datasets.ts';
import type { LeftAlone, Load, LoadError, LoadedFile, LoadState, Mend } from '../domain/load.ts';
import type { Format, Numbering } from '../domain/places.ts';
import type { Plan } from '../domain/plan.ts';
import type { Encoding, Reading } from '../domain/reading.ts';
import type { RowCounts } from '../domain/receipt.ts';
import { EluteError } from '../errors.ts';
import { readStatement } from '../statements.ts';
import type { Database } from './connection.ts';

interface LoadRow {
  load_id: number;
  state: LoadState;
  started_at: Date;
  finished_at: Date | null;
  undone_at: Date | null;
  features_only: boolean;
  applied_plan: number | null;
  applied_by: number | null;
  error_code: string | null;
  error_message: string | null;
  requested_by: string | null;
  request_id: string | null;
  cancel_requested: boolean;
  left_alone: LeftAlone | null;
  undo_requested_at: Date | null;
  undo_error: LoadError | null;
  history_pruned_at: Date | null;
  findings_pruned_at: Date | null;
  files: FileRow[] | null;
  mends: Mend[] | null;
  mended_by: Mend[] | null;
}

interface FileRow extends Omit<RowCounts, 'read'> {
  /** Null until the load is published or planned. */
  read: number | null;
  path: string;
  sheet: string | null;
  format: Format;
  numbering: Numbering;
  encoding: Encoding | null;
  reading: Reading;
  dataset: DatasetName;
  size_bytes: number;
  sha256: string;
  ignored_columns: string[];
}

export interface LoadSelection {
  readonly only?: number;
  readonly limit?: number;
  /** Loads with lower numbers. */
  readonly before?: number;
  readonly state?: string;
}

/** Loads, newest first, each with its files. */
export async function listLoads(
  database: Database,
  { only, limit, before, state }: LoadSelection = {},
): Promise<Load[]> {
  const rows = await database.query<LoadRow>(readStatement('load/loads.sql'), [
    only ?? null,
    limit ?? null,
    before ?? null,
    state ?? null,
  ]);
  return rows.map(readLoad);
}

/** What a planned load would change; undefined where there is no such plan, or no longer. */
export async function findPlan(database: Database, loadId: number): Promise<Plan | undefined> {
  const [row] = await database.query<{ plan: Plan | null }>(
    `select plan from elute.loads where load_id = $1 and state = 'planned'`,
    [loadId],
  );
  return row?.plan ?? undefined;
}

export function planPruned(planId: number): EluteError {
  return new EluteError(
    'plan_outdated',
    `What plan ${planId} would do is no longer kept since "elute database prune". Make the plan again.`,
  );
}

function readLoad(row: LoadRow): Load {
  return {
    loadId: row.load_id,
    state: row.state,
    startedAt: row.started_at,
    ...(row.finished_at && { finishedAt: row.finished_at }),
    ...(row.undone_at && { undoneAt: row.undone_at }),
    featuresOnly: row.features_only,
    ...(row.applied_plan && { appliedPlan: row.applied_plan }),
    ...(row.applied_by && { appliedBy: row.applied_by }),
    mends: row.mends ?? [],
    mendedBy: row.mended_by ?? [],
    ...(row.error_code && { error: { code: row.error_code, message: row.error_message ?? '' } }),
    files: (row.files ?? []).map(readFile),
    ...readAskedFor(row),
    ...(row.left_alone && { leftAlone: row.left_alone }),
    ...(row.history_pruned_at && { historyPrunedAt: row.history_pruned_at }),
    ...(row.findings_pruned_at && { findingsPrunedAt: row.findings_pruned_at }),
  };
}

/** What a service was asked for, by whom. */
function readAskedFor(row: LoadRow) {
  return {
    ...(row.requested_by && { requestedBy: row.requested_by }),
    ...(row.request_id && { requestId: row.request_id }),
    isCancelRequested: row.cancel_requested,
    ...(row.undo_requested_at && { undoRequestedAt: row.undo_requested_at }),
    ...(row.undo_error && { undoError: row.undo_error }),
  };
}

function readFile(row: FileRow): LoadedFile {
  const { read, inserted, updated, unchanged, computed, duplicate, rejected, warnings } = row;
  const counts = { inserted, updated, unchanged, computed, duplicate, rejected, warnings };
  return {
    path: row.path,
    ...(row.sheet !== null && { sheet: row.sheet }),
    numbering: row.numbering,
    format: row.format,
    ...(row.encoding !== null && { encoding: row.encoding }),
    reading: row.reading,
    dataset: row.dataset,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    ignoredColumns: row.ignored_columns,
    ...(read !== null && { counts: { read, ...counts } }),
  };
}
