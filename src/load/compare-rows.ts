import type { Engine } from '../compute/engine.ts';
import { listNames } from '../compute/quote.ts';
import type { Client } from '../database/connection.ts';
import type { Dataset } from '../domain/datasets.ts';
import { fetchStored } from './fetch-stored.ts';

/**
 * Tells new, changed and equal rows apart. Makes three tables for a dataset D: `stored_D`, the stored
 * rows with the load's ids; `changed_D`, the ids of rows to update; `unchanged_D`, those to leave alone.
 * All other rows of D are new: their number is returned.
 */
export async function compareRows(
  engine: Engine,
  client: Client,
  dataset: Dataset,
): Promise<number> {
  const { name, key, columns } = dataset;
  await fetchStored(engine, client, {
    dataset,
    by: key,
    wanted: `select ${key} from ${name}`,
    columns,
    into: `stored_${name}`,
  });
  const names = columns.map((column) => column.name);
  const differs = `row(${listNames(names, 'l.')}) is distinct from row(${listNames(names, 's.')})`;
  const select = (condition: string) =>
    `select l.${key} from ${name} l join stored_${name} s using (${key}) where ${condition}`;
  const changed = await engine.run(`create table changed_${name} as ${select(differs)}`);
  const unchanged = await engine.run(
    `create table unchanged_${name} as ${select(`not (${differs})`)}`,
  );
  const [all] = await engine.rows<{ rows: number }>(`select count(*) as rows from ${name}`);
  return (all?.rows ?? 0) - changed - unchanged;
}
