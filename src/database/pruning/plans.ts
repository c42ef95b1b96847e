import { type Client, type Database, inTransaction } from '../connection.ts';
import type { Amount } from './delete-rows.ts';

/** Plans that nobody is about to carry out. */
const isOld = `p.state = 'planned' and p.plan is not null and p.finished_at < $1
  and not exists (
    select from elute.loads a where a.applied_plan = p.load_id and a.state in ('queued', 'running')
  )`;

export async function countPlans(database: Database, before: Date): Promise<Amount> {
  const [amount] = await database.query<Amount & Record<string, unknown>>(
    `select count(*) as entries, coalesce(sum(pg_column_size(p.plan)), 0)::bigint as bytes
     from elute.loads p where ${isOld}`,
    [before],
  );
  return amount ?? { entries: 0, bytes: 0 };
}

/**
 * Takes from plans what they would do; their loads stay in the history. Whoever asks just now to carry one out
 * refers to its row, and so waits for the lock or is seen by the second look.
 */
export async function removePlans(database: Database, before: Date): Promise<Amount> {
  return database.withClient((client) => inTransaction(client, () => remove(client, before)));
}

async function remove(client: Client, before: Date): Promise<Amount> {
  const { rows } = await client.query<{ load_id: number }>(
    `select p.load_id from elute.loads p where ${isOld} order by p.load_id for update skip locked`,
    [before],
  );
  const { rows: gone } = await client.query<{ bytes: number }>(
    `with old as (
       select p.load_id, pg_column_size(p.plan) as bytes from elute.loads p
       where p.load_id = any ($2::integer[]) and ${isOld}
     )
     update elute.loads l set plan = null from old where l.load_id = old.load_id returning old.bytes`,
    [before, rows.map(({ load_id }) => load_id)],
  );
  return { entries: gone.length, bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0) };
}
