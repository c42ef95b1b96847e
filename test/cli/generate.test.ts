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

test.each([
  ['0.5', 0.5],
  ['1', 1],
  ['1.5', 1.5],
])(
  'with a skew of %s the first compounds are used most, the same in every run',
  async (text, skew) => {
    const cwd = makeFolder();
    const args = ['--experiments', '5000', '--compounds', '100', '--skew', text];
    await runElute(['generate', 'lab', ...args], { cwd });
    await runElute(['generate', 'same', ...args], { cwd });
    expect(readAll(join(cwd, 'same'))).toEqual(readAll(join(cwd, 'lab')));
    const uses = countUses(readAll(join(cwd, 'lab'))[2] ?? '');
    expect(Math.max(...uses.keys())).toBeLessThanOrEqual(100);
    expect(Math.min(...uses.keys())).toBe(1);
    const between = (first: number, end: number) =>
      [...uses].reduce((sum, [id, count]) => (id >= first && id < end ? sum + count : sum), 0);
    const wanted = areaUnder(skew, 1, 10) / areaUnder(skew, 10, 101);
    expect(between(1, 10) / between(10, 101) / wanted).toBeCloseTo(1, 1);
  },
);

function countUses(experiments: string): Map<number, number> {
  const uses = new Map<number, number>();
  for (const line of experiments.trimEnd().split('\n').slice(1)) {
    const ids = (line.split(',')[2] ?? '').split(';');
    for (const id of ids) uses.set(Number(id), (uses.get(Number(id)) ?? 0) + 1);
  }
  return uses;
}

/** Of x^-skew. */
function areaUnder(skew: number, from: number, to: number): number {
  if (skew === 1) return Math.log(to / from);
  return (to ** (1 - skew) - from ** (1 - skew)) / (1 - skew);
}

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
    ['--skew', 'steep'],
    "option '--skew <s>' argument 'steep' is invalid. Give a number from 0 to 10, such as 1 or 0.5.",
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
