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
  const of = `from (select ${key} from ${name} where file_id = ${raw.fileId})`;
  return count(engine, raw, {
    inserted: `select count(*) ${of} anti join stored_${name} using (${key})`,
    updated: `select count(*) ${of} semi join changed_${name} using (${key})`,
    unchanged: `select count(*) ${of} semi join unchanged_${name} using (${key})`,
    computed: 'select 0',
  });
}

/** The same for a features-only load, which stores no rows. */
export async function countComputed(engine: Engine, raw: RawRows): Promise<RowCounts> {
  return count(engine, raw, {
    inserted: 'select 0',
    updated: 'select 0',
    unchanged: 'select 0',
    computed: `select count(*) from ${raw.file.dataset} where file_id = ${raw.fileId}`,
  });
}

type GoodOutcome = 'inserted' | 'updated' | 'unchanged' | 'computed';

async function count(
  engine: Engine,
  raw: RawRows,
  good: Readonly<Record<GoodOutcome, string>>,
): Promise<RowCounts> {
  const counting = {
    ...good,
    duplicate: `select count(*) from duplicates where file_id = ${raw.fileId}`,
    rejected: `select count(*) from rejects where file_id = ${raw.fileId}`,
    warnings: `select count(*) from warnings where file_id = ${raw.fileId}`,
  };
  const columns = Object.entries(counting).map(([name, query]) => `(${query}) as ${name}`);
  const [counted] = await engine.rows<Omit<RowCounts, 'read'>>(`select ${columns.join(', ')}`);
  if (counted === undefined) throw new Error('counting gave no row');
  const counts = { read: raw.read, ...counted };
  if (isBalanced(counts)) return counts;
  throw new Error(`the receipt of ${raw.file.path} does not balance: ${JSON.stringify(counts)}`);
}
