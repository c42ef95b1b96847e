import { realpathSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { isTableName, tableEndings } from '../domain/table-names.ts';
import { EluteError } from '../errors.ts';

export interface FoundFile {
  readonly path: string;
  /** The user named this very file; it was not found in a folder or by a pattern. */
  readonly isNamed: boolean;
}

/**
 * The files that paths, folders (their table files, not those below) and globs stand for, each once, in
 * the order named. Relative ones start from a folder; paths are given as seen from the present one.
 * Throws `path_not_found`, `path_unreadable` and `no_input_files`.
 */
export async function findFiles(
  sources: readonly string[],
  folder = process.cwd(),
): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const source of sources) found.push(...(await findSource(moveSource(source, folder))));
  const byTarget = new Map(
    found.map((file) => [realpathSync(file.path), file] as const).toReversed(),
  );
  return [...byTarget.values()].toReversed();
}

function moveSource(source: string, folder: string): string {
  return folder === process.cwd() ? source : relative(process.cwd(), resolve(folder, source));
}

async function findSource(source: string): Promise<FoundFile[]> {
  const kind = kindOf(source);
  if (kind === 'file') return [{ path: source, isNamed: true }];
  const paths = await findPaths(source, kind);
  return paths.map((path) => ({ path, isNamed: false }));
}

async function findPaths(source: string, kind: 'folder' | 'nothing'): Promise<string[]> {
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
  const entries = await glob('*', { cwd: folder, expandDirectories: false });
  const names = entries.filter(isTableName);
  if (names.length > 0) return names.sort().map((name) => join(folder, name));
  throw new EluteError(
    'no_input_files',
    `The folder ${folder} holds no table file (${tableEndings.join(', ')}, also packed). Name another one, or the file itself.`,
  );
}

async function findPattern(pattern: string): Promise<string[]> {
  const paths = await glob(pattern, { expandDirectories: false });
  if (paths.length > 0) return paths.sort();
  throw new EluteError('no_input_files', `No file matches ${pattern}. Check the pattern.`);
}
