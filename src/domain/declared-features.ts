import { datasets } from './datasets.ts';
import { builtInFeatures } from './features.ts';
import { listParameters } from './rows/row-query.ts';

/** The types a declared feature may have, as the engine and as PostgreSQL call them. */
export const declaredTypes = {
  bigint: { compute: 'bigint', stored: 'bigint' },
  double: { compute: 'double', stored: 'double precision' },
  text: { compute: 'varchar', stored: 'text' },
  boolean: { compute: 'boolean', stored: 'boolean' },
} as const;

export type DeclaredType = keyof typeof declaredTypes;

/** What a declared feature may stand on: the columns its expression may name, and the engine's types of these. */
export const declaredSources = {
  experiments: {
    key: 'experiment_id',
    columns: {
      user_id: 'bigint',
      experiment_id: 'bigint',
      experiment_compound_ids: 'bigint[]',
      experiment_run_time: 'double',
    },
  },
  compound_uses: {
    key: 'compound_id',
    columns: { user_id: 'bigint', compound_id: 'bigint', uses: 'bigint' },
  },
} as const;

export type DeclaredSource = keyof typeof declaredSources;

/** A feature that a lab declares itself, as elute.toml has it and the database keeps it. */
export interface DeclaredFeature {
  readonly name: string;
  readonly source: DeclaredSource;
  readonly type: DeclaredType;
  readonly unit: string;
  readonly meaning: string;
  readonly expression: string;
  /** The value for a scientist without experiments; null is none. */
  readonly withoutExperiments: string | null;
}

/** Whether two declarations give the same figures. */
export function givesSameFigures(one: DeclaredFeature, other: DeclaredFeature): boolean {
  return (
    one.source === other.source &&
    one.type === other.type &&
    one.expression === other.expression &&
    one.withoutExperiments === other.withoutExperiments
  );
}

/** Whether nothing at all was declared anew. */
export function isSameDeclaration(one: DeclaredFeature, other: DeclaredFeature): boolean {
  return givesSameFigures(one, other) && one.unit === other.unit && one.meaning === other.meaning;
}

/** Columns of the tables that features stand in, and of every table of PostgreSQL. */
const columnsOfTables =
  'load_id ended_by is_undone uses only_row revision tableoid cmin cmax xmin xmax ctid'.split(' ');

const taken: ReadonlySet<string> = new Set([
  ...columnsOfTables,
  ...Object.values(datasets).flatMap(({ columns }) => columns.map(({ name }) => name)),
]);

/** What the API has beside the columns: parameters of a list, and what an answer adds to a row. */
const wordsOfApi: ReadonlySet<string> = new Set([...listParameters, 'explanation']);

/** What is wrong with a name, as the end of a sentence that begins with it. */
export function findNameFault(name: string): string | undefined {
  if (!/^[a-z][a-z0-9_]{0,50}$/.test(name))
    return 'is no name for a feature: it must begin with a letter and have at most 51 letters, digits and _, all lower-case';
  if (builtInFeatures.some((feature) => feature.name === name))
    return 'is a feature that Elute has already: choose another name';
  if (taken.has(name)) return 'is the name of a column: choose another one';
  if (wordsOfApi.has(name)) return 'is what the API calls something else: choose another name';
  return undefined;
}
