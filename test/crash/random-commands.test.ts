import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, inject, test } from 'vitest';
import type { Load } from '../../src/domain/load.ts';
import { isBalanced } from '../../src/domain/receipt.ts';
import { readLoads } from '../../src/operations/read-loads.ts';
import { verifyFeatures } from '../../src/operations/verify-features.ts';
import { makeContext } from '../support/lab.ts';
import { type Action, type Attempt, action, attempt, expectTruth, plan } from './actions.ts';
import type { Delivery } from './delivery.ts';
import { type Publication, readPublications, replay } from './published.ts';
import { readCounts, readFeatures, readRows } from './read-stored.ts';
import { useRoot, withPlace } from './rehearsal.ts';
import { seed } from './schedule.ts';
import { readModelFeatures, readModelRows } from './serial-model.ts';
import { type Place, untilDisconnected } from './support.ts';

const root = useRoot('random');
const tally: Record<string, number> = {};
const campaign = process.env['ELUTE_TEST_KILLS'];

afterAll(() => {
  if (campaign) process.stderr.write(`${JSON.stringify(tally, null, 2)}\n`);
});

/** One after the other, what stands in one happens at once; between two, there is time for one plan. */
const waves = fc.tuple(severalActions(), plan, severalActions());

function severalActions() {
  return fc.array(action, { minLength: 5, maxLength: 7 });
}

const cases = fc.sample(waves, { seed, numRuns: Math.ceil(Number(campaign ?? 12) / 6) });

test.each(cases.map((all, i) => [i + 1, all] as const))(
  `loads, plans, undos and kills at once end as in the order in which they were published: %i (seed ${seed})`,
  async (_, all) => {
    await withPlace(root, inject('template'), async (place) => {
      const deliveries = new Map<string, Delivery>();
      for (const [i, wave] of all.entries()) {
        for (const [j, one] of wave.entries()) deliveries.set(`w${i}a${j}`, one.delivery);
        await runWave(place, `w${i}`, wave);
        await expectSerial(place, deliveries);
      }
    });
  },
);

async function runWave(
  place: Required<Place>,
  name: string,
  wave: readonly Action[],
): Promise<void> {
  const context = makeContext(place.url, place.directory);
  const known = await readLoads(context);
  const attempts = await Promise.all(
    wave.map((one, i) => attempt(place, { name: `${name}a${i}`, known }, one)),
  );
  await untilDisconnected(place.url);
  const loads = await readLoads(context);
  for (const one of attempts) expectTruth(one, loads);
  for (const one of attempts) tallyAttempt(one);
  tallyOverlaps(loads.slice(0, loads.length - known.length));
}

/** All as the model has it, whatever was killed or refused. */
async function expectSerial(
  place: Required<Place>,
  deliveries: ReadonlyMap<string, Delivery>,
): Promise<void> {
  const { url, directory } = place;
  const context = makeContext(url, directory);
  const publications = await readPublications(url);
  const { model, counts, faults } = replay(publications, deliveries);
  const about = JSON.stringify(publications);
  expect(faults, about).toEqual([]);
  expect(await readRows(url), about).toEqual(readModelRows(model));
  expect(await readFeatures(url), about).toEqual(readModelFeatures(model));
  const loads = await readLoads(context);
  expectReceipts(loads, counts);
  expectPlansHeld(publications, loads);
  expect(await verifyFeatures(context)).toMatchObject({ differing: 0 });
  expect(readdirSync(join(directory, 'scratch'))).toEqual([]);
}

function expectReceipts(loads: readonly Load[], counts: Readonly<Record<string, string>>): void {
  expect(loads.filter(({ state }) => state === 'running')).toEqual([]);
  const published = loads.filter(({ state }) => state === 'loaded' || state === 'undone');
  const found = published.flatMap((load) =>
    Object.entries(readCounts([load])).map(([file, text]) => [`${load.loadId} ${file}`, text]),
  );
  expect(Object.fromEntries(found)).toEqual(counts);
  for (const file of published.flatMap(({ files }) => files))
    expect(file.counts && isBalanced(file.counts)).toBe(true);
}

/** Between a plan and its load nothing was published. */
function expectPlansHeld(publications: readonly Publication[], loads: readonly Load[]): void {
  const timeOf = (id: number | null) => loads.find(({ loadId }) => loadId === id)?.finishedAt ?? 0;
  for (const [i, { load, isUndo, appliedPlan }] of publications.entries()) {
    const last = publications[i - 1];
    if (isUndo || appliedPlan === null || last === undefined) continue;
    const before = loads.find(({ loadId }) => loadId === last.load);
    const lastAt = (last.isUndo ? before?.undoneAt : before?.finishedAt) ?? 0;
    expect(Number(lastAt), `load ${load}`).toBeLessThanOrEqual(Number(timeOf(appliedPlan)));
  }
}

function tallyAttempt({ action: { verb }, ending: { code, signal } }: Attempt): void {
  const fates: Record<string, string> = { 0: 'done', 2: 'no such load', 3: 'done', 4: 'refused' };
  const fate = signal ?? (code === 130 ? 'interrupted' : fates[String(code)]);
  count(`${verb}: ${fate}`);
}

function tallyOverlaps(loads: readonly Load[]): void {
  for (const [i, one] of loads.entries())
    for (const other of loads.slice(i + 1))
      if (other.finishedAt && other.finishedAt > one.startedAt) count('pairs of overlapping loads');
}

function count(what: string): void {
  tally[what] = (tally[what] ?? 0) + 1;
}
