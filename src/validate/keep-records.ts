import type { Engine } from '../compute/engine.ts';
import type { RawRows } from '../extract/read-rows.ts';

/**
 * Gives the rejects of a file their cells, as the file has them, and lets the raw rows go. Call it
 * when no more rows will be rejected.
 */
export async function keepRecords(engine: Engine, { fileId, file, table }: RawRows): Promise<void> {
  const cells = file.header.map((_, i) => `coalesce(c${i + 1}, '')`);
  await engine.run(`
    update rejects set record = [${cells.join(', ')}] from ${table} r
    where rejects.file_id = ${fileId} and rejects.line = r.line and rejects.record is null;
    drop view ${table};
    drop table ${table}_cells`);
}
