import type { Engine } from '../compute/engine.ts';
import type { RawRows } from '../extract/read-rows.ts';
import { readLines } from '../extract/text/read-text-rows.ts';

/** To look for more lines than that one by one would cost more than to read all. */
const soughtLines = 100_000;

/**
 * Gives the rejects of a file their cells, as the file has them, and lets the raw rows go. Call it
 * when no more rows will be rejected. Rows of figures are no raw rows: those that were rejected since
 * are read again.
 */
export async function keepRecords(
  engine: Engine,
  raw: RawRows,
  signal: AbortSignal,
): Promise<void> {
  await takeRecords(engine, raw);
  const { file, fileId, table } = raw;
  const missing = await engine.rows<{ line: number }>(
    `select line from rejects where file_id = $fileId and record is null limit ${soughtLines + 1}`,
    { fileId },
  );
  if (missing.length === 0) return;
  if (file.format !== 'text') throw new Error(`${file.path}: rejects without their cells`);
  const lines = missing.length > soughtLines ? undefined : new Set(missing.map(({ line }) => line));
  await readLines(engine, { table, signal }, { file, lines });
  await takeRecords(engine, raw);
}

async function takeRecords(engine: Engine, { fileId, file, table }: RawRows): Promise<void> {
  const cells = file.header.map((_, i) => `coalesce(c${i + 1}, '')`);
  await engine.run(`
    update rejects set record = [${cells.join(', ')}] from ${table} r
    where rejects.file_id = ${fileId} and rejects.line = r.line and rejects.record is null;
    drop view ${table};
    drop table ${table}_cells`);
}
