import { type Database, inTransaction } from '../database/connection.ts';
import { listLoads } from '../database/loads.ts';
import { findServiceRequest } from '../database/service-loads.ts';
import type { Attempt } from './load-task.ts';
import { addJob } from './queue.ts';
import type { Service } from './service.ts';
import { PrivateAddress } from './webhook/resolve-host.ts';
import { sendWebhook } from './webhook/send-webhook.ts';
import { signWebhook } from './webhook/sign-webhook.ts';
import { writeMessage } from './webhook/write-message.ts';

const maxAttempts = 8;
/** A receiver that needs longer should take the message first and work afterwards. */
const answerMs = 10_000;

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

/**
 * Sends the webhook of a load. Throws what the queue shall try again; what another attempt would not mend
 * is logged and given up. Of the address only the host is logged: the rest may hold a secret.
 */
export async function runWebhookTask(
  service: Service,
  loadId: number,
  {
    stopping,
    timeoutMs = answerMs,
  }: { attempt: Attempt; stopping: AbortSignal; timeoutMs?: number },
): Promise<void> {
  const { webhookSecret: secret, privateWebhooks: isPrivateAllowed } = service.options;
  const { webhook } = (await findServiceRequest(service.database, loadId)) ?? {};
  const [load] = await listLoads(service.database, { only: loadId });
  const message = load && writeMessage(load);
  if (webhook === undefined || message === undefined) return;
  const url = new URL(webhook);
  const fault = secret
    ? await deliver({
        url,
        body: message.body,
        headers: signWebhook(message, await secret.read()),
        isPrivateAllowed,
        signal: AbortSignal.any([stopping, AbortSignal.timeout(timeoutMs)]),
      })
    : finalFault('this worker has no ELUTE_WEBHOOK_SECRET');
  if (fault === undefined) return;
  const told = `the webhook of load ${loadId} to ${url.host}: ${fault.message}`;
  if (fault.mayRetry) throw new Error(told);
  service.log('warn', `${told}; it is given up`);
}

interface DeliveryFault {
  readonly message: string;
  readonly mayRetry: boolean;
}

async function deliver(
  delivery: Parameters<typeof sendWebhook>[0],
): Promise<DeliveryFault | undefined> {
  try {
    return explainStatus(await sendWebhook(delivery));
  } catch (error) {
    if (error instanceof PrivateAddress) return finalFault('private addresses are not allowed');
    return { message: explainFault(error, delivery.signal), mayRetry: true };
  }
}

/** A receiver that says no, or that something lies elsewhere, says so again. */
function explainStatus(status: number): DeliveryFault | undefined {
  if (status >= 200 && status < 300) return undefined;
  const mayRetry = status >= 500 || [408, 425, 429].includes(status);
  return { message: `the receiver answered ${status}`, mayRetry };
}

function finalFault(message: string): DeliveryFault {
  return { message, mayRetry: false };
}

/** In words of our own: the error of a client may hold what was sent. */
function explainFault(error: unknown, { aborted }: AbortSignal): string {
  if (aborted) return 'the receiver did not answer in time';
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return `the receiver cannot be reached (${code})`;
}
