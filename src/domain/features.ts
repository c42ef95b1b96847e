import type { DeclaredFeature } from './declared-features.ts';

/**
 * The relations a feature may be computed over, each with one row or more per scientist:
 * - experiments: experiment_id, experiment_compound_ids, experiment_run_time
 * - compound_uses: compound_id, uses (how often the scientist's experiments list that compound)
 * - most_used: compound_id, compound_name of the compounds with the most uses
 * - scientists: the features above, one row per scientist; gives one figure for the whole database
 */
export type FeatureSource = 'experiments' | 'compound_uses' | 'most_used' | 'scientists';

export interface Feature {
  readonly name: string;
  readonly source: FeatureSource;
  /** An SQL aggregate over the source's rows of one scientist. */
  readonly expression: string;
  /** The column of experiments that the figure comes from. */
  readonly column: 'user_id' | 'experiment_compound_ids' | 'experiment_run_time';
  /**
   * A condition in PostgreSQL for those of a scientist's experiments e that the figure comes from, given
   * the scientist's features f; all of them where it is absent.
   */
  readonly evidence?: string;
  /** The SQL value for a scientist without experiments. */
  readonly withoutExperiments: string;
  readonly computeType: string;
  readonly unit: string;
  readonly meaning: string;
  /** Of a feature that a lab declares: what it wrote. */
  readonly declared?: DeclaredFeature;
}

const listsMostConsumed =
  'elute.compound_ids(e.experiment_compound_ids) && f.most_consumed_compounds';

/**
 * The features that every database has, each defined once: the engine, the stored table, the views,
 * `verify` and the documentation follow this list. A lab may declare others beside them
 * (`declared-features.ts`): what computes or reads features is given the list of both. Means and sums run over sorted run times, so that the same experiments give the same
 * bits however they were loaded (floating-point addition is not associative).
 */
export const builtInFeatures: readonly Feature[] = [
  {
    name: 'total_exp_per_user',
    source: 'experiments',
    expression: 'count(*)',
    column: 'user_id',
    withoutExperiments: '0',
    computeType: 'bigint',
    unit: 'experiments',
    meaning: 'number of experiments',
  },
  {
    name: 'avg_experiment_count',
    source: 'scientists',
    expression: 'cast(sum(total_exp_per_user) as double precision) / count(*)',
    column: 'user_id',
    withoutExperiments: 'null',
    computeType: 'double',
    unit: 'experiments',
    meaning: 'experiments per user over the whole database, the same in every row',
  },
  {
    name: 'avg_exp_time_per_user',
    source: 'experiments',
    expression: 'sorted_sum(experiment_run_time) / count(*)',
    column: 'experiment_run_time',
    withoutExperiments: 'null',
    computeType: 'double',
    unit: 'as in the source',
    meaning: 'mean run time of the experiments',
  },
  {
    name: 'most_consumed_compound',
    source: 'most_used',
    expression: 'min(compound_id)',
    column: 'experiment_compound_ids',
    evidence: listsMostConsumed,
    withoutExperiments: 'null',
    computeType: 'bigint',
    unit: 'compound id',
    meaning: 'the compound counted most often over all experiments; among equals the lowest id',
  },
  {
    name: 'most_consumed_compound_name',
    source: 'most_used',
    expression: 'list(compound_name order by compound_id)[1]',
    column: 'experiment_compound_ids',
    evidence: listsMostConsumed,
    withoutExperiments: 'null',
    computeType: 'varchar',
    unit: 'name',
    meaning: 'its name',
  },
  {
    name: 'most_consumed_compounds',
    source: 'most_used',
    expression: 'list(compound_id order by compound_id)',
    column: 'experiment_compound_ids',
    evidence: listsMostConsumed,
    withoutExperiments: '[]',
    computeType: 'bigint[]',
    unit: 'compound ids',
    meaning: 'all compounds that tie for most, by ascending id',
  },
  {
    name: 'most_consumed_compound_names',
    source: 'most_used',
    expression: 'list(compound_name order by compound_id)',
    column: 'experiment_compound_ids',
    evidence: listsMostConsumed,
    withoutExperiments: '[]',
    computeType: 'varchar[]',
    unit: 'names',
    meaning: 'their names, in the same order',
  },
  {
    name: 'most_consumed_compound_uses',
    source: 'compound_uses',
    expression: 'max(uses)',
    column: 'experiment_compound_ids',
    evidence: listsMostConsumed,
    withoutExperiments: '0',
    computeType: 'bigint',
    unit: 'uses',
    meaning: 'how often each of them was used',
  },
  {
    name: 'distinct_compounds',
    source: 'compound_uses',
    expression: 'count(*)',
    column: 'experiment_compound_ids',
    withoutExperiments: '0',
    computeType: 'bigint',
    unit: 'compounds',
    meaning: 'number of different compounds used',
  },
  {
    name: 'total_exp_time_per_user',
    source: 'experiments',
    expression: 'sorted_sum(experiment_run_time)',
    column: 'experiment_run_time',
    withoutExperiments: '0',
    computeType: 'double',
    unit: 'as in the source',
    meaning: 'sum of the run times',
  },
  {
    name: 'median_exp_time_per_user',
    source: 'experiments',
    expression: 'sorted_median(experiment_run_time)',
    column: 'experiment_run_time',
    withoutExperiments: 'null',
    computeType: 'double',
    unit: 'as in the source',
    meaning: 'median of the run times',
  },
];

/** The features stored per scientist; the others are stored once for the whole database. */
export function selectScientistFeatures(features: readonly Feature[]): Feature[] {
  return features.filter(({ source }) => source !== 'scientists');
}

export function selectDatabaseFeatures(features: readonly Feature[]): Feature[] {
  return features.filter(({ source }) => source === 'scientists');
}

/** How many scientists have their features from a features-only load. */
export interface FeaturesOnlyCount {
  readonly loadId: number;
  readonly users: number;
}

/** One row of the view `user_experiment_features`. */
export interface FeatureRow {
  readonly user_id: number;
  readonly [feature: string]: unknown;
}
