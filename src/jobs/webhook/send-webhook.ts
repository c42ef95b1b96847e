import { once } from 'node:events';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { hostOf } from './check-webhook.ts';
import { makeLookup, resolveHost } from './resolve-host.ts';

export interface Delivery {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isPrivateAllowed: boolean;
  readonly signal: AbortSignal;
}

/**
 * Posts a message; the status of the answer, whose body is not read. Redirects are not followed. Throws
 * `PrivateAddress`, whatever the network does, and when the signal aborts.
 */
export async function sendWebhook(delivery: Delivery): Promise<number> {
  const { url, headers, body, isPrivateAllowed, signal } = delivery;
  const addresses = await orAborted(resolveHost(hostOf(url), isPrivateAllowed), signal);
  const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
    method: 'POST',
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    agent: false,
    lookup: makeLookup(addresses),
    signal,
  });
  request.on('error', () => {}); // One that comes after the answer, too, must not go unheard.
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => {}).destroy();
  return response.statusCode ?? 0;
}

/** A name that is asked for cannot be taken back, but need not be waited for. */
function orAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}
