import type { Engine } from '../compute/engine.ts';
import { datasets } from '../domain/datasets.ts';
import { isBalanced, type RowCounts } from '../domain/receipt.ts';
import type { RawRows } from '../extract/read-rows.ts';

/**
 * Counts what became of a file's rows. Each figure is counted on its own: a lost row makes the receipt
 * unbalanced, which is a fault of the program and fails the load.
 */
export async function countOutcomes(engine: Engine, raw: RawRows): Promise<RowCounts> {
  const { name, key } = datasets[raw.file.dataset];
  const of = `from ${name} where file_id = ${raw.fileId}`;
  const [counted] = await engine.rows<Omit<RowCounts, 'read'>>(`
    select
      (select count(*) from (select ${key} ${of}) anti join stored_${name} using (${key})) as inserted,
      (select count(*) from (select ${key} ${of}) semi join changed_${name} using (${key})) as updated,
      (select count(*) from (select ${key} ${of}) semi join unchanged_${name} using (${key})) as unchanged,
      (select count(*) from duplicates where file_id = ${raw.fileId}) as duplicate,
      (select count(*) from rejects where file_id = ${raw.fileId}) as rejected,
      (select count(*) from warnings where file_id = ${raw.fileId}) as warnings`);
  if (counted === undefined) throw new Error('counting gave no row');
  const counts = { read: raw.read, ...counted };
  if (isBalanced(counts)) return counts;
  throw new Error(`the receipt of ${raw.file.path} does not balance: ${JSON.stringify(counts)}`);
}
