import { expect, test } from 'vitest';
import { csv, experimentsHeader, usersHeader, writeFiles } from '../support/lab.ts';
import { goodFiles, useLabs } from './run-elute.ts';

const makeLab = useLabs();

const more = {
  'more.csv': csv(experimentsHeader, '1,1,1;2,9', '4,3,3,1'),
  'di.csv': csv(usersHeader, '4,Di,di@lab.example,2024-01-04'),
};

test('says what it put back, and the load stays in the history', async () => {
  const { run, folder } = await makeLab(goodFiles);
  await run('load', '.');
  const before = (await run('features', '--format', 'csv')).stdout;
  writeFiles(folder, more);
  await run('load', 'more.csv', 'di.csv');
  expect((await run('features', '--format', 'csv')).stdout).not.toBe(before);
  const undo = await run('undo', '2');
  expect(undo).toMatchObject({ exitCode: 0, stderr: '' });
  expect(undo.stdout).toMatchInlineSnapshot(`
    "Load 2 is undone; rows and features are as they were before it.

    dataset      removed  restored
    users              1         0
    compounds          0         0
    experiments        1         1
    "
  `);
  expect((await run('features', '--format', 'csv')).stdout).toBe(before);
  expect(await run('verify')).toMatchObject({ exitCode: 0 });
  expect((await run('loads')).stdout).toMatchInlineSnapshot(`
    "load  state   started              files  read  inserted  updated  unchanged  computed  rejected
       2  undone  2026-01-02 03:04:05      2     3         2        1          0         0         0
       1  loaded  2026-01-02 03:04:05      3     9         9        0          0         0         0
    "
  `);
  const receipt = (await run('loads', '2')).stdout.replace(/took \d+\.\d s/, 'took 0.1 s');
  expect(receipt).toMatchInlineSnapshot(`
    "Load 2: undone; it took 0.1 s, undone 2026-01-02 03:04:05

    file      dataset      read  inserted  updated  unchanged  duplicate  rejected  warnings
    more.csv  experiments     2         1        1          0          0         0         0
    di.csv    users           1         1        0          0          0         0         0
    all                       3         2        1          0          0         0         0
    "
  `);
});

test('gives it as JSON', async () => {
  const { run } = await makeLab({ ...goodFiles, ...more });
  await run('load', 'users.csv', 'compounds.csv', 'experiments.csv');
  await run('load', 'more.csv');
  const { stdout, exitCode } = await run('undo', '2', '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    load: { loadId: 2, state: 'undone', undoneAt: expect.any(String) },
    rows: [
      { dataset: 'users', removed: 0, restored: 0 },
      { dataset: 'compounds', removed: 0, restored: 0 },
      { dataset: 'experiments', removed: 1, restored: 1 },
    ],
  });
});

test('refuses where later loads build on it', async () => {
  const { run } = await makeLab({ ...goodFiles, ...more });
  await run('load', 'users.csv', 'compounds.csv', 'experiments.csv');
  await run('load', 'more.csv');
  expect(await run('undo', '1')).toEqual({
    exitCode: 4,
    stdout: '',
    stderr:
      'elute: Load 1 cannot be undone, nothing was changed: experiment 1 was changed again (load 2). Undo load 2 first.\n',
  });
});

test.each([
  [['9'], 2, 'elute: There is no load 9. "elute loads" lists all.\n'],
  [
    ['1'],
    4,
    'elute: Load 1 has been undone already: there is nothing to undo. "elute loads" lists all.\n',
  ],
  [
    ['one'],
    2,
    "elute: command-argument value 'one' is invalid for argument 'load'. Give a whole number from 1.\n(elute undo --help tells more)\n",
  ],
  [[], 2, "elute: missing required argument 'load'\n(elute undo --help tells more)\n"],
])('undo %j', async (args, exitCode, stderr) => {
  const { run } = await makeLab(goodFiles);
  await run('load', 'users.csv');
  await run('undo', '1');
  expect(await run('undo', ...args)).toEqual({ exitCode, stdout: '', stderr });
});

test('loads what was undone again', async () => {
  const { run } = await makeLab(goodFiles);
  await run('load', '.');
  await run('undo', '1');
  expect((await run('features')).stdout).not.toContain('Water');
  expect((await run('load', '.')).stdout).toMatch(/^Load 2: loaded/);
});
