import { expect, test } from 'vitest';
import { query } from '../support/database.ts';
import { faultyFiles, goodFiles, useLabs } from './run-elute.ts';

const makeLab = useLabs();

test('lists the loads, newest first, and prints the receipt of one', async () => {
  const { run, url } = await makeLab(faultyFiles);
  expect((await run('loads')).stdout).toBe('Nothing has been loaded yet.\n');
  await run('load', 'users.csv', 'compounds.csv');
  await run('load', 'experiments.csv');
  await query(
    url,
    `insert into elute.loads (state, finished_at, error_code, error_message)
     values ('failed', now(), 'connection_lost', 'The connection was lost.')`,
  );
  const all = await run('loads');
  expect(all).toMatchObject({ exitCode: 0, stderr: '' });
  expect(all.stdout).toMatchInlineSnapshot(`
    "load  state   started              files  read  inserted  updated  unchanged  computed  rejected
       3  failed  2026-01-02 03:04:05      0     -         -        -          -         -         -
       2  loaded  2026-01-02 03:04:05      1     3         1        0          0         0         2
       1  loaded  2026-01-02 03:04:05      2     6         5        0          0         0         1
    "
  `);
  expect((await run('loads', '1')).stdout).toMatchInlineSnapshot(`
    "Load 1: loaded in 0.1 s

    file           dataset    read  inserted  updated  unchanged  duplicate  rejected  warnings
    users.csv      users         3         2        0          0          0         1         1
    compounds.csv  compounds     3         3        0          0          0         0         0
    all                          6         5        0          0          0         1         1

    1 row rejected, 1 warning; see: elute rejects 1
    "
  `);
  expect((await run('loads', '3')).stdout).toMatchInlineSnapshot(`
    "Load 3: failed in 0.1 s
    The connection was lost.

    file  dataset  read  inserted  updated  unchanged  duplicate  rejected  warnings
    "
  `);
});

test('gives them as JSON', async () => {
  const { run } = await makeLab(goodFiles);
  await run('load', '.');
  const all = JSON.parse((await run('loads', '--json')).stdout);
  expect(all).toMatchObject([{ loadId: 1, state: 'loaded', files: [{}, {}, {}] }]);
  expect(JSON.parse((await run('loads', '1', '--json')).stdout)).toEqual(all[0]);
});

test.each([['loads'], ['rejects']])('%s of a load that is not there', async (command) => {
  const { run } = await makeLab();
  expect(await run(command, '7')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'elute: There is no load 7. "elute loads" lists all.\n',
  });
});

test('finds a load whose process is gone', async () => {
  const { run, url } = await makeLab();
  await query(url, 'insert into elute.loads default values');
  expect((await run('loads')).stdout).toMatch(/^ +1 +interrupted /m);
  expect((await run('loads', '1')).stdout).toContain(
    'The process of this load ended before it was published. Load the files again.\n',
  );
});
