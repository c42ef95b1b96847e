import type { Client } from '../database/connection.ts';
import type { Dataset } from '../domain/datasets.ts';
import type { CopyKind } from './transfer.ts';

/** Below this many rows, keeping the indexes up to date costs less than building them anew. */
const worthwhileRows = 50_000;

/** Builds the indexes that a table was filled without, and tells the planner of its rows. */
export type BuildIndexes = () => Promise<void>;

/**
 * Fills an empty table with its indexes taken off, to be built afterwards: half the time of keeping
 * them row by row. A table that holds rows keeps its indexes. The truncation of the empty table lets
 * a server with wal_level=minimal write the rows once instead of twice, and the rows be frozen as they
 * come: nobody has to go over the pages again. Readers who come later wait until the transaction ends;
 * where some are there already, the table keeps its indexes too.
 */
export async function fillTable(
  client: Client,
  dataset: Dataset,
  { rows, fill }: { rows: number; fill: (kind: CopyKind) => Promise<void> },
): Promise<BuildIndexes> {
  const table = `elute.${dataset.name}`;
  if (rows < worthwhileRows || !(await claimEmpty(client, table))) {
    await fill('plain');
    return async () => {};
  }
  const indexes = await listIndexes(client, dataset.name);
  await client.query(
    `truncate ${table}; alter table ${table} drop constraint ${dataset.name}_pkey`,
  );
  for (const { name } of indexes) await client.query(`drop index elute.${name}`);
  await fill('frozen');
  return async () => {
    await client.query(`set local maintenance_work_mem = '256MB'`);
    await client.query(`alter table ${table} add primary key (${dataset.key})`);
    for (const { definition } of indexes) await client.query(definition);
    // Until autovacuum comes by, the next load would read all of a table that nothing is known of.
    await client.query(`analyze ${table}`);
  };
}

/**
 * Takes an empty table for this transaction alone, without waiting: a reader who keeps it (an idle
 * session is enough) would hold up the load, and a deadlock follows if that reader wants a table claimed
 * before. Truncation must not take rows committed since the first look: the lock comes before the second.
 */
async function claimEmpty(client: Client, table: string): Promise<boolean> {
  if (!(await isEmpty(client, table))) return false;
  await client.query('savepoint claim');
  try {
    await client.query(`lock table ${table} in access exclusive mode nowait`);
    if (await isEmpty(client, table)) return true;
  } catch (error) {
    if (!isLockTaken(error)) throw error;
  }
  await client.query('rollback to claim');
  return false;
}

async function isEmpty(client: Client, table: string): Promise<boolean> {
  const { rows } = await client.query(`select from ${table} limit 1`);
  return rows.length === 0;
}

function isLockTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03';
}

/** All but the primary key's. */
async function listIndexes(
  client: Client,
  table: string,
): Promise<{ name: string; definition: string }[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select i.indexname as name, i.indexdef as definition from pg_indexes i
     where i.schemaname = 'elute' and i.tablename = $1 and i.indexname <> $1 || '_pkey'`,
    [table],
  );
  return rows;
}
