import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll } from 'vitest';
import type { Delimiter } from '../../../../src/extract/text/quoting.ts';

export interface DuckdbReading {
  rows: (string | null)[][];
  /** One for each rejected record: the line as DuckDB quotes it. */
  rejects: string[];
}

export interface ReadSettings {
  delimiter: Delimiter;
  columns: number;
  hasHeader?: boolean;
  isSingleThreaded?: boolean;
  /** Written by writeNumberedCopy: also with LF. */
  isCopy?: boolean;
  bufferBytes?: number;
}

export type ReadWithDuckdb = (path: string, settings: ReadSettings) => Promise<DuckdbReading>;

/** With the options of the production read. */
export async function openDuckdb(): Promise<ReadWithDuckdb> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
  });
  let count = 0;
  return (path, settings) => read(connection, path, settings, ++count);
}

async function read(
  connection: DuckDBConnection,
  path: string,
  settings: ReadSettings,
  count: number,
): Promise<DuckdbReading> {
  await connection.run(
    `create temp table rows_${count} as select * from read_csv('${path}', ${renderOptions(settings, count)})`,
  );
  const rows = await connection.runAndReadAll(`from rows_${count}`);
  const rejects = await connection.runAndReadAll(
    `select any_value(csv_line) from rejects_${count} group by line order by line`,
  );
  for (const table of ['rows', 'rejects', 'scans'])
    await connection.run(`drop table ${table}_${count}`);
  return { rows: rows.getRows().map(readStrings), rejects: rejects.getRows().map(String) };
}

function renderOptions(settings: ReadSettings, count: number): string {
  const columns = Array.from({ length: settings.columns }, (_, at) => `'c${at}': 'VARCHAR'`);
  return `header = ${settings.hasHeader === true}, auto_detect = false, delim = '${settings.delimiter}',
    quote = '"', escape = '"', columns = {${columns.join(', ')}}, strict_mode = true,
    null_padding = false, store_rejects = true, rejects_limit = 0, rejects_table = 'rejects_${count}',
    rejects_scan = 'scans_${count}', max_line_size = ${settings.bufferBytes ? settings.bufferBytes / 2 : 4194304},
    buffer_size = ${settings.bufferBytes ?? 33554432}, nullstr = '', allow_quoted_nulls = false
    ${settings.isCopy || settings.isSingleThreaded ? ', parallel = false' : ''}
    ${settings.isCopy ? ", new_line = '\\n'" : ''}`;
}

function readStrings(row: readonly unknown[]): (string | null)[] {
  return row.map((value) => (value === null ? null : String(value)));
}
