import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LoadOutcome, loadFiles } from '../../src/operations/load-files.ts';
import { query, useDatabases } from '../support/database.ts';
import { makeContext, useFolders, writeFiles } from '../support/lab.ts';
import { fileNames, makeLab } from './lab.ts';
import { seed } from './schedule.ts';
import {
  type Delivery,
  delivery,
  loadInOrder,
  permute,
  type Stored,
  writeDelivery,
} from './serial-model.ts';
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
    const stored: Stored = { rows: await readRows(url), counts: readCounts(outcomes) };
    const orders = permute(several.map((_, i) => i));
    expect(orders.map((order) => loadInOrder(several, order))).toContainEqual(stored);
    await expectSound(url, folder);
  });
  await fc.assert(property, { ...settings, numRuns: 8 });
});

async function loadDelivery(url: string, folder: string, one: Delivery, name: string) {
  const paths = writeFiles(folder, writeDelivery(one, name));
  await delay(one.delayMs);
  return loadFiles(makeContext(url, folder), paths);
}

function readCounts(outcomes: readonly LoadOutcome[]): Record<string, string> {
  const counted = outcomes.flatMap(({ load }) => load?.files ?? []);
  return Object.fromEntries(
    counted.map(({ path, counts }) => [
      basename(path),
      [counts?.inserted, counts?.updated, counts?.unchanged, counts?.rejected].join(' '),
    ]),
  );
}

async function readRows(url: string): Promise<Record<string, string>> {
  const rows = await query<{ key: string; value: string }>(
    url,
    `select dataset || ' ' || id as key, value || ' ' || regexp_replace(path, '.*/', '') || ':' || line as value
     from (
       select user_id as id, name as value, file_id, line from elute.users
       union all select compound_id, compound_name, file_id, line from elute.compounds
       union all
       select experiment_id, concat_ws(' ', user_id, experiment_compound_ids, experiment_run_time), file_id, line
       from elute.experiments
     ) stored join elute.load_files using (file_id)`,
  );
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
}
