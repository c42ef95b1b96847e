import type { Load } from '../domain/load.ts';
import type { Service } from '../jobs/service.ts';
import { startWorker } from '../jobs/worker.ts';
import { withSource } from './open-source.ts';
import { makeEndReporter } from './report-ends.ts';
import { type WatchOptions, watchSource } from './watch-source.ts';

export interface WatchRun extends WatchOptions {
  readonly signal: AbortSignal;
  /** Told of each load that was asked for, when it has ended. */
  readonly onEnd: (load: Load, location: string) => Promise<void>;
}

/**
 * Watches until the signal comes, with a worker beside it unless its concurrency is 0; what is at work then
 * gets the time that a drain has.
 */
export function runWatch(service: Service, name: string, run: WatchRun): Promise<void> {
  return withSource(service.settings, name, async (source) => {
    const ended = new AbortController();
    const reporter = makeEndReporter(service.database, run.onEnd);
    const reporting = reporter.run(ended.signal);
    const worker = service.options.concurrency > 0 ? startWorker(service) : undefined;
    const onLoad = (loadId: number, { location }: { location: string }) => {
      service.log('info', `${location} arrived: load ${loadId}`);
      reporter.add(loadId, location);
    };
    try {
      await watchSource(service, source, { ...run, onLoad });
    } finally {
      await worker?.stop();
      ended.abort();
      await reporting;
    }
  });
}
