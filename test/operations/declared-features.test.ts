import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readSettings } from '../../src/config.ts';
import { type Context, withDatabase } from '../../src/context.ts';
import { readDeclaredFeatures } from '../../src/declared-features.ts';
import type { DeclaredFeature } from '../../src/domain/declared-features.ts';
import { dropFeature } from '../../src/operations/drop-feature.ts';
import { explainUser } from '../../src/operations/explain-user.ts';
import { loadFiles } from '../../src/operations/load-files.ts';
import { readFeaturesOf } from '../../src/operations/read-features.ts';
import { undoLoad } from '../../src/operations/undo-load.ts';
import { verifyFeatures } from '../../src/operations/verify-features.ts';
import { useFolders } from '../support/lab.ts';
import { base, compounds, experiments, type Lab, useLabs, users } from './lab.ts';

const makeLab = useLabs();
const makeFolder = useFolders();
const home = process.cwd();
afterEach(() => process.chdir(home));

const texts = { unit: 'as in the source', meaning: 'a figure of ours' };

type Declaration = Readonly<Record<string, unknown>>;

const longestRun = {
  ...texts,
  over: 'experiments',
  type: 'double',
  expression: 'max(experiment_run_time)',
};
const manyUses = {
  ...texts,
  over: 'compound_uses',
  type: 'bigint',
  expression: 'count(*) filter (where uses > 1)',
  without_experiments: 0,
};
const route = {
  ...texts,
  over: 'experiments',
  type: 'text',
  expression:
    "string_agg(array_to_string(experiment_compound_ids, '+'), ' ' order by experiment_run_time, experiment_id)",
  without_experiments: 'none',
};
const isQuick = {
  ...texts,
  over: 'experiments',
  type: 'boolean',
  expression: 'sorted_sum(experiment_run_time) / count(*) < 1',
};
const all = { longest_run: longestRun, many_uses: manyUses, route, is_quick: isQuick };

function parse(declarations: Readonly<Record<string, Declaration>>): DeclaredFeature[] {
  const faults: string[] = [];
  const features = readDeclaredFeatures(declarations, faults);
  expect(faults).toEqual([]);
  return features;
}

/** What a user does whose elute.toml declares this. */
function declaring(lab: Lab, declarations: Readonly<Record<string, Declaration>>): Context {
  return {
    ...lab.context,
    settings: { ...lab.context.settings, declaredFeatures: parse(declarations) },
  };
}

/** Opens the database as a command that may write. */
const open = (context: Context) => withDatabase(context, 'create', async () => {});

interface Experiment {
  readonly id: number;
  readonly user: number;
  readonly compounds: readonly number[];
  readonly time: number;
}

const write = ({ id, user, compounds: ids, time }: Experiment) =>
  `${id},${user},${ids.join(';')},${time}`;

/** The same figures by plain loops. */
function expectFigures(userIds: readonly number[], rows: readonly Experiment[]) {
  return userIds.map((user) => {
    const own = rows.filter((row) => row.user === user);
    const uses = new Map<number, number>();
    for (const id of own.flatMap((row) => row.compounds)) uses.set(id, (uses.get(id) ?? 0) + 1);
    const ordered = [...own].sort((a, b) => a.time - b.time || a.id - b.id);
    const sum = ordered.reduce((total, { time }) => total + time, 0);
    return {
      user_id: user,
      longest_run: own.length === 0 ? null : Math.max(...own.map(({ time }) => time)),
      many_uses: [...uses.values()].filter((count) => count > 1).length,
      route: own.length === 0 ? 'none' : ordered.map((row) => row.compounds.join('+')).join(' '),
      is_quick: own.length === 0 ? null : sum / own.length < 1,
    };
  });
}

const readFigures = (lab: Lab) =>
  lab.query(
    `select user_id::integer, longest_run, many_uses::integer, route, is_quick
     from elute.user_experiment_features order by user_id`,
  );

const userIds = [...Array(20).keys()].map((i) => i + 1);
const userRows = userIds.map((id) => `${id},U${id},u${id}@lab.example,2024-01-01`);
const compoundRows = ['1,Water,H2O', '2,Salt,NaCl', '3,Gold,Au'];

function makeExperiments(firstId: number, count: number): Experiment[] {
  return [...Array(count).keys()].map((i) => ({
    id: firstId + i,
    // The last scientists have none.
    user: 1 + randomInt(17),
    compounds: [...Array(1 + randomInt(3))].map(() => 1 + randomInt(3)),
    time: randomInt(2_000_000) / 1e6,
  }));
}

