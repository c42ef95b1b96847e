import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { stopEmbeddedServer } from '../../src/database/embedded/server.ts';
import { query } from '../support/database.ts';
import { useFolders, writeFiles } from '../support/lab.ts';
import { administer } from '../support/server.ts';
import { goodFiles, runElute, useLabs } from './run-elute.ts';

const makeLab = useLabs();
const makeFolder = useFolders();

test('url prints the address alone, with the schema made', async () => {
  const { run, url } = await makeLab();
  await query(url, 'drop schema elute cascade');
  const { exitCode, stdout, stderr } = await run('database', 'url');
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout.trimEnd()).toBe(url.replace(/elute_test_\d+_\d+/, 'DATABASE'));
  expect(await query(url, 'select from elute.users')).toEqual([]);
});

test('migrate makes the schema, and changes nothing when it is there', async () => {
  const { run, url } = await makeLab();
  await query(url, 'drop schema elute cascade');
  const first = await run('database', 'migrate');
  expect(first).toMatchObject({ exitCode: 0, stderr: '' });
  expect(first.stdout).toMatch(/^The schema elute on \S+\/DATABASE is up to date\.\n$/);
  const applied = await query(url, 'select * from elute.migrations');
  expect(await run('database', 'migrate')).toEqual(first);
  expect(await query(url, 'select * from elute.migrations')).toEqual(applied);
});

test('without a subcommand, says which there are', async () => {
  const { exitCode, stdout, stderr } = await runElute(['database'], { cwd: makeFolder() });
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^Usage: elute database .*url.*migrate.*stop/s);
});

test('the embedded server: starts by itself, is shared, and stops', async () => {
  const cwd = makeFolder();
  writeFiles(cwd, goodFiles);
  const run = (...args: string[]) => runElute(args, { cwd });
  try {
    expect(await run('database', 'stop')).toEqual({
      exitCode: 0,
      stdout: 'No embedded server runs in .elute.\n',
      stderr: '',
    });
    expect(await run('load', '.')).toMatchObject({ exitCode: 0 });
    const url = (await run('database', 'url')).stdout.trimEnd();
    expect(await query(url, 'select count(*)::integer from elute.users')).toEqual([{ count: 3 }]);
    expect(await run('database', 'stop')).toMatchObject({
      exitCode: 0,
      stdout: 'The embedded server in .elute has stopped.\n',
    });
    await expect(administer(url, 'select')).rejects.toThrow(/ENOENT|ECONNREFUSED/);
    expect(JSON.parse((await run('features', '--json')).stdout)).toHaveLength(3);
  } finally {
    await stopEmbeddedServer(`${cwd}/.elute`);
    rmSync(`${cwd}/.elute`, { recursive: true });
  }
});
