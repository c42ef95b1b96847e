import type { Settings } from '../config.ts';
import { isObjectAddress } from '../domain/object-address.ts';
import { withStore } from '../extract/s3/open-store.ts';
import { watchFolder } from './folder.ts';
import { watchPrefix } from './prefix.ts';
import type { WatchedSource } from './watched-source.ts';

/** Opens what is named, a folder or `s3://bucket/prefix/`, and closes it when the work is done. */
export function withSource<Result>(
  settings: Settings,
  name: string,
  work: (source: WatchedSource) => Promise<Result>,
): Promise<Result> {
  return withStore(settings, async (getStore) =>
    work(isObjectAddress(name) ? watchPrefix(await getStore(), name) : await watchFolder(name)),
  );
}
