import type { Engine } from '../compute/engine.ts';
import type { Client } from '../database/connection.ts';
import { type Column, computeTypes, type Dataset } from '../domain/datasets.ts';
import { identifier } from '../domain/identifiers.ts';
import { fetchRows, sendRows } from './transfer.ts';

export interface StoredRequest {
  readonly dataset: Dataset;
  /** The column by which rows are wanted. */
  readonly by: string;
  /** A query of the engine that gives the wanted values of that column, each once. */
  readonly wanted: string;
  readonly columns: readonly Column[];
  /** The engine's table that receives the rows. */
  readonly into: string;
}

/**
 * Brings the stored rows that a load concerns into the engine: the ids go out, the rows come back. Both
 * ways are a COPY; what the load does not concern stays where it is.
 */
export async function fetchStored(
  engine: Engine,
  client: Client,
  request: StoredRequest,
): Promise<void> {
  const { dataset, by, columns, wanted, into } = request;
  await sendWanted(
    engine,
    client,
    (await mayBeStored(engine, client, request)) ? wanted : undefined,
  );
  const names = columns.map((column) => readColumn(column));
  const types = columns.map(({ name, kind }) => [name, computeTypes[kind]] as const);
  await fetchRows(
    client,
    `select ${names.join(', ')} from elute.${dataset.name} s join wanted on s.${by} = wanted.id`,
    engine,
    { table: into, columns: Object.fromEntries(types) },
  );
}

/** Fills the transaction's temporary table `wanted (id)` with the ids of a query; with none, empties it. */
export async function sendWanted(
  engine: Engine,
  client: Client,
  ids: string | undefined,
): Promise<void> {
  await client.query(
    `create temp table if not exists wanted (id ${identifier.storeType}) on commit drop`,
  );
  await client.query('truncate wanted');
  if (ids !== undefined) await sendRows(engine, ids, client, 'wanted (id)');
  await client.query('analyze wanted');
}

/** One index look-up spares new rows the round trip: ids beyond what is stored are not sent. */
async function mayBeStored(
  engine: Engine,
  client: Client,
  { dataset, by, wanted }: StoredRequest,
): Promise<boolean> {
  const [range] = await engine.rows<{ low: number | null; high: number | null }>(
    `select min(columns(*)) as low, max(columns(*)) as high from (${wanted})`,
  );
  const { rows } = await client.query(
    `select from elute.${dataset.name} where ${by} between $1 and $2 limit 1`,
    [range?.low ?? null, range?.high ?? null],
  );
  return rows.length > 0;
}

/** The engine reads arrays in brackets. */
export function readColumn({ name, kind }: Column): string {
  return kind === 'ids' ? `'[' || replace(s.${name}, ';', ',') || ']'` : `s.${name}`;
}
