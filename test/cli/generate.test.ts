import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useFolders } from '../support/lab.ts';
import { runElute, useLabs } from './run-elute.ts';

const makeLab = useLabs();
const makeFolder = useFolders();
const size = ['--users', '20', '--experiments', '300', '--compounds', '10'];
const names = ['users.csv', 'compounds.csv', 'user_experiments.csv'];

function readAll(folder: string): string[] {
  return names.map((name) => readFileSync(join(folder, name), 'utf8'));
}

test('writes the same bytes for the same options, and others for another seed', async () => {
  const cwd = makeFolder();
  const generate = (folder: string, ...args: string[]) =>
    runElute(['generate', folder, ...size, ...args], { cwd });
  const first = await generate('a/b');
  expect(first).toMatchObject({ exitCode: 0, stderr: '' });
  expect(first.stdout).toMatchInlineSnapshot(`
    "file                      rows
    a/b/users.csv               20
    a/b/compounds.csv           10
    a/b/user_experiments.csv   300
    "
  `);
  await generate('same', '--threads', '1');
  await generate('other', '--seed', '2');
  expect(readAll(join(cwd, 'same'))).toEqual(readAll(join(cwd, 'a', 'b')));
  expect(readAll(join(cwd, 'other'))).not.toEqual(readAll(join(cwd, 'a', 'b')));
});

test('refuses to overwrite files without --force', async () => {
  const cwd = makeFolder();
  await runElute(['generate', 'lab', ...size], { cwd });
  const before = readAll(join(cwd, 'lab'));
  expect(await runElute(['generate', 'lab', ...size, '--seed', '2'], { cwd })).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'elute: lab/users.csv exists. Name another folder, or overwrite it with --force.\n',
  });
  expect(readAll(join(cwd, 'lab'))).toEqual(before);
  const forced = await runElute(['generate', 'lab', ...size, '--seed', '2', '--force'], { cwd });
  expect(forced.exitCode).toBe(0);
  expect(readAll(join(cwd, 'lab'))).not.toEqual(before);
});

test.each([
  ['all rows are good', [], 0],
  ['a share of them is bad', ['--bad-rows', '10%'], 3],
])('what it writes can be loaded; %s', async (_, args, exitCode) => {
  const { run } = await makeLab();
  await run('generate', 'lab', ...size, ...args);
  expect(await run('load', 'lab')).toMatchObject({ exitCode });
  expect(await run('verify')).toMatchObject({ exitCode: 0 });
});

test.each([
  [
    ['--bad-rows', '101%'],
    "option '--bad-rows <percent>' argument '101%' is invalid. Give a share from 0% to 100%.",
  ],
  [
    ['--users', '-1'],
    "option '--users <n>' argument '-1' is invalid. Give a whole number such as 20 or 1e6.",
  ],
  [
    ['--experiments', '1e99'],
    "option '--experiments <n>' argument '1e99' is invalid. Give a whole number such as 20 or 1e6.",
  ],
])('refuses %j', async (args, fault) => {
  expect(await runElute(['generate', 'lab', ...args], { cwd: makeFolder() })).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: `elute: ${fault}\n(elute generate --help tells more)\n`,
  });
});

test.each([
  ['no experiments', ['--experiments', '0']],
  ['nothing at all', ['--users', '0', '--experiments', '0', '--compounds', '0']],
])('writes headers where there is %s', async (_, args) => {
  const { run } = await makeLab();
  expect(await run('generate', 'lab', ...size, ...args)).toMatchObject({ exitCode: 0 });
  expect(await run('load', 'lab')).toMatchObject({ exitCode: 0 });
});

test('says that a file is in the way of the folder', async () => {
  const cwd = makeFolder();
  await runElute(['generate', 'lab', ...size], { cwd });
  expect(await runElute(['generate', 'lab/users.csv', ...size], { cwd })).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      "elute: The folder lab/users.csv cannot be written to: EEXIST: file already exists, mkdir 'lab/users.csv'. Name another one.\n",
  });
});
