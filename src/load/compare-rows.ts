import type { Engine } from '../compute/engine.ts';
import { listNames } from '../compute/quote.ts';
import type { Client } from '../database/connection.ts';
import type { Dataset } from '../domain/datasets.ts';
import { fetchStored } from './fetch-stored.ts';

/**
 * Tells new, changed and equal rows apart. Makes three tables for a dataset D: `stored_D`, the stored
 * rows with the load's ids; `changed_D`, the ids of rows to update; `unchanged_D`, those to leave alone.
 * All other rows of D are new.
 */
export async function compareRows(engine: Engine, client: Client, dataset: Dataset): Promise<void> {
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
  await engine.run(`
    create table changed_${name} as
    select l.${key} from ${name} l join stored_${name} s using (${key}) where ${differs};
    create table unchanged_${name} as
    select l.${key} from ${name} l join stored_${name} s using (${key}) where not (${differs});`);
}
