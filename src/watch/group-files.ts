import { createHash } from 'node:crypto';
import picomatch from 'picomatch';
import { folderOf } from '../domain/object-address.ts';
import type { WatchedFile } from './watched-source.ts';

/** Files that make one load. */
export interface Arrival {
  /** The file, or the folder of a set. */
  readonly location: string;
  readonly files: readonly WatchedFile[];
  /** The same for the same files in the same state, and for no others. */
  readonly fingerprint: string;
}

/** Which files belong together: each is by itself, or those of a folder are that match the patterns of a set. */
export interface GroupingRule {
  /** Patterns of file names; empty where each file is by itself. */
  readonly set: readonly string[];
}

/** How many files are looked at together. */
const batchFiles = 1000;

/** The arrivals in a listing, in batches. A set of which a pattern has no file yet is none. */
export async function* groupFiles(
  files: AsyncIterable<WatchedFile>,
  { set }: GroupingRule,
): AsyncGenerator<readonly Arrival[]> {
  if (set.length === 0) yield* groupEach(files);
  else yield* groupSets(files, set);
}

async function* groupEach(files: AsyncIterable<WatchedFile>): AsyncGenerator<readonly Arrival[]> {
  let batch: Arrival[] = [];
  for await (const file of files) {
    batch.push(makeArrival(file.location, [file]));
    if (batch.length < batchFiles) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

/** Holds one listing's files that belong to sets: a listing need not come folder by folder. */
async function* groupSets(
  files: AsyncIterable<WatchedFile>,
  set: readonly string[],
): AsyncGenerator<readonly Arrival[]> {
  const matchers = set.map((pattern) => picomatch(pattern, { nocase: true }));
  const folders = new Map<string, WatchedFile[]>();
  for await (const file of files) {
    const folder = folderOf(file.location);
    const name = file.location.slice(folder.length);
    if (!matchers.some((isMatch) => isMatch(name))) continue;
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  const isComplete = ([folder, found]: [string, WatchedFile[]]) =>
    matchers.every((isMatch) =>
      found.some(({ location }) => isMatch(location.slice(folder.length))),
    );
  const complete = [...folders].filter(isComplete);
  for (let from = 0; from < complete.length; from += batchFiles)
    yield complete
      .slice(from, from + batchFiles)
      .map(([folder, found]) => makeArrival(folder, found));
}

function makeArrival(location: string, found: readonly WatchedFile[]): Arrival {
  const files = found.toSorted((a, b) => (a.location < b.location ? -1 : 1));
  const hash = createHash('sha256').update(
    JSON.stringify(files.map(({ location: path, version }) => [path, version])),
  );
  return { location, files, fingerprint: hash.digest('hex') };
}
