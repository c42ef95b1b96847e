import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { query } from '../support/database.ts';
import { csv, experimentsHeader, usersHeader, writeFiles } from '../support/lab.ts';
import { faultyFiles, goodFiles, useLabs } from './run-elute.ts';

const makeLab = useLabs();

test('lists what is wrong, file by file, and then the warnings', async () => {
  const { run } = await makeLab(faultyFiles);
  await run('load', '.');
  const all = await run('rejects', '1');
  expect(all).toMatchObject({ exitCode: 0, stderr: '' });
  expect(all.stdout).toMatchInlineSnapshot(`
    "experiments.csv: rejected, not loaded
    line  what is wrong
       3  experiment_run_time "4,5" has a comma; write a decimal point, such as 12.5, or say --decimal comma
       4  experiment_compound_ids names 9, which are neither in this load nor stored; load those compounds first

    users.csv: rejected, not loaded
    line  what is wrong
       4  signup_date "03/04/2024" can be read as day/month or month/day; name the order with --date-format %d/%m/%Y or %m/%d/%Y

    users.csv: warnings, loaded all the same
    line  what is wrong
       3  email "nobody" does not look like an e-mail address
    "
  `);
  expect((await run('rejects', '1', '--file', 'compounds.csv')).stdout).toBe(
    'No row was rejected, and there was no warning.\n',
  );
  expect(await run('rejects', '1', '--file', 'user.csv')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'elute: Load 1 had no file user.csv. Its files are compounds.csv, experiments.csv, users.csv.\n',
  });
});

test('gives rejects and warnings as JSON', async () => {
  const { run } = await makeLab(faultyFiles);
  await run('load', '.');
  const { stdout } = await run('rejects', '1', '--json', '--file', 'users.csv');
  expect(JSON.parse(stdout)).toEqual({
    rejects: [
      {
        file: 'users.csv',
        place: 'users.csv:4',
        line: 4,
        column: 'signup_date',
        value: '03/04/2024',
        code: 'ambiguous_date',
        message: expect.stringContaining('--date-format'),
        header: ['user_id', 'name', 'email', 'signup_date'],
        record: ['3', 'Cy', 'cy@lab.example', '03/04/2024'],
      },
    ],
    warnings: [
      {
        file: 'users.csv',
        place: 'users.csv:3',
        line: 3,
        column: 'email',
        value: 'nobody',
        code: 'doubtful_email',
        message: expect.any(String),
      },
    ],
  });
});

test('gives one file at a time to be mended', async () => {
  const { run } = await makeLab(faultyFiles);
  await run('load', '.');
  expect(await run('rejects', '1', '--format', 'csv')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'elute: The load has rejects from several files. Name one of them with --file: experiments.csv, users.csv.\n',
  });
  expect(await run('rejects', '1', '--format', 'csv', '--file', 'compounds.csv')).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: 'No row was rejected: there is nothing to mend.\n',
  });
});

