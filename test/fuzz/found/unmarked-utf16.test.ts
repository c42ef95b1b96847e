import { expect, test } from 'vitest';
import { loadFiles } from '../../../src/operations/load-files.ts';
import { useDatabases } from '../../support/database.ts';
import { csv, makeContext, useFolders, usersHeader, writeFiles } from '../../support/lab.ts';

const makeDatabase = useDatabases();
const makeFolder = useFolders();

const text = csv(usersHeader, `1,${'Ada '.repeat(50)},a@b,2024-01-02`, '2,一,a@b,2024-01-02');

test.each(['the file', 'its folder'])(
  'unmarked UTF-16 with 一 (U+4E00) is loaded when %s is named',
  async (named) => {
    const folder = makeFolder();
    const context = makeContext(await makeDatabase(), makeFolder());
    const [path = ''] = writeFiles(folder, { 'users.txt': Buffer.from(text, 'utf16le') });
    const { load, leftOut } = await loadFiles(context, [named === 'the file' ? path : folder]);
    expect(leftOut).toEqual([]);
    expect(load?.files[0]?.counts).toMatchObject({ read: 2, inserted: 2 });
  },
);
