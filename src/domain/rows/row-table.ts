import { type Column, type ColumnKind, type DatasetName, datasets } from '../datasets.ts';
import type { Feature } from '../features.ts';

/** What can be read row by row. */
export const nouns = ['features', 'users', 'experiments', 'compounds'] as const;
export type Noun = (typeof nouns)[number];

/** What a column holds, as far as asking for it goes. */
export type ValueKind = 'id' | 'integer' | 'number' | 'boolean' | 'date' | 'text' | 'ids' | 'texts';

export interface RowColumn {
  readonly name: string;
  readonly kind: ValueKind;
  readonly mayBeNull: boolean;
  readonly meaning: string;
  /** Of ids: whether they are stored as the text `1;2;3`. */
  readonly isPacked: boolean;
}

/** A relation whose rows can be asked for. */
export interface RowTable {
  readonly noun: Noun;
  readonly relation: `elute.${DatasetName | 'user_experiment_features'}`;
  /** The column that tells rows apart; never null, and the first of the columns. */
  readonly key: RowColumn;
  readonly columns: readonly RowColumn[];
}

/** The features of every scientist, of the list given. */
export function makeFeatureTable(list: readonly Feature[]): RowTable {
  const columns = list.map(({ name, computeType, meaning, unit }): RowColumn => {
    const kind = readComputeType(computeType);
    return {
      name,
      kind,
      mayBeNull: !isList(kind),
      meaning: `${meaning}; ${unit}`,
      isPacked: false,
    };
  });
  const key = makeKey('user_id', 'the scientist');
  return {
    noun: 'features',
    relation: 'elute.user_experiment_features',
    key,
    columns: [key, ...columns],
  };
}

/** The stored rows of a dataset. */
export function makeDatasetTable(noun: DatasetName): RowTable {
  const [first, ...others] = datasets[noun].columns.map(makeColumn);
  if (first === undefined) throw new Error(`${noun} has no columns`);
  return { noun, relation: `elute.${noun}`, key: first, columns: [first, ...others] };
}

function makeKey(name: string, meaning: string): RowColumn {
  return { name, kind: 'id', mayBeNull: false, meaning, isPacked: false };
}

/** Ids and run times are never null; see `validate/check-rows.ts`. */
function makeColumn({ name, kind, references }: Column): RowColumn {
  const valueKind = valueKinds[kind];
  return {
    name,
    kind: valueKind,
    mayBeNull: valueKind === 'text' || valueKind === 'date',
    meaning: references === undefined ? meanings[kind] : `${meanings[kind]} of ${references}`,
    isPacked: kind === 'ids',
  };
}

const valueKinds: Readonly<Record<ColumnKind, ValueKind>> = {
  id: 'id',
  ids: 'ids',
  duration: 'number',
  date: 'date',
  text: 'text',
  email: 'text',
  structure: 'text',
};

const meanings: Readonly<Record<ColumnKind, string>> = {
  id: 'id',
  ids: 'ids, in the order of the source',
  duration: 'run time, in the unit of the source',
  date: 'date',
  text: 'text',
  email: 'e-mail address',
  structure: 'molecular formula or SMILES',
};

const computeKinds: Readonly<Record<string, ValueKind>> = {
  bigint: 'integer',
  double: 'number',
  boolean: 'boolean',
  date: 'date',
  varchar: 'text',
  'bigint[]': 'ids',
  'varchar[]': 'texts',
};

function readComputeType(type: string): ValueKind {
  const kind = computeKinds[type];
  if (kind === undefined) throw new Error(`rows of the type ${type} cannot be asked for`);
  return kind;
}

export function isList(kind: ValueKind): boolean {
  return kind === 'ids' || kind === 'texts';
}
