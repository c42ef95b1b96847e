import { datasetNames } from '../../domain/datasets.ts';
import type { OldRows } from './delete-rows.ts';

/** What loads replaced, and what was undone with them. */
export function selectHistory(loadIds: readonly number[]): OldRows[] {
  const tables = [...datasetNames, 'user_features'].map((name) => `${name}_history`);
  return tables.map((table) => ({
    table,
    condition: 't.ended_by = any ($1::integer[])',
    values: [loadIds],
  }));
}

/**
 * Rejects and warnings of loads. A row that a published load rejected for a missing user or compound stays:
 * by it a load of the same file knows that there is more to load today. A load that is tried again meanwhile
 * has findings of its own.
 */
export function selectFindings(loadIds: readonly number[], before: Date): OldRows[] {
  const ofLoads = (alsoThat: string) => `t.file_id in (
    select f.file_id from elute.load_files f join elute.loads l using (load_id)
    where l.load_id = any ($1::integer[]) and l.finished_at < $2 ${alsoThat}
  )`;
  const isAwaited = `t.code in ('unknown_user', 'unknown_compound')`;
  return [
    {
      table: 'rejects',
      condition: `${ofLoads('')} and not (${isAwaited} and ${ofLoads(`and l.state = 'loaded'`)})`,
      values: [loadIds, before],
    },
    { table: 'warnings', condition: ofLoads(''), values: [loadIds, before] },
  ];
}

/** The progress of loads that have ended. Their states stay: by these whoever follows a load sees its end. */
export function selectEvents(before: Date): OldRows[] {
  return [
    {
      table: 'load_events',
      condition: `t.data ->> 'stage' is not null and t.load_id in (
        select load_id from elute.loads where state not in ('queued', 'running') and finished_at < $1
      )`,
      values: [before],
    },
  ];
}

/** Tokens that no longer hold. */
export function selectTokens(before: Date): OldRows[] {
  return [
    {
      table: 'tokens',
      condition: 'least(t.revoked_at, t.expires_at) < $1::timestamptz',
      values: [before],
    },
  ];
}
