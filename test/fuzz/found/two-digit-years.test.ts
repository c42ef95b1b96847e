import { expect, test } from 'vitest';
import { loadFiles } from '../../../src/operations/load-files.ts';
import { query, useDatabases } from '../../support/database.ts';
import { csv, makeContext, useFolders, usersHeader, writeFiles } from '../../support/lab.ts';

const makeDatabase = useDatabases();
const makeFolder = useFolders();

test.each([
  ['24-01-02', undefined],
  ['124-01-02', undefined],
  ['3/4/23', '%d/%m/%Y'],
  ['3/4/223', '%d/%m/%Y'],
])('%s (format %s) is no day of the first centuries', async (day, dateFormat) => {
  const folder = makeFolder();
  const url = await makeDatabase();
  const paths = writeFiles(folder, { 'users.csv': csv(usersHeader, `1,Ada,a@b,${day}`) });
  await loadFiles(makeContext(url, folder), paths, {
    reading: { ...(dateFormat && { dateFormat }) },
  });
  expect(await query(url, 'select signup_date::text from elute.users')).toEqual([]);
});
