import { identifier } from './identifiers.ts';

export const datasetNames = ['users', 'compounds', 'experiments'] as const;
export type DatasetName = (typeof datasetNames)[number];

/** The kind of a column decides how its cells are read, checked and stored. */
export type ColumnKind = 'id' | 'ids' | 'duration' | 'date' | 'text' | 'email' | 'structure';

export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  /** The dataset whose stored or loaded rows this id must name. */
  readonly references?: DatasetName;
}

export interface Dataset {
  readonly name: DatasetName;
  /** What one of its rows is called. */
  readonly noun: string;
  /** The column by which rows are matched. It is the first of `columns`. */
  readonly key: string;
  readonly columns: readonly Column[];
}

/** The column contract, in the order in which a load publishes the datasets. */
export const datasets: Readonly<Record<DatasetName, Dataset>> = {
  users: {
    name: 'users',
    noun: 'user',
    key: 'user_id',
    columns: [
      { name: 'user_id', kind: 'id' },
      { name: 'name', kind: 'text' },
      { name: 'email', kind: 'email' },
      { name: 'signup_date', kind: 'date' },
    ],
  },
  compounds: {
    name: 'compounds',
    noun: 'compound',
    key: 'compound_id',
    columns: [
      { name: 'compound_id', kind: 'id' },
      { name: 'compound_name', kind: 'text' },
      { name: 'compound_structure', kind: 'structure' },
    ],
  },
  experiments: {
    name: 'experiments',
    noun: 'experiment',
    key: 'experiment_id',
    columns: [
      { name: 'experiment_id', kind: 'id' },
      { name: 'user_id', kind: 'id', references: 'users' },
      { name: 'experiment_compound_ids', kind: 'ids', references: 'compounds' },
      { name: 'experiment_run_time', kind: 'duration' },
    ],
  },
};

/** How a value of each kind is held: while computing (DuckDB) and at rest (PostgreSQL). */
export const columnTypes: Readonly<Record<ColumnKind, { compute: string; store: string }>> = {
  id: { compute: identifier.computeType, store: identifier.storeType },
  ids: { compute: `${identifier.computeType}[]`, store: `${identifier.storeType}[]` },
  duration: { compute: 'double', store: 'double precision' },
  date: { compute: 'date', store: 'date' },
  text: { compute: 'varchar', store: 'text' },
  email: { compute: 'varchar', store: 'text' },
  structure: { compute: 'varchar', store: 'text' },
};
