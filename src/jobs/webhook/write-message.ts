import type { Load } from '../../domain/load.ts';
import { sumCounts } from '../../domain/receipt.ts';

/** What is told of the end of a load; undefined while it has none. The id is that of this very end. */
export function writeMessage(load: Load): { id: string; body: string } | undefined {
  const { loadId, state, startedAt, finishedAt, files, error, leftAlone } = load;
  if (state === 'queued' || state === 'running' || finishedAt === undefined) return undefined;
  const body = JSON.stringify({
    type: 'load.finished',
    timestamp: finishedAt,
    loadId,
    state,
    startedAt,
    finishedAt,
    files: {
      loaded: files.length,
      alreadyLoaded: leftAlone?.alreadyLoaded.length ?? 0,
      leftOut: leftAlone?.leftOut.length ?? 0,
    },
    counts: sumCounts(files.flatMap(({ counts }) => counts ?? [])),
    ...(error && { error }),
  });
  return { id: `load_${loadId}_${finishedAt.getTime()}`, body };
}