test('a declaration is back-filled, kept up to date, verified and undone', async () => {
  const lab = await makeLab();
  const first = makeExperiments(1, 120);
  await lab.load({
    'users.csv': users(...userRows),
    'compounds.csv': compounds(...compoundRows),
    'experiments.csv': experiments(...first.map(write)),
  });
  const context = declaring(lab, all);
  await open(context);
  expect(await readFigures(lab)).toEqual(expectFigures(userIds, first));
  expect(await lab.verify()).toBe(0);
  const backFilled = await lab.state();

  const second = [
    ...makeExperiments(121, 30),
    ...first.slice(0, 10).map((row) => ({ ...row, time: 9 })),
  ];
  const paths = lab.write({ 'more.csv': experiments(...second.map(write)) });
  const { load } = await loadFiles(context, paths);
  const changed = new Set(second.map(({ id }) => id));
  const now = [...first.filter(({ id }) => !changed.has(id)), ...second];
  expect(await readFigures(lab)).toEqual(expectFigures(userIds, now));
  expect(await lab.verify()).toBe(0);

  await undoLoad(lab.context, load?.loadId ?? 0);
  expect(await lab.state()).toEqual(backFilled);
  expect(await lab.verify()).toBe(0);
});

test('a process that does not declare a feature computes it all the same', async () => {
  const lab = await makeLab();
  await open(declaring(lab, all));
  await lab.load(base);
  expect(await readFigures(lab)).toMatchObject([
    { user_id: 1, longest_run: 4.5, many_uses: 1, route: '1+2 1', is_quick: false },
    { user_id: 2, longest_run: 0.125, many_uses: 1, route: '3 2+3', is_quick: true },
    { user_id: 3, longest_run: null, many_uses: 0, route: 'none', is_quick: null },
  ]);
});

test('another expression, and another type, is computed anew; other words alone are not', async () => {
  const lab = await makeLab();
  await open(declaring(lab, { longest_run: longestRun }));
  await lab.load(base);
  const read = () =>
    lab.query('select longest_run as figure from elute.user_experiment_features order by user_id');
  const revision = async () =>
    (await lab.query<{ revision: string }>('select revision from elute.database_features'))[0]
      ?.revision;
  await lab.query('grant select on elute.user_experiment_features to public');
  const before = await revision();
  await open(declaring(lab, { longest_run: { ...longestRun, meaning: 'other words' } }));
  expect(await revision()).toBe(before);
  expect(await lab.query('select meaning from elute.declared_features')).toEqual([
    { meaning: 'other words' },
  ]);

  const shortest = { ...longestRun, expression: 'min(experiment_run_time)' };
  await open(declaring(lab, { longest_run: shortest }));
  expect(await read()).toEqual([{ figure: 3 }, { figure: 0.1 }, { figure: null }]);
  expect(await lab.verify()).toBe(0);
  expect(Number(await revision())).toBe(Number(before) + 1);

  const asText = {
    ...shortest,
    type: 'text',
    expression: 'cast(count(*) as varchar)',
    without_experiments: 'no run',
  };
  await open(declaring(lab, { longest_run: asText }));
  expect(await read()).toEqual([{ figure: '2' }, { figure: '2' }, { figure: 'no run' }]);
  expect(await lab.verify()).toBe(0);
  expect(
    await lab.query(
      `select has_table_privilege('public', 'elute.user_experiment_features', 'select') as granted`,
    ),
  ).toEqual([{ granted: true }]);
});

test('of processes that start at once with the same declarations one computes them', async () => {
  const lab = await makeLab();
  await lab.load(base);
  const revision = () => lab.query('select revision::integer from elute.database_features');
  expect(await revision()).toEqual([{ revision: 1 }]);
  await Promise.all([all, all, all].map((declarations) => open(declaring(lab, declarations))));
  expect(await revision()).toEqual([{ revision: 2 }]);
  expect(await lab.query('select name from elute.declared_features order by position')).toEqual(
    Object.keys(all).map((name) => ({ name })),
  );
  expect(await lab.verify()).toBe(0);
});

test('commands that only read leave the declarations alone', async () => {
  const lab = await makeLab();
  await lab.load(base);
  const context = declaring(lab, all);
  expect((await verifyFeatures(context)).differing).toBe(0);
  expect(await lab.query('select name from elute.declared_features')).toEqual([]);
});

