import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  compoundsHeader,
  csv,
  experimentsHeader,
  usersHeader,
  writeFiles,
} from '../support/lab.ts';
import { goodFiles, runElute, useLabs } from './run-elute.ts';

const makeLab = useLabs();

const change = {
  'c.csv': csv(compoundsHeader, '1,Ice,H2O'),
  'e.csv': csv(experimentsHeader, '3,2,2,0.5', '4,4,1,1', '5,9,1,1'),
  'u.csv': csv(
    usersHeader,
    '1,Ada\tL,ada@lab.example,2024-01-01',
    '4,Di,di@lab.example,2024-01-04',
  ),
};

async function makeLoaded() {
  const lab = await makeLab(goodFiles);
  await lab.run('load', '.');
  writeFiles(join(lab.folder, 'new'), change);
  return lab;
}

test('shows what a load would change, and how to carry it out', async () => {
  const { run } = await makeLoaded();
  const before = (await run('features', '--format', 'csv')).stdout;
  const plan = await run('load', 'new', '--plan');
  expect(plan.exitCode).toBe(3);
  expect(plan.stdout).toMatchInlineSnapshot(`
    "Load 2: planned in 0.1 s

    file       dataset      read  inserted  updated  unchanged  duplicate  rejected  warnings
    new/c.csv  compounds       1         0        1          0          0         0         0
    new/e.csv  experiments     3         1        1          0          0         1         0
    new/u.csv  users           2         1        1          0          0         0         0
    all                        6         2        3          0          0         1         0

    1 row rejected:
      new/e.csv:4: user_id 9 is neither in this load nor stored; load that user first
    See all:  elute rejects 2
    Mend:     elute rejects 2 --format csv > mend.csv, correct it, elute load mend.csv

    4 stored values would change:
    dataset      id  column                   stored  new    from
    compounds    1   compound_name            Water   Ice    new/c.csv:2
    experiments  3   experiment_compound_ids  2;3     2      new/e.csv:2
    experiments  3   experiment_run_time      0.125   0.5    new/e.csv:2
    users        1   name                     Ada     Ada␉L  new/u.csv:2

    8 figures would change:
    user_id  feature                       stored       new
    1        most_consumed_compound_name   Water        Ice
    1        most_consumed_compound_names  {Water}      {Ice}
    2        avg_exp_time_per_user         0.125        0.5
    2        distinct_compounds            2            1
    2        median_exp_time_per_user      0.125        0.5
    2        most_consumed_compound_names  {Salt,Gold}  {Salt}
    2        most_consumed_compounds       {2,3}        {2}
    2        total_exp_time_per_user       0.125        0.5

    1 scientist would get their first features.
    Nothing was loaded. To load just that: elute load --apply 2
    "
  `);
  expect((await run('features', '--format', 'csv')).stdout).toBe(before);
  const applied = await run('load', '--apply', '2');
  expect(applied.exitCode).toBe(3);
  expect(applied.stdout).toMatchInlineSnapshot(`
    "Load 3: loaded in 0.1 s

    file       dataset      read  inserted  updated  unchanged  duplicate  rejected  warnings
    new/c.csv  compounds       1         0        1          0          0         0         0
    new/e.csv  experiments     3         1        1          0          0         1         0
    new/u.csv  users           2         1        1          0          0         0         0
    all                        6         2        3          0          0         1         0

    It carried out plan 2.

    1 row rejected:
      new/e.csv:4: user_id 9 is neither in this load nor stored; load that user first
    See all:  elute rejects 3
    Mend:     elute rejects 3 --format csv > mend.csv, correct it, elute load mend.csv
    "
  `);
  expect((await run('loads', '2')).stdout).toContain('It was carried out by load 3.\n');
  expect((await run('features', '--format', 'csv')).stdout).not.toBe(before);
  expect(await run('verify')).toMatchObject({ exitCode: 0 });
});

test('gives it as JSON', async () => {
  const { run } = await makeLoaded();
  const { exitCode, stdout } = await run('load', 'new', '--plan', '--json');
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    load: { loadId: 2, state: 'planned' },
    plan: {
      changedCells: 4,
      cells: [
        { dataset: 'compounds', id: 1, before: 'Water', after: 'Ice', place: 'new/c.csv:2' },
        {},
        {},
        {},
      ],
      newScientists: 1,
    },
  });
});

test('shows the first changes of many', async () => {
  const { run, folder } = await makeLoaded();
  const rows = (name: string) =>
    csv(compoundsHeader, ...Array.from({ length: 30 }, (_, i) => `${i + 10},${name},C`));
  writeFiles(folder, { 'many.csv': rows('a') });
  await run('load', 'many.csv');
  writeFiles(folder, { 'many.csv': rows('b') });
  const { stdout } = await run('load', 'many.csv', '--plan');
  expect(stdout).toContain('30 stored values would change:\n');
  expect(stdout).toContain('… and 10 more (--json lists up to 1000)\n');
  expect(stdout).toContain('\n0 figures would change.\n');
});

