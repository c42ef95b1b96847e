import { realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { EluteError } from '../errors.ts';

/** The files of a folder that are taken for tables; a file named by itself may be called anything. */
const tableFiles = '*.{csv,tsv}';

/**
 * The files that paths, folders (their table files, not those below) and globs stand for, each once, in
 * the order named. Throws `path_not_found`, `path_unreadable` and `no_input_files`.
 */
export async function findFiles(sources: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const source of sources) found.push(...(await findSource(source)));
  const byTarget = new Map(found.map((path) => [realpathSync(path), path] as const).toReversed());
  return [...byTarget.values()].toReversed();
}

async function findSource(source: string): Promise<string[]> {
  const kind = kindOf(source);
  if (kind === 'file') return [source];
  if (kind === 'folder') return findTables(source);
  if (isDynamicPattern(source)) return findPattern(source);
  throw new EluteError('path_not_found', `There is no file or folder ${source}. Check the path.`);
}

function kindOf(path: string): 'file' | 'folder' | 'nothing' {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'nothing';
    throw new EluteError(
      'path_unreadable',
      `${path} cannot be read (${code}). Check its permissions.`,
      {
        cause: error,
      },
    );
  }
}

async function findTables(folder: string): Promise<string[]> {
  const names = await glob(tableFiles, {
    cwd: folder,
    caseSensitiveMatch: false,
    expandDirectories: false,
  });
  if (names.length > 0) return names.sort().map((name) => join(folder, name));
  throw new EluteError(
    'no_input_files',
    `The folder ${folder} holds no .csv or .tsv file. Name another one.`,
  );
}

async function findPattern(pattern: string): Promise<string[]> {
  const paths = await glob(pattern, { expandDirectories: false });
  if (paths.length > 0) return paths.sort();
  throw new EluteError('no_input_files', `No file matches ${pattern}. Check the pattern.`);
}
