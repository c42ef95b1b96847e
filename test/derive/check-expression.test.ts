import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine } from '../../src/compute/duckdb.ts';
import type { Engine } from '../../src/compute/engine.ts';
import { readDeclaredFeatures } from '../../src/declared-features.ts';
import { findExpressionFault } from '../../src/derive/check-expression.ts';
import * as words from '../../src/derive/expression-words.ts';
import type { DeclaredFeature, DeclaredType } from '../../src/domain/declared-features.ts';

let engine: Engine;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'elute-check-'));
  engine = await openEngine({ scratchDirectory: folder, memoryLimit: '256MB', threads: 1 });
});

afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

function check(expression: string, changes: Partial<DeclaredFeature> = {}) {
  return findExpressionFault(engine, {
    name: 'figure',
    source: 'experiments',
    type: 'double',
    unit: 'as in the source',
    meaning: 'a figure of ours',
    expression,
    withoutExperiments: null,
    ...changes,
  });
}

/** An expression over experiments, and what is said of it. */
const badExpressions: readonly (readonly [string, string])[] = [
  ['max(', 'is no SQL: syntax error'],
  ['experiment_run_time', 'must be an aggregate'],
  ['1', 'must be an aggregate'],
  ['max(experiment_run_time) + experiment_id', 'cannot be computed: column "experiment_id" must'],
  [
    'max(max(experiment_run_time))',
    'cannot be computed: aggregate function calls cannot be nested',
  ],
  ['max(run_time)', 'names run_time, which experiments do not have: user_id, experiment_id'],
  ['max(x.experiment_run_time)', 'names x.experiment_run_time'],
  ["max('a')", 'gives varchar, not double'],
  ['count(*) > 1', 'gives boolean, not double'],
  ['sum(experiment_run_time)', 'must add up experiment_run_time with sorted_sum'],
  ['avg(experiment_run_time / 2)', 'with sorted_sum'],
  ['first(experiment_run_time)', 'must say in which order first takes the rows'],
  ['first(experiment_id order by experiment_run_time)', 'in which order first'],
  ['list(experiment_run_time)[1]', 'in which order list'],
  ['any_value(experiment_run_time)', 'must not call any_value'],
  ['stddev(experiment_run_time)', 'must not call stddev'],
  ['max(experiment_run_time) + random()', 'must not call random'],
  ['count(*) + epoch(now())', 'must not call'],
  ["max(length(getenv('HOME')))", 'must not call getenv'],
  ["max(length(current_setting('temp_directory')))", 'must not call current_setting'],
  ["max(length(read_text('/etc/passwd')))", 'must not call read_text'],
  ["(select count(*) from read_csv('/etc/passwd'))", 'must not hold a query of its own'],
  ["max(experiment_run_time) from read_csv('/etc/passwd')", 'must be one expression'],
  ['max(experiment_run_time) union select 1', 'must be one expression'],
  ['max(experiment_run_time), min(experiment_run_time)', 'must be one expression'],
  ['max(experiment_run_time) limit 1', 'must be one expression'],
  ['distinct max(experiment_run_time)', 'must be one expression'],
  ['max(experiment_run_time) group by all', 'must be one expression'],
  ['max(experiment_run_time) as figure', 'must not give itself a name'],
  ['max(experiment_run_time); drop table scientists', 'must not hold a semicolon'],
  ["max(experiment_run_time); copy (select 1) to '/tmp/x'", 'must not hold a semicolon'],
  ['max(experiment_run_time) -- and so on', 'must not hold a comment'],
  ['max(experiment_run_time) /* and so on */', 'must not hold a comment'],
  ['max(experiment_run_time)) from scientists --', 'must not hold a comment'],
  ['max(experiment_run_time)) from (select 1', 'is no SQL'],
  ['max(experiment_run_time) over ()', 'must not use a window'],
  ['max(columns(*))', 'must not use *'],
  ['max($1)', 'must be one expression'],
  [
    'max(list_transform(experiment_compound_ids, lambda id: id)[1])',
    'must not call list_transform',
  ],
  ["max(cast('1' as date))", 'must not cast to other types'],
  ["max(cast('1' as json))", 'must not cast to other types'],
  ['sorted_sum(distinct experiment_run_time)', 'cannot be computed'],
];

