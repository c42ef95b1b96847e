import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach } from 'vitest';
import { serve } from '../../src/api/serve.ts';
import type { ServiceSettings } from '../../src/config.ts';
import { insertToken } from '../../src/database/tokens.ts';
import type { Scope } from '../../src/domain/token.ts';
import { withService } from '../../src/jobs/open-service.ts';
import type { Service } from '../../src/jobs/service.ts';
import { useDatabases } from '../support/database.ts';
import { makeContext, useFolders } from '../support/lab.ts';

export interface Server {
  /** Such as http://127.0.0.1:34567. */
  readonly url: string;
  readonly databaseUrl: string;
  readonly folder: string;
  readonly service: Service;
  /** Asks with a token that allows everything, unless another one (or none) is given. */
  readonly ask: (path: string, init?: RequestInit & { token?: string | null }) => Promise<Response>;
  readonly makeToken: (...scopes: Scope[]) => Promise<string>;
  /** Stops it, as a signal would; done after each test anyway. */
  readonly stop: () => Promise<void>;
}

/** Starts servers, each on a port, a database and a folder of its own; gone after the test. */
export function useServers(): (options?: Partial<ServiceSettings>) => Promise<Server> {
  const makeDatabase = useDatabases();
  const makeFolder = useFolders();
  const running: (() => Promise<void>)[] = [];
  // Registered last, so that it runs before the databases and folders go.
  afterEach(async () => {
    for (const stop of running.splice(0)) await stop();
  });
  return async (options = {}) => {
    const server = await startServer(await makeDatabase(), makeFolder(), options);
    running.push(server.stop);
    return server;
  };
}

export const testOptions: Omit<ServiceSettings, 'uploadDirectory'> = {
  host: '127.0.0.1',
  port: 0,
  concurrency: 2,
  roots: [],
  uploadLimit: 1e9,
  rateLimit: 1e6,
  drainSeconds: 5,
  origins: [],
  trustedProxies: [],
  webhookSecret: undefined,
  privateWebhooks: false,
};

/** One on a given database; to be stopped by who started it. */
export async function startServer(
  databaseUrl: string,
  folder: string,
  given: Partial<ServiceSettings>,
): Promise<Server> {
  const { settings } = makeContext(databaseUrl, folder);
  const options = { ...testOptions, uploadDirectory: join(folder, 'uploads'), ...given };
  const stopping = new AbortController();
  const opened = withResolvers<{ url: string; service: Service }>();
  const ended = withService({ settings, options, log: () => {} }, (service) =>
    serve(service, {
      logger: pino({ level: 'silent' }),
      signal: stopping.signal,
      onListening: async (url) => opened.resolve({ url, service }),
    }),
  );
  ended.catch(opened.reject);
  const { url, service } = await opened.promise;
  const makeToken = async (...scopes: Scope[]) => {
    const made = await insertToken(service.database, {
      name: `test ${scopes.join(' ')}`,
      scopes,
      lifetimeSeconds: 3600,
    });
    return made.text;
  };
  const allowed = await makeToken('admin');
  return {
    url,
    databaseUrl,
    folder,
    service,
    makeToken,
    ask: (path, { token = allowed, headers, ...init } = {}) =>
      fetch(`${url}${path}`, {
        ...init,
        headers: { ...(token !== null && { authorization: `Bearer ${token}` }), ...headers },
      }),
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

/** Promise.withResolvers, which the oldest Node lacks. */
function withResolvers<Value>() {
  let resolve: (value: Value) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
