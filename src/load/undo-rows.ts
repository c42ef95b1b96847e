import { listNames } from '../compute/quote.ts';
import type { Client } from '../database/connection.ts';
import { type Dataset, datasetNames, datasets } from '../domain/datasets.ts';
import { readStatement } from '../statements.ts';
import { storedColumns } from './publish-rows.ts';

const all = datasetNames.map((name) => datasets[name]);

/** What an undo did to the rows of a dataset. */
export interface UndoneRows {
  readonly dataset: string;
  /** Rows that the load had brought: they are gone. */
  readonly removed: number;
  /** Rows that the load had changed or deleted: they are as before. */
  readonly restored: number;
}

/**
 * Finds what a load did: makes the temporary tables `undone_load`, `undone_files`, for each dataset D
 * `restored_D` (earlier versions) and `removed_D` (ids), `earlier_features` and `touched_users`.
 */
export async function findUndoneRows(client: Client, loadId: number): Promise<void> {
  await client.query(`
    create temp table undone_load on commit drop as select ${loadId}::integer as load_id;
    create temp table undone_files on commit drop as
    select file_id from elute.load_files join undone_load using (load_id);`);
  for (const { name, key } of all) {
    await client.query(`
      create temp table restored_${name} on commit drop as
      select * from elute.${name}_history where ended_by = ${loadId} and not is_undone;
      create temp table removed_${name} on commit drop as
      select t.${key} from elute.${name} t join undone_files using (file_id)
      where not exists (select from restored_${name} r where r.${key} = t.${key});
      analyze restored_${name};
      analyze removed_${name};`);
  }
  await client.query(readStatement('load/touched-users.sql'));
}

/** Puts the rows back as they were; versions that are taken back stay in the history of their row. */
export async function undoRows(client: Client, loadId: number): Promise<UndoneRows[]> {
  const undone: UndoneRows[] = [];
  for (const dataset of all) {
    await restoreRows(client, dataset, loadId);
    const { name, key } = dataset;
    const removed = await client.query(
      `delete from elute.${name} t using removed_${name} r where t.${key} = r.${key}`,
    );
    const restored = await client.query(`select from restored_${name}`);
    undone.push({
      dataset: name,
      removed: removed.rowCount ?? 0,
      restored: restored.rowCount ?? 0,
    });
  }
  return undone;
}

async function restoreRows(client: Client, dataset: Dataset, loadId: number): Promise<void> {
  const { name, key } = dataset;
  const columns = storedColumns(dataset);
  const assignments = columns.map((column) => `${column} = r.${column}`);
  await client.query(`
    delete from elute.${name}_history where ended_by = ${loadId} and not is_undone;
    insert into elute.${name}_history (${listNames(columns)}, ended_by, is_undone)
    select ${listNames(columns, 't.')}, ${loadId}, true from elute.${name} t join restored_${name} using (${key});
    update elute.${name} t set ${assignments.join(', ')} from restored_${name} r where t.${key} = r.${key};
    insert into elute.${name} (${listNames(columns)})
    select ${listNames(columns)} from restored_${name} r
    where not exists (select from elute.${name} t where t.${key} = r.${key});`);
}
