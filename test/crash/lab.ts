import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { generateFiles } from '../../src/operations/generate-files.ts';
import { makeContext } from '../support/lab.ts';
import { administer, withDatabaseName } from '../support/server.ts';

export const fileNames = ['users.csv', 'compounds.csv', 'user_experiments.csv'] as const;

const size = { users: 300, compounds: 100, badRows: 0.01 };

/** Writes the files of a made-up lab with one bad row in a hundred; its folder. */
export async function makeLab(root: string, experiments: number, seed = 1): Promise<string> {
  const folder = join(root, `lab-${experiments}-${seed}`);
  await generateFiles(makeContext('', root), folder, { ...size, experiments, seed });
  return folder;
}

/** The files of one lab with every third line as another has it; lines beyond the first lab's are new. */
export function mixLabs(base: string, other: string): string {
  const folder = `${other}-mixed`;
  mkdirSync(folder);
  for (const name of fileNames) {
    const old = readLines(join(base, name));
    const lines = readLines(join(other, name)).map((line, i) =>
      i % 3 === 0 ? line : (old[i] ?? line),
    );
    writeFileSync(join(folder, name), lines.join('\n'));
  }
  return folder;
}

function readLines(path: string): string[] {
  return readFileSync(path, 'utf8').split('\n');
}

let made = 0;

/** Makes a database out of a template; unlike those of `useDatabases` it stays until it is dropped. */
export async function cloneDatabase(template: string): Promise<string> {
  const name = `elute_crash_${process.pid}_${++made}`;
  await administer(inject('serverUrl'), `create database ${name} template ${template}`);
  return withDatabaseName(inject('serverUrl'), name);
}

export async function dropDatabase(url: string): Promise<void> {
  await administer(inject('serverUrl'), `drop database if exists ${nameOf(url)} with (force)`);
}

export function nameOf(url: string): string {
  return /\/([^/?]*)(\?|$)/.exec(url)?.[1] ?? '';
}
