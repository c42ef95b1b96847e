import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/database/connection.ts';
import { migrate, newestVersion } from '../../src/database/migrations.ts';
import { backUpDatabase } from '../../src/operations/back-up-database.ts';
import { loadFiles } from '../../src/operations/load-files.ts';
import { restoreDatabase } from '../../src/operations/restore-database.ts';
import { undoLoad } from '../../src/operations/undo-load.ts';
import { verifyFeatures } from '../../src/operations/verify-features.ts';
import { makeFixedSecret } from '../../src/secrets/secret.ts';
import { readStatement } from '../../src/statements.ts';
import { query, useDatabases } from '../support/database.ts';
import { csv, experimentsHeader, makeContext, useFolders, writeFiles } from '../support/lab.ts';

const makeDatabase = useDatabases();
const makeFolder = useFolders();

const files = readdirSync(resolve(import.meta.dirname, '../../sql/migrations'))
  .filter((name) => /^\d{4}_/.test(name))
  .sort();
const versions = files.map((name) => Number(name.slice(0, 4)));

test('migrations are numbered without a gap', () => {
  expect(versions).toEqual(versions.map((_, i) => i + 1));
});

/** What the first version stored: two scientists, a compound, three experiments. */
const rows = `
  insert into elute.loads (state, finished_at) values ('loaded', now() - interval '2 days');
  insert into elute.load_files
    (load_id, dataset, path, size_bytes, sha256, header, ignored_columns, read, inserted, updated, unchanged, duplicate, rejected, warnings)
  values
    (1, 'users', 'u.csv', 10, 'aa', '{user_id,name}', '{}', 2, 2, 0, 0, 0, 0, 0),
    (1, 'compounds', 'c.csv', 10, 'bb', '{compound_id}', '{}', 1, 1, 0, 0, 0, 0, 0),
    (1, 'experiments', 'e.csv', 10, 'cc', '{experiment_id}', '{}', 4, 3, 0, 0, 0, 1, 0);
  insert into elute.rejects values (3, 5, 'user_id', 'x', 'not_an_id', 'user_id is no id', '{4,x,1,1}');
  insert into elute.users values (1, 'Ada', 'ada@lab.example', '2024-01-01', 1, 2), (2, 'Bo', null, null, 1, 3);
  insert into elute.compounds values (7, 'Water', 'H2O', 2, 2);
  insert into elute.experiments values
    (1, 1, '{7,7}', 2.5, 3, 2), (2, 1, '{7}', 0.1, 3, 3), (3, 2, '{7}', 4, 3, 4);
  insert into elute.user_features values
    (1, 2, 1.3, 7, 'Water', '{7}', '{Water}', 3, 1, 2.6, 1.3, 1),
    (2, 1, 4, 7, 'Water', '{7}', '{Water}', 1, 1, 4, 4, 1);
  update elute.database_features set avg_experiment_count = 1.5`;

/** From the second on: what a second load replaced. */
const past = `
  insert into elute.loads (state, finished_at) values ('loaded', now() - interval '1 day');
  insert into elute.load_files
    (load_id, dataset, path, size_bytes, sha256, header, ignored_columns, read, inserted, updated, unchanged, duplicate, rejected, warnings, computed)
  values (2, 'experiments', 'f.csv', 10, 'dd', '{experiment_id}', '{}', 1, 0, 1, 0, 0, 0, 0, 0);
  insert into elute.experiments_history
    select e.*, 2, false from elute.experiments e where experiment_id = 3;
  insert into elute.user_features_history select f.*, 2 from elute.user_features f where user_id = 2;
  update elute.experiments set experiment_run_time = 8, file_id = 4, line = 2 where experiment_id = 3;
  update elute.user_features
  set avg_exp_time_per_user = 8, total_exp_time_per_user = 8, median_exp_time_per_user = 8, load_id = 2
  where user_id = 2`;

