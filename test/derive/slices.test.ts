import { expect, test } from 'vitest';
import { openEngine } from '../../src/compute/duckdb.ts';
import type { Engine } from '../../src/compute/engine.ts';
import { makeFeature } from '../../src/database/declared-features.ts';
import { computeFeatures, type SliceLimits } from '../../src/derive/compute-features.ts';
import { builtInFeatures } from '../../src/domain/features.ts';
import { useFolders } from '../support/lab.ts';

const makeFolder = useFolders();

const cases: readonly (readonly [string, SliceLimits])[] = [
  ['in some passes', { usesPerSlice: 1000, mostPasses: 100 }],
  ['with the experiments parted', { usesPerSlice: 1000, mostPasses: 1 }],
];

test.each(cases)('features computed %s are those of one pass', async (_, limits) => {
  const expected = await computeOnce({ usesPerSlice: 1e9, mostPasses: 1 });
  expect(expected.length).toBe(60);
  expect(await computeOnce(limits)).toEqual(expected);
});

/** Features of a lab, whose figures would tell in which order the rows came. */
const declared = [
  ['mean_third', 'double', 'sorted_sum(experiment_run_time / 3) / count(*)'],
  [
    'route',
    'text',
    "string_agg(cast(experiment_id as varchar), ' ' order by experiment_run_time, experiment_id)",
  ],
] as const;

const features = [
  ...builtInFeatures,
  ...declared.map(([name, type, expression]) =>
    makeFeature({
      name,
      type,
      expression,
      source: 'experiments',
      unit: '',
      meaning: '',
      withoutExperiments: null,
    }),
  ),
];

async function computeOnce(limits: SliceLimits) {
  const engine = await openEngine({
    scratchDirectory: makeFolder(),
    memoryLimit: '256MB',
    threads: 2,
  });
  try {
    await fill(engine);
    await computeFeatures(engine, features, limits);
    return await engine.rows<Record<string, unknown>>('from user_features order by user_id');
  } finally {
    await engine.close();
  }
}

/** Sixty scientists, of whom every third has no experiment. */
async function fill(engine: Engine): Promise<void> {
  await engine.run(`
    create table scientists as select i as user_id from range(60) numbers (i);
    create table compound_names as select i as compound_id, 'c' || i as compound_name from range(9) numbers (i);
    create table scientist_experiments as
    select i as experiment_id, hash(i) % 20 * 3 + hash(i) // 100 % 2 as user_id,
      [cast(hash(i * 7) % 9 as bigint), cast(hash(i * 11) % 9 as bigint)] as experiment_compound_ids,
      cast(hash(i * 13) % 1000 / 8 as double) as experiment_run_time
    from range(50_000) numbers (i)`);
}
