import { expect, test } from 'vitest';
import { builtInFeatures } from '../../src/domain/features.ts';
import { type Explanation, explainUser } from '../../src/operations/explain-user.ts';
import { base, compounds, experiments, type Lab, useLabs, users } from './lab.ts';
import { writeBook, writeParquet } from './table-files.ts';

const makeLab = useLabs();

const idsOf = ({ experiments: found }: Explanation) => found.map(({ id }) => id);

test('names file and line of a user and each experiment', async () => {
  const lab = await makeLab();
  await lab.load(base);
  await lab.load({ 'more.csv': `\n${experiments('x,1,1,1', '5,2,1,1', '6,1,2,7')}` });
  const explanation = await explainUser(lab.context, 1);
  expect(explanation).toMatchObject({
    features: { user_id: 1, total_exp_per_user: 3 },
    user: {
      id: 1,
      loadId: 1,
      place: `${lab.path('users.csv')}:2`,
      values: { user_id: 1, name: 'Ada', email: 'ada@lab.example', signup_date: '2024-01-01' },
      earlier: [],
    },
    experiments: [
      {
        id: 1,
        loadId: 1,
        place: `${lab.path('experiments.csv')}:2`,
        values: { experiment_id: 1, experiment_compound_ids: [1, 2], experiment_run_time: 3 },
        earlier: [],
      },
      { id: 2, loadId: 1, place: `${lab.path('experiments.csv')}:3` },
      { id: 6, loadId: 2, place: `${lab.path('more.csv')}:5` },
    ],
  });
  expect(explanation).not.toHaveProperty('feature');
  expect(explanation).not.toHaveProperty('featuresOnlyLoad');
});

test('a scientist without experiments', async () => {
  const lab = await makeLab();
  await lab.load(base);
  expect(await explainUser(lab.context, 3)).toMatchObject({
    features: { total_exp_per_user: 0 },
    user: { id: 3 },
    experiments: [],
  });
});

/** Ada uses compounds 1 and 2 most, and compound 3 in experiment 6 alone. */
const evidence: readonly [string, number[]][] = [
  ['total_exp_per_user', [1, 2, 5, 6]],
  ['avg_experiment_count', [1, 2, 5, 6]],
  ['avg_exp_time_per_user', [1, 2, 5, 6]],
  ['median_exp_time_per_user', [1, 2, 5, 6]],
  ['distinct_compounds', [1, 2, 5, 6]],
  ['most_consumed_compound', [1, 2, 5]],
  ['most_consumed_compounds', [1, 2, 5]],
  ['most_consumed_compound_uses', [1, 2, 5]],
];

test.each(evidence)('the evidence of %s', async (feature, ids) => {
  const lab = await makeLab();
  await lab.load(base);
  await lab.load({ 'e.csv': experiments('5,1,2,1', '6,1,3,1') });
  const explanation = await explainUser(lab.context, 1, { feature });
  expect(explanation.features).toMatchObject({ most_consumed_compounds: [1, 2] });
  expect(explanation.feature?.name).toBe(feature);
  expect(idsOf(explanation)).toEqual(ids);
});

test('every feature has evidence', async () => {
  const lab = await makeLab();
  await lab.load(base);
  for (const { name } of builtInFeatures) {
    expect(idsOf(await explainUser(lab.context, 1, { feature: name }))).not.toEqual([]);
  }
});

const header = [
  'experiment_run_time',
  'note',
  'experiment_id',
  'user_id',
  'experiment_compound_ids',
];
const runs = [['experiments of May', ''], [], header, [1.5, 'a', 7, 1, '1;2'], [2.5, 'b', 8, 1, 2]];

test.each(['xlsx', 'ods'] as const)('names cells of sheets: %s', async (format) => {
  const lab = await makeLab();
  await lab.load(base);
  const name = `lab.${format}`;
  await lab.load({
    [name]: writeBook(format, { Notes: [['of no use']], 'My runs': runs.slice(2) }),
  });
  const path = lab.path(name);
  const places = async (feature?: string) =>
    (await explainUser(lab.context, 1, feature === undefined ? {} : { feature })).experiments
      .slice(2)
      .map(({ place }) => place);
  expect(await places()).toEqual([`${path}, My runs, row 2`, `${path}, My runs, row 3`]);
  expect(await places('avg_exp_time_per_user')).toEqual([
    `${path}, My runs!A2`,
    `${path}, My runs!A3`,
  ]);
  expect(await places('distinct_compounds')).toEqual([
    `${path}, My runs!E2`,
    `${path}, My runs!E3`,
  ]);
});

