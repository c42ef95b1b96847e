import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { globSync } from 'tinyglobby';
import { pythonFolder, requirementsFile } from '../paths.ts';

const run = promisify(execFile);

export const python = join(pythonFolder, 'bin', 'python');
export const csvsql = join(pythonFolder, 'bin', 'csvsql');

/** Asks for a program on the path, and names the Debian package it comes from. */
export function needProgram(name: string, packageName: string): () => Promise<string | undefined> {
  return async () =>
    (process.env['PATH'] ?? '').split(delimiter).some((folder) => isProgram(join(folder, name)))
      ? undefined
      : `not installed (apt-get install ${packageName})`;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Asks for a module of Python, in an environment that is made when it is first asked for. */
export function needModule(name: string): () => Promise<string | undefined> {
  return async () => {
    try {
      installing ??= installPackages();
      await installing;
      await run(python, ['-c', `import ${name}`]);
      return undefined;
    } catch (error) {
      const text = error instanceof Error ? error.message.trim() : String(error);
      return `not installed (${text.split('\n').at(-1)})`;
    }
  };
}

let installing: Promise<unknown> | undefined;

async function installPackages(): Promise<void> {
  if (!existsSync(python)) await run('python3', ['-m', 'venv', pythonFolder]);
  const options = ['--quiet', '--disable-pip-version-check', '--requirement', requirementsFile];
  await run(python, ['-m', 'pip', 'install', ...options]);
}

/** The program in a package of Python that brings nothing else. */
export function findSling(): string {
  const [path] = globSync('lib/python3*/site-packages/sling_linux_amd64/bin/sling-linux-amd64', {
    cwd: pythonFolder,
  });
  return join(pythonFolder, path ?? '');
}
