import { saveUndoError } from '../database/service-loads.ts';
import { EluteError, errorCatalogue } from '../errors.ts';
import { undoLoad } from '../operations/undo-load.ts';
import { withLoadLock } from './load-lock.ts';
import type { Attempt } from './load-task.ts';
import { makeContext, type Service } from './service.ts';

/** Undoes a load; why that was refused is kept with it. Throws what the queue shall try again. */
export async function runUndoTask(
  service: Service,
  loadId: number,
  { attempt, stopping }: { attempt: Attempt; stopping: AbortSignal },
): Promise<void> {
  await withLoadLock(service, loadId, async () => {
    try {
      await undoLoad(makeContext(service, stopping), loadId);
    } catch (error) {
      const known = error instanceof EluteError ? error : undefined;
      const mayRetry = known !== undefined && errorCatalogue[known.code].retryable;
      if (mayRetry && attempt.attempts < attempt.max_attempts) throw error;
      await recordRefusal(service, loadId, known);
      if (known === undefined) throw error;
    }
  });
}

async function recordRefusal(
  { database }: Service,
  loadId: number,
  error: EluteError | undefined,
): Promise<void> {
  const { code, message } = error ?? { code: 'internal', message: 'Internal error.' };
  await saveUndoError(database, loadId, { code, message });
}
