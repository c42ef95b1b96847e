import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';

/** The folder of uploaded files. Workers on other machines that share it find the same id in it. */
export interface UploadStore {
  readonly folder: string;
  readonly id: string;
}

/** Opens the folder; who comes first gives it an id. */
export async function openUploadStore(folder: string): Promise<UploadStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'store-id');
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(randomUUID());
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return { folder, id: await readFile(path, 'utf8') };
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
