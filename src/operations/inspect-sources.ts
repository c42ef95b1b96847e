import { realpathSync, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import type { Engine } from '../compute/engine.ts';
import type { Context } from '../context.ts';
import type { OnProgress } from '../domain/load.ts';
import type { LoadRequest } from '../domain/plan.ts';
import type { Reading } from '../domain/reading.ts';
import { EluteError } from '../errors.ts';
import { type FoundFile, findFiles } from '../extract/find-files.ts';
import type { InputFile } from '../extract/input-file.ts';
import { inspectPart, type LeftOut } from '../extract/inspect-file.ts';
import { unpack } from '../extract/unpack/unpack.ts';

interface Inspection {
  readonly files: readonly InputFile[];
  /** What was found beside tables and holds none. */
  readonly leftOut: readonly LeftOut[];
}

/** What some files need to be looked at: a folder for copies, an engine. */
export interface InspectionTools {
  readonly makeFolder: () => Promise<string>;
  readonly getEngine: () => Promise<Engine>;
}

/** Finds and unpacks what is to be loaded, and looks at all of it once. */
export async function inspectSources(
  context: Context,
  request: LoadRequest,
  { makeFolder, getEngine }: InspectionTools,
): Promise<Inspection> {
  const { signal, onProgress, settings } = context;
  const found = await findFiles(request.sources, request.folder);
  if (request.root !== undefined) checkInside(found, request.root);
  onProgress({ stage: 'survey' });
  const onBytes = makeByteCount(found, onProgress);
  const common = { makeFolder, limits: settings.limits, signal };
  const inspections: Inspection[] = [];
  for (const handedOver of found) {
    const location = handedOver.path;
    const path = showPath(location, request);
    for (const part of await unpack({ ...handedOver, path, location }, { ...common, onBytes })) {
      inspections.push(
        await inspectPart(part, {
          ...common,
          // Of a packed file, its own bytes have been counted.
          onBytes: part.location === location ? onBytes : undefined,
          reading: readingOf(context, request.reading, part.path),
          getEngine,
        }),
      );
    }
  }
  return {
    files: inspections.flatMap(({ files }) => files),
    leftOut: inspections.flatMap(({ leftOut }) => leftOut),
  };
}

/** In a folder that a service reads from, files are known by their place in it. */
function showPath(location: string, { root }: LoadRequest): string {
  return root === undefined ? location : relative(resolve(root), resolve(location));
}

/** A link in a folder that may be read can lead out of it. */
export function checkInside(found: readonly FoundFile[], root: string): void {
  const inside = `${realpathSync(root)}${sep}`;
  const outside = found.find(({ path }) => !realpathSync(path).startsWith(inside));
  if (outside === undefined) return;
  throw new EluteError(
    'path_not_found',
    `${outside.path} lies outside the folder it was named in. Name files of that folder alone.`,
  );
}

/** Reports the share of all bytes handed over that have been looked at. */
function makeByteCount(
  found: readonly FoundFile[],
  onProgress: OnProgress,
): (bytes: number) => void {
  const total = found.reduce((sum, { path }) => sum + statSync(path).size, 0);
  let done = 0;
  return (bytes) => {
    done = Math.min(total, done + bytes);
    onProgress({ stage: 'survey', share: done / total, bytes: { done, total } });
  };
}

/** What was said on the command line goes before what the configuration says of a source. */
function readingOf({ settings }: Context, asked: Reading, path: string): Reading {
  return { ...settings.findReading(path), ...asked };
}
