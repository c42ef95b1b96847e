import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Context } from '../../src/context.ts';
import { makeFixedSecret } from '../../src/secrets/secret.ts';

/** Makes folders that are gone after the test. */
export function useFolders(): () => string {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'elute-lab-'));
    folders.push(folder);
    return folder;
  };
}

/** Writes files into a folder; their paths, in the same order. */
export function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Buffer>>,
): string[] {
  mkdirSync(folder, { recursive: true });
  return Object.entries(files).map(([name, content]) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  });
}

/** A context as the command line makes it, for a given database and folder. */
export function makeContext(
  url: string,
  folder: string,
  signal = new AbortController().signal,
): Context {
  return {
    settings: {
      database: makeFixedSecret(url),
      directory: join(folder, '.elute'),
      scratchDirectory: join(folder, 'scratch'),
      memoryLimit: '512MB',
      threads: 2,
      limits: {
        inflatedBytes: 1e9,
        inflationRatio: 200,
        workbookMemoryMb: 256,
        workbookSeconds: 60,
      },
      pathStyle: true,
      findReading: () => ({}),
      declaredFeatures: [],
    },
    signal,
    onProgress: () => {},
  };
}

export const usersHeader = 'user_id,name,email,signup_date';
export const compoundsHeader = 'compound_id,compound_name,compound_structure';
export const experimentsHeader =
  'experiment_id,user_id,experiment_compound_ids,experiment_run_time';

/** A CSV file of a header and rows. */
export function csv(header: string, ...rows: string[]): string {
  return [header, ...rows].map((line) => `${line}\n`).join('');
}