test('names rows of Parquet', async () => {
  const lab = await makeLab();
  await lab.load(base);
  const rows = await writeParquet(
    lab,
    `select 7 as experiment_id, 1 as user_id, '1;2' as experiment_compound_ids, 1.5 as experiment_run_time`,
  );
  await lab.load({ 'runs.parquet': rows });
  const { experiments: found } = await explainUser(lab.context, 1);
  expect(found.at(-1)?.place).toBe(`${lab.path('runs.parquet')}, row 1`);
});

test('tells what rows were before, newest first, and what was undone', async () => {
  const lab = await makeLab();
  await lab.load(base);
  await lab.load({ 'a.csv': experiments('1,1,1,4'), 'u.csv': users('1,Ann,a@b,') });
  await lab.load({ 'b.csv': experiments('9,2,1,1', '1,1,1,5') });
  await lab.load({ 'c.csv': experiments('1,1,1,6') });
  await lab.undo(4);
  const { experiments: found, user } = await explainUser(lab.context, 1);
  expect(found[0]).toMatchObject({
    loadId: 3,
    place: `${lab.path('b.csv')}:3`,
    values: { experiment_run_time: 5 },
    earlier: [
      { loadId: 4, endedBy: 4, isUndone: true, values: { experiment_run_time: 6 } },
      {
        loadId: 2,
        endedBy: 3,
        values: { experiment_run_time: 4 },
        place: `${lab.path('a.csv')}:2`,
      },
      { loadId: 1, endedBy: 2, values: { experiment_run_time: 3 } },
    ],
  });
  expect(found[0]?.earlier[1]).not.toHaveProperty('isUndone');
  expect(user).toMatchObject({
    loadId: 2,
    earlier: [{ loadId: 1, endedBy: 2, values: { name: 'Ada', signup_date: '2024-01-01' } }],
  });
});

test('an experiment that changed hands tells its past to the new owner', async () => {
  const lab = await makeLab();
  await lab.load(base);
  await lab.load({ 'e.csv': experiments('1,2,1;2,3') });
  expect(idsOf(await explainUser(lab.context, 1))).toEqual([2]);
  expect((await explainUser(lab.context, 2)).experiments[0]).toMatchObject({
    id: 1,
    earlier: [{ loadId: 1, values: { user_id: 1 } }],
  });
});

test('lists as many experiments as asked for', async () => {
  const lab = await makeLab();
  await lab.load(base);
  expect(idsOf(await explainUser(lab.context, 1, { limit: 1 }))).toEqual([1]);
  expect(idsOf(await explainUser(lab.context, 1, { limit: 0 }))).toEqual([]);
});

test('figures of a features-only load have no rows behind them', async () => {
  const lab = await makeLab();
  await lab.load(base, { featuresOnly: true });
  const explanation = await explainUser(lab.context, 2, { feature: 'total_exp_per_user' });
  expect(explanation).toMatchObject({ featuresOnlyLoad: 1, experiments: [] });
  expect(explanation).not.toHaveProperty('user');
});

async function explainUnknown(lab: Lab, userId: number, feature?: string) {
  await lab.load({ ...base, 'c.csv': compounds('9,Iron,Fe') });
  return explainUser(lab.context, userId, feature === undefined ? {} : { feature });
}

test('an unknown user, an unknown feature', async () => {
  const lab = await makeLab();
  await expect(explainUnknown(lab, 9)).rejects.toMatchObject({
    code: 'user_not_found',
    message: 'There is no user 9. "elute features" lists all.',
  });
  await expect(explainUser(lab.context, 1, { feature: 'user_id' })).rejects.toMatchObject({
    code: 'invalid_usage',
    message: expect.stringMatching(/^There is no feature user_id\. There are total_exp_per_user, /),
  });
});
