import type { Engine } from '../compute/engine.ts';
import type { Client } from '../database/connection.ts';
import { type Column, computeTypes, datasets } from '../domain/datasets.ts';
import { readColumn } from './fetch-stored.ts';
import { fetchRows } from './transfer.ts';

/** Tables of the transaction that hold the only ids to fetch, each under the name of its column. */
interface Among {
  readonly users?: string;
  readonly compounds?: string;
}

/**
 * Fetches what features are computed from when all of it is stored: `scientists`,
 * `scientist_experiments` and `compound_names`. Scientists whose features come from a features-only load
 * are left out.
 */
export async function fetchScientists(
  engine: Engine,
  client: Client,
  among: Among = {},
): Promise<{ users: number; experiments: number }> {
  const { users, compounds, experiments } = datasets;
  const narrow = (table: string | undefined, key: string) =>
    table === undefined ? '' : `join ${table} using (${key})`;
  const fetchTable = (table: string, from: string, columns: readonly Column[]) =>
    fetchRows(client, `select ${columns.map(readColumn).join(', ')} from ${from}`, engine, {
      table,
      columns: Object.fromEntries(columns.map(({ name, kind }) => [name, computeTypes[kind]])),
    });
  // In the order in which a load publishes, so that the two never wait for each other.
  const userCount = await fetchTable(
    'scientists',
    `elute.users s ${narrow(among.users, users.key)}
     where not exists (select from elute.features_only_users o where o.user_id = s.user_id)`,
    users.columns.slice(0, 1),
  );
  await fetchTable(
    'compound_names',
    `elute.compounds s ${narrow(among.compounds, compounds.key)}`,
    compounds.columns.slice(0, 2),
  );
  const experimentCount = await fetchTable(
    'scientist_experiments',
    `elute.experiments s ${narrow(among.users, users.key)}`,
    experiments.columns,
  );
  return { users: userCount, experiments: experimentCount };
}
