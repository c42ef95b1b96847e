import { basename } from 'node:path';
import type { Load } from '../../src/domain/load.ts';
import { query } from '../support/database.ts';

/** What became of the rows of each file, as the model counts them. */
export function readCounts(loads: readonly Load[]): Record<string, string> {
  const files = loads.flatMap((load) => load.files);
  return Object.fromEntries(
    files.map(({ path, counts }) => [
      basename(path),
      [
        counts?.inserted,
        counts?.updated,
        counts?.unchanged,
        counts?.rejected,
        counts?.computed,
      ].join(' '),
    ]),
  );
}

/** Value and place by table and id. */
export async function readRows(url: string): Promise<Record<string, string>> {
  const rows = await query<{ key: string; value: string }>(
    url,
    `select dataset || ' ' || id as key, value || ' ' || regexp_replace(path, '.*/', '') || ':' || line as value
     from (
       select user_id as id, name as value, file_id, line from elute.users
       union all select compound_id, compound_name, file_id, line from elute.compounds
       union all
       select experiment_id, concat_ws(' ', user_id, experiment_compound_ids, experiment_run_time), file_id, line
       from elute.experiments
     ) stored join elute.load_files using (file_id)`,
  );
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
}

/** The rows of `user_experiment_features`, by user id. */
export async function readFeatures(url: string): Promise<unknown[]> {
  const rows = await query<{ features: unknown }>(
    url,
    'select to_jsonb(f) as features from elute.user_experiment_features f order by user_id',
  );
  return rows.map(({ features }) => features);
}
