import type { Engine } from '../compute/engine.ts';
import { type Feature, type FeatureSource, scientistFeatures } from '../domain/features.ts';
import { readStatement } from '../statements.ts';

const sources: readonly FeatureSource[] = ['experiments', 'compound_uses', 'most_used'];

/**
 * Computes the features of every user in `scientists` from `scientist_experiments` and
 * `compound_names` into the table `user_features`: user_id and one column a feature.
 */
export async function computeFeatures(engine: Engine): Promise<void> {
  await engine.run(readStatement('compute/feature-sources.sql'));
  for (const source of sources) await engine.run(aggregate(source));
  await engine.run(assemble());
  await engine.run(readStatement('compute/drop-feature-sources.sql'));
}

/** All features over one source, in one pass over it. */
function aggregate(source: FeatureSource): string {
  const relation = source === 'experiments' ? 'scientist_experiments' : source;
  const columns = featuresOver(source).map(({ name, expression }) => `${expression} as ${name}`);
  return `create table by_${source} as select user_id, ${columns.join(', ')} from ${relation} group by user_id`;
}

/** One row for every scientist, also for those without experiments. */
function assemble(): string {
  const columns = scientistFeatures.map(
    ({ name, source, withoutExperiments, computeType }) =>
      `cast(case when by_experiments.user_id is null then ${withoutExperiments} else by_${source}.${name} end as ${computeType}) as ${name}`,
  );
  const joins = sources.map(
    (source) => `left join by_${source} on by_${source}.user_id = s.user_id`,
  );
  return `create table user_features as select s.user_id, ${columns.join(', ')} from scientists s ${joins.join(' ')}`;
}

function featuresOver(source: FeatureSource): Feature[] {
  return scientistFeatures.filter((feature) => feature.source === source);
}
