import { expect } from 'vitest';
import { loadFiles } from '../../src/operations/load-files.ts';
import { readLoads } from '../../src/operations/read-loads.ts';
import { verifyFeatures } from '../../src/operations/verify-features.ts';
import { query } from '../support/database.ts';
import { makeContext } from '../support/lab.ts';
import { readContents, type State } from './state.ts';
import { untilDisconnected } from './support.ts';

/** What a load of a folder, alone, stores in an empty database. */
export async function loadAlone(url: string, lab: string, folder: string): Promise<State> {
  await loadFiles(makeContext(url, folder), [lab]);
  return readContents(url);
}

/** Features as recomputed, receipts that add up to the stored rows, no load and no connection left over. */
export async function expectSound(url: string, folder: string): Promise<void> {
  const context = makeContext(url, folder);
  expect(await verifyFeatures(context)).toMatchObject({ differing: 0 });
  const loads = await readLoads(context);
  expect(loads.map(({ state }) => state)).toEqual(loads.map(() => 'loaded'));
  const [sums] = await query(
    url,
    `select (select sum(inserted) from elute.load_files)::integer as inserted,
      ((select count(*) from elute.users) + (select count(*) from elute.compounds)
        + (select count(*) from elute.experiments))::integer as stored`,
  );
  expect(sums?.['inserted']).toBe(sums?.['stored']);
  await untilDisconnected(url);
}
