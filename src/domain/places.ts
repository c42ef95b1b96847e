/** How the rows of a table file are written down. */
export type Format = 'text' | 'json' | 'parquet' | 'xlsx' | 'ods' | 'xls';

/** Where rows come from: a file, or one sheet of a workbook. */
export interface Source {
  /** As a user knows it: `runs.csv`, or `bundle.zip/runs.csv` for a file in an archive. */
  readonly path: string;
  readonly sheet?: string;
  readonly numbering: Numbering;
}

/** What the number of a row counts: physical lines, rows of a sheet or of Parquet, or records. A request brings one row. */
export type Numbering = 'line' | 'row' | 'record' | 'request';

/** What stands before the number of a row: `runs.csv:`, `lab.xlsx, Runs, row `, `runs.json, record `. */
export function placePrefix(source: Source): string {
  const name = nameSource(source);
  return source.numbering === 'line' ? `${name}:` : `${name}, ${source.numbering} `;
}

/** A file and its sheet, if it is one. */
export function nameSource({ path, sheet }: Pick<Source, 'path' | 'sheet'>): string {
  return sheet === undefined ? path : `${path}, ${sheet}`;
}

/** A row of a source, or one cell of it where that has a name of its own: `lab.xlsx, Runs!C7`. */
export function namePlace(source: Source, line: number, columnIndex?: number): string {
  if (source.numbering === 'request') return source.path;
  if (source.sheet === undefined || columnIndex === undefined)
    return `${placePrefix(source)}${line}`;
  return `${source.path}, ${source.sheet}!${nameColumn(columnIndex)}${line}`;
}

/** The letters of a column, from 0: A, B, … Z, AA. */
export function nameColumn(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : nameColumn(Math.floor(index / 26) - 1) + letter;
}
