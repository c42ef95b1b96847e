import { expect, test } from 'vitest';
import { query } from '../support/database.ts';
import { goodFiles, useLabs } from './run-elute.ts';

const makeLab = useLabs();

test('finds all as stored', async () => {
  const { run } = await makeLab(goodFiles);
  await run('load', '.');
  expect(await run('verify')).toEqual({
    exitCode: 0,
    stdout: 'Recomputed the features of 3 users from 3 experiments: all are as stored.\n',
    stderr: '',
  });
  expect(JSON.parse((await run('verify', '--json')).stdout)).toEqual({
    users: 3,
    experiments: 3,
    featuresOnlyUsers: 0,
    differing: 0,
    differences: [],
  });
});

test.each([
  [
    'a figure that was changed',
    'update elute.user_features set total_exp_time_per_user = 7 where user_id = 1',
    [{ userId: 1, feature: 'total_exp_time_per_user', stored: '7', computed: '7.5' }],
  ],
  [
    'a list that was changed',
    `update elute.user_features set most_consumed_compounds = '{2}' where user_id = 2`,
    [{ userId: 2, feature: 'most_consumed_compounds', stored: '{2}', computed: '{2,3}' }],
  ],
  [
    'a figure that was set to null',
    'update elute.user_features set median_exp_time_per_user = null where user_id = 1',
    [{ userId: 1, feature: 'median_exp_time_per_user', stored: null, computed: '3.75' }],
  ],
  [
    'the figure of the whole database',
    'update elute.database_features set avg_experiment_count = 2',
    [{ userId: null, feature: 'avg_experiment_count', stored: '2', computed: '1' }],
  ],
  [
    'an experiment that was changed',
    'update elute.experiments set experiment_run_time = 0.25 where experiment_id = 3',
    ['avg_exp_time_per_user', 'median_exp_time_per_user', 'total_exp_time_per_user'].map(
      (feature) => ({ userId: 2, feature, stored: '0.125', computed: '0.25' }),
    ),
  ],
])('finds %s', async (_, corruption, differences) => {
  const { run, url } = await makeLab(goodFiles);
  await run('load', '.');
  await query(url, corruption);
  const { exitCode, stdout } = await run('verify', '--json');
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ differing: differences.length, differences });
});

test('names user, feature, stored and computed figure', async () => {
  const { run, url } = await makeLab(goodFiles);
  await run('load', '.');
  await query(url, 'update elute.user_features set total_exp_per_user = 5 where user_id = 1');
  await query(url, 'update elute.database_features set avg_experiment_count = 0.5');
  const { exitCode, stdout } = await run('verify');
  expect(exitCode).toBe(1);
  expect(stdout).toMatchInlineSnapshot(`
    "Recomputed the features of 3 users from 3 experiments: 2 figures differ:

    user_id  feature               stored  computed
    all      avg_experiment_count  0.5     1
    1        total_exp_per_user    5       2
    "
  `);
});

test('finds a row that is missing, and one too many', async () => {
  const { run, url } = await makeLab(goodFiles);
  await run('load', '.');
  await query(url, 'update elute.user_features set user_id = 9 where user_id = 3');
  const { exitCode, stdout } = await run('verify');
  expect(exitCode).toBe(1);
  expect(stdout).toMatchInlineSnapshot(`
    "Recomputed the features of 3 users from 3 experiments: 20 figures differ:

    user_id  feature                       stored  computed
          3  avg_exp_time_per_user         -       -
          3  distinct_compounds            -       0
          3  median_exp_time_per_user      -       -
          3  most_consumed_compound        -       -
          3  most_consumed_compound_name   -       -
          3  most_consumed_compound_names  -       {}
          3  most_consumed_compound_uses   -       0
          3  most_consumed_compounds       -       {}
          3  total_exp_per_user            -       0
          3  total_exp_time_per_user       -       0
          9  avg_exp_time_per_user         -       -
          9  distinct_compounds            0       -
          9  median_exp_time_per_user      -       -
          9  most_consumed_compound        -       -
          9  most_consumed_compound_name   -       -
          9  most_consumed_compound_names  {}      -
          9  most_consumed_compound_uses   0       -
          9  most_consumed_compounds       {}      -
          9  total_exp_per_user            0       -
          9  total_exp_time_per_user       0       -
    "
  `);
});

test('changes nothing', async () => {
  const { run, url } = await makeLab(goodFiles);
  await run('load', '.');
  await query(url, 'update elute.user_features set total_exp_per_user = 5 where user_id = 1');
  const first = await run('verify');
  expect(await run('verify')).toEqual(first);
});

test('an empty database is right', async () => {
  const { run } = await makeLab();
  expect(await run('verify')).toMatchObject({ exitCode: 0 });
});
