import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, Contest, Stage } from '../contest.ts';
import { eluteProgram, samplesFolder } from '../paths.ts';
import { callElute } from '../server.ts';

/** Some of the sample rows are bad on purpose. */
function runElute(...args: readonly string[]): Command {
  return { argv: [process.execPath, eluteProgram, ...args], exitCode: 3 };
}

function loadSamples(stage: Stage, ...options: readonly string[]): Command {
  return runElute('--directory', serverOf(stage), 'load', samplesFolder, ...options);
}

/** Not the server that the other contests use. */
function serverOf({ serverDirectory }: Stage): string {
  return join(serverDirectory, 'start');
}

export const start: Contest = {
  name: 'start',
  text: 'The sample files with the server that Elute brings along, against Node alone.',
  files: 'none',
  contestants: [
    {
      name: 'node',
      title: '`node -e 0`',
      does: 'nothing',
      command: () => ({ argv: [process.execPath, '-e', '0'] }),
    },
    {
      name: 'elute-help',
      title: '`elute --help`',
      does: 'prints the help',
      command: () => runElute('--help'),
    },
    {
      name: 'elute-first',
      title: '`elute load samples`, the first command ever',
      does: 'makes and starts a server, loads',
      command: (stage) => loadSamples(stage),
    },
    {
      name: 'elute-next',
      title: '`elute load samples --force`, the next one',
      does: 'loads',
      command: (stage) => loadSamples(stage, '--force'),
      async after(stage) {
        await callElute(serverOf(stage), ['database', 'stop']);
        rmSync(serverOf(stage), { recursive: true, force: true });
      },
    },
  ],
};
