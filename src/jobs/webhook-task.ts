import { type Database, inTransaction } from '../database/connection.ts';
import type { Attempt } from './load-task.ts';
import { addJob } from './queue.ts';
import type { Service } from './service.ts';

const maxAttempts = 8;

/** Has the webhook of a load sent. */
export async function addWebhookJob(database: Database, loadId: number): Promise<void> {
  await database.withClient((client) =>
    inTransaction(client, () =>
      addJob(client, {
        task: 'webhook',
        payload: { loadId },
        key: `webhook:${loadId}`,
        maxAttempts,
      }),
    ),
  );
}

/** Sends the webhook of a load. Throws what the queue shall try again. */
export async function runWebhookTask(
  _service: Service,
  _loadId: number,
  _how: { attempt: Attempt; stopping: AbortSignal },
): Promise<void> {}
