import { Readable } from 'node:stream';
import { Type } from 'typebox';
import type { Database } from '../../database/connection.ts';
import { type LoadEvent, listEvents } from '../../database/load-events.ts';
import { loadNotFound } from '../../database/load-states.ts';
import { listLoads } from '../../database/loads.ts';
import type { LoadState } from '../../domain/load.ts';
import type { AddRoutes } from '../api.ts';
import { type LoadFeed, openLoadFeed } from '../load-feed.ts';
import { LoadId } from '../schemas/loads.ts';

const LastEventId = Type.Object({
  'last-event-id': Type.Optional(
    Type.String({ pattern: '^\\d{1,15}$', description: 'gives the events after this one' }),
  ),
});

/** A stream whose events look like this. */
const Events = Type.Unsafe<Readable>({
  description: 'server-sent events',
  type: 'object',
  properties: {
    id: { type: 'string' },
    event: { type: 'string', enum: ['state', 'progress', 'undo_error'] },
    data: { type: 'string', description: 'JSON' },
  },
  required: ['id', 'event', 'data'],
});

/** Server-sent events of a load: its states and its progress, from the first one or from where one was. */
export const addLoadEventRoutes: AddRoutes = (app, { database }) => {
  const feed = openLoadFeed(database);
  const closing = new AbortController();
  app.addHook('preClose', async () => {
    closing.abort();
    await feed.close();
  });
  app.get(
    '/api/v1/loads/:loadId/events',
    {
      schema: {
        summary: 'Follow a load',
        description:
          'Server-sent events: "state" and "progress" (and "undo_error"), each with an id by which "Last-Event-ID" resumes. The stream ends after a final state.',
        tags: ['loads'],
        params: LoadId,
        headers: LastEventId,
        produces: ['text/event-stream'],
        response: { 200: Events },
      },
      config: { scope: 'read' },
    },
    async ({ params: { loadId }, headers, raw }, reply) => {
      const [load] = await listLoads(database, { only: loadId });
      if (load === undefined) throw loadNotFound(loadId);
      const gone = new AbortController();
      raw.once('close', () => gone.abort());
      const signal = AbortSignal.any([gone.signal, closing.signal]);
      const after = Number(headers['last-event-id'] ?? 0);
      reply.header('cache-control', 'no-store').header('x-accel-buffering', 'no');
      return reply
        .type('text/event-stream')
        .send(Readable.from(writeEvents({ database, feed, loadId, after, signal })));
    },
  );
};

interface Following {
  readonly database: Database;
  readonly feed: LoadFeed;
  readonly loadId: number;
  readonly after: number;
  readonly signal: AbortSignal;
}

/** Looks for events, and waits to be told of more, until the load has ended and all of them are written. */
async function* writeEvents({ database, feed, loadId, after, signal }: Following) {
  let last = after;
  while (!signal.aborted) {
    const waiting = new AbortController();
    const next = feed.next(loadId, AbortSignal.any([signal, waiting.signal]));
    const hasEnded = await isFinal(database, loadId);
    const events = await listEvents(database, loadId, last);
    for (const event of events) yield renderEvent(event);
    last = events.at(-1)?.eventId ?? last;
    if (hasEnded) return waiting.abort();
    // A comment, so that nobody in between takes the connection for dead.
    if (events.length === 0) yield ': waiting\n\n';
    await next;
  }
}

const passing: readonly LoadState[] = ['queued', 'running'];

/** Asked before the events are read: what is final then has all its events. */
async function isFinal(database: Database, loadId: number): Promise<boolean> {
  const [load] = await database.query<{ state: LoadState; is_undoing: boolean }>(
    `select state, state = 'loaded' and undo_requested_at is not null and undo_error is null as is_undoing
     from elute.loads where load_id = $1`,
    [loadId],
  );
  return load === undefined || !(passing.includes(load.state) || load.is_undoing);
}

function renderEvent({ eventId, data }: LoadEvent): string {
  const kind = 'state' in data ? 'state' : 'stage' in data ? 'progress' : 'undo_error';
  return `id: ${eventId}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}
