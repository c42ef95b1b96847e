import { identifier } from './identifiers.ts';

export const datasetNames = ['users', 'compounds', 'experiments'] as const;
export type DatasetName = (typeof datasetNames)[number];

/** The kind of a column decides how its cells are read, checked and stored. */
export type ColumnKind = 'id' | 'ids' | 'duration' | 'date' | 'text' | 'email' | 'structure';

/** The kinds whose cells are digits, nearly always: rows of these alone are read as numbers at once. */
const figureKinds = ['id', 'ids', 'duration'] as const;
export type FigureKind = (typeof figureKinds)[number];

export function isFigureKind(kind: ColumnKind): kind is FigureKind {
  return figureKinds.some((figure) => figure === kind);
}

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

/** How a value of each kind is held while computing. */
export const computeTypes: Readonly<Record<ColumnKind, string>> = {
  id: identifier.computeType,
  ids: `${identifier.computeType}[]`,
  duration: 'double',
  date: 'date',
  text: 'varchar',
  email: 'varchar',
  structure: 'varchar',
};
