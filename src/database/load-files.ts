import type { DatasetName } from '../domain/datasets.ts';
import type { Format, Source } from '../domain/places.ts';
import type { Encoding, Reading } from '../domain/reading.ts';
import type { RowCounts } from '../domain/receipt.ts';
import { readStatement } from '../statements.ts';
import type { Client, Database } from './connection.ts';

/** What the history keeps of an input file before its rows are known. */
export interface NewFile extends Source {
  readonly dataset: DatasetName;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly format: Format;
  readonly reading: Reading;
  readonly encoding?: Encoding;
  readonly header: readonly string[];
  readonly ignoredColumns: readonly string[];
}

/** Adds a file to a load; its id. */
export async function insertFile(client: Client, loadId: number, file: NewFile): Promise<number> {
  const { rows } = await client.query<{ file_id: number }>(
    `insert into elute.load_files
       (load_id, dataset, path, sheet, format, numbering, encoding, size_bytes, sha256, reading, header,
        ignored_columns)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning file_id`,
    [
      loadId,
      file.dataset,
      file.path,
      file.sheet ?? null,
      file.format,
      file.numbering,
      file.encoding ?? null,
      file.sizeBytes,
      file.sha256,
      file.reading,
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
     set read = $2, inserted = $3, updated = $4, unchanged = $5, computed = $6,
       duplicate = $7, rejected = $8, warnings = $9
     where file_id = $1`,
    [
      fileId,
      counts.read,
      counts.inserted,
      counts.updated,
      counts.unchanged,
      counts.computed,
      counts.duplicate,
      counts.rejected,
      counts.warnings,
    ],
  );
}

/** Links a load to those whose rejects its rows mend; numbers that are no published load are left out. */
export async function saveMends(
  client: Client,
  loadId: number,
  mends: readonly { readonly load_id: number; readonly rows: number }[],
): Promise<void> {
  for (const mend of mends) {
    await client.query(
      `insert into elute.mends (load_id, mended_load_id, rows)
       select $1, load_id, $3 from elute.loads where load_id = $2 and load_id < $1 and state <> 'running'
       on conflict (load_id, mended_load_id) do update set rows = mends.rows + excluded.rows`,
      [loadId, mend.load_id, mend.rows],
    );
  }
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
  featuresOnly: boolean,
): Promise<EarlierLoad | undefined> {
  const [row] = await database.query<{
    load_id: number;
    missed: DatasetName[];
    is_outdated: boolean;
  }>(readStatement('load/earlier-load.sql'), [
    file.sha256,
    file.sizeBytes,
    file.dataset,
    file.sheet ?? null,
    file.reading,
    featuresOnly,
  ]);
  return row && { loadId: row.load_id, missed: row.missed, isOutdated: row.is_outdated };
}