test('is applied from another folder, with the command line of the plan', async () => {
  const { run, folder, url } = await makeLoaded();
  writeFiles(folder, { 'day.csv': csv(usersHeader, '7,Gus,g@b,03/04/2024') });
  await run('load', 'day.csv', '--date-format', '%d/%m/%Y', '--plan');
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere);
  const applied = await runElute(['load', '--apply', '2'], {
    cwd: elsewhere,
    env: { DATABASE_URL: url },
  });
  expect(applied.exitCode).toBe(0);
  expect((await run('explain', '7')).stdout).toContain('2024-04-03');
});

test('is refused once it no longer holds', async () => {
  const { run, folder } = await makeLoaded();
  await run('load', 'new', '--plan');
  writeFiles(folder, { 'new/u.csv': csv(usersHeader, '4,Dido,di@lab.example,2024-01-04') });
  expect(await run('load', '--apply', '2')).toEqual({
    exitCode: 4,
    stdout: '',
    stderr:
      'Looking at the files\nelute: The plan no longer holds: the files have changed since it was made. Nothing was loaded; make a new one with --plan.\n',
  });
  writeFiles(folder, { 'new/u.csv': change['u.csv'] });
  expect(await run('load', '--apply', '2')).toMatchObject({ exitCode: 3 });
  expect(await run('load', '--apply', '2')).toMatchObject({
    exitCode: 4,
    stderr: 'elute: Plan 2 has been carried out already, by load 3.\n',
  });
});

const both = 'elute: With --apply, name no files and no other options: the plan has them.\n';

test.each([
  [['--apply', '1'], 2, 'elute: Load 1 is loaded, it is no plan. "elute load --plan" makes one.\n'],
  [['--apply', '9'], 2, 'elute: There is no load 9. "elute loads" lists all.\n'],
  [['--apply', '2', 'new'], 2, both],
  [['--apply', '2', '--force'], 2, both],
  [['--apply', '2', '--plan'], 2, both],
  [['--apply', '2', '--max-rejects', '1'], 2, both],
  [['--apply', '2', '--on-reject', 'abort'], 2, both],
  [['--plan'], 2, 'elute: Name what to load: files, folders or patterns.\n'],
])('load %j', async (args, exitCode, stderr) => {
  const { run } = await makeLoaded();
  await run('load', 'new', '--plan');
  expect(await run('load', ...args)).toEqual({ exitCode, stdout: '', stderr });
});

test.each([
  ['--max-rejects', '0', 4],
  ['--on-reject', 'abort', 4],
  ['--max-rejects', '17%', 3],
  ['--max-rejects', '101%', 2],
  ['--on-reject', 'ignore', 2],
])('%s %s of one reject in six rows ends with %i', async (option, value, exitCode) => {
  const { run } = await makeLoaded();
  const outcome = await run('load', 'new', option, value);
  expect(outcome.exitCode).toBe(exitCode);
  const isRefused = exitCode === 4;
  expect(outcome.stderr.includes('1 of 6 rows were rejected, more than the')).toBe(isRefused);
  expect(outcome.stderr.includes('See them: elute rejects 2\n')).toBe(isRefused);
  const expected = { 2: undefined, 3: 'loaded', 4: 'failed' }[exitCode];
  const [last] = JSON.parse((await run('loads', '--json')).stdout);
  expect(last).toMatchObject(
    expected === undefined ? { loadId: 1 } : { loadId: 2, state: expected },
  );
});

test('of a features-only load shows what is computed', async () => {
  const { run } = await makeLab(goodFiles);
  const plan = await run('load', '.', '--features-only', '--plan');
  expect(plan.exitCode).toBe(0);
  expect(plan.stdout).toMatchInlineSnapshot(`
    "Load 1: planned in 0.1 s, features only: its rows are not stored

    file             dataset      read  computed  duplicate  rejected  warnings
    compounds.csv    compounds       3         3          0         0         0
    experiments.csv  experiments     3         3          0         0         0
    users.csv        users           3         3          0         0         0
    all                              9         9          0         0         0

    0 stored values would change.

    1 figure would change:
    user_id  feature               stored  new
    all      avg_experiment_count       -  1

    3 scientists would get their first features.
    Nothing was loaded. To load just that: elute load --apply 1
    "
  `);
  expect((await run('load', '--apply', '1')).stdout).toMatch(
    /^Load 2: loaded in 0\.1 s, features only: its rows are not stored\n/,
  );
});
