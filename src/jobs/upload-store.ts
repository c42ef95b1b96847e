import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EluteError } from '../errors.ts';

/** The folder of uploaded files. Workers on other machines that share it find the same id in it. */
export interface UploadStore {
  readonly folder: string;
  readonly id: string;
}

const idFile = 'store-id';
/** One empty file for each database whose servers use the folder. */
const databaseFile = 'database-';

/** What a file that somebody is just writing gets to be whole. */
const writingMs = 5000;
const pauseMs = 50;

/** Opens the folder for a database; who comes first gives it an id. Throws `invalid_configuration`. */
export async function openUploadStore(
  folder: string,
  databaseId: string,
  patienceMs = writingMs,
): Promise<UploadStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeOnce(join(folder, idFile), randomUUID());
  await writeOnce(join(folder, `${databaseFile}${databaseId}`), '');
  return { folder, id: await readId(join(folder, idFile), patienceMs) };
}

/** Servers and workers start together: who made the file may not have written it yet. */
async function readId(path: string, patienceMs: number): Promise<string> {
  const id = await readFile(path, 'utf8');
  if (id.length === randomUUID().length) return id;
  if (patienceMs <= 0)
    throw new EluteError(
      'invalid_configuration',
      `The file ${path} holds no id: whoever made it was stopped half-way. Remove it.`,
    );
  await delay(pauseMs);
  return readId(path, patienceMs - pauseMs);
}

async function writeOnce(path: string, content: string): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

/** The store in a folder with the databases that use it; undefined where there is none. */
export async function findUploadStore(
  folder: string,
): Promise<(UploadStore & { readonly databases: readonly string[] }) | undefined> {
  try {
    const id = await readFile(join(folder, idFile), 'utf8');
    const names = await readdir(folder);
    const databases = names.filter((name) => name.startsWith(databaseFile));
    return { folder, id, databases: databases.map((name) => name.slice(databaseFile.length)) };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** A new folder for the files of one upload, which no other user may enter. */
export async function makeUploadFolder({ folder }: UploadStore): Promise<string> {
  const made = join(folder, randomUUID());
  await mkdir(made, { mode: 0o700 });
  return made;
}

/** Removes the files of an upload; what is not there is gone. Nothing outside the store is touched. */
export async function removeUpload({ folder }: UploadStore, upload: string): Promise<void> {
  const inside = relative(folder, upload);
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside))
    throw new Error('not a folder of the upload store');
  await rm(upload, { recursive: true, force: true });
}
