import { rm } from 'node:fs/promises';
import type { Engine } from '../../compute/engine.ts';
import { EluteError } from '../../errors.ts';
import type { TextFile } from '../input-file.ts';
import { keepFaults } from './keep-faults.ts';
import { writeNumberedCopy } from './numbered-copy.ts';
import { countFaults, dropFaults, readCopy, readCsv } from './read-csv.ts';

interface Target {
  readonly table: string;
  readonly fileId: number;
}

/**
 * Reads the rows of a text into the view `table`. A plain file is read where it lies; any other, or one
 * that turns out to have structurally bad rows, from a copy whose rows carry their line numbers.
 */
export async function readTextRows(
  engine: Engine,
  target: Target,
  file: TextFile,
  signal: AbortSignal,
): Promise<number> {
  const isRead = file.isPlain && (await readPlainFile(engine, target.table, file, signal));
  return isRead ? file.rowCount : readNumberedCopy(engine, target, file, signal);
}

/** False when there is anything that only the numbered copy can tell. */
async function readPlainFile(
  engine: Engine,
  table: string,
  file: TextFile,
  signal: AbortSignal,
): Promise<boolean> {
  const cells = cellNames(file);
  const rows = await engine
    .run(`create table ${table}_cells as select * from ${readOriginal(file, table, cells)}`)
    .catch((error) => {
      signal.throwIfAborted();
      if (error instanceof EluteError && error.code === 'disk_full') throw error;
      return undefined;
    });
  if (rows !== file.rowCount || (await countFaults(engine, table)) > 0) {
    await engine.run(`drop table if exists ${table}_cells; ${dropFaults(table)}`);
    return false;
  }
  await engine.run(`
    create view ${table} as
    select rowid + 2 as line, cast(null as varchar) as fault, ${cells.join(', ')} from ${table}_cells;
    ${dropFaults(table)}`);
  return true;
}

async function readNumberedCopy(
  engine: Engine,
  { table, fileId }: Target,
  file: TextFile,
  signal: AbortSignal,
): Promise<number> {
  const path = engine.scratchPath(`${table}.csv`);
  const written = await writeNumberedCopy(file.location, file, path, { signal });
  const cells = ['line_text', 'fault', ...cellNames(file)];
  const copy = readCopy(table, { path, delimiter: file.delimiter, cells });
  const rows = await engine.run(`create table ${table}_cells as select * from ${copy}`);
  const bad = await countFaults(engine, table);
  if (rows + bad !== written) throw inconsistentQuotes(file, written, rows + bad);
  if (bad > 0) await engine.run(keepFaults(table, fileId, file));
  await engine.run(`
    create view ${table} as select cast(line_text as bigint) as line, * exclude (line_text) from ${table}_cells;
    ${dropFaults(table)}`);
  await rm(path);
  return written;
}

function cellNames(file: TextFile): string[] {
  return file.header.map((_, i) => `c${i + 1}`);
}

/** With quotes in the file, DuckDB 1.5 loses rows without a word when several threads scan it. */
function readOriginal(file: TextFile, table: string, cells: readonly string[]): string {
  const options = `header = true, parallel = ${!file.hasQuotes}`;
  return readCsv(table, { path: file.location, delimiter: file.delimiter, cells, options });
}

function inconsistentQuotes(file: TextFile, expected: number, found: number): EluteError {
  return new EluteError(
    'file_unreadable',
    `${file.path}: ${expected} rows were counted, but ${found} could be read. Check the quotes of the file.`,
  );
}
