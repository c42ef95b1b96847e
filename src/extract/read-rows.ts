import type { Engine } from '../compute/engine.ts';
import { checkIdentity } from './identity.ts';
import type { InputFile } from './input-file.ts';
import { readJsonRows } from './json/read-json.ts';
import { readParquetRows } from './parquet/read-parquet.ts';
import { readTextRows, type TextRead } from './text/read-text-rows.ts';
import { readSheetRows } from './workbook/read-sheet-rows.ts';

/**
 * Where the raw rows of a file are: `line`, `fault`, and the cells `c1`, `c2`, … as text. Rows of nothing but
 * figures are not among them.
 */
export interface RawRows {
  readonly fileId: number;
  readonly file: InputFile;
  readonly table: string;
  /** Rows of the file, those included that are rejected already because their structure is bad. */
  readonly read: number;
}

/**
 * Reads a file's rows into the engine. Throws where they are not as many as were counted, and `file_changed`
 * where the file is no longer the one that was looked at.
 */
export async function readRows(
  engine: Engine,
  fileId: number,
  file: InputFile,
  options: Pick<TextRead, 'signal' | 'onFigures'>,
): Promise<RawRows> {
  const table = `raw_${fileId}`;
  const read = await readInto(engine, { table, fileId, ...options }, file);
  if ('identity' in file) await checkIdentity(file.location, file.identity);
  return { fileId, file, table, read };
}

function readInto(engine: Engine, target: TextRead, file: InputFile): Promise<number> {
  switch (file.format) {
    case 'text':
      return readTextRows(engine, target, file);
    case 'parquet':
      return readParquetRows(engine, target.table, file);
    case 'json':
      return readJsonRows(engine, target.table, file);
    default:
      return readSheetRows(engine, target.table, file);
  }
}
