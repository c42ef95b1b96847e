import { setTimeout as delay } from 'node:timers/promises';
import type { Job as QueuedJob } from 'graphile-worker';
import type { Database } from '../database/connection.ts';
import { findState, markEnded } from '../database/load-states.ts';
import {
  claimLoad,
  findServiceRequest,
  isCancelRequested,
  markNothingToDo,
  requeueLoad,
} from '../database/service-loads.ts';
import type { LoadState } from '../domain/load.ts';
import type { ServiceRequest } from '../domain/service-request.ts';
import { EluteError, errorCatalogue } from '../errors.ts';
import { applyPlan } from '../operations/apply-plan.ts';
import { carryOutRequest, type LoadOutcome } from '../operations/load-files.ts';
import { withLoadLock } from './load-lock.ts';
import { makeContext, type Service } from './service.ts';
import { makeProgressTeller } from './tell-progress.ts';
import { removeUpload } from './upload-store.ts';
import { addWebhookJob } from './webhook-task.ts';

const cancelPollMs = 500;

/** What is known of the attempt at a job. */
export type Attempt = Pick<QueuedJob, 'attempts' | 'max_attempts'>;

/**
 * Carries out a load that waits. Throws what the queue shall try again: an outage, or a process told to
 * stop; all else ends the load.
 */
export async function runLoadTask(
  service: Service,
  loadId: number,
  { attempt, stopping }: { attempt: Attempt; stopping: AbortSignal },
): Promise<void> {
  await withLoadLock(service, loadId, async () => {
    const request = await claimLoad(service.database, loadId);
    if (request) await runClaimed(service, loadId, { request, attempt, stopping });
    await endLoad(service, loadId);
  });
}

interface Claimed {
  readonly request: ServiceRequest;
  readonly attempt: Attempt;
  readonly stopping: AbortSignal;
}

async function runClaimed(
  service: Service,
  loadId: number,
  { request, attempt, stopping }: Claimed,
): Promise<void> {
  const { database } = service;
  const cancelling = new AbortController();
  const signal = AbortSignal.any([cancelling.signal, stopping]);
  const ended = new AbortController();
  const watching = watchCancel(database, loadId, cancelling, ended.signal);
  const teller = makeProgressTeller(database, loadId);
  try {
    const context = makeContext(service, signal, teller.onProgress);
    const outcome = await carryOut(context, request, loadId);
    if (outcome.load === undefined) await markNothingToDo(database, loadId);
  } catch (error) {
    if (cancelling.signal.aborted) return await recordEnd(database, loadId, cancelled(error));
    if (stopping.aborted || (isOutage(error) && attempt.attempts < attempt.max_attempts)) {
      await requeueLoad(database, loadId);
      throw error;
    }
    await recordEnd(database, loadId, error);
  } finally {
    ended.abort();
    await watching;
    await teller.settle();
  }
}

function carryOut(
  context: ReturnType<typeof makeContext>,
  { load, isPlan, rejectLimit, appliedPlan }: ServiceRequest,
  claimed: number,
): Promise<LoadOutcome> {
  if (appliedPlan !== undefined) return applyPlan(context, appliedPlan, claimed);
  return carryOutRequest(context, load, { isPlan, claimed, ...(rejectLimit && { rejectLimit }) });
}

/** Aborts the load when it is cancelled; a database that is away is found out by the load itself. */
async function watchCancel(
  database: Database,
  loadId: number,
  cancelling: AbortController,
  ended: AbortSignal,
): Promise<void> {
  while (!ended.aborted) {
    const isCancelled = await isCancelRequested(database, loadId).catch(() => false);
    if (isCancelled) return cancelling.abort();
    await delay(cancelPollMs, undefined, { signal: ended }).catch(() => {});
  }
}

function isOutage(error: unknown): boolean {
  return error instanceof EluteError && errorCatalogue[error.code].retryable;
}

/** Whatever it was at, when its connections were ended. */
function cancelled(cause: unknown): EluteError {
  return new EluteError('interrupted', 'Cancelled; nothing was loaded.', { cause });
}

async function recordEnd(database: Database, loadId: number, error: unknown): Promise<void> {
  const isKnown = error instanceof EluteError;
  await markEnded(database, loadId, {
    state: isKnown && error.code === 'interrupted' ? 'interrupted' : 'failed',
    code: isKnown ? error.code : 'internal',
    message: isKnown ? error.message : 'Internal error; the log of the worker tells more.',
  });
  if (!isKnown) throw error;
}

/** Also what an attempt that was killed here left to do. */
async function endLoad(service: Service, loadId: number): Promise<void> {
  const request = await findServiceRequest(service.database, loadId);
  if (request === undefined) return;
  const state = await findState(service.database, loadId);
  if (request.uploadFolder !== undefined && !isStillNeeded(request, state))
    await removeUpload(service.uploads, request.uploadFolder);
  if (request.webhook !== undefined) await addWebhookJob(service.database, loadId);
}

/** The files of a plan are kept until it has been applied. */
function isStillNeeded({ isPlan, appliedPlan }: ServiceRequest, state?: LoadState): boolean {
  return isPlan ? state === 'planned' : appliedPlan !== undefined && state !== 'loaded';
}
