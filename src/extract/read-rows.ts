import { rm } from 'node:fs/promises';
import type { Engine } from '../compute/engine.ts';
import { quoteText } from '../compute/quote.ts';
import { EluteError } from '../errors.ts';
import type { InputFile } from './inspect-file.ts';
import { writeNumberedCopy } from './text/numbered-copy.ts';

/** Where the raw rows of a file are: `line`, `fault`, and the cells `c1`, `c2`, … as text. */
export interface RawRows {
  readonly fileId: number;
  readonly file: InputFile;
  readonly table: string;
  /** Rows of the file, those included that are rejected already because their structure is bad. */
  readonly read: number;
}

/**
 * Reads a file's rows into the engine. A plain file is read where it lies; any other, or one that
 * turns out to have structurally bad rows, from a copy whose rows carry their line numbers.
 */
export async function readRows(
  engine: Engine,
  fileId: number,
  file: InputFile,
  signal: AbortSignal,
): Promise<RawRows> {
  const table = `raw_${fileId}`;
  const isRead = file.isPlain && (await readPlainFile(engine, table, file, signal));
  const read = isRead ? file.rowCount : await readNumberedCopy(engine, table, fileId, file, signal);
  return { fileId, file, table, read };
}

/** False when there is anything that only the numbered copy can tell. */
async function readPlainFile(
  engine: Engine,
  table: string,
  file: InputFile,
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
  table: string,
  fileId: number,
  file: InputFile,
  signal: AbortSignal,
): Promise<number> {
  const copy = engine.scratchPath(`${table}.csv`);
  const written = await writeNumberedCopy(file.path, file, copy, { signal });
  const cells = ['line_text', 'fault', ...cellNames(file)];
  const rows = await engine.run(
    `create table ${table}_cells as select * from ${readCopy(copy, file, table, cells)}`,
  );
  const bad = await countFaults(engine, table);
  if (rows + bad !== written) throw inconsistentQuotes(file, written, rows + bad);
  if (bad > 0) await engine.run(keepFaults(table, fileId, file));
  await engine.run(`
    create view ${table} as select cast(line_text as bigint) as line, * exclude (line_text) from ${table}_cells;
    ${dropFaults(table)}`);
  await rm(copy);
  return written;
}

function cellNames(file: InputFile): string[] {
  return file.header.map((_, i) => `c${i + 1}`);
}

/** With quotes in the file, DuckDB 1.5 loses rows without a word when several threads scan it. */
function readOriginal(file: InputFile, table: string, cells: readonly string[]): string {
  return readCsv(file.path, file, table, cells, `header = true, parallel = ${!file.hasQuotes}`);
}

/** The copy's line ends are known; left to itself, DuckDB takes a quoted CR for one. */
function readCopy(path: string, file: InputFile, table: string, cells: readonly string[]): string {
  return readCsv(path, file, table, cells, `header = false, parallel = false, new_line = '\\n'`);
}

/** Strict reading that reports every structurally bad row instead of dropping it. */
function readCsv(
  path: string,
  { delimiter }: InputFile,
  table: string,
  cells: readonly string[],
  options: string,
): string {
  const columns = cells.map((cell) => `'${cell}': 'VARCHAR'`).join(', ');
  return `read_csv(${quoteText(path)}, ${options}, auto_detect = false,
    delim = ${quoteText(delimiter)}, quote = '"', escape = '"', columns = {${columns}},
    strict_mode = true, null_padding = false, nullstr = '', allow_quoted_nulls = false,
    max_line_size = 4194304, buffer_size = 33554432,
    store_rejects = true, rejects_limit = 0, rejects_table = '${table}_faults', rejects_scan = '${table}_scan')`;
}

/** One bad row may have several faults. */
async function countFaults(engine: Engine, table: string): Promise<number> {
  const [count] = await engine.rows<{ bad: number }>(
    `select count(distinct line) as bad from ${table}_faults`,
  );
  return count?.bad ?? 0;
}

function dropFaults(table: string): string {
  return `drop table if exists ${table}_faults; drop table if exists ${table}_scan`;
}

/** The engine reports one row for each missing or surplus cell; `csv_line` starts with our line number. */
function keepFaults(table: string, fileId: number, file: InputFile): string {
  const delimiter = quoteText(file.delimiter);
  return `
    insert into rejects
    select ${fileId}, cast(split_part(text, ${delimiter}, 1) as bigint),
      [{
        'column_name': null, 'value': null,
        'code': coalesce(nullif(split_part(text, ${delimiter}, 2), ''), code),
        'detail': format('{} instead of {}', cells, ${file.header.length})
      }],
      [substring(text, length(split_part(text, ${delimiter}, 1)) + length(split_part(text, ${delimiter}, 2)) + 3)]
    from (
      select first(csv_line) as text,
        case first(error_type)
          when 'MISSING COLUMNS' then 'too_few_columns'
          when 'TOO MANY COLUMNS' then 'too_many_columns'
          else 'malformed_quotes'
        end as code,
        case first(error_type)
          when 'MISSING COLUMNS' then min(column_idx)
          else max(column_idx)
        end - 2 as cells
      from ${table}_faults
      group by line
    )`;
}

function inconsistentQuotes(file: InputFile, expected: number, found: number): EluteError {
  return new EluteError(
    'file_unreadable',
    `${file.path}: ${expected} rows were counted, but ${found} could be read. Check the quotes of the file.`,
  );
}
