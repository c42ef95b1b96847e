import type { LoadError, LoadState, Progress } from '../domain/load.ts';
import type { Database } from './connection.ts';

/** Something that happened to a load: a state it came to, how far it is, or why an undo was refused. */
export interface LoadEvent {
  readonly eventId: number;
  readonly at: Date;
  readonly data: { readonly state: LoadState } | Progress | { readonly undoError: LoadError };
}

/** The channel on which the ids of loads with new events are told. */
export const eventChannel = 'elute_loads';

export async function insertProgress(
  database: Database,
  loadId: number,
  progress: Progress,
): Promise<void> {
  await database.query(
    `with told as (insert into elute.load_events (load_id, data) values ($1, $2))
     select pg_notify('elute_loads', $1::text)`,
    [loadId, progress],
  );
}

/** The events of a load after one of them (0: all), in order. */
export function listEvents(
  database: Database,
  loadId: number,
  after: number,
): Promise<LoadEvent[]> {
  return database.query<LoadEvent & Record<string, unknown>>(
    `select event_id as "eventId", at, data from elute.load_events
     where load_id = $1 and event_id > $2 order by event_id`,
    [loadId, after],
  );
}

/** How far a load has come; undefined where nothing was told yet. */
export async function findProgress(
  database: Database,
  loadId: number,
): Promise<Progress | undefined> {
  const [row] = await database.query<{ data: Progress }>(
    `select data from elute.load_events
     where load_id = $1 and data ->> 'stage' is not null order by event_id desc limit 1`,
    [loadId],
  );
  return row?.data;
}