test('a declared feature is read, verified and explained as the others are', async () => {
  const lab = await makeLab();
  await lab.load(base);
  await open(declaring(lab, all));
  const { row, features } = await readFeaturesOf(lab.context, 1);
  expect(row).toMatchObject({ user_id: 1, total_exp_per_user: 2, longest_run: 4.5 });
  expect(Object.keys(row)).toEqual(['user_id', ...features.map(({ name }) => name)]);
  const explanation = await explainUser(lab.context, 1, { feature: 'longest_run' });
  expect(explanation.feature).toMatchObject({
    name: 'longest_run',
    unit: 'as in the source',
    column: 'experiment_run_time',
  });
  expect(explanation.experiments.map(({ id }) => id)).toEqual([1, 2]);
  await lab.query('update elute.user_features set longest_run = 5 where user_id = 1');
  expect((await verifyFeatures(lab.context)).differences).toEqual([
    { userId: 1, feature: 'longest_run', stored: '5', computed: '4.5' },
  ]);
});

test('a plan shows what a load would make of a declared feature', async () => {
  const lab = await makeLab();
  await open(declaring(lab, { longest_run: longestRun }));
  await lab.load(base);
  const { load, plan } = await lab.plan({ 'e.csv': experiments('4,2,3,8') });
  expect(plan.figures).toContainEqual({
    userId: 2,
    feature: 'longest_run',
    before: '0.125',
    after: '8',
  });
  await lab.apply(load.loadId);
  expect(await lab.verify()).toBe(0);
});

test('scientists of a features-only load have none until the next such load', async () => {
  const lab = await makeLab();
  await lab.load(base, { featuresOnly: true });
  const read = () => lab.query('select longest_run from elute.user_features order by user_id');
  await open(declaring(lab, { longest_run: longestRun }));
  expect(await read()).toEqual([1, 2, 3].map(() => ({ longest_run: null })));
  const { loadId } = await lab.load(base, { featuresOnly: true, force: true });
  expect(await read()).toEqual([
    { longest_run: 4.5 },
    { longest_run: 0.125 },
    { longest_run: null },
  ]);
  const shortest = { ...longestRun, expression: 'min(experiment_run_time)' };
  await open(declaring(lab, { longest_run: shortest }));
  expect(await read()).toEqual([1, 2, 3].map(() => ({ longest_run: null })));
  await lab.undo(loadId);
  expect(await read()).toEqual([1, 2, 3].map(() => ({ longest_run: null })));
  expect(await lab.verify()).toBe(0);
});

test('a number that is none, or too large, is null', async () => {
  const lab = await makeLab();
  await lab.load(base);
  await open(
    declaring(lab, {
      endless: { ...longestRun, expression: 'max(experiment_run_time) / 0' },
      huge: {
        ...longestRun,
        type: 'bigint',
        expression: 'sum(experiment_id) + 9007199254740991',
      },
    }),
  );
  expect(
    await lab.query('select endless, huge from elute.user_features order by user_id limit 1'),
  ).toEqual([{ endless: null, huge: null }]);
});

test('a feature that cannot be computed from the rows there are is refused, and named', async () => {
  const lab = await makeLab();
  const context = declaring(lab, {
    ...all,
    square: {
      ...longestRun,
      type: 'bigint',
      expression: 'max(experiment_id * 9007199254740991)',
    },
  });
  await open(context);
  const failing = loadFiles(
    context,
    lab.write({ ...base, 'experiments.csv': experiments('9007199254740991,1,1,1') }),
  );
  await expect(failing).rejects.toMatchObject({
    code: 'feature_uncomputable',
    message: expect.stringMatching(/^The feature square cannot be computed.*Overflow/),
  });
  expect(await lab.query('select user_id from elute.user_features')).toEqual([]);
});

