import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Database } from '../database/connection.ts';
import { listUploadsOfLoads } from '../database/pruning/uploads.ts';
import type { Pruned, PruneRequest } from '../domain/pruning.ts';
import { findUploadStore, removeUpload, type UploadStore } from './upload-store.ts';

interface Folder {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Removes uploads that no load needs. The folders are looked at before the loads: one that is received
 * meanwhile is younger than that, and one that is old has its load by then.
 */
export async function pruneUploads(
  database: Database,
  directory: string,
  { before, isPlan }: Pick<PruneRequest, 'before' | 'isPlan'>,
): Promise<Omit<Pruned, 'kind'>> {
  const store = await findUploadStore(directory);
  if (store === undefined) return { entries: 0, bytes: 0 };
  const old = await listOldFolders(store, before);
  const { needed, known, databaseId } = await listUploadsOfLoads(database, before);
  if (!store.databases.includes(databaseId))
    return {
      entries: 0,
      bytes: 0,
      note: `${directory} is of another database: nothing there goes.`,
    };
  const isShared = store.databases.length > 1;
  const unneeded = old.filter(({ path }) => !needed.has(basename(path)));
  const mine = unneeded.filter(({ path }) => !isShared || known.has(basename(path)));
  if (!isPlan) for (const { path } of mine) await removeUpload(store, path);
  const others = unneeded.length - mine.length;
  return {
    entries: mine.length,
    bytes: mine.reduce((sum, { bytes }) => sum + bytes, 0),
    ...(others > 0 && {
      note: `${others} more in ${directory} may be of another database that uses it, and stay.`,
    }),
  };
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Uploads whose newest file is old; whatever else lies there is none of ours. */
async function listOldFolders({ folder }: UploadStore, before: Date): Promise<Folder[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory() && uuid.test(entry.name))
      .map(({ name }) => measureFolder(join(folder, name))),
  );
  return found.filter(({ newest }) => newest < before);
}

/** What goes while it is looked at is gone. */
async function measureFolder(path: string): Promise<Folder & { newest: Date }> {
  const names = await readdir(path).catch(() => []);
  const files = await Promise.all(
    [path, ...names.map((name) => join(path, name))].map((one) => stat(one).catch(() => undefined)),
  );
  const present = files.flatMap((file) => file ?? []);
  return {
    path,
    bytes: present.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0),
    newest: new Date(Math.max(0, ...present.map(({ mtimeMs }) => mtimeMs))),
  };
}
