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
  const isRead = file.isPlain && (await readPlainFile(engine, table, file));
  const read = isRead ? file.rowCount : await readNumberedCopy(engine, table, fileId, file, signal);
  return { fileId, file, table, read };
}

/** False when there is anything that only the numbered copy can tell. */
async function readPlainFile(engine: Engine, table: string, file: InputFile): Promise<boolean> {
  const cells = cellNames(file);
  const rows = await engine.run(
    `create table ${table}_cells as select * from ${readCsv(file.path, file, { header: true, cells, table })}`,
  );
  const bad = await takeStructureFaults(engine, table, '');
  if (bad > 0 || rows !== file.rowCount) {
    await engine.run(`drop table ${table}_cells`);
    return false;
  }
  await engine.run(
    `create view ${table} as select rowid + 2 as line, cast(null as varchar) as fault, ${cells.join(', ')} from ${table}_cells`,
  );
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
    `create table ${table}_cells as select * from ${readCsv(copy, file, { header: false, cells, table })}`,
  );
  const bad = await takeStructureFaults(engine, table, structureFaults(table, fileId, file));
  await engine.run(
    `create view ${table} as select cast(line_text as bigint) as line, * exclude (line_text) from ${table}_cells`,
  );
  if (rows + bad !== written) throw inconsistentQuotes(file, written, rows + bad);
  return written;
}

function cellNames(file: InputFile): string[] {
  return file.header.map((_, i) => `c${i + 1}`);
}

/** Strict reading that reports every structurally bad row instead of dropping it. */
function readCsv(
  path: string,
  file: InputFile,
  { header, cells, table }: { header: boolean; cells: readonly string[]; table: string },
): string {
  const columns = cells.map((cell) => `'${cell}': 'VARCHAR'`).join(', ');
  return `read_csv(${quoteText(path)}, header = ${header}, auto_detect = false,
    delim = ${quoteText(file.delimiter)}, quote = '"', escape = '"', columns = {${columns}},
    strict_mode = true, null_padding = false, nullstr = '', allow_quoted_nulls = false,
    max_line_size = 4194816, buffer_size = 33554432,
    store_rejects = true, rejects_limit = 0, rejects_table = '${table}_faults', rejects_scan = '${table}_scan')`;
}

/** Counts the bad rows, keeps them with `statement`, and drops the engine's own record of them. */
async function takeStructureFaults(
  engine: Engine,
  table: string,
  statement: string,
): Promise<number> {
  const [count] = await engine.rows<{ bad: number }>(
    `select count(distinct line) as bad from ${table}_faults`,
  );
  if (count !== undefined && count.bad > 0 && statement !== '') await engine.run(statement);
  await engine.run(`drop table ${table}_faults; drop table ${table}_scan`);
  return count?.bad ?? 0;
}

/** The engine reports one row for each missing or surplus cell; `csv_line` starts with our line number. */
function structureFaults(table: string, fileId: number, file: InputFile): string {
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
