import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { useDatabases } from '../support/database.ts';
import {
  compoundsHeader,
  csv,
  experimentsHeader,
  useFolders,
  usersHeader,
  writeFiles,
} from '../support/lab.ts';

/** Built by `npm test` before. */
export const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A command line put before, such as `setpriv … --`. */
  readonly prefix?: readonly string[];
}

/** Runs one command line as a user would, in an environment without anything of ours. */
export async function runElute(
  args: readonly string[],
  { env, cwd, prefix = [] }: RunOptions,
): Promise<Outcome> {
  const [program = '', ...rest] = [...prefix, process.execPath, main, ...args];
  const child = spawn(program, rest, {
    cwd,
    env: { PATH: process.env['PATH'], TZ: 'UTC', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { exitCode: child.exitCode, stdout: steady(stdout), stderr: steady(stderr) };
}

/** What differs from run to run, replaced. */
function steady(printed: string): string {
  return printed
    .replaceAll(/in \d+\.\d s/g, 'in 0.1 s')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '2026-01-02 03:04:05')
    .replaceAll(/elute_test_\d+_\d+/g, 'DATABASE');
}

/** A folder and a database to run commands in. */
export interface Lab {
  readonly folder: string;
  readonly url: string;
  run(...args: string[]): Promise<Outcome>;
}

/** Makes labs; what they consist of is gone after the test. */
export function useLabs(): (files?: Readonly<Record<string, string | Buffer>>) => Promise<Lab> {
  const makeDatabase = useDatabases();
  const makeFolder = useFolders();
  return async (files = {}) => {
    const folder = makeFolder();
    const url = await makeDatabase();
    writeFiles(folder, files);
    const run = (...args: string[]) => runElute(args, { cwd: folder, env: { DATABASE_URL: url } });
    return { folder, url, run };
  };
}

/** Three good files, small enough to be checked by hand. */
export const goodFiles = {
  'compounds.csv': csv(compoundsHeader, '1,Water,H2O', '2,Salt,NaCl', '3,Gold,Au'),
  'experiments.csv': csv(experimentsHeader, '1,1,1;2,3', '2,1,1,4.5', '3,2,2;3,0.125'),
  'users.csv': csv(
    usersHeader,
    '1,Ada,ada@lab.example,2024-01-01',
    '2,Bo,bo@lab.example,2024-01-02',
    '3,Cy,cy@lab.example,2024-01-03',
  ),
};

/** The same with a fault in two of them, and a doubtful value. */
export const faultyFiles = {
  ...goodFiles,
  'experiments.csv': csv(experimentsHeader, '1,1,1;2,3', '2,1,1,"4,5"', '3,2,2;9,0.125'),
  'users.csv': csv(
    usersHeader,
    '1,Ada,ada@lab.example,2024-01-01',
    '2,Bo,nobody,2024-01-02',
    '3,Cy,cy@lab.example,03/04/2024',
  ),
};
