/** The column contract once more, written down from DESIGN.md and not taken from the program. */

export type DatasetName = 'users' | 'compounds' | 'experiments';

export type Kind = 'id' | 'ids' | 'duration' | 'date' | 'text' | 'email' | 'structure';

export interface Column {
  readonly name: string;
  readonly kind: Kind;
}

export const contract: Readonly<Record<DatasetName, readonly Column[]>> = {
  users: [
    { name: 'user_id', kind: 'id' },
    { name: 'name', kind: 'text' },
    { name: 'email', kind: 'email' },
    { name: 'signup_date', kind: 'date' },
  ],
  compounds: [
    { name: 'compound_id', kind: 'id' },
    { name: 'compound_name', kind: 'text' },
    { name: 'compound_structure', kind: 'structure' },
  ],
  experiments: [
    { name: 'experiment_id', kind: 'id' },
    { name: 'user_id', kind: 'id' },
    { name: 'experiment_compound_ids', kind: 'ids' },
    { name: 'experiment_run_time', kind: 'duration' },
  ],
};

export const allDatasets: readonly DatasetName[] = ['users', 'compounds', 'experiments'];

export function keyOf(dataset: DatasetName): string {
  return contract[dataset][0]?.name ?? '';
}

/** How a file is read where it can be read in more than one way. */
export interface Reading {
  readonly dateFormat?: '%d/%m/%Y' | '%m/%d/%Y';
  readonly decimal?: 'point' | 'comma';
  readonly encoding?: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
}

export type Format = 'text' | 'json' | 'parquet' | 'xlsx' | 'ods' | 'xls';

/** One row as its file carries it: what a reader without judgement would find. */
export interface CarriedRow {
  /** Physical line, row of the sheet, or number of the row. */
  readonly line: number;
  /** The code of what is wrong in the row's structure; its cells are then of no interest. */
  readonly fault?: string;
  /** The cells of a row that has too few or too many, in the order of the file. */
  readonly record?: readonly string[];
  /** By the name of the column; absent or empty means there is nothing. */
  readonly cells: Readonly<Record<string, string>>;
}

/** A table that a file holds. */
export interface CarriedTable {
  readonly dataset: DatasetName;
  readonly format: Format;
  readonly sheet?: string;
  /** Column name to the name it has in the file. */
  readonly spellings: Readonly<Record<string, string>>;
  readonly ignoredColumns: readonly string[];
  readonly rows: readonly CarriedRow[];
  readonly reading: Reading;
}

/** A table in its file: its path is the file's own, or one in an archive. */
export interface PlacedTable extends CarriedTable {
  readonly path: string;
  /** Tells contents apart: of the file that holds the table, unpacked. */
  readonly content: string;
}

/** A file before it is written, and what must be found in it. */
export interface RenderedFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** In the order in which they must be found. */
  readonly tables: readonly PlacedTable[];
  /** The code with which the whole load must be refused. */
  readonly refusal?: string;
}
