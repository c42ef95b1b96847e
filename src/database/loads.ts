import type { DatasetName } from '../domain/datasets.ts';
import type { Load, LoadedFile, LoadState } from '../domain/load.ts';
import type { RowCounts } from '../domain/receipt.ts';
import type { ErrorCode } from '../errors.ts';
import { readStatement } from '../statements.ts';
import { type Client, type Database, inTransaction } from './connection.ts';
import { lockClass } from './locks.ts';

/** What the history keeps of an input file before its rows are known. */
export interface NewFile {
  readonly dataset: DatasetName;
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly dateFormat: string | null;
  readonly header: readonly string[];
  readonly ignoredColumns: readonly string[];
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
export async function startLoad(client: Client, files: readonly NewFile[]): Promise<StartedLoad> {
  return inTransaction(client, async () => {
    const { rows } = await client.query<{ load_id: number }>(
      'insert into elute.loads default values returning load_id',
    );
    const loadId = rows[0]?.load_id ?? 0;
    await client.query('select pg_advisory_lock($1, $2)', [lockClass, loadId]);
    const fileIds: number[] = [];
    for (const file of files) fileIds.push(await insertFile(client, loadId, file));
    return { loadId, fileIds };
  });
}

async function insertFile(client: Client, loadId: number, file: NewFile): Promise<number> {
  const { rows } = await client.query<{ file_id: number }>(
    `insert into elute.load_files
       (load_id, dataset, path, size_bytes, sha256, date_format, header, ignored_columns)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning file_id`,
    [
      loadId,
      file.dataset,
      file.path,
      file.sizeBytes,
      file.sha256,
      file.dateFormat,
      file.header,
      file.ignoredColumns,
    ],
  );
  return rows[0]?.file_id ?? 0;
}

/** Writes the receipt of one file; the table refuses one that does not balance. */
export async function saveReceipt(
  client: Client,
  fileId: number,
  counts: RowCounts,
): Promise<void> {
  await client.query(
    `update elute.load_files
     set read = $2, inserted = $3, updated = $4, unchanged = $5, duplicate = $6, rejected = $7, warnings = $8
     where file_id = $1`,
    [
      fileId,
      counts.read,
      counts.inserted,
      counts.updated,
      counts.unchanged,
      counts.duplicate,
      counts.rejected,
      counts.warnings,
    ],
  );
}

/** Marks a running load as loaded, in the transaction that publishes it. */
export async function markLoaded(client: Client, loadId: number): Promise<void> {
  const { rowCount } = await client.query(
    `update elute.loads set state = 'loaded', finished_at = clock_timestamp()
     where load_id = $1 and state = 'running'`,
    [loadId],
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
  end: { state: Exclude<LoadState, 'running' | 'loaded'>; code: ErrorCode; message: string },
): Promise<LoadState | undefined> {
  await database.query(
    `update elute.loads set state = $2, error_code = $3, error_message = $4, finished_at = clock_timestamp()
     where load_id = $1 and state = 'running'`,
    [loadId, end.state, end.code, end.message],
  );
  const [load] = await listLoads(database, { only: loadId });
  return load?.state;
}

/** Finds running loads whose process is gone: nobody holds their lock. Nothing of them was published. */
export async function closeAbandonedLoads(database: Database): Promise<void> {
  await database.query(
    `update elute.loads
     set state = 'interrupted', error_code = 'interrupted', finished_at = clock_timestamp(),
       error_message = 'The process of this load ended before it was published. Load the files again.'
     where state = 'running' and pg_try_advisory_xact_lock($1, load_id)`,
    [lockClass],
  );
}

/** An earlier load of the same bytes, read with the same settings. */
export interface EarlierLoad {
  readonly loadId: number;
  /** The datasets of which it missed rows that this file names; empty when none was missed. */
  readonly missed: readonly DatasetName[];
  /** Whether some of those rows are stored by now, so that the file would load more rows today. */
  readonly isOutdated: boolean;
}

/** The last load that published the same content. */
export async function findEarlierLoad(
  database: Database,
  file: NewFile,
): Promise<EarlierLoad | undefined> {
  const [row] = await database.query<{
    load_id: number;
    missed: DatasetName[];
    is_outdated: boolean;
  }>(readStatement('load/earlier-load.sql'), [
    file.sha256,
    file.sizeBytes,
    file.dataset,
    file.dateFormat,
  ]);
  return row && { loadId: row.load_id, missed: row.missed, isOutdated: row.is_outdated };
}

interface LoadRow {
  load_id: number;
  state: LoadState;
  started_at: Date;
  finished_at: Date | null;
  error_code: string | null;
  error_message: string | null;
  files: FileRow[] | null;
}

interface FileRow extends RowCounts {
  path: string;
  dataset: DatasetName;
  size_bytes: number;
  sha256: string;
  ignored_columns: string[];
}

/** Loads, newest first, each with its files; `only` narrows to one. */
export async function listLoads(
  database: Database,
  { only, limit }: { only?: number; limit?: number } = {},
): Promise<Load[]> {
  const rows = await database.query<LoadRow>(
    `select l.*, (select json_agg(f order by f.file_id) from elute.load_files f where f.load_id = l.load_id) as files
     from elute.loads l where $1::integer is null or l.load_id = $1
     order by l.load_id desc limit $2`,
    [only ?? null, limit ?? null],
  );
  return rows.map(readLoad);
}

function readLoad(row: LoadRow): Load {
  return {
    loadId: row.load_id,
    state: row.state,
    startedAt: row.started_at,
    ...(row.finished_at && { finishedAt: row.finished_at }),
    ...(row.error_code && { error: { code: row.error_code, message: row.error_message ?? '' } }),
    files: (row.files ?? []).map((file) => readFile(file, row.state)),
  };
}

function readFile(row: FileRow, state: LoadState): LoadedFile {
  const { read, inserted, updated, unchanged, duplicate, rejected, warnings } = row;
  return {
    path: row.path,
    dataset: row.dataset,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    ignoredColumns: row.ignored_columns,
    ...(state === 'loaded' && {
      counts: { read, inserted, updated, unchanged, duplicate, rejected, warnings },
    }),
  };
}
