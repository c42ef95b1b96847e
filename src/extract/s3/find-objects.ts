import picomatch from 'picomatch';
import { nameObject, parseObjectAddress } from '../../domain/object-address.ts';
import { isTableName, tableEndings } from '../../domain/table-names.ts';
import { EluteError } from '../../errors.ts';
import type { ObjectStore, StoredObject } from './store.ts';

export interface FoundObject {
  readonly object: StoredObject;
  /** The user named this very object; it was not found below a prefix or by a pattern. */
  readonly isNamed: boolean;
}

/**
 * The objects that `s3://bucket/key` stands for, as with files: the object of that name, or else the table
 * files in the folder of that name (not those below), or those that match a pattern. Throws
 * `path_not_found`, `no_input_files`, `invalid_usage`, and what the store throws.
 */
export async function findObjects(
  store: ObjectStore,
  source: string,
  signal: AbortSignal,
): Promise<FoundObject[]> {
  const address = parseObjectAddress(source);
  if (address === undefined)
    throw new EluteError('invalid_usage', `${source} names no bucket. Write s3://bucket/key.`);
  const { base, isGlob } = picomatch.scan(address.key);
  // A console makes empty objects that stand for folders: their keys end with a slash.
  const isFolder = address.key === '' || address.key.endsWith('/');
  const named = isFolder ? undefined : await store.look(address, signal);
  if (named !== undefined) return [{ object: named, isNamed: true }];
  const found = isGlob
    ? await findMatching(store, { ...address, base: base === '' ? '' : `${base}/` }, signal)
    : await findBelow(store, address, signal);
  return found.map((object) => ({ object, isNamed: false }));
}

async function findMatching(
  store: ObjectStore,
  { bucket, key: pattern, base }: { bucket: string; key: string; base: string },
  signal: AbortSignal,
): Promise<StoredObject[]> {
  const isMatch = picomatch(pattern);
  const found: StoredObject[] = [];
  for await (const object of store.list({ bucket, key: base }, { isDeep: true, signal }))
    if (!object.key.endsWith('/') && isMatch(object.key)) found.push(object);
  if (found.length > 0) return found;
  const name = nameObject({ bucket, key: pattern });
  throw new EluteError('no_input_files', `No object matches ${name}. Check the pattern.`);
}

async function findBelow(
  store: ObjectStore,
  { bucket, key }: { bucket: string; key: string },
  signal: AbortSignal,
): Promise<StoredObject[]> {
  const folder = { bucket, key: key === '' || key.endsWith('/') ? key : `${key}/` };
  const found: StoredObject[] = [];
  let isThere = false;
  for await (const object of store.list(folder, { isDeep: false, signal })) {
    isThere = true;
    if (isTableName(object.key)) found.push(object);
  }
  if (found.length > 0) return found;
  if (isThere)
    throw new EluteError(
      'no_input_files',
      `${nameObject(folder)} holds no table file (${tableEndings.join(', ')}, also packed). Name another folder, or the object itself.`,
    );
  throw new EluteError(
    'path_not_found',
    `There is no object ${nameObject({ bucket, key })}, and none below it. Check the key; for keys that begin alike, write a pattern such as "${nameObject({ bucket, key })}*".`,
  );
}
