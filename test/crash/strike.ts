import pg from 'pg';
import { query } from '../support/database.ts';
import type { Moment } from './moments.ts';
import { ofElute, until } from './support.ts';

/** Waits until a connection of Elute is held up by a lock in a statement that begins so; its process. */
export async function untilBlocked(url: string, beginning: string): Promise<number> {
  return until(`"${beginning}" to wait for a lock`, async () => {
    const [row] = await query<{ pid: number }>(
      url,
      `select pid from pg_stat_activity where ${ofElute} and wait_event_type = 'Lock'
       and starts_with(ltrim(query, E' \\n'), $1)`,
      [beginning],
    );
    return row?.pid;
  });
}

/** Waits until somebody waits for a lock on a table. */
export async function untilTableAwaited(url: string, table: string): Promise<void> {
  await until(`somebody to wait for ${table}`, async () => {
    const rows = await query(
      url,
      `select from pg_locks where relation = 'elute.${table}'::regclass and not granted`,
    );
    return rows.length > 0 ? true : undefined;
  });
}

interface Strike<Result> {
  readonly load: () => Promise<Result>;
  /** Given the process on the server, and what lets the load go on. */
  readonly strike: (pid: number, release: () => Promise<void>) => unknown;
}

/** Does something to a load that is held up at a moment, and waits for how the load ends. */
export async function strikeAt<Result>(
  url: string,
  { hold, waiting }: Moment,
  { load, strike }: Strike<Result>,
): Promise<PromiseSettledResult<Result>> {
  const release = await holdUp(url, ...hold);
  try {
    const loading = load();
    const ended = Promise.allSettled([loading]);
    const pid = await Promise.race([untilBlocked(url, waiting), loading]);
    if (typeof pid !== 'number') throw new Error(`the load ended without ${waiting}`);
    await strike(pid, release);
    return (await ended)[0];
  } finally {
    await release();
  }
}

/**
 * Runs statements in a transaction that stays open, so that whoever needs the same rows waits; the
 * result lets them go on.
 */
export async function holdUp(url: string, ...statements: string[]): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {}); // The server may be stopped while it holds.
  await client.connect();
  for (const statement of ['begin', ...statements]) await client.query(statement);
  return () => client.end();
}
