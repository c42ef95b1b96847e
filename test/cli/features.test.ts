import { expect, test } from 'vitest';
import { builtInFeatures } from '../../src/domain/features.ts';
import { compoundsHeader, csv, experimentsHeader, usersHeader } from '../support/lab.ts';
import { goodFiles, runElute, useLabs } from './run-elute.ts';

const makeLab = useLabs();

test('prints an overview, and one scientist in full', async () => {
  const { run } = await makeLab(goodFiles);
  await run('load', '.');
  const overview = await run('features');
  expect(overview).toMatchObject({ exitCode: 0, stderr: '' });
  expect(overview.stdout).toMatchInlineSnapshot(`
    "                      avg_exp_             total_exp_    median_
             total_exp_  time_per_  distinct_   time_per_  exp_time_
    user_id    per_user       user  compounds        user   per_user  most_consumed_compounds
          1           2      3.750          2       7.500      3.750  1 Water (2 uses)
          2           1      0.125          2       0.125      0.125  2 Salt; 3 Gold (1 use each)
          3           0          -          0       0.000          -  -

    avg_experiment_count: 1 (experiments per user over the whole database, the same in every row)
    "
  `);
  expect((await run('features', '1')).stdout).toMatchInlineSnapshot(`
    "feature                       value  unit
    user_id                       1
    total_exp_per_user            2      experiments
    avg_experiment_count          1      experiments
    avg_exp_time_per_user         3.75   as in the source
    most_consumed_compound        1      compound id
    most_consumed_compound_name   Water  name
    most_consumed_compounds       1      compound ids
    most_consumed_compound_names  Water  names
    most_consumed_compound_uses   2      uses
    distinct_compounds            2      compounds
    total_exp_time_per_user       7.5    as in the source
    median_exp_time_per_user      3.75   as in the source
    "
  `);
  expect((await run('features', '3')).stdout).toMatchInlineSnapshot(`
    "feature                       value  unit
    user_id                       3
    total_exp_per_user            0      experiments
    avg_experiment_count          1      experiments
    avg_exp_time_per_user         -      as in the source
    most_consumed_compound        -      compound id
    most_consumed_compound_name   -      name
    most_consumed_compounds       -      compound ids
    most_consumed_compound_names  -      names
    most_consumed_compound_uses   0      uses
    distinct_compounds            0      compounds
    total_exp_time_per_user       0      as in the source
    median_exp_time_per_user      -      as in the source
    "
  `);
});

test('prints every column in full precision as CSV and JSON', async () => {
  const { run } = await makeLab({
    ...goodFiles,
    'experiments.csv': csv(experimentsHeader, '1,1,1;2,0.1', '2,1,1;2,0.2', '3,1,3,0.4'),
  });
  await run('load', '.');
  const limited = await run('features', '--limit', '1', '--format', 'csv');
  expect(limited.stdout).toBe(
    csv(
      ['user_id', ...builtInFeatures.map(({ name }) => name)].join(','),
      '1,3,1,0.23333333333333336,1,Water,1;2,Water;Salt,2,3,0.7000000000000001,0.2',
    ),
  );
  const one = await run('features', '1', '--json');
  expect(JSON.parse(one.stdout)).toEqual([
    {
      user_id: 1,
      total_exp_per_user: 3,
      avg_experiment_count: 1,
      avg_exp_time_per_user: 0.23333333333333336,
      most_consumed_compound: 1,
      most_consumed_compound_name: 'Water',
      most_consumed_compounds: [1, 2],
      most_consumed_compound_names: ['Water', 'Salt'],
      most_consumed_compound_uses: 2,
      distinct_compounds: 3,
      total_exp_time_per_user: 0.7000000000000001,
      median_exp_time_per_user: 0.2,
    },
  ]);
  expect(JSON.parse((await run('features', '--format', 'json')).stdout)).toHaveLength(3);
  expect(
    (await run('features', '--limit', '0', '--format', 'csv')).stdout.split('\n'),
  ).toHaveLength(2);
});

test('shows names of any kind without losing the alignment or steering the terminal', async () => {
  const { run } = await makeLab({
    'c.csv': csv(compoundsHeader, '1,カフェイン,', '2,"a\u001b[31m",', '3,,', '4,"x;\ny",'),
    'u.csv': csv(usersHeader, '1,Ada,a@b.example,2024-01-01'),
    'e.csv': csv(experimentsHeader, '1,1,1;2;3;4,1'),
  });
  await run('load', '.');
  const { stdout } = await run('features');
  expect(stdout).toContain('1 カフェイン; 2 a␛[31m; 3; 1 more (1 use each)\n');
  expect((await run('features', '1')).stdout).toContain('カフェイン; a␛[31m; -; x;␊y  names\n');
});

test('says what is missing', async () => {
  const { run, folder } = await makeLab(goodFiles);
  expect(await run('features')).toEqual({
    exitCode: 0,
    stdout: 'No scientists are stored yet.\n',
    stderr: '',
  });
  await run('load', '.');
  expect(await run('features', '9')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'elute: There is no user 9. "elute features" lists all.\n',
  });
  for (const args of [['features'], ['loads'], ['rejects', '1'], ['verify']]) {
    expect(await runElute(args, { cwd: folder })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        'elute: Nothing has been loaded into .elute yet. Load files with "elute load", or name another server with DATABASE_URL.\n',
    });
  }
});