test.each(badExpressions)('refuses %s', async (expression, said) => {
  const fault = await check(expression);
  expect(fault).toMatch(/^The expression of the feature figure .*\.$/s);
  expect(fault).toContain(said);
});

const goodExpressions: readonly (readonly [DeclaredType, string])[] = [
  ['double', 'max(experiment_run_time)'],
  ['double', 'MAX("experiment_run_time")'],
  ['double', 'sorted_sum(experiment_run_time) / count(*)'],
  ['double', 'sorted_median(case when experiment_run_time > 1 then experiment_run_time end)'],
  ['double', 'quantile_cont(experiment_run_time, 0.9) - median(experiment_run_time)'],
  ['double', 'avg(len(experiment_compound_ids))'],
  ['double', 'list_sum(list(experiment_run_time order by experiment_id desc))'],
  ['double', 'first(experiment_run_time order by experiment_run_time desc)'],
  ['double', 'last(experiment_run_time order by len(experiment_compound_ids), experiment_id)'],
  ['double', 'list_sum(list_sort(list(experiment_run_time)))'],
  ['double', 'array_agg(distinct experiment_run_time order by experiment_run_time)[1]'],
  ['bigint', 'count(*)'],
  ['bigint', 'count(distinct experiment_run_time) filter (where experiment_run_time > 0)'],
  ['bigint', 'sum(experiment_id + 9223372036854775807 - 170141183460469231731687303715884105727)'],
  ['bigint', 'count(*)\n  + max(experiment_id)'],
  ['bigint', 'cast(round(sorted_sum(experiment_run_time)) as bigint)'],
  ['text', "string_agg(cast(experiment_id as varchar), ';--/*' order by experiment_id)"],
  ['text', "case when count(*) > 10 then 'many' else 'few' end"],
  ['boolean', 'bool_and(list_contains(experiment_compound_ids, 7))'],
];

test.each(goodExpressions)('takes as %s: %s', async (type, expression) => {
  expect(await check(expression, { type })).toBeUndefined();
});

test.each(['max(uses)', 'sum(uses)', 'count(*) filter (where uses > 1)'])(
  'takes over compound_uses: %s',
  async (expression) => {
    expect(await check(expression, { source: 'compound_uses', type: 'bigint' })).toBeUndefined();
  },
);

test.each([
  ['text', 'count(*)', 'gives bigint, not text'],
  ['bigint', 'max(experiment_run_time)', 'gives double, not bigint'],
  ['boolean', 'count(*)', 'gives bigint, not boolean'],
  ['text', 'list(experiment_id order by experiment_id)', 'gives bigint[], not text'],
] as const)('refuses as %s: %s', async (type, expression, said) => {
  expect(await check(expression, { type })).toContain(said);
});

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'FEATURES.md'), 'utf8');

test('docs/FEATURES.md: the examples can be declared', async () => {
  const [, example = ''] = /```toml\n([\s\S]*?)```/.exec(page) ?? [];
  const faults: string[] = [];
  const features = readDeclaredFeatures(parseToml(example)['features'], faults);
  expect(faults).toEqual([]);
  expect(features).toHaveLength(4);
  for (const feature of features)
    expect(await findExpressionFault(engine, feature)).toBeUndefined();
});

test('docs/FEATURES.md: what is called allowed is', () => {
  const [, table = ''] = /\| allowed \|([\s\S]*?)\n\n/.exec(page) ?? [];
  const rows = table.split('\n').filter((row) => /^\| (aggregates|numbers|texts|lists) /.test(row));
  const named = [...rows.join().matchAll(/`([a-z_0-9]{2,})`/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(50);
  const allowed = new Set(Object.values(words).flatMap((set) => [...set]));
  expect(named.filter((name) => name !== 'like' && !allowed.has(name))).toEqual([]);
});
