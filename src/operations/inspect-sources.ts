import { realpathSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import type { Engine } from '../compute/engine.ts';
import type { Context } from '../context.ts';
import type { LoadStage, OnProgress } from '../domain/load.ts';
import { nameObject } from '../domain/object-address.ts';
import type { LoadRequest } from '../domain/plan.ts';
import type { Reading } from '../domain/reading.ts';
import { EluteError } from '../errors.ts';
import type { FoundFile } from '../extract/find-files.ts';
import { findSources } from '../extract/find-sources.ts';
import type { InputFile } from '../extract/input-file.ts';
import { inspectPart, type LeftOut } from '../extract/inspect-file.ts';
import { fetchObject } from '../extract/s3/fetch-object.ts';
import { withStore } from '../extract/s3/open-store.ts';
import { type HandedOver, unpack } from '../extract/unpack/unpack.ts';

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

/** Finds, fetches and unpacks what is to be loaded, and looks at all of it once. */
export async function inspectSources(
  context: Context,
  request: LoadRequest,
  tools: InspectionTools,
): Promise<Inspection> {
  const { signal, onProgress, settings } = context;
  const files = await bringFiles(context, request, tools);
  onProgress({ stage: 'survey' });
  const onBytes = makeByteCount('survey', files, onProgress);
  const common = { makeFolder: tools.makeFolder, limits: settings.limits, signal };
  const inspections: Inspection[] = [];
  for (const handedOver of files) {
    const { location } = handedOver;
    const parts = await unpack(handedOver, { ...common, onBytes });
    for (const part of parts) {
      inspections.push(
        await inspectPart(part, {
          ...common,
          // Of a packed file, its own bytes have been counted.
          onBytes: part.location === location ? onBytes : undefined,
          reading: readingOf(context, request.reading, part.path),
          getEngine: tools.getEngine,
        }),
      );
    }
    const isOurs = handedOver.isFetched && !parts.some((part) => part.location === location);
    if (isOurs) await rm(location);
  }
  return {
    files: inspections.flatMap(({ files }) => files),
    leftOut: inspections.flatMap(({ leftOut }) => leftOut),
  };
}

/** A file that lies where it can be read again and again. */
interface Brought extends HandedOver {
  readonly location: string;
  readonly sizeBytes: number;
  /** Copied from a store, into a folder of ours. */
  readonly isFetched: boolean;
}

async function bringFiles(
  context: Context,
  request: LoadRequest,
  { makeFolder }: InspectionTools,
): Promise<Brought[]> {
  const { signal, onProgress } = context;
  return withStore(context.settings, async (getStore) => {
    const found = await findSources(request.sources, { folder: request.folder, getStore, signal });
    const files = found.filter((one) => 'path' in one);
    if (request.root !== undefined) checkInside(files, request.root);
    const objects = found.flatMap((one) => ('object' in one ? [one.object] : []));
    const onBytes = makeByteCount('fetch', objects, onProgress);
    const brought: Brought[] = [];
    for (const one of found) {
      if ('path' in one) brought.push(describeFile(one, request));
      else {
        const fetching = { folder: await makeFolder(), signal, onBytes };
        const location = await fetchObject(await getStore(), one.object, fetching);
        const { isNamed, object } = one;
        brought.push({
          path: nameObject(object),
          isNamed,
          location,
          sizeBytes: object.sizeBytes,
          isFetched: true,
        });
      }
    }
    return brought;
  });
}

function describeFile({ path: location, isNamed }: FoundFile, request: LoadRequest): Brought {
  const sizeBytes = statSync(location).size;
  return { path: showPath(location, request), location, isNamed, sizeBytes, isFetched: false };
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

/** Reports the share of all bytes that a stage is done with. */
function makeByteCount(
  stage: LoadStage,
  files: readonly { readonly sizeBytes: number }[],
  onProgress: OnProgress,
): (bytes: number) => void {
  const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let done = 0;
  return (bytes) => {
    done = Math.min(total, done + bytes);
    onProgress({ stage, share: done / total, bytes: { done, total } });
  };
}

/** What was said on the command line goes before what the configuration says of a source. */
function readingOf({ settings }: Context, asked: Reading, path: string): Reading {
  return { ...settings.findReading(path), ...asked };
}
