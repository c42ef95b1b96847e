import { expect, test } from 'vitest';
import { csv, experimentsHeader, usersHeader, writeFiles } from '../support/lab.ts';
import { goodFiles, useLabs } from './run-elute.ts';

const makeLab = useLabs();

test('tells which rows stand behind the figures, and what they were before', async () => {
  const { run, folder } = await makeLab(goodFiles);
  await run('load', '.');
  writeFiles(folder, {
    'more.csv': csv(experimentsHeader, '1,1,1;1;3,3.5'),
    'names.csv': csv(usersHeader, '1,Ada L,ada@lab.example,'),
  });
  await run('load', 'more.csv', 'names.csv');
  writeFiles(folder, { 'last.csv': csv(experimentsHeader, '2,1,2,1') });
  await run('load', 'last.csv');
  await run('undo', '3');
  const all = await run('explain', '1');
  expect(all).toMatchObject({ exitCode: 0, stderr: '' });
  expect(all.stdout).toMatchInlineSnapshot(`
    "User 1: Ada L, ada@lab.example, - (load 2, names.csv:2)
      was Ada, ada@lab.example, 2024-01-01 (load 1, users.csv:2; replaced by load 2)

    feature                       value  meaning
    total_exp_per_user            2      number of experiments
    avg_experiment_count          1      experiments per user over the whole database, the same in every row
    avg_exp_time_per_user         4      mean run time of the experiments
    most_consumed_compound        1      the compound counted most often over all experiments; among equals the lowest id
    most_consumed_compound_name   Water  its name
    most_consumed_compounds       1      all compounds that tie for most, by ascending id
    most_consumed_compound_names  Water  their names, in the same order
    most_consumed_compound_uses   3      how often each of them was used
    distinct_compounds            2      number of different compounds used
    total_exp_time_per_user       8      sum of the run times
    median_exp_time_per_user      4      median of the run times

    2 experiments
    experiment  run time  compounds  load  from
    1           3.5       1; 1; 3       2  more.csv:2
      was       3         1; 2          1  experiments.csv:2  replaced by load 2
    2           4.5       1             1  experiments.csv:3
      was       1         2             3  last.csv:2         undone
    "
  `);
});

test('of one feature, those that count for it', async () => {
  const { run } = await makeLab(goodFiles);
  await run('load', '.');
  const most = await run('explain', '2', '--feature', 'most_consumed_compound');
  expect(most.stdout).toMatchInlineSnapshot(`
    "User 2: Bo, bo@lab.example, 2024-01-02 (load 1, users.csv:3)

    feature                 value  meaning
    most_consumed_compound  2      the compound counted most often over all experiments; among equals the lowest id

    1 experiment
    experiment  run time  compounds  load  from
    3           0.125     2; 3          1  experiments.csv:4
    "
  `);
  expect((await run('explain', '1', '--feature', 'avg_experiment_count')).stdout).toContain(
    'It stands on all experiments and users there are; these are those of user 1.\n',
  );
});

test('without experiments, and with features alone', async () => {
  const { run } = await makeLab(goodFiles);
  await run('load', '.', '--features-only');
  expect((await run('explain', '3')).stdout).toMatchInlineSnapshot(`
    "User 3

    feature                       value  meaning
    total_exp_per_user            0      number of experiments
    avg_experiment_count          1      experiments per user over the whole database, the same in every row
    avg_exp_time_per_user         -      mean run time of the experiments
    most_consumed_compound        -      the compound counted most often over all experiments; among equals the lowest id
    most_consumed_compound_name   -      its name
    most_consumed_compounds       -      all compounds that tie for most, by ascending id
    most_consumed_compound_names  -      their names, in the same order
    most_consumed_compound_uses   0      how often each of them was used
    distinct_compounds            0      number of different compounds used
    total_exp_time_per_user       0      sum of the run times
    median_exp_time_per_user      -      median of the run times

    The figures come from the features-only load 1: the rows behind them are not stored.
    "
  `);
  expect((await run('verify')).stdout).toMatchInlineSnapshot(`
    "Recomputed the features of 0 users from 0 experiments (3 more come from features-only loads; there is nothing to recompute them from): all are as stored.
    "
  `);
  expect((await run('loads')).stdout).toMatchInlineSnapshot(`
    "load  state                  started              files  read  inserted  updated  unchanged  computed  rejected
       1  loaded, features only  2026-01-02 03:04:05      3     9         0        0          0         9         0
    "
  `);
  await run('undo', '1');
  await run('load', '.');
  expect((await run('explain', '3')).stdout).toContain('\n0 experiments\n');
});

test('gives it as JSON', async () => {
  const { run } = await makeLab(goodFiles);
  await run('load', '.');
  const { stdout } = await run('explain', '1', '--json', '--limit', '1');
  expect(JSON.parse(stdout)).toMatchObject({
    features: { user_id: 1, total_exp_per_user: 2 },
    user: { id: 1, place: 'users.csv:2', earlier: [] },
    experiments: [{ id: 1, loadId: 1, place: 'experiments.csv:2', earlier: [] }],
  });
});

test.each([
  [['9'], 'elute: There is no user 9. "elute features" lists all.\n'],
  [['1', '--feature', 'age'], 'elute: There is no feature age. There are total_exp_per_user, '],
  [['Ada'], "elute: command-argument value 'Ada' is invalid for argument 'user_id'."],
])('explain %j', async (args, message) => {
  const { run } = await makeLab(goodFiles);
  await run('load', '.');
  expect(await run('explain', ...args)).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: expect.stringContaining(message),
  });
});
