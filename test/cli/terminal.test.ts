import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { faultyFiles, goodFiles, main, runElute, useLabs } from './run-elute.ts';

const makeLab = useLabs();
const hasScript = spawnSync('script', ['--version']).status === 0;
/** What takes the bar off its line. */
const cleared = '\r\u001b[0K';
const elute = `${process.execPath} ${main}`;

/** Runs a line of shell; what both streams show, and the exit code. */
async function runShell(line: string, { folder, url }: { folder: string; url: string }, env = {}) {
  const child = spawn('bash', ['-o', 'pipefail', '-c', line], {
    cwd: folder,
    env: { PATH: process.env['PATH'], TERM: 'xterm', DATABASE_URL: url, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { exitCode: child.exitCode, stdout, stderr };
}

/** The same on a terminal, where both streams are one. */
function runOnTerminal(line: string, lab: { folder: string; url: string }, env = {}) {
  return runShell(`script -qec '${line}' /dev/null`, lab, env);
}

test.each([
  ['head -1', 'features --format csv'],
  ['head -c 10', 'features --json'],
  ['true', 'loads'],
  ['head -3', 'features'],
  ['true', '--help'],
])('a reader that closes the pipe early is no fault: %s', async (reader, command) => {
  const lab = await makeLab();
  await lab.run('generate', 'lab', '--users', '3000', '--experiments', '100');
  await lab.run('load', 'lab');
  const { exitCode, stderr } = await runShell(`${elute} ${command} | ${reader}`, lab);
  expect([exitCode, stderr]).toEqual([0, '']);
});

test('a receipt nobody reads still ends with its exit code', async () => {
  const lab = await makeLab(faultyFiles);
  expect(await runShell(`${elute} load . | true`, lab)).toMatchObject({ exitCode: 3 });
});

test('nobody reads the progress: the load goes on', async () => {
  const lab = await makeLab(goodFiles);
  const { exitCode, stdout } = await runShell(`${elute} load . 2> >(true)`, lab);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^Load 1: loaded/);
});

test.skipIf(process.platform !== 'linux')(
  'a result that cannot be written is no success',
  async () => {
    const lab = await makeLab(goodFiles);
    await lab.run('load', '.');
    expect(await runShell(`${elute} features > /dev/full`, lab)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        'elute: The result could not be written in full: no space is left where stdout leads.\n',
    });
  },
);

test.each([{}, { CI: 'true' }, { FORCE_COLOR: '1' }])(
  'no escape codes into a pipe: %j',
  async (env) => {
    const { folder, url } = await makeLab(faultyFiles);
    const run = (...args: string[]) =>
      runElute(args, { cwd: folder, env: { ...env, DATABASE_URL: url } });
    for (const args of [
      ['load', '.'],
      ['features'],
      ['rejects', '1'],
      ['loads', '1'],
      ['--help'],
      ['loads', 'x'],
    ]) {
      const { stdout, stderr } = await run(...args);
      expect(stdout + stderr).not.toContain('\u001b');
    }
  },
);

const ifTerminal = test.skipIf(!hasScript);

ifTerminal('a terminal shows bold titles, and none with NO_COLOR (needs script)', async () => {
  const lab = await makeLab(goodFiles);
  await lab.run('load', '.');
  expect((await runOnTerminal(`${elute} loads`, lab)).stdout).toContain('\u001b[1mload  state');
  const plain = await runOnTerminal(`${elute} loads`, lab, { NO_COLOR: '1' });
  expect(plain.stdout).not.toContain('\u001b');
});

ifTerminal(
  'a bar on a terminal: gone before the receipt, and the process ends (needs script)',
  async () => {
    const lab = await makeLab(goodFiles);
    const { exitCode, stdout } = await runOnTerminal(`${elute} load .`, lab);
    expect(exitCode).toBe(0);
    const [progress = '', receipt = ''] = stdout.split('\u001b[1mLoad 1');
    expect(progress).toContain('1/6  Looking at the files');
    expect(progress).toContain('6/6  Publishing');
    expect(progress).not.toContain('\n');
    expect(progress.endsWith(cleared)).toBe(true);
    expect(receipt).not.toMatch(/\d\/6/);
    expect(stdout).not.toContain('\u001b[?25l');
  },
);

ifTerminal('the bar is gone before an error, too (needs script)', async () => {
  const lab = await makeLab({ 'bad.csv': '' });
  const { exitCode, stdout } = await runOnTerminal(`${elute} load .`, lab);
  expect(exitCode).toBe(4);
  expect(stdout).toContain(`${cleared}elute: bad.csv is empty: `);
});

ifTerminal('commands without progress show none (needs script)', async () => {
  const lab = await makeLab(goodFiles);
  await lab.run('load', '.');
  const { stdout } = await runOnTerminal(`${elute} features --limit 1`, lab, { NO_COLOR: '1' });
  expect(stdout).toMatch(/^ +avg_exp_/);
  expect(stdout).not.toContain('\u001b');
});
