import { type Client, type Database, inTransaction } from '../database/connection.ts';
import { historyPruned, loadNotFound } from '../database/load-states.ts';
import { findPlan, listLoads, planPruned } from '../database/loads.ts';
import {
  findKeyedLoad,
  findServiceRequest,
  insertQueuedLoad,
  type NewServiceLoad,
  requestUndo,
  requeueFailedLoad,
} from '../database/service-loads.ts';
import type { ServiceRequest } from '../domain/service-request.ts';
import { EluteError } from '../errors.ts';
import { addJob } from './queue.ts';
import type { Service } from './service.ts';

/** An outage ends long before so many attempts, each after twice the wait of the one before. */
const maxAttempts = 10;

/** Loads of one store are done by the workers that have it. */
export function loadTaskName({ uploads }: Pick<Service, 'uploads'>): string {
  return `load@${uploads.id}`;
}

export interface Submitted {
  readonly loadId: number;
  /** The key was used before: this is the load it made. */
  readonly isRepeated: boolean;
}

/** Adds a load and its job in one transaction. For a key that was used before, the load it made is given. */
export async function submitLoad(service: Service, load: NewServiceLoad): Promise<Submitted> {
  const loadId = await service.database.withClient((client) =>
    inTransaction(client, async () => {
      const inserted = await insertQueuedLoad(client, load);
      if (inserted !== undefined) await addLoadJob(client, service, inserted);
      return inserted;
    }),
  );
  if (loadId !== undefined) return { loadId, isRepeated: false };
  const earlier = await findKeyedLoad(
    service.database,
    load.requestedBy,
    load.idempotencyKey ?? '',
  );
  if (earlier === undefined) throw new Error('the load of an idempotency key is gone');
  return { loadId: earlier, isRepeated: true };
}

/**
 * Has a load that failed carried out once more, under its number. Throws `load_not_found`, and `retry_refused`
 * for one that did not fail, is of the command line, or whose uploaded files are gone.
 */
export async function retryLoad(service: Service, loadId: number): Promise<void> {
  const isQueued = await service.database.withClient((client) =>
    inTransaction(client, async () => {
      const isRequeued = await requeueFailedLoad(client, loadId);
      if (isRequeued) await addLoadJob(client, service, loadId);
      return isRequeued;
    }),
  );
  if (isQueued) return;
  const [load] = await listLoads(service.database, { only: loadId });
  if (load === undefined) throw loadNotFound(loadId);
  const reason =
    load.state === 'failed' || load.state === 'interrupted'
      ? 'cannot be tried again: its files were uploaded, or named on a command line. Load them again.'
      : `is ${load.state}: there is nothing to try again.`;
  throw new EluteError('retry_refused', `Load ${loadId} ${reason}`);
}

function addLoadJob(client: Client, service: Service, loadId: number): Promise<void> {
  return addJob(client, {
    task: loadTaskName(service),
    payload: { loadId },
    key: `load:${loadId}`,
    maxAttempts,
  });
}

/**
 * What it takes to carry out a plan of this service. Throws `load_not_found`, `plan_outdated` where it
 * was carried out before, and `invalid_usage` for a load that is no plan, or a plan made on a command line.
 */
export async function readApplyRequest(
  database: Database,
  planId: number,
): Promise<ServiceRequest> {
  const [load] = await listLoads(database, { only: planId });
  if (load === undefined) throw loadNotFound(planId);
  if (load.appliedBy !== undefined)
    throw new EluteError(
      'plan_outdated',
      `Plan ${planId} has been carried out already, by load ${load.appliedBy}.`,
    );
  const plan = await findPlan(database, planId);
  const request = await findServiceRequest(database, planId);
  if (plan === undefined && load.state === 'planned') throw planPruned(planId);
  if (plan === undefined || request === undefined)
    throw new EluteError('invalid_usage', `Load ${planId} is ${load.state}, it is no plan.`);
  const { rejectLimit, ...kept } = request;
  return { ...kept, isPlan: false, appliedPlan: planId };
}

/** Asks for an undo; one that waits already is not doubled. Throws `load_not_found` and `undo_refused`. */
export async function submitUndo({ database }: Service, loadId: number): Promise<void> {
  await database.withClient((client) =>
    inTransaction(client, async () => {
      if (await requestUndo(client, loadId))
        await addJob(client, {
          task: 'undo',
          payload: { loadId },
          key: `undo:${loadId}`,
          maxAttempts,
        });
    }),
  );
  const [load] = await listLoads(database, { only: loadId });
  if (load === undefined) throw loadNotFound(loadId);
  if (load.state === 'loaded' && load.historyPrunedAt)
    throw historyPruned(loadId, load.historyPrunedAt);
  if (load.state !== 'loaded' && load.state !== 'undone')
    throw new EluteError(
      'undo_refused',
      `Load ${loadId} is ${load.state}: there is nothing to undo.`,
    );
}
