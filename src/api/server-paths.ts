import { isAbsolute } from 'node:path';
import { isObjectAddress } from '../domain/object-address.ts';
import { EluteError } from '../errors.ts';
import { findFiles } from '../extract/find-files.ts';
import { checkInside } from '../operations/inspect-sources.ts';
import type { Place } from './load-request.ts';
import { RequestError } from './problems.ts';

const isNoPath = 'must be a path below a folder that the server may read from, without ..';
const isNoObject = 'must lie below a folder that the server may read from; its --roots name these';

/**
 * Where the files lie that paths name: the folder, of those that may be read, that has all of them, or the
 * store, where all are addresses of objects. No path leads out of a folder: neither an absolute one, nor
 * `..`, nor a link. Throws `invalid_request` and `path_not_found`.
 */
export async function findPlace(
  roots: readonly string[],
  paths: readonly string[],
): Promise<Place> {
  if (paths.every(isObjectAddress)) return findPlaceInStore(roots, paths);
  const isOutside = (path: string) => isAbsolute(path) || path.split(/[/\\]/).includes('..');
  const wrong = paths.find((path) => isOutside(path) || isObjectAddress(path));
  if (wrong !== undefined) throw refusePath(wrong, isNoPath);
  return findFolder(
    roots.filter((root) => !isObjectAddress(root)),
    paths,
  );
}

/** Keys are taken as they are, so that what begins as a root does lies below it. */
function findPlaceInStore(roots: readonly string[], paths: readonly string[]): Place {
  const folders = roots.map((root) => (root.endsWith('/') ? root : `${root}/`));
  const wrong = paths.find((path) => !folders.some((folder) => path.startsWith(folder)));
  if (wrong !== undefined) throw refusePath(wrong, isNoObject);
  return { sources: paths };
}

function refusePath(path: string, message: string): RequestError {
  return new RequestError('invalid_request', `${path} ${message}.`, [{ in: 'paths', message }]);
}

async function findFolder(roots: readonly string[], paths: readonly string[]): Promise<Place> {
  let failure: unknown = new EluteError(
    'path_not_found',
    'This server reads no folders; upload the files, or start it with --roots.',
  );
  for (const root of roots) {
    try {
      checkInside(await findFiles(paths, root), root);
      return { root, sources: paths };
    } catch (error) {
      failure = error;
    }
  }
  throw hideRoots(failure);
}

/** Where the folders lie is nobody's business. */
function hideRoots(error: unknown): unknown {
  if (!(error instanceof EluteError)) return error;
  return new EluteError(
    'path_not_found',
    'Not all of these paths are table files in one of the folders that this server may read from.',
    { cause: error },
  );
}
