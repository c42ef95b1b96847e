import type { Command, Contestant, Stage } from '../contest.ts';
import { eluteProgram } from '../paths.ts';
import { readRows } from '../rows.ts';

export const eluteDoes = 'checks, keys, history, features';

export function runElute({ serverDirectory, url }: Stage, ...args: readonly string[]): Command {
  const options = ['--directory', serverDirectory, '--database', url];
  // Some rows are rejected on purpose; whether they are the right ones shows in the output.
  return { argv: [process.execPath, eluteProgram, ...options, ...args], exitCode: 3 };
}

export const eluteLoad: Contestant = {
  name: 'elute',
  title: '`elute load`',
  does: eluteDoes,
  command: (stage) => runElute(stage, 'load', stage.files.folder),
  read: readRows('elute'),
};