test('a feature that is declared no more stays until it is dropped', async () => {
  const lab = await makeLab();
  await lab.load(base);
  const context = declaring(lab, { longest_run: longestRun, route });
  await open(context);
  await open(declaring(lab, { route }));
  expect(await lab.query('select name from elute.declared_features')).toHaveLength(2);
  await expect(dropFeature(context, 'longest_run')).rejects.toMatchObject({
    code: 'invalid_usage',
    message: expect.stringContaining('elute.toml declares the feature longest_run'),
  });
  await lab.query('create view used as select longest_run from elute.user_experiment_features');
  await expect(dropFeature(lab.context, 'longest_run')).rejects.toMatchObject({
    code: 'feature_in_use',
    message: expect.stringContaining('view used depends on view'),
  });
  await lab.query('drop view used');
  await dropFeature(lab.context, 'longest_run');
  const { features } = await readFeaturesOf(lab.context, 1);
  expect(features.map(({ name }) => name)).not.toContain('longest_run');
  expect(features.at(-1)?.name).toBe('route');
  expect(await lab.verify()).toBe(0);
  await expect(dropFeature(lab.context, 'longest_run')).rejects.toMatchObject({
    message: 'There is no declared feature longest_run. Declared are route.',
  });
  await expect(dropFeature(lab.context, 'total_exp_per_user')).rejects.toThrow('no declared');
});

test('all expressions that are wrong are named at once', async () => {
  const lab = await makeLab();
  const wrong = { ...longestRun, expression: 'now()' };
  await expect(
    open(declaring(lab, { one: wrong, two: wrong, user: longestRun, good: longestRun })),
  ).rejects.toMatchObject({
    message: expect.stringMatching(
      /^3 settings are wrong:\n {2}The feature user needs another name.*\n {2}.*feature one.*\n {2}.*feature two/,
    ),
  });
});

test('an expression put into the database by other means is held against the same rules', async () => {
  const lab = await makeLab();
  await open(declaring(lab, { longest_run: longestRun }));
  await lab.query(
    `update elute.declared_features set expression = 'length((select content from read_text(''/etc/passwd'')))'`,
  );
  await expect(lab.load(base)).rejects.toMatchObject({ code: 'invalid_configuration' });
  await lab.query(
    `update elute.declared_features set expression = '1', without_experiments = '1 as double); drop table x; --'`,
  );
  await expect(lab.load(base)).rejects.toThrow('must be an aggregate');
});

/** What stands in elute.toml, and what is said of it. */
const badTables: readonly (readonly [string, string])[] = [
  ['features = 1', 'features in elute.toml must be tables'],
  ['[features]\nfigure = 1', 'features.figure in elute.toml must be a table.'],
  [table('Figure'), '"Figure" in features of elute.toml is no name for a feature'],
  [table('2nd'), 'is no name for a feature'],
  [table('"a b"'), '"a b" in features of elute.toml is no name'],
  [table(`a${'b'.repeat(51)}`), 'is no name for a feature'],
  [table('distinct_compounds'), 'is a feature that Elute has already'],
  [table('avg_experiment_count'), 'is a feature that Elute has already'],
  [table('user_id'), 'is the name of a column'],
  [table('load_id'), 'is the name of a column'],
  [table('ctid'), 'is the name of a column'],
  [table('sort'), 'is what the API calls something else'],
  [table('explanation'), 'is what the API calls something else'],
  [table('figure', { over: 'users' }), 'over of features.figure in elute.toml must be experiments'],
  [table('figure', { type: 'date' }), 'must be bigint, double, text or boolean'],
  [table('figure', { unit: '' }), 'unit of features.figure in elute.toml must be a text'],
  [table('figure', { meaning: 'x'.repeat(301) }), 'meaning of features.figure in elute.toml'],
  [table('figure', { expression: ' ' }), 'expression of features.figure in elute.toml'],
  [table('figure', { without_experiments: 'x' }), 'must be a double or "null"'],
  [
    table('figure', { color: 'red' }),
    'color of features.figure in elute.toml is nothing a feature',
  ],
  ['[features.figure]', '5 settings are wrong'],
];

function table(name: string, changes: Declaration = {}): string {
  const entries = Object.entries({ ...longestRun, ...changes });
  return `[features.${name}]\n${entries.map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`).join('')}`;
}

function enterFolder(configuration: string): void {
  const folder = makeFolder();
  writeFileSync(join(folder, 'elute.toml'), configuration);
  process.chdir(folder);
}

test.each(badTables)('refuses %j', (content, said) => {
  enterFolder(content);
  expect(() => readSettings({})).toThrow(said);
});

test('elute.toml declares features', () => {
  enterFolder(
    Object.entries(all)
      .map(([name, declaration]) => table(name, declaration))
      .join('\n'),
  );
  expect(readSettings({}).declaredFeatures).toEqual(parse(all));
});
