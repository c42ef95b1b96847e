import { realpathSync } from 'node:fs';
import { isObjectAddress, nameObject } from '../domain/object-address.ts';
import { type FoundFile, findFiles } from './find-files.ts';
import { type FoundObject, findObjects } from './s3/find-objects.ts';
import type { ObjectStore } from './s3/store.ts';

interface Places {
  /** The folder that relative paths start from. */
  readonly folder: string;
  readonly getStore: () => Promise<ObjectStore>;
  readonly signal: AbortSignal;
}

/** The files and objects that sources stand for, each once, in the order named. Throws as `findFiles` and `findObjects` do. */
export async function findSources(
  sources: readonly string[],
  { folder, getStore, signal }: Places,
): Promise<(FoundFile | FoundObject)[]> {
  const found = new Map<string, FoundFile | FoundObject>();
  for (const source of sources) {
    const these = isObjectAddress(source)
      ? await findObjects(await getStore(), source, signal)
      : await findFiles([source], folder);
    for (const one of these) {
      const target = 'path' in one ? realpathSync(one.path) : nameObject(one.object);
      if (!found.has(target)) found.set(target, one);
    }
  }
  return [...found.values()];
}
