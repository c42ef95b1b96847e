import { rm } from 'node:fs/promises';
import type { Engine } from '../../compute/engine.ts';
import type { CopiedTable } from '../input-file.ts';
import { dropFaults, readCopy } from '../text/read-csv.ts';

/** Reads the copied rows of a sheet into the view `table`; returns how many they are. */
export async function readSheetRows(
  engine: Engine,
  table: string,
  file: CopiedTable,
): Promise<number> {
  const cells = ['line_text', 'fault', ...file.header.map((_, i) => `c${i + 1}`)];
  const copy = readCopy(table, { path: file.copy, delimiter: ',', cells });
  const rows = await engine.run(`create temp table ${table}_cells as select * from ${copy}`);
  if (rows !== file.rowCount)
    throw new Error(`${file.copy} holds ${file.rowCount} rows, but ${rows} were read`);
  await engine.run(`
    create view ${table} as select cast(line_text as bigint) as line, * exclude (line_text) from ${table}_cells;
    ${dropFaults(table)}`);
  await rm(file.copy);
  return rows;
}