/** From the fourth on: a token, and a load that waits for a worker. */
const service = `
  insert into elute.tokens (name, secret_hash, scopes, expires_at) values ('robot', 'x', '{read}', now());
  insert into elute.loads (state, request) values ('queued', '{}')`;

const content: Readonly<Record<number, string>> = { 1: rows, 2: past, 4: service };

/** A database that has come from the first version to a later one, with rows of each on its way. */
async function makeEarlier(version: number): Promise<string> {
  const url = await makeDatabase();
  await makeSchema(url, version, content);
  return url;
}

async function makeSchema(
  url: string,
  version: number,
  additions: Readonly<Record<number, string>> = {},
): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`drop schema elute cascade; ${readStatement('migrations/history.sql')}`);
    for (const [i, file] of files.slice(0, versions.indexOf(version) + 1).entries()) {
      await client.query(readStatement(`migrations/${file}`));
      await client.query('insert into elute.migrations (version, name) values ($1, $2)', [
        versions[i],
        file,
      ]);
      await client.query(additions[versions[i] ?? 0] ?? '');
    }
  } finally {
    await client.end();
  }
}

test.each(versions.slice(0, -1))(
  'a database of version %d is brought up with its rows, features and history',
  async (version) => {
    const url = await makeEarlier(version);
    const database = await openDatabase(makeFixedSecret(url));
    expect((await migrate(database)).at(-1)).toBe(newestVersion());
    await database.close();
    await checkContent(url, version);
  },
);

test.each(['an empty schema', 'a schema of another version', 'no schema'])(
  'a backup of an earlier version leaves that as it is, and is brought up when it is restored over %s',
  async (target) => {
    const version = 4;
    const earlier = await makeEarlier(version);
    const folder = makeFolder();
    const path = join(folder, 'lab.backup');
    const backup = await backUpDatabase(makeContext(earlier, folder), path);
    expect(backup.schemaVersion).toBe(version);
    expect(await query(earlier, 'select max(version) from elute.migrations')).toEqual([
      { max: version },
    ]);
    const url = await makeDatabase();
    if (target === 'no schema') await query(url, 'drop schema elute cascade');
    if (target === 'a schema of another version') await makeSchema(url, 2);
    await restoreDatabase(makeContext(url, folder), path);
    await checkContent(url, version);
  },
);

/** What a database of an earlier version holds once it is brought up, and that it can be worked with. */
async function checkContent(url: string, version: number): Promise<void> {
  const context = makeContext(url, makeFolder());
  expect(await verifyFeatures(context)).toMatchObject({ users: 2, experiments: 3, differing: 0 });
  const read = (table: string) => query(url, `select * from elute.${table} order by experiment_id`);
  const stored = await read('experiments');
  expect(stored).toMatchObject([
    { experiment_id: '1', experiment_compound_ids: '7;7', file_id: 3, line: '2' },
    { experiment_id: '2', experiment_compound_ids: '7' },
    { experiment_id: '3', experiment_run_time: version >= 2 ? 8 : 4 },
  ]);
  if (version >= 2) {
    await undoLoad(context, 2);
    expect(await read('experiments')).toMatchObject([
      ...stored.slice(0, 2),
      { experiment_run_time: 4, file_id: 3 },
    ]);
    expect((await verifyFeatures(context)).differing).toBe(0);
  }
  if (version >= 4)
    expect(await query(url, 'select token_id, name from elute.tokens')).toEqual([
      { token_id: 1, name: 'robot' },
    ]);
  const [path = ''] = writeFiles(makeFolder(), {
    'g.csv': csv(experimentsHeader, '4,2,7,1', '1,1,7;7,2.5'),
  });
  const { load } = await loadFiles(context, [path]);
  expect(load?.files[0]?.counts).toMatchObject({ inserted: 1, unchanged: 1 });
  expect((await verifyFeatures(context)).differing).toBe(0);
}
