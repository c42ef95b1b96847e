import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { EluteError } from '../errors.ts';
import type { Service } from '../jobs/service.ts';
import { untilAborted } from '../jobs/until-aborted.ts';
import { startWorker } from '../jobs/worker.ts';
import { makeApp } from './app.ts';

/** Requests at work when the server is told to stop get this long to end. */
const requestDrainMs = 10_000;

/**
 * Serves the API until the signal comes, with a worker beside it unless its concurrency is 0. `onListening`
 * is given the address, and what makes an address that logs one browser in. Throws
 * `invalid_configuration` where the address is taken.
 */
export async function serve(
  service: Service,
  {
    logger,
    signal,
    onListening,
  }: {
    logger: Logger;
    signal: AbortSignal;
    onListening: (address: string, makeLoginAddress: () => string) => Promise<void>;
  },
): Promise<void> {
  const { host, port, concurrency } = service.options;
  const app = await makeApp(service, { logger });
  await app.listen({ host, port }).catch((error) => {
    throw explainListening(error, host, port);
  });
  const worker = concurrency > 0 ? startWorker(service) : undefined;
  const { port: actual } = addressOf(app.server.address());
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${actual}`;
  await onListening(address, () => address + app.makeLoginPath());
  await untilAborted(signal);
  logger.info('stopping: no more requests');
  await Promise.race([app.close(), delay(requestDrainMs, undefined, { ref: false })]);
  app.server.closeAllConnections();
  logger.info('stopping: waiting for loads at work');
  await worker?.stop();
  logger.info('stopped');
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('no address to listen on');
  return address;
}

function explainListening(error: Error & { code?: string }, host: string, port: number): Error {
  if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES' && error.code !== 'EADDRNOTAVAIL')
    return error;
  return new EluteError(
    'invalid_configuration',
    `The address ${host}, port ${port}, cannot be used (${error.code}). Name another with --host and --port.`,
    { cause: error },
  );
}
