import { quoteName } from '../compute/quote.ts';
import type { Client } from '../database/connection.ts';
import { lockClass, migrationLock } from '../database/locks.ts';
import type { SequenceState, TableHeader } from './archive.ts';

/** Those that a restored database has of its own. */
export const ownTables = ['migrations', 'identity'];

/**
 * Runs work on one snapshot of all tables, beside loads: no migration and no declared feature changes them
 * meanwhile, and a load into an empty table cannot slip its rows under the snapshot (frozen rows are seen by
 * all). The tables are locked before the snapshot, which is taken by the first query.
 */
export async function withSnapshot<Result>(
  client: Client,
  work: () => Promise<Result>,
): Promise<Result> {
  await client.query('select pg_advisory_lock_shared($1, $2)', [lockClass, migrationLock]);
  const tables = await listTables(client);
  await client.query('begin transaction isolation level repeatable read, read only');
  await client.query(`lock table ${tables.map(nameTable).join(', ')} in access share mode`);
  await client.query('set local extra_float_digits = 1');
  const result = await work();
  await client.query('commit');
  await client.query('select pg_advisory_unlock_shared($1, $2)', [lockClass, migrationLock]);
  return result;
}

export function nameTable(table: string): string {
  return `elute.${quoteName(table)}`;
}

/** All tables with rows to keep, each after those that it refers to; declarations, which make columns, first. */
export async function listTables(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ table: string; refers_to: string[] }>(
    `select t.relname as table, array(
       select f.relname from pg_constraint c join pg_class f on f.oid = c.confrelid
       where c.conrelid = t.oid and c.contype = 'f' and f.oid <> t.oid
     )::text[] as refers_to
     from pg_class t
     where t.relnamespace = 'elute'::regnamespace and t.relkind = 'r' and not t.relname = any ($1)
     order by t.relname <> 'declared_features', t.relname`,
    [ownTables],
  );
  const sorted: string[] = [];
  const add = (table: string) => {
    if (sorted.includes(table)) return;
    for (const other of rows.find((row) => row.table === table)?.refers_to ?? []) add(other);
    sorted.push(table);
  };
  for (const { table } of rows) add(table);
  return sorted;
}

export async function describeTable(client: Client, table: string): Promise<TableHeader> {
  const { rows } = await client.query<{ columns: string[]; estimated: number }>(
    `select array(
       select a.attname from pg_attribute a
       where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped order by a.attnum
     )::text[] as columns, greatest(t.reltuples, 0) as estimated
     from pg_class t where t.oid = $1::regclass`,
    [nameTable(table)],
  );
  const [row] = rows;
  return { table, columns: row?.columns ?? [], estimatedRows: row?.estimated ?? 0 };
}

/** Never behind the snapshot: a sequence shows what it gave out last, whoever took it. */
export async function readSequences(client: Client): Promise<SequenceState[]> {
  const { rows } = await client.query<{ table: string; column: string; sequence: string }>(
    `select t.relname as table, a.attname as column,
       pg_get_serial_sequence(t.oid::regclass::text, a.attname) as sequence
     from pg_attribute a join pg_class t on t.oid = a.attrelid
     where t.relnamespace = 'elute'::regnamespace and a.attidentity <> '' and not a.attisdropped
     order by 1, 2`,
  );
  const states: SequenceState[] = [];
  for (const { table, column, sequence } of rows) {
    const { rows: found } = await client.query<{ lastValue: number; isCalled: boolean }>(
      `select last_value as "lastValue", is_called as "isCalled" from ${sequence}`,
    );
    for (const state of found) states.push({ table, column, ...state });
  }
  return states;
}
