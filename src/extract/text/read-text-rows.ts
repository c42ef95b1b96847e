import { rm } from 'node:fs/promises';
import type { Engine } from '../../compute/engine.ts';
import { EluteError } from '../../errors.ts';
import type { TextFile } from '../input-file.ts';
import type { Slice } from './copy-output.ts';
import { hasFigures, startFigures } from './figures/take-figures.ts';
import { keepFaults } from './keep-faults.ts';
import { type CopyOptions, writeNumberedCopy } from './numbered-copy.ts';
import { countFaults, dropFaults, readCopy, readCsv } from './read-csv.ts';

interface LinesRead {
  readonly table: string;
  readonly signal: AbortSignal;
}

export interface TextRead extends LinesRead {
  readonly fileId: number;
  /** Takes rows of nothing but figures, in a Parquet file: `line`, and the columns of the dataset. */
  readonly onFigures: (path: string) => Promise<void>;
}

/**
 * Reads the rows of a text into the view `table`, but for those that `onFigures` takes. A plain file is read
 * where it lies; any other, or one that turns out to have structurally bad rows, from a copy whose
 * rows carry their line numbers.
 */
export async function readTextRows(
  engine: Engine,
  read: TextRead,
  file: TextFile,
): Promise<number> {
  if (hasFigures(file)) return readFigures(engine, read, file);
  const isRead = file.isPlain && (await readPlainFile(engine, read, file));
  return isRead ? file.rowCount : readNumberedCopy(engine, read, file);
}

/** Reads the rows on these lines of a text into the view `table`, or all that are sound in structure. */
export async function readLines(
  engine: Engine,
  read: LinesRead,
  { file, lines }: { file: TextFile; lines: ReadonlySet<number> | undefined },
): Promise<void> {
  const take = (_: Slice, line: number) => lines !== undefined && !lines.has(line);
  await readCopyOf(engine, read, file, { take });
  await engine.run(dropFaults(read.table));
}

/** The rows that are not figures alone stand in a copy. */
async function readFigures(engine: Engine, read: TextRead, file: TextFile): Promise<number> {
  const figures = startFigures(file, engine.scratchPath(`${read.table}_figures`), read.onFigures);
  try {
    const { take, afterChunk } = figures;
    const copied = await readNumberedCopy(engine, read, file, { take, afterChunk });
    return copied + (await figures.finish());
  } finally {
    await figures.settle();
  }
}

/** False when there is anything that only the numbered copy can tell. */
async function readPlainFile(
  engine: Engine,
  { table, signal }: TextRead,
  file: TextFile,
): Promise<boolean> {
  const cells = cellNames(file);
  const rows = await engine
    .run(`create temp table ${table}_cells as select * from ${readOriginal(file, table, cells)}`)
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

/** Rows whose structure is bad become rejects. */
async function readNumberedCopy(
  engine: Engine,
  read: TextRead,
  file: TextFile,
  options: CopyOptions = {},
): Promise<number> {
  const { written, bad } = await readCopyOf(engine, read, file, options);
  if (bad > 0) await engine.run(keepFaults(read.table, read.fileId, file));
  await engine.run(dropFaults(read.table));
  return written;
}

async function readCopyOf(
  engine: Engine,
  { table, signal }: LinesRead,
  file: TextFile,
  options: CopyOptions,
): Promise<{ written: number; bad: number }> {
  const path = engine.scratchPath(`${table}.csv`);
  const written = await writeNumberedCopy(file.location, file, path, { signal, ...options });
  const cells = ['line_text', 'fault', ...cellNames(file)];
  const copy = readCopy(table, { path, delimiter: file.delimiter, cells });
  const rows = await engine.run(`create temp table ${table}_cells as select * from ${copy}`);
  const bad = await countFaults(engine, table);
  if (rows + bad !== written) throw inconsistentQuotes(file, written, rows + bad);
  await engine.run(
    `create view ${table} as select cast(line_text as bigint) as line, * exclude (line_text) from ${table}_cells`,
  );
  await rm(path);
  return { written, bad };
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
