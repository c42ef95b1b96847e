import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LoadOptions, loadFiles } from '../../src/operations/load-files.ts';
import { undoLoad } from '../../src/operations/undo-load.ts';
import { verifyFeatures } from '../../src/operations/verify-features.ts';
import { useDatabases } from '../support/database.ts';
import {
  compoundsHeader,
  csv,
  experimentsHeader,
  makeContext,
  useFolders,
  usersHeader,
  writeFiles,
} from '../support/lab.ts';
import { type Delivery, delivery, writeDelivery } from './delivery.ts';
import { fileNames, makeLab } from './lab.ts';
import { readCounts, readRows } from './read-stored.ts';
import { seed } from './schedule.ts';
import { makeModel, permute, readModelRows, storeRows } from './serial-model.ts';
import { expectSound, loadAlone } from './sound.ts';
import { readContents } from './state.ts';

const makeDatabase = useDatabases();
const makeFolder = useFolders();

/** Two runs of the same case need not go the same way: nothing is gained by shrinking it. */
const settings = { seed, endOnFailure: true };

const pieces = fc.record({
  delaysMs: fc.array(fc.nat(100), { minLength: 3, maxLength: 3 }),
  /** Which of three loads bring each part of the file: one, two or all. */
  parts: fc.array(fc.subarray([0, 1, 2], { minLength: 1 }), { minLength: 8, maxLength: 8 }),
});

test('overlapping pieces of a file, loaded at once, give what the whole file gives', async () => {
  const lab = await makeLab(makeFolder(), 3000);
  const whole = await loadAlone(await makeDatabase(), lab, makeFolder());
  const [users = '', compounds = '', experiments = ''] = fileNames.map((name) => join(lab, name));
  const [header = '', ...lines] = readFileSync(experiments, 'utf8').trim().split('\n');
  const cut = (parts: number[][], load: number) =>
    [header, ...lines.filter((_, i) => parts[i % parts.length]?.includes(load))].join('\n');

  const property = fc.asyncProperty(pieces, async ({ delaysMs, parts }) => {
    const folder = makeFolder();
    const url = await makeDatabase();
    const context = makeContext(url, folder);
    await loadFiles(context, [users, compounds]);
    const loading = delaysMs.map(async (delayMs, load) => {
      const [path = ''] = writeFiles(folder, { [`${load}.csv`]: cut(parts, load) });
      await delay(delayMs);
      await loadFiles(context, [path]);
    });
    await Promise.all(loading);
    expect(await readContents(url)).toEqual(whole);
    await expectSound(url, folder);
  });
  await fc.assert(property, { ...settings, numRuns: 3 });
});

test('loads at once that contradict each other end as in one of the orders', async () => {
  const deliveries = fc.array(delivery, { minLength: 2, maxLength: 3 });
  const property = fc.asyncProperty(deliveries, async (several) => {
    const folder = makeFolder();
    const url = await makeDatabase();
    const loading = several.map((one, i) => loadDelivery(url, folder, one, `d${i}`));
    const outcomes = await Promise.all(loading);
    const loads = outcomes.flatMap(({ load }) => load ?? []);
    const stored = { rows: await readRows(url), counts: readCounts(loads) };
    const orders = permute(several.map((_, i) => i));
    expect(orders.map((order) => loadInOrder(several, order))).toContainEqual(stored);
    await expectSound(url, folder);
  });
  await fc.assert(property, { ...settings, numRuns: 8 });
});

test('an undo does not bring back rows that features without rows would hide', async () => {
  const folder = makeFolder();
  const context = makeContext(await makeDatabase(), folder);
  const load = (name: string, rows: readonly string[], options: LoadOptions = {}) =>
    loadFiles(context, writeFiles(folder, { [name]: csv(...(rows as [string])) }), options);
  await load('users', [usersHeader, '1,A,a@b.c,2024-01-01', '2,B,b@b.c,2024-01-01']);
  await load('compounds', [compoundsHeader, '1,Water,H2O']);
  await load('of-user-1', [experimentsHeader, '1,1,1,5']);
  await load('of-user-2', [experimentsHeader, '1,2,1,5']);
  await load('lone', [experimentsHeader, '9,1,1,100'], { featuresOnly: true });
  await expect(undoLoad(context, 4)).rejects.toMatchObject({ code: 'undo_refused' });
  await undoLoad(context, 5);
  await undoLoad(context, 4);
  expect(await verifyFeatures(context)).toMatchObject({ differing: 0, featuresOnlyUsers: 0 });
});

async function loadDelivery(url: string, folder: string, one: Delivery, name: string) {
  const paths = writeFiles(folder, writeDelivery(one, name));
  await delay(one.delayMs);
  return loadFiles(makeContext(url, folder), paths);
}

const tables = ['users', 'compounds', 'experiments'];

/** What is stored after deliveries that are loaded one after the other, `order` giving their numbers. */
function loadInOrder(deliveries: readonly Delivery[], order: readonly number[]) {
  const model = makeModel();
  const counts = order.map((i) =>
    storeRows(model, { load: i, name: `d${i}`, delivery: deliveries[i] as Delivery, tables }),
  );
  return { rows: readModelRows(model), counts: Object.assign({}, ...counts) };
}
