import { expect, test } from 'vitest';
import { loadFiles } from '../../../src/operations/load-files.ts';
import { useDatabases } from '../../support/database.ts';
import {
  compoundsHeader,
  csv,
  experimentsHeader,
  makeContext,
  useFolders,
  usersHeader,
  writeFiles,
} from '../../support/lab.ts';

const makeDatabase = useDatabases();
const makeFolder = useFolders();

test('a file whose only row doubled one that missed its user is loaded once the user is there', async () => {
  const folder = makeFolder();
  const context = makeContext(await makeDatabase(), folder);
  const [compounds = '', users = '', a = '', b = ''] = writeFiles(folder, {
    'compounds.csv': csv(compoundsHeader, '1,Water,H2O'),
    'users.csv': csv(usersHeader, '1,Ada,a@b,2024-01-02'),
    'a.csv': csv(experimentsHeader, '1,1,1,2.5'),
    'b.csv': csv(`${experimentsHeader},remark`, '1,1,1,2.5,again'),
  });
  await loadFiles(context, [compounds, a, b]);
  await loadFiles(context, [users]);
  const { load, alreadyLoaded } = await loadFiles(context, [b]);
  expect(alreadyLoaded).toEqual([]);
  expect(load?.files[0]?.counts).toMatchObject({ read: 1, inserted: 1 });
});
