import { setTimeout as delay } from 'node:timers/promises';
import { EluteError } from '../errors.ts';
import { callServer, type Server } from './call-server.ts';
import { hasEnded, type LoadDocument, readLoadDocument } from './load-document.ts';

const patienceMs = 10_000;
const pollMs = 200;

/**
 * Gives a load up whose user interrupts; the load, if it ends within seconds: it may have come to be loaded
 * just before. Throws `interrupted`, saying that it goes on.
 */
export async function cancelLoad(server: Server, loadId: number): Promise<LoadDocument> {
  const signal = AbortSignal.timeout(patienceMs);
  const path = `loads/${loadId}`;
  const goesOn = (reason: string) => (cause: unknown) => {
    const message = `Interrupted; ${reason}: load ${loadId} goes on at the server.`;
    throw new EluteError('interrupted', message, { cause });
  };
  const asked = callServer(server, `${path}/cancel`, { method: 'POST', signal });
  let load = await asked.then(readLoadDocument).catch(goesOn('the server could not be told'));
  while (!hasEnded(load.state)) {
    await delay(pollMs, undefined, { signal }).catch(
      goesOn('it was asked to stop, and has not yet'),
    );
    load = await callServer(server, path, { signal })
      .then(readLoadDocument)
      .catch(goesOn('it was asked to stop, and has not yet'));
  }
  return load;
}
