import { expect, test } from 'vitest';
import { query } from '../support/database.ts';
import { csv, usersHeader, writeFiles } from '../support/lab.ts';
import { faultyFiles, goodFiles, useLabs } from './run-elute.ts';

const makeLab = useLabs();
const ada = '1,Ada,ada@lab.example,2024-01-01';

test('loads a folder and prints its receipt; progress goes to stderr', async () => {
  const { run } = await makeLab(goodFiles);
  const { exitCode, stdout, stderr } = await run('load', '.');
  expect(exitCode).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "Load 1: loaded in 0.1 s

    file             dataset      read  inserted  updated  unchanged  duplicate  rejected  warnings
    compounds.csv    compounds       3         3        0          0          0         0         0
    experiments.csv  experiments     3         3        0          0          0         0         0
    users.csv        users           3         3        0          0          0         0         0
    all                              9         9        0          0          0         0         0
    "
  `);
  expect(stderr).toMatchInlineSnapshot(`
    "Looking at the files
    Reading rows
    Checking rows
    Comparing with what is stored
    Computing features and copying rows
    Publishing
    "
  `);
});

test('ends with 3 where rows are rejected, and names them', async () => {
  const { run } = await makeLab(faultyFiles);
  const { exitCode, stdout } = await run('load', '.');
  expect(exitCode).toBe(3);
  expect(stdout).toMatchInlineSnapshot(`
    "Load 1: loaded in 0.1 s

    file             dataset      read  inserted  updated  unchanged  duplicate  rejected  warnings
    compounds.csv    compounds       3         3        0          0          0         0         0
    experiments.csv  experiments     3         1        0          0          0         2         0
    users.csv        users           3         2        0          0          0         1         1
    all                              9         6        0          0          0         3         1

    3 rows rejected:
      experiments.csv:3: experiment_run_time "4,5" has a comma; write a decimal point, such as 12.5, or say --decimal comma
      experiments.csv:4: experiment_compound_ids names 9, which are neither in this load nor stored; load those compounds first
      users.csv:4: signup_date "03/04/2024" can be read as day/month or month/day; name the order with --date-format %d/%m/%Y or %m/%d/%Y
    See all:  elute rejects 1 (and 1 warning)
    Mend:     elute rejects 1 --file FILE --format csv > mend.csv, correct it, elute load mend.csv
    "
  `);
});

test('lists the first rejects of many, and says how many there are', async () => {
  const rows = Array.from({ length: 14 }, (_, i) => `${i},Ada,,`);
  const { run } = await makeLab({ 'users.csv': csv(usersHeader, ...rows.map((row) => `x${row}`)) });
  const { exitCode, stdout } = await run('load', 'users.csv');
  expect(exitCode).toBe(3);
  expect(stdout.slice(stdout.indexOf('14 rows'))).toMatchInlineSnapshot(`
    "14 rows rejected:
      users.csv:2: user_id "x0" is not an id; an id is a whole number from 1 to 9007199254740991
      users.csv:3: user_id "x1" is not an id; an id is a whole number from 1 to 9007199254740991
      users.csv:4: user_id "x2" is not an id; an id is a whole number from 1 to 9007199254740991
      users.csv:5: user_id "x3" is not an id; an id is a whole number from 1 to 9007199254740991
      users.csv:6: user_id "x4" is not an id; an id is a whole number from 1 to 9007199254740991
      users.csv:7: user_id "x5" is not an id; an id is a whole number from 1 to 9007199254740991
      users.csv:8: user_id "x6" is not an id; an id is a whole number from 1 to 9007199254740991
      users.csv:9: user_id "x7" is not an id; an id is a whole number from 1 to 9007199254740991
      users.csv:10: user_id "x8" is not an id; an id is a whole number from 1 to 9007199254740991
      users.csv:11: user_id "x9" is not an id; an id is a whole number from 1 to 9007199254740991
      … and 4 more
    See all:  elute rejects 1
    Mend:     elute rejects 1 --format csv > mend.csv, correct it, elute load mend.csv
    "
  `);
});

test('gives the receipt as JSON, and nothing else on stdout', async () => {
  const { run } = await makeLab(faultyFiles);
  const { exitCode, stdout } = await run('load', 'users.csv', '--json');
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toEqual({
    load: {
      loadId: 1,
      state: 'loaded',
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      finishedAt: expect.stringMatching(/Z$/),
      featuresOnly: false,
      mends: [],
      mendedBy: [],
      isCancelRequested: false,
      files: [
        {
          path: 'users.csv',
          format: 'text',
          encoding: 'utf-8',
          numbering: 'line',
          reading: {},
          dataset: 'users',
          sizeBytes: Buffer.byteLength(faultyFiles['users.csv']),
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
          ignoredColumns: [],
          counts: {
            read: 3,
            inserted: 2,
            updated: 0,
            unchanged: 0,
            computed: 0,
            duplicate: 0,
            rejected: 1,
            warnings: 1,
          },
        },
      ],
    },
    alreadyLoaded: [],
    leftOut: [],
  });
});

test('says by which load files were loaded already; --force loads them all the same', async () => {
  const { run } = await makeLab(goodFiles);
  await run('load', 'users.csv');
  await run('load', 'compounds.csv');
  const again = await run('load', 'users.csv', 'compounds.csv', 'experiments.csv');
  expect(again.exitCode).toBe(0);
  expect(again.stdout).toMatchInlineSnapshot(`
    "users.csv: already loaded by load 1; nothing changed (--force loads it all the same)
    compounds.csv: already loaded by load 2; nothing changed (--force loads it all the same)
    Load 3: loaded in 0.1 s

    file             dataset      read  inserted  updated  unchanged  duplicate  rejected  warnings
    experiments.csv  experiments     3         3        0          0          0         0         0
    "
  `);
  const nothing = await run('load', 'users.csv', '--json');
  expect(nothing).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(nothing.stdout)).toEqual({
    load: null,
    alreadyLoaded: [{ path: 'users.csv', loadId: 1 }],
    leftOut: [],
  });
  const forced = await run('load', 'users.csv', '--force');
  expect(forced.stdout).toMatchInlineSnapshot(`
    "Load 4: loaded in 0.1 s

    file       dataset  read  inserted  updated  unchanged  duplicate  rejected  warnings
    users.csv  users       3         0        0          3          0         0         0
    "
  `);
});

test('reads dates by the format given', async () => {
  const { run, url } = await makeLab({
    'users.csv': csv(usersHeader, '1,Ada,a@b.example,03/04/2024'),
  });
  expect((await run('load', 'users.csv')).exitCode).toBe(3);
  const { exitCode } = await run('load', 'users.csv', '--date-format', '%d/%m/%Y');
  expect(exitCode).toBe(0);
  expect(await query(url, 'select signup_date::text from elute.users')).toEqual([
    { signup_date: '2024-04-03' },
  ]);
});

const utf16 = Buffer.from(`\uFEFF${csv(usersHeader, ada)}`, 'utf16le');
const twice = { 'a.csv': csv(usersHeader, ada) };

test.each<[string, Record<string, string | Buffer>, string[], string[]]>([
  [
    'a folder, also with upper-case names',
    { 'U.CSV': csv(usersHeader, ada), 'notes.txt': 'x' },
    ['.'],
    ['U.CSV'],
  ],
  ['a pattern', { 'a1.csv': csv(usersHeader, ada), 'b.csv': 'no' }, ['a*.csv'], ['a1.csv']],
  ['a file named twice', twice, ['a.csv', './a.csv', '.'], ['a.csv']],
  [
    'a file of any name',
    { 'export.2024': csv(usersHeader, ada) },
    ['export.2024'],
    ['export.2024'],
  ],
  [
    'a file whose name is also a pattern',
    { '[a].csv': csv(usersHeader, ada) },
    ['[a].csv'],
    ['[a].csv'],
  ],
  ['a file in UTF-16', { 'u.csv': utf16 }, ['u.csv'], ['u.csv']],
  ['semicolons', { 'u.csv': csv(usersHeader, ada).replaceAll(',', ';') }, ['u.csv'], ['u.csv']],
  ['tabs', { 'u.tsv': csv(usersHeader, ada).replaceAll(',', '\t') }, ['.'], ['u.tsv']],
  ['a name with a line break', { 'u\n.csv': csv(usersHeader, ada) }, ['.'], ['u\n.csv']],
])('loads %s', async (_, files, sources, paths) => {
  const { run, url } = await makeLab(files);
  const { exitCode, stdout } = await run('load', ...sources, '--json');
  expect(exitCode).toBe(0);
  const { load }: { load: { files: { path: string }[] } } = JSON.parse(stdout);
  expect(load.files.map(({ path }) => path)).toEqual(paths);
  expect(await query(url, 'select name from elute.users')).toEqual([{ name: 'Ada' }]);
});

test('names the columns it leaves out', async () => {
  const { run } = await makeLab({ 'u.csv': csv(`${usersHeader},Room,Desk`, `${ada},12,3`) });
  const { exitCode, stdout } = await run('load', 'u.csv');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('\nu.csv: left out the columns Room, Desk.\n');
});

test('a header without rows is a load of nothing', async () => {
  const { run } = await makeLab({ 'u.csv': csv(usersHeader) });
  const { exitCode, stdout } = await run('load', 'u.csv');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^u\.csv +users +0 +0/m);
});

test('takes settings before and after the command', async () => {
  const { run, folder } = await makeLab();
  writeFiles(folder, twice);
  expect(await run('--threads', '1', 'load', 'a.csv', '--memory-limit', '512MB')).toMatchObject({
    exitCode: 0,
  });
});
