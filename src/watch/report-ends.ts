import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../database/connection.ts';
import { listLoads } from '../database/loads.ts';
import type { Load } from '../domain/load.ts';

/** Tells of the ends of loads, in the order they come to them. */
export interface EndReporter {
  add(loadId: number, location: string): void;
  /** Ends when the signal has come and nothing that was added is at work. */
  run(signal: AbortSignal): Promise<void>;
}

const pollMs = 500;

export function makeEndReporter(
  database: Database,
  onEnd: (load: Load, location: string) => Promise<void>,
): EndReporter {
  const waiting = new Map<number, string>();
  const tellEnded = async () => {
    for (const [loadId, location] of waiting) {
      const [load] = await listLoads(database, { only: loadId });
      if (load?.state === 'queued' || load?.state === 'running') continue;
      waiting.delete(loadId);
      if (load) await onEnd(load, location);
    }
  };
  return {
    add: (loadId, location) => waiting.set(loadId, location),
    run: async (signal) => {
      while (!signal.aborted) {
        // A database that is away is asked again.
        await tellEnded().catch(() => {});
        await delay(pollMs, undefined, { signal }).catch(() => {});
      }
      await tellEnded().catch(() => {});
    },
  };
}
