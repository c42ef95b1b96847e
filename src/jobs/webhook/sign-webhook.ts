import { createHmac } from 'node:crypto';

/** The headers of a message by the Standard Webhooks scheme, as of now. */
export function signWebhook(
  { id, body }: { id: string; body: string },
  secret: string,
): Record<string, string> {
  const timestamp = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', readKey(secret)).update(`${id}.${timestamp}.${body}`);
  return {
    'content-type': 'application/json',
    'user-agent': 'elute',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature.digest('base64')}`,
  };
}

/** The scheme writes keys as `whsec_` and base64; any other text is the key itself. */
function readKey(secret: string): Buffer {
  const [, encoded] = /^whsec_(.+)$/.exec(secret) ?? [];
  return encoded === undefined ? Buffer.from(secret) : Buffer.from(encoded, 'base64');
}
