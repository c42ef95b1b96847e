import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isTableName } from '../domain/table-names.ts';
import { EluteError } from '../errors.ts';
import type { WatchedFile, WatchedSource } from './watched-source.ts';

/**
 * A folder and those below it, except hidden ones. It is listed again and again: events of a file system are
 * not told across networks and into containers.
 */
export async function watchFolder(path: string): Promise<WatchedSource> {
  const root = resolve(path);
  if (!(await isFolder(root)))
    throw new EluteError(
      'path_not_found',
      `There is no folder ${path}. Make it, or check the path.`,
    );
  return {
    name: path,
    root,
    isWhole: false,
    listAll: (_, onFault) => listDeep(root, onFault),
    look: lookAt,
    listBeside: (location) => listTables(dirname(location)),
  };
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** A folder below that cannot be read hides nothing but its own files. */
async function* listDeep(
  folder: string,
  onFault: (error: unknown) => void,
): AsyncGenerator<WatchedFile> {
  yield* listTables(folder);
  for (const name of await listFolders(folder)) {
    try {
      yield* listDeep(join(folder, name), onFault);
    } catch (error) {
      onFault(error);
    }
  }
}

async function* listTables(folder: string): AsyncGenerator<WatchedFile> {
  for (const { name } of await readFolder(folder)) {
    const file = isTableName(name) ? await lookAt(join(folder, name)) : undefined;
    if (file) yield file;
  }
}

async function listFolders(folder: string): Promise<string[]> {
  const entries = await readFolder(folder);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
}

async function readFolder(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : 'unknown';
    const message = `The folder ${folder} cannot be read (${code}). Check its permissions.`;
    throw new EluteError('path_unreadable', message, { cause });
  }
}

/** What is gone by now, or a link that leads nowhere, is not there. */
async function lookAt(location: string): Promise<WatchedFile | undefined> {
  const found = await stat(location, { bigint: true }).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  return { location, version: `${found.ino} ${found.size} ${found.mtimeNs}` };
}
