import { expect, test } from 'vitest';
import { openDatabase } from '../src/database/connection.ts';
import { migrate } from '../src/database/migrations.ts';
import { builtInFeatures } from '../src/domain/features.ts';
import { makeFixedSecret } from '../src/secrets/secret.ts';
import { readStatement } from '../src/statements.ts';
import { query, useDatabases } from './support/database.ts';

const makeDatabase = useDatabases();

async function columnsOf(url: string, view: string): Promise<string[]> {
  const rows = await query<{ column_name: string }>(
    url,
    `select column_name from information_schema.columns
     where table_schema = 'elute' and table_name = $1 order by ordinal_position`,
    [view],
  );
  return rows.map((row) => row.column_name);
}

test('the views have the columns of the feature list and of the original system', async () => {
  const url = await makeDatabase();
  expect(await columnsOf(url, 'user_experiment_features')).toEqual([
    'user_id',
    ...builtInFeatures.map(({ name }) => name),
  ]);
  expect(await columnsOf(url, 'derived_exp_data')).toEqual([
    'user_id',
    'total_exp_per_user',
    'avg_experiment_count',
    'avg_exp_time_per_user',
    'most_consumed_compound',
    'most_consumed_compound_name',
  ]);
});

test('the view of the original system rounds halves away from zero', async () => {
  const url = await makeDatabase();
  await query(
    url,
    `insert into elute.user_features
     values (1, 8, 2.675, 1, 'Water', '{1}', '{Water}', 8, 1, 21.4, 2.675, 1), (2, 8, 0.125, null, null, '{}', '{}', 0, 0, 1, 0.125, 1)`,
  );
  await query(url, 'update elute.database_features set avg_experiment_count = 1.005');
  expect(
    await query(
      url,
      'select avg_exp_time_per_user, avg_experiment_count from elute.derived_exp_data order by user_id',
    ),
  ).toEqual([
    { avg_exp_time_per_user: '2.68', avg_experiment_count: '1.01' },
    { avg_exp_time_per_user: '0.13', avg_experiment_count: '1.01' },
  ]);
});

test('migrating twice changes nothing', async () => {
  const database = await openDatabase(makeFixedSecret(await makeDatabase()));
  expect(await migrate(database)).toEqual([]);
  await database.close();
});

test('lists of compounds that an earlier version stored as arrays become text', async () => {
  const url = await makeDatabase();
  const earlier = ['0001_initial.sql', '0002_history.sql'];
  await query(url, `drop schema elute cascade; ${readStatement('migrations/history.sql')}`);
  for (const [i, file] of earlier.entries()) {
    await query(url, readStatement(`migrations/${file}`));
    await query(url, 'insert into elute.migrations (version, name) values ($1, $2)', [i + 1, file]);
  }
  await query(url, `insert into elute.experiments values (7, 1, '{3,1,3}', 2.5, 1, 2)`);
  const database = await openDatabase(makeFixedSecret(url));
  expect((await migrate(database))[0]).toBe(3);
  await database.close();
  expect(
    await query(
      url,
      `select experiment_compound_ids as list, elute.compound_ids(experiment_compound_ids)::text as ids
       from elute.experiments`,
    ),
  ).toEqual([{ list: '3;1;3', ids: '{3,1,3}' }]);
});

test('the table refuses a receipt that does not balance', async () => {
  const url = await makeDatabase();
  await query(url, 'insert into elute.loads default values');
  const insert = `insert into elute.load_files
    (load_id, dataset, path, size_bytes, sha256, header, ignored_columns, read, inserted, updated, unchanged, duplicate, rejected, warnings)
    values (1, 'users', 'u.csv', 1, 'x', '{}', '{}', 10, 4, 3, 0, 1, 1, 0)`;
  await expect(query(url, insert)).rejects.toThrow('balanced');
});
