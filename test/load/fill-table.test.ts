import { expect, test } from 'vitest';
import { loadFiles } from '../../src/operations/load-files.ts';
import { query, useDatabases } from '../support/database.ts';
import { csv, makeContext, useFolders, usersHeader, writeFiles } from '../support/lab.ts';

const makeDatabase = useDatabases();
const makeFolder = useFolders();

test('a first load leaves a table with its indexes, its statistics and frozen rows', async () => {
  const url = await makeDatabase();
  const folder = makeFolder();
  const indexes = `select indexdef from pg_indexes where schemaname = 'elute' and tablename = 'users' order by 1`;
  const before = await query(url, indexes);
  const rows = Array.from({ length: 60_000 }, (_, i) => `${i + 1},U${i},u@lab.example,2024-01-01`);
  await loadFiles(
    makeContext(url, folder),
    writeFiles(folder, { 'users.csv': csv(usersHeader, ...rows) }),
  );
  expect(await query(url, indexes)).toEqual(before);
  const [table] = await query(
    url,
    `select reltuples, relpages > 100 as is_large, relallvisible > 0.8 * relpages as is_frozen
     from pg_class where oid = 'elute.users'::regclass`,
  );
  expect(table).toEqual({ reltuples: 60_000, is_large: true, is_frozen: true });
});
