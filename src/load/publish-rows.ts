import type { Engine } from '../compute/engine.ts';
import { listNames } from '../compute/quote.ts';
import type { Client } from '../database/connection.ts';
import type { Column, Dataset } from '../domain/datasets.ts';
import { type BuildIndexes, fillTable } from './fill-table.ts';
import { sendRows } from './transfer.ts';

interface Rows {
  readonly dataset: Dataset;
  /** How many of the load's rows are not stored yet. */
  readonly newRows: number;
}

/**
 * Copies the new rows of a dataset straight into its table, and the changed ones by way of a temporary
 * one; what these replace is kept in its history. What is left to do is to build the indexes.
 */
export async function publishRows(
  engine: Engine,
  client: Client,
  rows: Rows,
  loadId: number,
): Promise<BuildIndexes> {
  const buildIndexes = await insertNew(engine, client, rows);
  await updateChanged(engine, client, rows.dataset, loadId);
  return buildIndexes;
}

function insertNew(
  engine: Engine,
  client: Client,
  { dataset, newRows }: Rows,
): Promise<BuildIndexes> {
  const { name, key } = dataset;
  return fillTable(client, dataset, {
    rows: newRows,
    fill: async (kind) => {
      const fresh = `from ${name} anti join stored_${name} using (${key})`;
      const target = `elute.${name} (${namesOf(dataset)})`;
      await sendRows(engine, `select ${valuesOf(dataset)} ${fresh}`, client, target, kind);
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
  return kind === 'ids' ? `array_to_string(${name}, ';')` : name;
}
