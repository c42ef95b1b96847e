import type { LoadState } from '../domain/load.ts';
import type { Database } from './connection.ts';

export interface LoadCount {
  readonly state: LoadState;
  readonly loads: number;
}

export function countLoads(database: Database): Promise<LoadCount[]> {
  return database.query<LoadCount & Record<string, unknown>>(
    'select state, count(*) as loads from elute.loads group by state',
  );
}

/** What became of the rows of all loads, by dataset and outcome; plans changed nothing and do not count. */
export function countRows(
  database: Database,
): Promise<{ dataset: string; outcome: string; rows: number }[]> {
  return database.query(
    `select dataset, outcome, sum(rows)::bigint as rows
     from elute.load_files f join elute.loads l using (load_id),
       lateral (values ('inserted', inserted), ('updated', updated), ('unchanged', unchanged),
         ('duplicate', duplicate), ('rejected', rejected)) as counts (outcome, rows)
     where l.state <> 'planned' and rows is not null
     group by dataset, outcome order by dataset, outcome`,
  );
}

export interface Durations {
  /** How many loads took no longer, one for each limit. */
  readonly counts: readonly number[];
  readonly loads: number;
  readonly seconds: number;
}

/** How long loads took that were published. */
export async function measureLoads(
  database: Database,
  limits: readonly number[],
): Promise<Durations> {
  const [row] = await database.query<{ counts: number[]; loads: number; seconds: number }>(
    `with took as (
       select extract(epoch from finished_at - started_at)::double precision as seconds
       from elute.loads where state in ('loaded', 'undone') and finished_at is not null
     )
     select
       (select json_agg((select count(*) from took where seconds <= "limit") order by "limit")
        from unnest($1::double precision[]) as "limit") as counts,
       count(*) as loads, coalesce(sum(seconds), 0) as seconds
     from took`,
    [limits],
  );
  return row ?? { counts: limits.map(() => 0), loads: 0, seconds: 0 };
}
