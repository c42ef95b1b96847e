import { accessSync, constants, statSync } from 'node:fs';
import { basename } from 'node:path';
import { isObjectAddress } from '../domain/object-address.ts';
import { EluteError } from '../errors.ts';
import { findFiles } from '../extract/find-files.ts';
import type { SentFile } from './multipart.ts';

/**
 * The files that paths, folders and patterns stand for, as a load would find them here, each under a name
 * of its own. Throws as `findFiles` does.
 */
export async function findSentFiles(sources: readonly string[]): Promise<SentFile[]> {
  if (sources.some(isObjectAddress))
    throw new EluteError(
      'invalid_usage',
      'A server loads either files of this machine or s3:// addresses: load them one after the other.',
    );
  const paths = (await findFiles(sources)).map(({ path }) => path);
  const names = nameFiles(paths);
  return paths.map((path, index) => ({
    path,
    name: names[index] ?? basename(path),
    sizeBytes: checkFile(path),
  }));
}

/** A server keeps names without folders: where two would be the same, their folders become part of them. */
export function nameFiles(paths: readonly string[]): string[] {
  const short = paths.map((path) => basename(path));
  const isUnique = (name: string) => short.indexOf(name) === short.lastIndexOf(name);
  const taken = new Set(short.filter(isUnique));
  return paths.map((path, index) => {
    const name = short[index] ?? '';
    if (isUnique(name)) return name;
    const long = path.replace(/^(\.*\/)+/, '').replaceAll('/', '_');
    const free = findFree(long, taken);
    taken.add(free);
    return free;
  });
}

function findFree(name: string, taken: ReadonlySet<string>, number = 1): string {
  const candidate = number === 1 ? name : `${number}_${name}`;
  return taken.has(candidate) ? findFree(name, taken, number + 1) : candidate;
}

/** The size of a file that can be sent, again if need be. */
function checkFile(path: string): number {
  const stat = statSync(path);
  if (!stat.isFile())
    throw new EluteError(
      'path_unreadable',
      `${path} is no plain file, which a server needs. Write it to a file first.`,
    );
  try {
    accessSync(path, constants.R_OK);
  } catch (cause) {
    throw new EluteError('path_unreadable', `${path} cannot be read. Check its permissions.`, {
      cause,
    });
  }
  return stat.size;
}
