import type { Engine } from '../compute/engine.ts';
import { type Context, withDatabase, withEngine } from '../context.ts';
import { type Client, inTransaction } from '../database/connection.ts';
import { computeFeatures } from '../derive/compute-features.ts';
import { type Column, columnTypes, datasets } from '../domain/datasets.ts';
import { databaseFeatures, scientistFeatures } from '../domain/features.ts';
import { readColumn } from '../load/fetch-stored.ts';
import { sendFeatures } from '../load/publish-features.ts';
import { fetchRows } from '../load/transfer.ts';

/** One stored figure that is not what the stored rows give. `userId` is null for the whole database. */
export interface Difference {
  readonly userId: number | null;
  readonly feature: string;
  readonly stored: string | null;
  readonly computed: string | null;
}

export interface Verification {
  readonly users: number;
  readonly experiments: number;
  /** How many figures differ; `differences` holds the first of them. */
  readonly differing: number;
  readonly differences: readonly Difference[];
}

const listed = 1000;

/** Recomputes every feature from the stored rows, in one snapshot of the database, and compares. */
export async function verifyFeatures(context: Context): Promise<Verification> {
  return withDatabase(context, 'existing', (database) =>
    withEngine(context, (engine) =>
      database.withClient((client) =>
        inTransaction(client, async () => {
          await client.query('set transaction isolation level repeatable read');
          const counts = await fetchAll(engine, client);
          await computeFeatures(engine);
          await sendFeatures(engine, client, 0);
          return { ...counts, ...(await readDifferences(client)) };
        }),
      ),
    ),
  );
}

async function fetchAll(
  engine: Engine,
  client: Client,
): Promise<{ users: number; experiments: number }> {
  const fetchTable = (table: string, stored: string, columns: readonly Column[]) =>
    fetchRows(
      client,
      `select ${columns.map(readColumn).join(', ')} from elute.${stored} s`,
      engine,
      {
        table,
        columns: Object.fromEntries(
          columns.map(({ name, kind }) => [name, columnTypes[kind].compute]),
        ),
      },
    );
  const { users, compounds, experiments } = datasets;
  // In the order in which a load publishes, so that the two never wait for each other.
  const userCount = await fetchTable('scientists', users.name, users.columns.slice(0, 1));
  await fetchTable('compound_names', compounds.name, compounds.columns.slice(0, 2));
  const experimentCount = await fetchTable(
    'scientist_experiments',
    experiments.name,
    experiments.columns,
  );
  return { users: userCount, experiments: experimentCount };
}

async function readDifferences(
  client: Client,
): Promise<Pick<Verification, 'differing' | 'differences'>> {
  await client.query(`create temp table differences on commit drop as ${compareAll()}`);
  const count = await client.query<{ differing: number }>(
    'select count(*) as differing from differences',
  );
  const { rows } = await client.query<Difference>(
    `select user_id as "userId", feature, stored, computed from differences
     order by user_id nulls first, feature limit ${listed}`,
  );
  return { differing: count.rows[0]?.differing ?? 0, differences: rows };
}

/** Every figure, as text, that differs between the two sides or is there on one side only. */
function compareAll(): string {
  const perScientist = scientistFeatures.map(
    ({ name }) => `
      select user_id, '${name}' as feature, s.${name}::text as stored, c.${name}::text as computed
      from elute.user_features s full join incoming_features c using (user_id)
      where s.${name} is distinct from c.${name} or s.load_id is null or c.load_id is null`,
  );
  const perDatabase = databaseFeatures.map(
    ({ name, expression }) => `
      select null, '${name}', s.${name}::text, c.${name}::text
      from elute.database_features s, (select ${expression} as ${name} from incoming_features) c
      where s.${name} is distinct from c.${name}`,
  );
  return [...perScientist, ...perDatabase].join(' union all ');
}
