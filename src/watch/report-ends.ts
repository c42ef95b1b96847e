import { setTimeout as delay } from 'node:timers/promises';
import { findEnded } from '../database/arrivals.ts';
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
/** The oldest are the next to end. */
const askedTogether = 1000;

export function makeEndReporter(
  database: Database,
  onEnd: (load: Load, location: string) => Promise<void>,
): EndReporter {
  const waiting = new Map<number, string>();
  const tellEnded = async () => {
    const oldest = [...waiting.keys()].slice(0, askedTogether);
    for (const loadId of await findEnded(database, oldest)) {
      const location = waiting.get(loadId) ?? '';
      waiting.delete(loadId);
      const [load] = await listLoads(database, { only: loadId });
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
