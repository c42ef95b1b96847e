import { setTimeout as delay } from 'node:timers/promises';
import type { LoadState, Progress } from '../domain/load.ts';
import { callServer, type Patience, type Server, withRetries } from './call-server.ts';
import { hasEnded, type LoadDocument, readLoadDocument } from './load-document.ts';
import { readEvents, type ServerEvent } from './read-events.ts';

const pollMs = 1000;
/** A connection that is alive carries a comment now and then. */
const silenceMs = 60_000;
const answerMs = 30_000;

export interface Following {
  readonly onProgress: (progress: Progress) => void;
  /** Told while the load waits for a worker. */
  readonly onWaiting: () => void;
}

/**
 * Waits for the end of a load; the load then. Follows its events, resumed where a connection broke; where
 * they do not come through, the load is asked for again and again.
 */
export async function followLoad(
  server: Server,
  loadId: number,
  { patience, ...following }: Following & { patience: Patience },
): Promise<LoadDocument> {
  const events = makeEventFollower(server, loadId, following);
  for (;;) {
    const load = await readLoad(server, loadId, patience);
    if (hasEnded(load.state)) return load;
    if (load.state === 'queued') following.onWaiting();
    else if (load.progress) following.onProgress(load.progress);
    const isOver = await events(patience.signal);
    if (!isOver) await delay(pollMs, undefined, { signal: patience.signal }).catch(() => {});
  }
}

/** Asks for a load. Throws `interrupted` when the user does. */
export function readLoad(
  server: Server,
  loadId: number,
  patience: Patience,
): Promise<LoadDocument> {
  return withRetries(patience, async () => {
    const signal = AbortSignal.any([patience.signal, AbortSignal.timeout(answerMs)]);
    return readLoadDocument(await callServer(server, `loads/${loadId}`, { signal }));
  });
}

/** Follows events from where the last connection left off; whether they came to the load's end. */
function makeEventFollower(server: Server, loadId: number, following: Following) {
  let lastId: string | undefined;
  return async (interruption: AbortSignal): Promise<boolean> => {
    const silence = new AbortController();
    const signal = AbortSignal.any([interruption, silence.signal]);
    const timer = setTimeout(() => silence.abort(), silenceMs);
    try {
      const { body } = await callServer(server, `loads/${loadId}/events`, {
        headers: { accept: 'text/event-stream', ...(lastId && { 'last-event-id': lastId }) },
        signal,
      });
      for await (const event of readEvents(noteChunks(body ?? [], timer))) {
        lastId = event.id ?? lastId;
        if (tell(event, following)) return true;
      }
      return false;
    } catch {
      return false; // The load itself is asked for next, which finds out what is wrong.
    } finally {
      clearTimeout(timer);
    }
  };
}

async function* noteChunks(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  timer: NodeJS.Timeout,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    timer.refresh();
    yield chunk;
  }
}

/** Whether the event is the load's end. */
function tell({ event, data = '{}' }: ServerEvent, { onProgress, onWaiting }: Following): boolean {
  if (event === 'progress') onProgress(JSON.parse(data) as Progress);
  if (event !== 'state') return false;
  const { state } = JSON.parse(data) as { state: LoadState };
  if (state === 'queued') onWaiting();
  return hasEnded(state);
}
