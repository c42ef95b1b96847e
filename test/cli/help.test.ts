import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { useFolders } from '../support/lab.ts';
import { type Outcome, runElute } from './run-elute.ts';

const makeFolder = useFolders();
const run = (...args: string[]): Promise<Outcome> => runElute(args, { cwd: makeFolder() });

const commands = [
  [],
  ['load'],
  ['features'],
  ['loads'],
  ['rejects'],
  ['verify'],
  ['generate'],
  ['database'],
  ['database', 'url'],
  ['database', 'migrate'],
  ['database', 'stop'],
];

test.each(commands.map((command) => ({ command, name: ['elute', ...command].join(' ') })))(
  '$name --help',
  async ({ command }) => {
    const { exitCode, stdout, stderr } = await run(...command, '--help');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatchSnapshot();
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  },
);

test('elute help COMMAND is the same', async () => {
  expect(await run('help', 'load')).toEqual(await run('load', '--help'));
});

test('no arguments at all: the help, on stderr', async () => {
  const { stdout } = await run('--help');
  expect(await run()).toEqual({ exitCode: 2, stdout: '', stderr: stdout });
});

test('--version', async () => {
  const { version } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  expect(await run('--version')).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
});
