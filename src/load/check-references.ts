import type { Engine } from '../compute/engine.ts';
import type { Client } from '../database/connection.ts';
import { type Column, type Dataset, datasets } from '../domain/datasets.ts';
import { rejectListed } from '../validate/reject-rows.ts';
import { fetchStored } from './fetch-stored.ts';

/**
 * Rejects rows that name a user or compound which is neither in this load nor stored. Needs the
 * publishing lock: what is stored must not change before the load is published. Leaves the tables `named_users`
 * and `named_compounds`: the ids that were named.
 */
export async function checkReferences(
  engine: Engine,
  client: Client,
  dataset: Dataset,
): Promise<void> {
  for (const column of dataset.columns) {
    if (column.references !== undefined) {
      await checkColumn(engine, client, { dataset, column, target: datasets[column.references] });
    }
  }
}

interface Reference {
  readonly dataset: Dataset;
  readonly column: Column;
  readonly target: Dataset;
}

async function checkColumn(
  engine: Engine,
  client: Client,
  { dataset, column, target }: Reference,
): Promise<void> {
  const isList = column.kind === 'ids';
  const each = isList ? `unnest(${column.name})` : column.name;
  await engine.run(`
    create table named_${target.name} as select distinct ${each} as id from ${dataset.name};
    create table named_ids as select id from named_${target.name} anti join ${target.name} on id = ${target.key}`);
  await fetchStored(engine, client, {
    dataset: target,
    by: target.key,
    wanted: 'select id from named_ids',
    columns: target.columns.slice(0, 1),
    into: 'known_ids',
  });
  const unknown = await engine.run(`
    create table unknown_ids as select id from named_ids anti join known_ids on id = ${target.key}`);
  if (unknown > 0) await rejectUnknown(engine, dataset, column);
  await engine.run('drop table named_ids; drop table known_ids; drop table unknown_ids');
}

async function rejectUnknown(engine: Engine, dataset: Dataset, column: Column): Promise<void> {
  const code = column.references === 'users' ? 'unknown_user' : 'unknown_compound';
  const rows =
    column.kind === 'ids'
      ? `select file_id, line, string_agg(distinct id, ', ' order by id) as value
         from (select file_id, line, unnest(${column.name}) as id from ${dataset.name}) semi join unknown_ids using (id)
         group by file_id, line`
      : `select file_id, line, ${column.name} as value from ${dataset.name} semi join unknown_ids on id = ${column.name}`;
  await engine.run(`
    create table listed as
    select file_id, line, '${column.name}' as column_name, cast(value as varchar) as value,
      '${code}' as code, cast(null as varchar) as detail
    from (${rows})`);
  await rejectListed(engine, dataset.name);
}
