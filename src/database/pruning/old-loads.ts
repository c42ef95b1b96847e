import { type Client, type Database, inTransaction } from '../connection.ts';
import { lockPublishing } from '../locks.ts';

/** Loads whose parts may go, by what is to go; `$1` is the time before which they ended. */
const conditions = {
  // Whoever undoes a load needs what all later ones replaced: an undo that waits keeps the history from there on.
  history_pruned_at: `
    (l.state = 'loaded' and l.finished_at < $1 or l.state = 'undone' and l.undone_at < $1)
    and l.finished_at < all (
      select w.finished_at from elute.loads w
      where w.state = 'loaded' and w.undo_requested_at is not null and w.undo_error is null
    )`,
  findings_pruned_at: `
    l.state not in ('queued', 'running') and l.finished_at < $1
    and exists (
      select from elute.load_files f
      where f.load_id = l.load_id and (f.rejected is null or f.rejected + f.warnings > 0)
    )`,
} as const;

export type PrunedPart = keyof typeof conditions;

/** The loads that would be, or are, without a part that ended before a time. */
export async function findOldLoads(
  database: Database,
  part: PrunedPart,
  before: Date,
): Promise<number[]> {
  const rows = await database.query<{ load_id: number }>(
    `select l.load_id from elute.loads l where l.${part} is not null or (${conditions[part]})`,
    [before],
  );
  return rows.map(({ load_id }) => load_id);
}

/**
 * Notes which loads lose a part, before the first row of it goes; all that lost it. Under the publishing lock,
 * for a moment: an undo has ended, or finds the note.
 */
export async function markOldLoads(
  database: Database,
  part: PrunedPart,
  before: Date,
): Promise<number[]> {
  return database.withClient((client) =>
    inTransaction(client, async () => {
      await lockPublishing(client);
      await mark(client, part, before);
      const { rows } = await client.query<{ load_id: number }>(
        `select load_id from elute.loads where ${part} is not null`,
      );
      return rows.map(({ load_id }) => load_id);
    }),
  );
}

async function mark(client: Client, part: PrunedPart, before: Date): Promise<void> {
  await client.query(
    `update elute.loads l set ${part} = clock_timestamp() where l.${part} is null and (${conditions[part]})`,
    [before],
  );
}

/** Until when replaced versions of rows may be missing; undefined where none was pruned. */
export async function findHistoryStart(database: Database): Promise<Date | undefined> {
  const [row] = await database.query<{ start: Date | null }>(
    'select max(finished_at) as start from elute.loads where history_pruned_at is not null',
  );
  return row?.start ?? undefined;
}
