import { type Context, withEngine } from '../context.ts';
import type { LoadRequest } from '../domain/plan.ts';
import type { Reading } from '../domain/reading.ts';
import { findFiles } from '../extract/find-files.ts';
import { type InputFile, inspectPart, type LeftOut } from '../extract/inspect-file.ts';
import { unpack } from '../extract/unpack/unpack.ts';

export interface Inspection {
  readonly files: readonly InputFile[];
  /** What was found beside tables and holds none. */
  readonly leftOut: readonly LeftOut[];
}

/** Finds and unpacks what is to be loaded, and looks at all of it once. `makeFolder` gives the folder for copies. */
export async function inspectSources(
  context: Context,
  request: LoadRequest,
  makeFolder: () => Promise<string>,
): Promise<Inspection> {
  const { signal, onProgress, settings } = context;
  const found = await findFiles(request.sources, request.folder);
  const inspections: Inspection[] = [];
  for (const [i, handedOver] of found.entries()) {
    onProgress({ stage: 'survey', share: i / found.length });
    for (const part of await unpack(handedOver, { makeFolder, limits: settings.limits, signal })) {
      inspections.push(
        await inspectPart(part, {
          makeFolder,
          limits: settings.limits,
          signal,
          reading: readingOf(context, request.reading, part.path),
          withEngine: (work) => withEngine(context, work),
        }),
      );
    }
  }
  return {
    files: inspections.flatMap(({ files }) => files),
    leftOut: inspections.flatMap(({ leftOut }) => leftOut),
  };
}

/** What was said on the command line goes before what the configuration says of a source. */
function readingOf({ settings }: Context, asked: Reading, path: string): Reading {
  return { ...settings.findReading(path), ...asked };
}
