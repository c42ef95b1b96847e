import type { Dataset } from '../domain/datasets.ts';
import type { Version } from '../domain/version.ts';
import type { Client } from './connection.ts';
import { selectValue } from './lineage.ts';

/** One stored row: its values by column, lists of ids as such, and which version of the row it is. */
export interface StoredRow {
  readonly values: Readonly<Record<string, unknown>>;
  readonly version: Version;
}

/** The present version of a row; undefined where there is none with this id. */
export async function findRow(
  client: Client,
  dataset: Dataset,
  id: number,
): Promise<StoredRow | undefined> {
  const { name, key } = dataset;
  const { rows } = await client.query<Record<string, unknown>>(
    `${selectVersion(dataset)} from elute.${name} e where e.${key} = $1`,
    [id],
  );
  return rows.map(readVersion)[0];
}

/** The version of a row that came with a load, be it the present one or not. */
export async function findLoadedRow(
  client: Client,
  dataset: Dataset,
  { id, loadId }: { id: number; loadId: number },
): Promise<StoredRow | undefined> {
  const { name, key } = dataset;
  const select = (table: string) =>
    `${selectVersion(dataset)} from elute.${table} e join elute.load_files f using (file_id)
     where e.${key} = $1 and f.load_id = $2`;
  const { rows } = await client.query<Record<string, unknown>>(
    `${select(name)} union all ${select(`${name}_history`)} limit 1`,
    [id, loadId],
  );
  return rows.map(readVersion)[0];
}

function selectVersion({ columns }: Dataset): string {
  return `select ${columns.map(selectValue).join(', ')}, e.file_id as "fileId", e.line`;
}

function readVersion({ fileId, line, ...values }: Record<string, unknown>): StoredRow {
  return { values, version: { fileId: Number(fileId), line: Number(line) } };
}
