import type { Database } from '../database/connection.ts';
import { insertProgress } from '../database/load-events.ts';
import type { OnProgress, Progress } from '../domain/load.ts';

const intervalMs = 1000;

/**
 * Writes down how far a load is: each stage when it begins, then once a second at most. What cannot be
 * written is left out, since the load itself goes on. `settle` waits for the last of it.
 */
export function makeProgressTeller(
  database: Database,
  loadId: number,
): { onProgress: OnProgress; settle: () => Promise<void> } {
  let latest: Progress | undefined;
  let toldAt = 0;
  let telling = Promise.resolve();
  return {
    onProgress: (progress) => {
      const isNewStage = progress.stage !== latest?.stage;
      const { bytes, rows } = latest ?? {};
      latest = { ...(bytes && { bytes }), ...(rows !== undefined && { rows }), ...progress };
      if (!isNewStage && performance.now() - toldAt < intervalMs) return;
      toldAt = performance.now();
      const told = latest;
      telling = telling.then(() => insertProgress(database, loadId, told)).catch(() => {});
    },
    settle: () => telling,
  };
}
