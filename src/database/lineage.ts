import type { Column, Dataset } from '../domain/datasets.ts';
import type { Source } from '../domain/places.ts';
import type { Database } from './connection.ts';

/** A version of a row as it is stored, with what names its place. */
export interface StoredVersion extends Source {
  readonly id: number;
  readonly load_id: number;
  readonly line: number;
  readonly header: readonly string[];
  readonly ended_by: number | null;
  readonly is_undone: boolean;
  readonly [column: string]: unknown;
}

/** The present versions of a dataset's rows, by id. `condition` is one on the row `e`. */
export function listPresent(
  database: Database,
  { name, key, columns }: Dataset,
  { from, parameters, limit }: { from: string; parameters: readonly unknown[]; limit?: number },
): Promise<StoredVersion[]> {
  const values = columns.map(selectValue).join(', ');
  return database.query<StoredVersion>(
    `select e.${key} as id, ${values}, e.line, ${source}, null as ended_by, false as is_undone
     from elute.${name} e join elute.load_files s using (file_id) ${from}
     order by e.${key} limit ${limit ?? 'all'}`,
    parameters,
  );
}

/** The earlier versions of rows, newest first. */
export function listEarlier(
  database: Database,
  { name, key, columns }: Dataset,
  ids: readonly number[],
): Promise<StoredVersion[]> {
  const values = columns.map(selectValue).join(', ');
  return database.query<StoredVersion>(
    `select e.${key} as id, ${values}, e.line, ${source}, e.ended_by, e.is_undone
     from elute.${name}_history e join elute.load_files s using (file_id)
     where e.${key} = any ($1) order by e.ended_by desc, s.load_id desc`,
    [ids],
  );
}

/** A column of a stored row `e`; a list of ids as one. */
export function selectValue({ name, kind }: Column): string {
  return kind === 'ids' ? `elute.compound_ids(e.${name}) as ${name}` : `e.${name}`;
}

const source = 's.load_id, s.path, s.sheet, s.numbering, s.header';
