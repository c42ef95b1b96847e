import type { Engine } from '../compute/engine.ts';
import { quoteName, quoteText } from '../compute/quote.ts';
import { type Feature, type FeatureSource, selectScientistFeatures } from '../domain/features.ts';
import { identifier } from '../domain/identifiers.ts';
import { readStatement } from '../statements.ts';
import { checkExpressions } from './check-expression.ts';
import { explainUncomputable } from './explain-uncomputable.ts';

const sources: readonly FeatureSource[] = ['experiments', 'compound_uses', 'most_used'];

export interface SliceLimits {
  readonly usesPerSlice: number;
  /** Each slice is a pass over all experiments: of more slices, each has its experiments in files of its own. */
  readonly mostPasses: number;
}

/** Counting eight million uses is done in memory, within a third of the default limit. */
const defaultLimits: SliceLimits = { usesPerSlice: 8_000_000, mostPasses: 20 };

/**
 * Computes features of every user in `scientists` from `scientist_experiments` and
 * `compound_names` into the table `user_features`: user_id and one column a feature. Works on a slice
 * of the scientists at a time, so that memory holds the uses of these alone. Throws
 * `feature_uncomputable` where a declared one cannot be computed from these rows.
 */
export async function computeFeatures(
  engine: Engine,
  list: readonly Feature[],
  { usesPerSlice, mostPasses }: SliceLimits = defaultLimits,
): Promise<void> {
  const features = selectScientistFeatures(list);
  await checkExpressions(engine, features);
  await engine.run(createFeatureTable(features));
  const slices = Math.ceil(((await countUses(engine)) + 1) / usesPerSlice);
  const parted = slices > mostPasses ? engine.scratchPath('parted_experiments') : undefined;
  if (parted) await engine.run(partExperiments(parted, slices));
  for (let slice = 0; slice < slices; slice++) {
    await engine.run(takeSlice({ slice, slices, parted }));
    await engine.run(readStatement('compute/feature-sources.sql'));
    for (const source of sources) await aggregate(engine, source, features);
    await engine.run(assemble(features));
    await engine.run(readStatement('compute/drop-feature-sources.sql'));
  }
}

function createFeatureTable(features: readonly Feature[]): string {
  const columns = features.map(({ name, computeType }) => `${quoteName(name)} ${computeType}`);
  return `create table user_features (user_id ${identifier.computeType}, ${columns.join(', ')})`;
}

async function countUses(engine: Engine): Promise<number> {
  const [count] = await engine.rows<{ uses: number | null }>(
    'select sum(len(experiment_compound_ids)) as uses from scientist_experiments',
  );
  return count?.uses ?? 0;
}

/** A folder with a folder of Parquet files for each slice, in one pass. */
function partExperiments(folder: string, slices: number): string {
  return `copy (select *, ${sliceOf(slices)} as slice from scientist_experiments)
    to ${quoteText(folder)} (format parquet, partition_by (slice), row_group_size 20480)`;
}

interface Slice {
  readonly slice: number;
  readonly slices: number;
  readonly parted: string | undefined;
}

/** Of a folder the engine opens the files of the slice alone. */
function takeSlice({ slice, slices, parted }: Slice): string {
  const experiments = parted
    ? `from read_parquet(${quoteText(`${parted}/*/*.parquet`)}, hive_partitioning = true) where slice = ${slice}`
    : `from scientist_experiments where ${sliceOf(slices)} = ${slice}`;
  return `
    create or replace view slice_scientists as from scientists where ${sliceOf(slices)} = ${slice};
    create or replace view slice_scientist_experiments as ${experiments};`;
}

function sliceOf(slices: number): string {
  return `hash(user_id) % ${slices}`;
}

/** All features over one source, in one pass over it. */
async function aggregate(
  engine: Engine,
  source: FeatureSource,
  features: readonly Feature[],
): Promise<void> {
  const relation = source === 'experiments' ? 'slice_scientist_experiments' : source;
  const own = features.filter((feature) => feature.source === source);
  const columns = own.map(({ name, expression }) => `${expression} as ${quoteName(name)}`);
  const selected = ['user_id', ...columns].join(', ');
  await engine
    .run(`create temp table by_${source} as select ${selected} from ${relation} group by user_id`)
    .catch(async (error) => {
      throw await explainUncomputable(engine, { features: own, relation, error });
    });
}

/** One row for every scientist, also for those without experiments. */
function assemble(features: readonly Feature[]): string {
  const columns = features.map(
    ({ name, source, withoutExperiments }) =>
      `case when by_experiments.user_id is null then ${withoutExperiments} else by_${source}.${quoteName(name)} end`,
  );
  const joins = sources.map(
    (source) => `left join by_${source} on by_${source}.user_id = s.user_id`,
  );
  return `insert into user_features select s.user_id, ${columns.join(', ')} from slice_scientists s ${joins.join(' ')}`;
}