test('rows mended and loaded again are just those rows', async () => {
  const { run, folder, url } = await makeLab({
    ...goodFiles,
    'experiments.csv': `"\tExperiment ID";user_id;experiment_compound_ids;experiment_run_time;note
1;1;"1;2";3;fine
2;1;"1;9";4,5;"two ""faults"",
over two lines"
3;2;2;
4;2;3;x;later
`,
  });
  expect(await run('load', '.')).toMatchObject({ exitCode: 3 });
  const mendable = (await run('rejects', '1', '--format', 'csv')).stdout;
  expect(mendable).toMatchInlineSnapshot(`
    "	Experiment ID,user_id,experiment_compound_ids,experiment_run_time,note,elute_error
    2,1,1;9,"4,5","two ""faults"",
    over two lines","load 1, experiments.csv:3: experiment_run_time ""4,5"" has a comma; write a decimal point, such as 12.5, or say --decimal comma"
    3,2,2,,"load 1, experiments.csv:5: the row has fewer cells than the header (4 instead of 5); complete it"
    4,2,3,x,later,"load 1, experiments.csv:6: experiment_run_time ""x"" is not a finite number; write digits, such as 12.5"
    "
  `);
  writeFiles(folder, { 'mend.csv': mendable.replace('1;9', '1;2').replace('"4,5"', '4.5') });
  const second = await run('load', 'mend.csv');
  expect(second).toMatchObject({ exitCode: 3 });
  expect(second.stdout).toMatchInlineSnapshot(`
    "Load 2: loaded in 0.1 s

    file      dataset      read  inserted  updated  unchanged  duplicate  rejected  warnings
    mend.csv  experiments     3         1        0          0          0         2         0

    mend.csv: left out the columns note.

    It mends 1 reject of load 1.

    2 rows rejected:
      mend.csv:4: the row has fewer cells than the header (5 instead of 6); complete it
      mend.csv:5: experiment_run_time "x" is not a finite number; write digits, such as 12.5
    See all:  elute rejects 2
    Mend:     elute rejects 2 --format csv > mend.csv, correct it, elute load mend.csv
    "
  `);
  const rest = (await run('rejects', '2', '--format', 'csv')).stdout;
  expect(rest).toMatchInlineSnapshot(`
    "	Experiment ID,user_id,experiment_compound_ids,experiment_run_time,note,elute_error
    3,2,2,,"load 2, mend.csv:4: the row has fewer cells than the header (5 instead of 6); complete it"
    4,2,3,x,later,"load 2, mend.csv:5: experiment_run_time ""x"" is not a finite number; write digits, such as 12.5"
    "
  `);
  writeFiles(folder, {
    'mend.csv': rest.replace('3,2,2,,', '3,2,2,0.5,,').replace(',x,', ',1,'),
  });
  expect(await run('load', 'mend.csv')).toMatchObject({ exitCode: 0 });
  expect(
    await query(
      url,
      'select experiment_id::integer as id, experiment_run_time as time from elute.experiments order by 1',
    ),
  ).toEqual([
    { id: 1, time: 3 },
    { id: 2, time: 4.5 },
    { id: 3, time: 0.5 },
    { id: 4, time: 1 },
  ]);
  expect(await run('verify')).toMatchObject({ exitCode: 0 });
});

test('gives cells back byte by byte', async () => {
  const rows = ['x1,"a ""b"", c",  ,2024-01-01', 'x2,"é\r\n日本","@",""', "x3,'q',=1+1,\t"];
  const { run, folder } = await makeLab({ 'u.csv': csv(usersHeader, ...rows) });
  await run('load', 'u.csv');
  const mendable = (await run('rejects', '1', '--format', 'csv')).stdout;
  writeFiles(folder, { 'again.csv': mendable });
  await run('load', 'again.csv');
  const [first, second] = await Promise.all(
    ['1', '2'].map(async (load) => JSON.parse((await run('rejects', load, '--json')).stdout)),
  );
  const records = (found: { rejects: { record: string[] }[] }) =>
    found.rejects.map(({ record }) => record.slice(0, 4));
  expect(records(second)).toEqual(records(first));
  expect(records(first)).toEqual([
    ['x1', 'a "b", c', '  ', '2024-01-01'],
    ['x2', 'é\r\n日本', '@', ''],
    ['x3', "'q'", '=1+1', '\t'],
  ]);
  expect(readFileSync(join(folder, 'u.csv'), 'utf8')).toBe(csv(usersHeader, ...rows));
});

test('a load of ten thousand rejects', async () => {
  const rows = Array.from({ length: 10_000 }, (_, i) => `${i + 1},9,1,1`);
  const { run } = await makeLab({ 'e.csv': csv(experimentsHeader, ...rows) });
  expect(await run('load', 'e.csv')).toMatchObject({ exitCode: 3 });
  const { stdout } = await run('rejects', '1');
  expect(stdout.split('\n')).toHaveLength(10_003);
});
