import { setTimeout as delay } from 'node:timers/promises';
import type { JobHelpers, Runner } from 'graphile-worker';
import { explainRefusal } from '../database/faults.ts';
import { runLoadTask } from './load-task.ts';
import { runQueue } from './queue.ts';
import { rescueJobs } from './rescue.ts';
import type { Service } from './service.ts';
import { loadTaskName } from './submit.ts';
import { runUndoTask } from './undo-task.ts';
import { runWebhookTask } from './webhook-task.ts';

export interface Worker {
  /** Takes no more jobs, lets those at work end within the time given, then interrupts them. */
  stop(): Promise<void>;
}

const rescueMs = 5000;

/**
 * Works on loads, undos and webhooks until it is stopped. A database that goes away for a while ends
 * nothing: the queue is opened again.
 */
export function startWorker(service: Service): Worker {
  const stopping = new AbortController();
  const interrupting = new AbortController();
  const working = workUntil(service, stopping.signal, interrupting.signal);
  const rescuing = repeatUntil(stopping.signal, rescueMs, async () => {
    await rescueJobs(service.database).catch((error) => service.log('warn', describe(error)));
  });
  return {
    stop: async () => {
      stopping.abort();
      const limit = AbortSignal.timeout(service.options.drainSeconds * 1000);
      limit.addEventListener('abort', () => interrupting.abort());
      await Promise.all([working, rescuing]);
    },
  };
}

async function workUntil(
  service: Service,
  stopping: AbortSignal,
  interrupting: AbortSignal,
): Promise<void> {
  await repeatUntil(stopping, 1000, async () => {
    try {
      await workOnce(await startRunner(service, interrupting), stopping);
    } catch (error) {
      service.log('warn', `the queue stopped and is opened again: ${describe(error)}`);
    }
  });
}

function describe(error: unknown): string {
  return [String(error), explainRefusal(error) ?? []].flat().join(' ');
}

/** Until it is told to stop, or the queue fails. */
async function workOnce(runner: Runner, stopping: AbortSignal): Promise<void> {
  const stop = () => runner.stop().catch(() => {});
  stopping.addEventListener('abort', stop);
  try {
    if (stopping.aborted) await stop();
    await runner.promise;
  } finally {
    stopping.removeEventListener('abort', stop);
  }
}

function startRunner(service: Service, interrupting: AbortSignal): Promise<Runner> {
  const { databaseAddress: address, options, log } = service;
  const task =
    (run: typeof runLoadTask) =>
    (payload: unknown, { job }: JobHelpers) =>
      run(service, readLoadId(payload), { attempt: job, stopping: interrupting });
  return runQueue({
    address,
    log,
    concurrency: options.concurrency,
    tasks: {
      [loadTaskName(service)]: task(runLoadTask),
      undo: task(runUndoTask),
      webhook: task(runWebhookTask),
    },
  });
}

function readLoadId(payload: unknown): number {
  if (typeof payload === 'object' && payload !== null && 'loadId' in payload)
    return Number(payload.loadId);
  throw new Error('a job without a load');
}

async function repeatUntil(
  signal: AbortSignal,
  intervalMs: number,
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await work();
    await delay(intervalMs, undefined, { signal }).catch(() => {});
  }
}
