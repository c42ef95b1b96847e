import { folderOf, nameObject, parseObjectAddress } from '../domain/object-address.ts';
import { isTableName } from '../domain/table-names.ts';
import { EluteError } from '../errors.ts';
import type { ObjectStore, StoredObject } from '../extract/s3/store.ts';
import type { WatchedFile, WatchedSource } from './watched-source.ts';

/** The objects below `s3://bucket/prefix/`. */
export function watchPrefix(store: ObjectStore, source: string): WatchedSource {
  const address = parse(source);
  const prefix = {
    bucket: address.bucket,
    key: address.key === '' || address.key.endsWith('/') ? address.key : `${address.key}/`,
  };
  return {
    name: nameObject(prefix),
    isWhole: true,
    listAll: (signal) => describe(store.list(prefix, { isDeep: true, signal })),
    look: async (location, signal) => {
      const object = await store.look(parse(location), signal);
      return object && describeObject(object);
    },
    listBeside: (location, signal) => {
      const { bucket, key } = parse(location);
      return describe(store.list({ bucket, key: folderOf(key) }, { isDeep: false, signal }));
    },
  };
}

function parse(source: string) {
  const address = parseObjectAddress(source);
  if (address) return address;
  throw new EluteError('invalid_usage', `${source} names no bucket. Write s3://bucket/prefix/.`);
}

async function* describe(objects: AsyncIterable<StoredObject>): AsyncGenerator<WatchedFile> {
  for await (const object of objects) if (isTableName(object.key)) yield describeObject(object);
}

function describeObject(object: StoredObject): WatchedFile {
  return { location: nameObject(object), version: object.etag };
}
