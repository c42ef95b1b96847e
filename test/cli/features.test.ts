import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

test('finds and sorts as the API does', async () => {
  const { run } = await makeLab(goodFiles);
  await run('load', '.');
  const ids = async (...args: string[]) => {
    const { stdout, stderr } = await run('features', '--format', 'json', ...args);
    expect(stderr).toBe('');
    return JSON.parse(stdout).map((row: { user_id: number }) => row.user_id);
  };
  expect(await ids('--sort', '-user_id')).toEqual([3, 2, 1]);
  expect(await ids('--sort', 'avg_exp_time_per_user', '--limit', '2')).toEqual([2, 1]);
  expect(await ids('--where', 'total_exp_per_user.gte=1', '--where', 'user_id.lt=2')).toEqual([1]);
  expect(await ids('--where', 'most_consumed_compound_names.has=Gold')).toEqual([2]);
  expect((await run('features', '--where', 'user_id=9')).stdout).toBe(
    'There are no such scientists.\n',
  );
  const csvOfOne = await run('features', '--where', 'user_id=3', '--format', 'csv');
  expect(csvOfOne.stdout).toBe((await run('features', '3', '--format', 'csv')).stdout);
  expect(csvOfOne.stdout.split('\n')[1]).toBe('3,0,1,,,,,,0,0,0,');
});

test('refuses what it does not understand', async () => {
  const { run } = await makeLab(goodFiles);
  await run('load', '.');
  const wrong = await run('features', '--where', 'nme=1', '--where', 'user_id=x', '--sort', 'name');
  expect([wrong.exitCode, wrong.stdout]).toEqual([2, '']);
  expect(wrong.stderr.replaceAll(/ (are|order): .*$/gm, ' $1 …')).toBe(
    [
      'elute: sort: must be columns, each once, with a - in front for descending order …',
      'nme: there is no such parameter; the columns of features are user_id, total_exp_per_user, avg_experiment_count, avg_exp_time_per_user, most_consumed_compound, most_consumed_compound_name, most_consumed_compounds, most_consumed_compound_names, most_consumed_compound_uses, distinct_compounds, total_exp_time_per_user, median_exp_time_per_user.',
      'user_id: must be a whole number from 1 to 9007199254740991.',
      '',
    ].join('\n'),
  );
  expect(await run('features', '--where', 'user_id')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('Give a condition such as user_id=7.'),
  });
  expect(await run('features', '1', '--sort', 'user_id')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'elute: --where and --sort are for the list, not for one user.\n',
  });
});

test('writes new files, Parquet too', async () => {
  const { run, folder } = await makeLab(goodFiles);
  await run('load', '.');
  for (const format of ['csv', 'parquet', 'json', 'table']) {
    const made = await run('features', '--format', format, '--output', `all.${format}`);
    expect(made).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    const printed = (await run('features', '--format', format)).stdout;
    expect(readFileSync(join(folder, `all.${format}`)).toString()).toBe(printed);
  }
  expect(readFileSync(join(folder, 'all.parquet')).subarray(0, 4).toString()).toBe('PAR1');
  expect(await run('features', '--format', 'csv', '--output', 'all.csv')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'elute: all.csv exists. Name another file, or remove it.\n',
  });
  const nowhere = await run('features', '--output', 'no/all.csv');
  expect(nowhere).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('cannot be written'),
  });
  const failed = await run('features', '--sort', 'x', '--output', 'failed.csv');
  expect([failed.exitCode, existsSync(join(folder, 'failed.csv'))]).toEqual([2, false]);
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
