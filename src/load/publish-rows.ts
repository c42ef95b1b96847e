import type { Engine } from '../compute/engine.ts';
import { listNames } from '../compute/quote.ts';
import type { Client } from '../database/connection.ts';
import { type Column, columnTypes, type Dataset } from '../domain/datasets.ts';
import { fillTable } from './fill-table.ts';
import { sendRows } from './transfer.ts';

/**
 * Copies the new rows of a dataset straight into its table, and the changed ones by way of a temporary
 * one; what these replace is kept in its history.
 */
export async function publishRows(
  engine: Engine,
  client: Client,
  dataset: Dataset,
  loadId: number,
): Promise<void> {
  await insertNew(engine, client, dataset);
  await updateChanged(engine, client, dataset, loadId);
}

async function insertNew(engine: Engine, client: Client, dataset: Dataset): Promise<void> {
  const { name, key } = dataset;
  const fresh = `from ${name} anti join stored_${name} using (${key})`;
  const [count] = await engine.rows<{ rows: number }>(`select count(*) as rows ${fresh}`);
  await fillTable(client, dataset, {
    rows: count?.rows ?? 0,
    fill: async () => {
      await sendRows(
        engine,
        `select ${valuesOf(dataset)} ${fresh}`,
        client,
        `elute.${name} (${namesOf(dataset)})`,
      );
    },
  });
}

async function updateChanged(
  engine: Engine,
  client: Client,
  dataset: Dataset,
  loadId: number,
): Promise<void> {
  const { name, key } = dataset;
  await client.query(`create temp table incoming_${name} (like elute.${name}) on commit drop`);
  const changed = await sendRows(
    engine,
    `select ${valuesOf(dataset)} from ${name} semi join changed_${name} using (${key})`,
    client,
    `incoming_${name} (${namesOf(dataset)})`,
  );
  const columns = storedColumns(dataset);
  await client.query(
    `insert into elute.${name}_history (${listNames(columns)}, ended_by)
     select ${listNames(columns, 't.')}, $1 from elute.${name} t join incoming_${name} using (${key})`,
    [loadId],
  );
  const assignments = columns.map((column) => `${column} = i.${column}`);
  const { rowCount } = await client.query(
    `update elute.${name} t set ${assignments.join(', ')} from incoming_${name} i where t.${key} = i.${key}`,
  );
  if (rowCount !== changed)
    throw new Error(`${name}: ${changed} rows to update, ${rowCount} updated`);
}

/** A row's columns, and where it came from. */
export function storedColumns({ columns }: Dataset): string[] {
  return [...columns.map(({ name }) => name), 'file_id', 'line'];
}

function namesOf(dataset: Dataset): string {
  return listNames(storedColumns(dataset));
}

function valuesOf({ columns }: Dataset): string {
  return [...columns.map(writeColumn), 'file_id', 'line'].join(', ');
}

function writeColumn({ name, kind }: Column): string {
  return columnTypes[kind].store.endsWith('[]') ? `write_ids(${name})` : name;
}
