import type { Engine } from '../compute/engine.ts';
import { type Feature, type FeatureSource, scientistFeatures } from '../domain/features.ts';
import { identifier } from '../domain/identifiers.ts';
import { readStatement } from '../statements.ts';

const sources: readonly FeatureSource[] = ['experiments', 'compound_uses', 'most_used'];

/** Counting the uses of so many is done in memory, within a third of the default limit. */
const usesPerSlice = 8_000_000;
/** Each slice is a pass over all experiments: with more of them, passing would cost more than counting. */
const mostSlices = 20;

/**
 * Computes the features of every user in `scientists` from `scientist_experiments` and
 * `compound_names` into the table `user_features`: user_id and one column a feature. Works on a slice
 * of the scientists at a time, so that memory holds the uses of these alone.
 */
export async function computeFeatures(engine: Engine): Promise<void> {
  await engine.run(createFeatureTable());
  const slices = await countSlices(engine);
  for (let slice = 0; slice < slices; slice++) {
    await engine.run(takeSlice(slice, slices));
    await engine.run(readStatement('compute/feature-sources.sql'));
    for (const source of sources) await engine.run(aggregate(source));
    await engine.run(assemble());
    await engine.run(readStatement('compute/drop-feature-sources.sql'));
  }
}

function createFeatureTable(): string {
  const columns = scientistFeatures.map(({ name, computeType }) => `${name} ${computeType}`);
  return `create table user_features (user_id ${identifier.computeType}, ${columns.join(', ')})`;
}

async function countSlices(engine: Engine): Promise<number> {
  const [count] = await engine.rows<{ uses: number | null }>(
    'select sum(len(experiment_compound_ids)) as uses from scientist_experiments',
  );
  return Math.min(mostSlices, Math.ceil(((count?.uses ?? 0) + 1) / usesPerSlice));
}

function takeSlice(slice: number, slices: number): string {
  const condition = slices === 1 ? '' : `where hash(user_id) % ${slices} = ${slice}`;
  return ['scientists', 'scientist_experiments']
    .map((table) => `create or replace view slice_${table} as from ${table} ${condition};`)
    .join('\n');
}

/** All features over one source, in one pass over it. */
function aggregate(source: FeatureSource): string {
  const relation = source === 'experiments' ? 'slice_scientist_experiments' : source;
  const columns = featuresOver(source).map(({ name, expression }) => `${expression} as ${name}`);
  return `create temp table by_${source} as select user_id, ${columns.join(', ')} from ${relation} group by user_id`;
}

/** One row for every scientist, also for those without experiments. */
function assemble(): string {
  const columns = scientistFeatures.map(
    ({ name, source, withoutExperiments }) =>
      `case when by_experiments.user_id is null then ${withoutExperiments} else by_${source}.${name} end`,
  );
  const joins = sources.map(
    (source) => `left join by_${source} on by_${source}.user_id = s.user_id`,
  );
  return `insert into user_features select s.user_id, ${columns.join(', ')} from slice_scientists s ${joins.join(' ')}`;
}

function featuresOver(source: FeatureSource): Feature[] {
  return scientistFeatures.filter((feature) => feature.source === source);
}
