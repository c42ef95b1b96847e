import { afterEach, expect, test } from 'vitest';
import { loadFiles } from '../../src/operations/load-files.ts';
import { readLoads } from '../../src/operations/read-loads.ts';
import { query, useDatabases } from '../support/database.ts';
import { makeContext, useFolders } from '../support/lab.ts';
import { cloneDatabase, dropDatabase, makeLab } from './lab.ts';
import { copying } from './moments.ts';
import { expectSound, loadAlone } from './sound.ts';
import { readContents } from './state.ts';
import { holdUp, strikeAt } from './strike.ts';
import { refuseLeftProcesses, runElute } from './support.ts';

const makeDatabase = useDatabases();
const makeFolder = useFolders();
afterEach(refuseLeftProcesses);

const loaders = {
  processes: async (url: string, directory: string, lab: string) => {
    const { code, stderr } = await runElute({ url, directory }, 'load', lab);
    expect([0, 3], stderr).toContain(code);
  },
  calls: async (url: string, directory: string, lab: string) => {
    await loadFiles(makeContext(url, directory), [lab]);
  },
};

test.each(Object.entries(loaders))(
  'four %s with the same files store each row once',
  async (_, load) => {
    const folder = makeFolder();
    const lab = await makeLab(folder, 3000);
    const url = await makeDatabase();
    await Promise.all([1, 2, 3, 4].map(() => load(url, folder, lab)));
    expect(await readContents(url)).toEqual(await loadAlone(await makeDatabase(), lab, folder));
    const origins = await query(
      url,
      'select distinct load_id from elute.experiments join elute.load_files using (file_id)',
    );
    expect(origins).toHaveLength(1);
    await expectSound(url, folder);
  },
);

test('several processes make the schema of an empty database at once', async () => {
  const folder = makeFolder();
  const lab = await makeLab(folder, 1000);
  const url = await cloneDatabase('template0');
  try {
    const place = { url, directory: folder };
    // To read before anything is there is bad usage.
    const commands = [
      { args: ['database', 'migrate'], codes: [0] },
      { args: ['load', lab], codes: [0, 3] },
      { args: ['loads'], codes: [0, 2] },
    ];
    await Promise.all(
      [...commands, ...commands, ...commands].map(async ({ args, codes }) => {
        const { code, stderr } = await runElute(place, ...args);
        expect(codes, stderr).toContain(code);
      }),
    );
    expect(await readContents(url)).toEqual(await loadAlone(await makeDatabase(), lab, folder));
    await expectSound(url, folder);
  } finally {
    await dropDatabase(url);
  }
});

test('a load that waits is not taken for abandoned', async () => {
  const folder = makeFolder();
  const lab = await makeLab(folder, 20_000);
  const url = await makeDatabase();
  const context = makeContext(url, folder);
  const result = await strikeAt(url, copying, {
    load: () => loadFiles(context, [lab]),
    strike: async (_, release) => {
      expect(await readLoads(context)).toMatchObject([{ state: 'running' }]);
      await release();
    },
  });
  expect(result).toMatchObject({ status: 'fulfilled', value: { load: { state: 'loaded' } } });
});

test('a first load neither waits for a reader of its tables nor ends in a deadlock with it', async () => {
  const folder = makeFolder();
  const lab = await makeLab(folder, 51_000);
  const url = await makeDatabase();
  const alone = await loadAlone(await makeDatabase(), lab, folder);
  const release = await holdUp(url, 'select from elute.experiments', 'select from elute.users');
  try {
    await loadFiles(makeContext(url, folder), [lab]);
  } finally {
    await release();
  }
  expect(await readContents(url)).toEqual(alone);
  await expectSound(url, folder);
});
