import type { Engine } from '../compute/engine.ts';
import type { Context } from '../context.ts';
import type { Database } from '../database/connection.ts';
import { translateDatabaseError } from '../database/faults.ts';
import {
  findState,
  forgetLoad,
  markEnded,
  type StartedLoad,
  startLoad,
} from '../database/load-states.ts';
import { unlockLoad } from '../database/service-loads.ts';
import type { LoadStage, LoadState } from '../domain/load.ts';
import type { LoadRequest, Plan } from '../domain/plan.ts';
import type { RejectLimit } from '../domain/reject-limit.ts';
import type { Requester } from '../domain/service-request.ts';
import { EluteError } from '../errors.ts';
import type { InputFile } from '../extract/input-file.ts';
import { type PublishCondition, runPipeline } from '../pipeline.ts';

/** What is to become of the load, beyond what is to be loaded. */
export interface LoadManner {
  /** With more rejected rows than that, nothing is loaded. */
  readonly rejectLimit?: RejectLimit;
  /** Carries the load out, rolls it back and keeps what it would have changed. */
  readonly isPlan?: boolean;
  /** The load that a service has claimed for this; without it the load begins here. */
  readonly claimed?: number;
  /** A change of a single row. */
  readonly change?: RowChange;
  /** The plan that the load must carry out exactly. */
  readonly applied?: { readonly planId: number; readonly plan: Plan; readonly check: CheckFiles };
}

/** A load that is published on a condition, and leaves no trace where it is not published. */
export interface RowChange {
  readonly requester: Requester;
  readonly condition: PublishCondition;
}

/** Told which files are about to be loaded; throws where these are not the expected ones. */
type CheckFiles = (files: readonly InputFile[]) => void;

const pollMs = 100;

/** Runs a load of files that were looked at; its id. Throws what refuses the whole load, having written it down. */
export async function runLoad(
  context: Context,
  { database, getEngine }: { database: Database; getEngine: () => Promise<Engine> },
  files: readonly InputFile[],
  { request, rejectLimit, isPlan, applied, claimed, change }: LoadManner & { request: LoadRequest },
): Promise<number> {
  const { featuresOnly, force } = request;
  return database.withClient(async (client) => {
    const load = await startLoad(client, {
      files,
      featuresOnly,
      ...(applied && { appliedPlan: applied.planId }),
      ...(claimed && { claimed }),
      ...(change && { requester: change.requester }),
    });
    try {
      const engine = await getEngine();
      await runPipeline({
        load,
        files,
        featuresOnly,
        force,
        rejectLimit,
        planned: isPlan ? request : undefined,
        applied: applied?.plan,
        condition: change?.condition,
        engine,
        client,
        signal: context.signal,
        onRows: (rows) => context.onProgress({ stage: 'read', rows }),
        runStage: makeStageRunner(engine, context),
      });
      // The connection goes back to others, and would take the lock with it.
      if (change) await unlockLoad(client, load.loadId);
      return load.loadId;
    } catch (error) {
      const failure = explainFailure(context, database, load, error);
      const state = await endFailed(database, load, {
        claimed,
        isChange: change !== undefined,
        failure,
      });
      if (state === 'loaded' || state === 'planned') return load.loadId;
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

function explainFailure(
  { signal }: Context,
  database: Database,
  { loadId }: StartedLoad,
  cause: unknown,
): unknown {
  if (signal.aborted) {
    const message = 'Interrupted; nothing was loaded. Load the files again.';
    return new EluteError('interrupted', message, { cause });
  }
  if (!(cause instanceof EluteError) || cause.code !== 'too_many_rejects')
    return translateDatabaseError(cause, database.server);
  return new EluteError(cause.code, `${cause.message} See them: elute rejects ${loadId}`);
}

/** The state of a load that failed, as far as is known here; it may be loaded after all. */
function endFailed(
  database: Database,
  load: StartedLoad,
  {
    claimed,
    isChange,
    failure,
  }: { claimed: number | undefined; isChange: boolean; failure: unknown },
): Promise<LoadState | undefined> {
  const ending = claimed
    ? findState(database, claimed)
    : isChange
      ? forgetLoad(database, load.loadId)
      : recordFailure(database, load, failure);
  // Where even that fails, the lost lock tells the next load.
  return ending.catch(() => undefined);
}

/** Writes down why a load published nothing; the state it has then. */
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
  });
}
