import { isAbsolute } from 'node:path';
import { EluteError } from '../errors.ts';
import { findFiles } from '../extract/find-files.ts';
import { checkInside } from '../operations/inspect-sources.ts';
import type { Place } from './load-request.ts';
import { RequestError } from './problems.ts';

/**
 * The folder, of those that may be read, that has all of the paths. No path leads out of it: neither an
 * absolute one, nor `..`, nor a link. Throws `invalid_request` and `path_not_found`.
 */
export async function findPlace(
  roots: readonly string[],
  paths: readonly string[],
): Promise<Place> {
  const wrong = paths.find((path) => isAbsolute(path) || path.split(/[/\\]/).includes('..'));
  if (wrong !== undefined) {
    const message = 'must be a path below a folder that the server may read from, without ..';
    throw new RequestError('invalid_request', `${wrong} ${message}.`, [{ in: 'paths', message }]);
  }
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
