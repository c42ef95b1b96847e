import { makeSecretStore } from '../secrets/make-secret.ts';
import { type BatchAnswer, handleEvent } from './handle-event.ts';
import type { Log, Summary } from './load-objects.ts';

const secrets = makeSecretStore();

/** What AWS Lambda calls; deploy/lambda/README.md says how. Like main.ts an entry, with an environment of its own. */
export function handler(
  event: unknown,
  context: { getRemainingTimeInMillis(): number },
): Promise<BatchAnswer | Summary> {
  return handleEvent(event, {
    environment: process.env,
    secrets,
    remainingMs: context.getRemainingTimeInMillis(),
    log,
  });
}

const log: Log = (level, msg, details) => {
  process.stdout.write(`${JSON.stringify({ level, time: new Date(), msg, ...details })}\n`);
};
