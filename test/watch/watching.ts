import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { ServiceSettings } from '../../src/config.ts';
import type { Load } from '../../src/domain/load.ts';
import { withService } from '../../src/jobs/open-service.ts';
import type { Service } from '../../src/jobs/service.ts';
import { runWatch } from '../../src/watch/run-watch.ts';
import type { WatchOptions } from '../../src/watch/watch-source.ts';
import { testOptions } from '../api/server.ts';
import { makeContext } from '../support/lab.ts';

export interface Watch {
  readonly service: Service;
  /** What was told of the ends of loads, in order. */
  readonly ends: readonly { readonly load: Load; readonly location: string }[];
  readonly log: readonly string[];
  /** Stops it as a signal would. Throws what the watch throws. */
  readonly stop: () => Promise<void>;
  /** The end of a watch that fails by itself. */
  readonly failed: Promise<never>;
}

interface Watched {
  readonly databaseUrl: string;
  /** For scratch files and uploads. */
  readonly folder: string;
  readonly source: string;
  readonly options?: Partial<WatchOptions>;
  readonly service?: Partial<ServiceSettings>;
}

const quick: WatchOptions = { set: [], settleMs: 20, listMs: 50 };

/** Starts watches in this process; they are stopped after each test. */
export function useWatches(): (watched: Watched) => Promise<Watch> {
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop().catch(() => {});
  });
  return async (watched) => {
    const watch = await start(watched);
    stops.push(watch.stop);
    return watch;
  };
}

async function start({
  databaseUrl,
  folder,
  source,
  options,
  service: given,
}: Watched): Promise<Watch> {
  const stopping = new AbortController();
  const ends: Watch['ends'][number][] = [];
  const log: string[] = [];
  const { settings } = makeContext(databaseUrl, folder);
  const run = { ...quick, ...options, signal: stopping.signal };
  let opened: (service: Service) => void = () => {};
  const opening = new Promise<Service>((resolve) => {
    opened = resolve;
  });
  const serviceOptions = { ...testOptions, uploadDirectory: join(folder, 'uploads'), ...given };
  const ended = withService(
    { settings, options: serviceOptions, log: (_, message) => void log.push(message) },
    (service) => {
      opened(service);
      return runWatch(service, source, {
        ...run,
        onEnd: async (load, location) => void ends.push({ load, location }),
      });
    },
  );
  const failed = ended.then(() => new Promise<never>(() => {}));
  failed.catch(() => {});
  return {
    service: await Promise.race([opening, failed]),
    ends,
    log,
    failed,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}
