import type { Engine } from '../../compute/engine.ts';
import { quoteText } from '../../compute/quote.ts';
import type { Delimiter } from './quoting.ts';

interface CsvSource {
  readonly path: string;
  readonly delimiter: Delimiter;
  /** The names of its columns, all of them text. */
  readonly cells: readonly string[];
  /** Further options of the engine's reader. */
  readonly options: string;
}

/**
 * Strict reading that reports every structurally bad row, in the table `T_faults` of a table T, instead of
 * dropping it.
 */
export function readCsv(table: string, { path, delimiter, cells, options }: CsvSource): string {
  const columns = cells.map((cell) => `'${cell}': 'VARCHAR'`).join(', ');
  return `read_csv(${quoteText(path)}, ${options}, auto_detect = false,
    delim = ${quoteText(delimiter)}, quote = '"', escape = '"', columns = {${columns}},
    strict_mode = true, null_padding = false, nullstr = '', allow_quoted_nulls = false,
    max_line_size = 4194304, buffer_size = 33554432,
    store_rejects = true, rejects_limit = 0, rejects_table = '${table}_faults', rejects_scan = '${table}_scan')`;
}

/** One bad row may have several faults. */
export async function countFaults(engine: Engine, table: string): Promise<number> {
  const [count] = await engine.rows<{ bad: number }>(
    `select count(distinct line) as bad from ${table}_faults`,
  );
  return count?.bad ?? 0;
}

export function dropFaults(table: string): string {
  return `drop table if exists ${table}_faults; drop table if exists ${table}_scan`;
}

/** The line ends of a copy of Elute's own are known; left to itself, the engine takes a quoted CR for one. */
export function readCopy(table: string, copy: Omit<CsvSource, 'options'>): string {
  const options = `header = false, parallel = false, new_line = '\\n'`;
  return readCsv(table, { ...copy, options });
}
