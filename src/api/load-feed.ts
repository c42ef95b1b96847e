import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../database/connection.ts';
import { eventChannel } from '../database/load-events.ts';

/** Tells of loads with new events, from whichever process. */
export interface LoadFeed {
  /** Waits until a load may have new events: it was told of, or some time has passed. */
  next(loadId: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** What is missed while the connection is away is found this much later. */
const lookAgainMs = 5000;

/** Listens to the database on one connection for all who follow loads; it is made again when it is lost. */
export function openLoadFeed(database: Database): LoadFeed {
  const told = new EventEmitter().setMaxListeners(0);
  const closing = new AbortController();
  const scope = database.scope();
  const listening = listenUntil(scope, closing.signal, (loadId) => told.emit(loadId));
  return {
    next: async (loadId, signal) => {
      const waiting = new AbortController();
      const either = AbortSignal.any([signal, waiting.signal]);
      await Promise.race([
        once(told, String(loadId), { signal: either }),
        delay(lookAgainMs, undefined, { signal: either }),
      ]).catch(() => {});
      waiting.abort();
    },
    close: async () => {
      closing.abort();
      scope.abort();
      await listening;
    },
  };
}

async function listenUntil(
  database: Database,
  signal: AbortSignal,
  tell: (loadId: string) => void,
): Promise<void> {
  while (!signal.aborted) {
    await database
      .withClient(async (client) => {
        client.on('notification', ({ payload }) => tell(payload ?? ''));
        await client.query(`listen ${eventChannel}`);
        await once(client, 'end');
        throw new Error('the connection has ended');
      })
      .catch(() => {}); // It is opened again below, until then the events are found by looking.
    await delay(1000, undefined, { signal }).catch(() => {});
  }
}
