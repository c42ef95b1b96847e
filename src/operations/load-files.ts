import { type Context, withDatabase, withLazyEngine, withScratch } from '../context.ts';
import type { Database } from '../database/connection.ts';
import { type EarlierLoad, findEarlierLoad } from '../database/load-files.ts';
import { closeAbandonedLoads } from '../database/load-states.ts';
import { findPlan, listLoads } from '../database/loads.ts';
import { saveLeftAlone } from '../database/service-loads.ts';
import type { Load } from '../domain/load.ts';
import { nameSource } from '../domain/places.ts';
import type { LoadRequest, Plan } from '../domain/plan.ts';
import type { Reading } from '../domain/reading.ts';
import type { InputFile } from '../extract/input-file.ts';
import type { LeftOut } from '../extract/inspect-file.ts';
import { type InspectionTools, inspectSources } from './inspect-sources.ts';
import { type LoadManner, runLoad } from './run-load.ts';

/** How sources are to be loaded; what is absent is as the command line has it without options. */
export interface LoadOptions extends Omit<LoadManner, 'applied' | 'claimed' | 'change'> {
  /** How files are read that can be read in more than one way. */
  readonly reading?: Reading;
  /** Loads files also when their content was loaded before. */
  readonly force?: boolean;
  /** Computes and stores features, not the rows they come from. */
  readonly featuresOnly?: boolean;
}

export interface LoadOutcome {
  /** Absent when every file had been loaded before. */
  readonly load?: Load;
  /** What the load would change; of plans alone. */
  readonly plan?: Plan;
  readonly alreadyLoaded: readonly { readonly path: string; readonly loadId: number }[];
  /** What was found beside tables and holds none. */
  readonly leftOut: readonly LeftOut[];
}

/**
 * Loads files, folders and globs: all of what is good in them in one transaction, or nothing. Throws
 * what refuses the whole load; rejected rows are no error but part of the load's receipt.
 */
export async function loadFiles(
  context: Context,
  sources: readonly string[],
  { reading = {}, force = false, featuresOnly = false, ...manner }: LoadOptions = {},
): Promise<LoadOutcome> {
  const request = { folder: process.cwd(), sources, reading, force, featuresOnly };
  return carryOutRequest(context, request, manner);
}

/** The same for what was asked for before. */
export async function carryOutRequest(
  context: Context,
  request: LoadRequest,
  manner: LoadManner,
): Promise<LoadOutcome> {
  return withTools(context, async (tools) => {
    const { files, leftOut } = await inspectSources(context, request, tools);
    return withDatabase(context, 'create', async (database) => {
      await closeAbandonedLoads(database);
      const { fresh, alreadyLoaded } = await sortOut(database, files, request);
      manner.applied?.check(fresh);
      if (manner.claimed) await saveLeftAlone(database, manner.claimed, { alreadyLoaded, leftOut });
      if (fresh.length === 0) return { alreadyLoaded, leftOut };
      const loadId = await runLoad(context, { database, ...tools }, fresh, { request, ...manner });
      return { alreadyLoaded, leftOut, ...(await readReceipt(database, loadId)) };
    });
  });
}

function withTools<Result>(
  context: Context,
  work: (tools: InspectionTools) => Promise<Result>,
): Promise<Result> {
  return withScratch(context, (makeFolder) =>
    withLazyEngine(context, (getEngine) => work({ makeFolder, getEngine })),
  );
}

/** What is loaded is reported, also if the user interrupts just then: that ends a connection once. */
async function readReceipt(
  database: Database,
  loadId: number,
): Promise<Pick<LoadOutcome, 'load' | 'plan'>> {
  const read = async () => {
    const [load] = await listLoads(database, { only: loadId });
    const plan = load?.state === 'planned' ? await findPlan(database, loadId) : undefined;
    return { ...(load && { load }), ...(plan && { plan }) };
  };
  return read().catch(read);
}

/** A file, and the load that brought its content before. */
interface Candidate {
  readonly file: InputFile;
  readonly earlier: EarlierLoad | undefined;
}

/**
 * Tells files whose content was loaded before from those to load. A file that missed rows it names is
 * loaded again when these are stored by now, or may come with the files to load.
 */
async function sortOut(
  database: Database,
  files: readonly InputFile[],
  { force, featuresOnly }: LoadRequest,
) {
  const candidates: Candidate[] = [];
  for (const file of files) {
    const earlier = force ? undefined : await findEarlierLoad(database, file, featuresOnly);
    candidates.push({ file, earlier });
  }
  const isNew = ({ earlier }: Candidate) => earlier === undefined || earlier.isOutdated;
  const brought = candidates.filter(isNew).map(({ file }) => file.dataset);
  const toLoad = (candidate: Candidate) =>
    isNew(candidate) || candidate.earlier?.missed.some((dataset) => brought.includes(dataset));
  const alreadyLoaded = candidates
    .filter((candidate) => !toLoad(candidate))
    .flatMap(({ file, earlier }) =>
      earlier ? { path: nameSource(file), loadId: earlier.loadId } : [],
    );
  return { fresh: candidates.filter(toLoad).map(({ file }) => file), alreadyLoaded };
}
