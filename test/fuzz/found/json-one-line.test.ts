import { expect, test } from 'vitest';
import { loadFiles } from '../../../src/operations/load-files.ts';
import { useDatabases } from '../../support/database.ts';
import { makeContext, useFolders, writeFiles } from '../../support/lab.ts';

const makeDatabase = useDatabases();
const makeFolder = useFolders();

const user = (id: unknown) => ({ user_id: id, name: 'a', email: 'a@b', signup_date: '2024-01-02' });

test('records of a JSON array that stand on one line are told apart', async () => {
  const folder = makeFolder();
  const context = makeContext(await makeDatabase(), folder);
  const text = JSON.stringify([user(1), user('x'), user('y'), user(2), user(2)]);
  const { load } = await loadFiles(context, writeFiles(folder, { 'users.json': text }));
  expect(load?.files[0]?.counts).toMatchObject({ read: 5, inserted: 2, rejected: 2, duplicate: 1 });
});
