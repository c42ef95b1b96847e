import type { Engine } from '../compute/engine.ts';
import { type Context, withDatabase, withEngine } from '../context.ts';
import type { Database } from '../database/connection.ts';
import { translateDatabaseError } from '../database/faults.ts';
import {
  closeAbandonedLoads,
  type EarlierLoad,
  findEarlierLoad,
  listLoads,
  markEnded,
  type NewFile,
  type StartedLoad,
  startLoad,
} from '../database/loads.ts';
import type { Load, LoadStage, LoadState } from '../domain/load.ts';
import { EluteError } from '../errors.ts';
import { findFiles } from '../extract/find-files.ts';
import { type InputFile, inspectFile } from '../extract/inspect-file.ts';
import { runPipeline } from '../pipeline.ts';

export interface LoadOptions {
  /** A strptime format for dates that can be read in more than one way. */
  readonly dateFormat?: string;
  /** Loads files also when their content was loaded before. */
  readonly force?: boolean;
}

export interface LoadOutcome {
  /** Absent when every file had been loaded before. */
  readonly load?: Load;
  readonly alreadyLoaded: readonly { readonly path: string; readonly loadId: number }[];
}

const pollMs = 100;

/**
 * Loads files, folders and globs: all of what is good in them in one transaction, or nothing. Throws
 * what refuses the whole load; rejected rows are no error but part of the load's receipt.
 */
export async function loadFiles(
  context: Context,
  sources: readonly string[],
  options: LoadOptions = {},
): Promise<LoadOutcome> {
  const paths = await findFiles(sources);
  const files = await inspectFiles(context, paths);
  return withDatabase(context, 'create', async (database) => {
    await closeAbandonedLoads(database);
    const { fresh, alreadyLoaded } = await sortOut(database, files, options);
    if (fresh.length === 0) return { alreadyLoaded };
    const loadId = await loadFresh(context, database, fresh, options);
    const load = await readReceipt(database, loadId);
    return { alreadyLoaded, ...(load && { load }) };
  });
}

/** What is loaded is reported, also if the user interrupts just then: that ends a connection once. */
async function readReceipt(database: Database, loadId: number): Promise<Load | undefined> {
  const read = () => listLoads(database, { only: loadId });
  const [load] = await read().catch(read);
  return load;
}

async function inspectFiles(
  { signal, onProgress }: Context,
  paths: readonly string[],
): Promise<InputFile[]> {
  const files: InputFile[] = [];
  for (const path of paths) {
    onProgress({ stage: 'survey', share: files.length / paths.length });
    files.push(await inspectFile(path, { signal }));
  }
  return files;
}

/** A file to load, with what the history keeps of it. */
interface Candidate {
  readonly file: InputFile;
  readonly entry: NewFile;
  readonly earlier: EarlierLoad | undefined;
}

/**
 * Tells files whose content was loaded before from those to load. A file that missed rows it names is
 * loaded again when these are stored by now, or may come with the files to load.
 */
async function sortOut(
  database: Database,
  files: readonly InputFile[],
  { dateFormat, force }: LoadOptions,
) {
  const candidates: Candidate[] = [];
  for (const file of files) {
    const entry: NewFile = { ...file, dateFormat: dateFormat ?? null };
    const earlier = force ? undefined : await findEarlierLoad(database, entry);
    candidates.push({ file, entry, earlier });
  }
  const isNew = ({ earlier }: Candidate) => earlier === undefined || earlier.isOutdated;
  const brought = candidates.filter(isNew).map(({ file }) => file.dataset);
  const toLoad = (candidate: Candidate) =>
    isNew(candidate) || candidate.earlier?.missed.some((dataset) => brought.includes(dataset));
  const alreadyLoaded = candidates
    .filter((candidate) => !toLoad(candidate))
    .flatMap(({ file, earlier }) => (earlier ? { path: file.path, loadId: earlier.loadId } : []));
  return { fresh: candidates.filter(toLoad), alreadyLoaded };
}

async function loadFresh(
  context: Context,
  database: Database,
  fresh: readonly Candidate[],
  options: LoadOptions,
): Promise<number> {
  return database.withClient(async (client) => {
    const load = await startLoad(
      client,
      fresh.map(({ entry }) => entry),
    );
    try {
      await withEngine(context, (engine) =>
        runPipeline({
          load,
          files: fresh.map(({ file }) => file),
          dateFormat: options.dateFormat ?? '%Y-%m-%d',
          engine,
          client,
          signal: context.signal,
          runStage: makeStageRunner(engine, context),
        }),
      );
      return load.loadId;
    } catch (error) {
      const failure = explainFailure(context, database, error);
      if ((await recordFailure(database, load, failure)) === 'loaded') return load.loadId;
      throw failure;
    }
  });
}

/** Reports each stage when it begins, and how far it has come while it runs. */
function makeStageRunner(engine: Engine, { signal, onProgress }: Context) {
  return async <Result>(stage: LoadStage, work: () => Promise<Result>): Promise<Result> => {
    signal.throwIfAborted();
    onProgress({ stage });
    const timer = setInterval(() => {
      const share = engine.progress();
      onProgress({ stage, ...(share !== undefined && { share }) });
    }, pollMs);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  };
}

function explainFailure({ signal }: Context, database: Database, cause: unknown): unknown {
  if (!signal.aborted) return translateDatabaseError(cause, database.server);
  const message = 'Interrupted; nothing was loaded. Load the files again.';
  return new EluteError('interrupted', message, { cause });
}

/**
 * Writes down why a load published nothing; the state it has then. Where even that fails, its lost lock
 * tells the next load.
 */
async function recordFailure(
  database: Database,
  { loadId }: StartedLoad,
  error: unknown,
): Promise<LoadState | undefined> {
  const isKnown = error instanceof EluteError;
  return markEnded(database, loadId, {
    state: isKnown && error.code === 'interrupted' ? 'interrupted' : 'failed',
    code: isKnown ? error.code : 'internal',
    message: isKnown ? error.message : 'Internal error; the log of the program tells more.',
  }).catch(() => undefined);
}
