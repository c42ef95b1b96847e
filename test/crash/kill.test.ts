import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { readLoads } from '../../src/operations/read-loads.ts';
import { verifyFeatures } from '../../src/operations/verify-features.ts';
import { makeContext } from '../support/lab.ts';
import { cloneDatabase, dropDatabase, makeLab, mixLabs, nameOf } from './lab.ts';
import { type Kill, kinds, planKills, seed } from './schedule.ts';
import { readState, type State } from './state.ts';
import {
  type Place,
  refuseLeftProcesses,
  runElute,
  startElute,
  untilDisconnected,
} from './support.ts';

/** What is killed: a load of a folder over a database, and what it leaves when nothing disturbs it. */
interface Scenario {
  readonly template: string;
  readonly folder: string;
  readonly durationMs: number;
  readonly before: State;
  readonly after: State;
}

const root = mkdtempSync(join(tmpdir(), 'elute-kill-'));
const scenarios = new Map<string, Scenario>();
const fates: Record<string, number> = {};
let loaded = '';

beforeAll(async () => {
  const base = await makeLab(root, 20_000);
  const mixed = mixLabs(base, await makeLab(root, 22_000, 2));
  const large = await makeLab(root, 51_000);
  loaded = await cloneDatabase(inject('template'));
  await runElute({ url: loaded, directory: root }, 'load', base);
  const [first, update, check] = kinds;
  scenarios.set(first, await rehearse(inject('template'), large));
  scenarios.set(update, await rehearse(nameOf(loaded), mixed));
  scenarios.set(check, await rehearse(nameOf(loaded), base));
});

afterAll(async () => {
  await dropDatabase(loaded);
  rmSync(root, { recursive: true, force: true });
  if (process.env['ELUTE_TEST_KILLS']) process.stderr.write(`${JSON.stringify(fates, null, 2)}\n`);
});

afterEach(refuseLeftProcesses);

test.each(planKills().map((kill) => [kill.name, kill] as const))(
  `%s (seed ${seed})`,
  async (_, kill) => {
    const scenario = scenarios.get(kill.kind);
    if (scenario === undefined) throw new Error('the beginning failed');
    await withPlace(scenario.template, (place) => killAndRecover(scenario, place, kill));
  },
);

test('the kills were spread over all of a load', () => {
  expect(fates).toMatchObject({
    [`${kinds[0]}: nothing stored`]: expect.any(Number),
    [`${kinds[1]}: nothing stored`]: expect.any(Number),
  });
});

async function killAndRecover(
  { folder, durationMs, before, after }: Scenario,
  place: Required<Place>,
  { kind, stage, share }: Kill,
): Promise<void> {
  const running = startElute(place, 'load', folder);
  if (stage !== undefined) await running.printed(stage);
  await Promise.race([delay(share * durationMs), running.ended]);
  running.kill('SIGKILL');
  const { signal } = await running.ended;
  await untilDisconnected(place.url);

  const state = await readState(place.url);
  const isStored = !isDeepStrictEqual(state, before);
  if (isStored) expect(state).toEqual(after);
  const fate = isStored ? 'all stored' : 'nothing stored';
  const tally = `${kind}: ${signal === null ? 'ended before the kill' : fate}`;
  fates[tally] = (fates[tally] ?? 0) + 1;

  const context = makeContext(place.url, place.directory);
  const loads = await readLoads(context);
  const states = loads
    .slice(0, loads.length - (before['loads']?.rows ?? 0))
    .map((load) => load.state);
  expect([['loaded'], ['interrupted'], []]).toContainEqual(states);
  expect(states.includes('loaded')).toBe(isStored);

  const again = await runElute(place, 'load', folder);
  expect(again.code, again.stderr).toBe(isDeepStrictEqual(state, after) ? 0 : 3);
  expect(await readState(place.url)).toEqual(after);
  expect(await verifyFeatures(context)).toMatchObject({ differing: 0 });
  expect(readdirSync(join(place.directory, 'scratch'))).toEqual([]);
}

/** An undisturbed load. */
async function rehearse(template: string, folder: string): Promise<Scenario> {
  return withPlace(template, async (place) => {
    const before = await readState(place.url);
    const start = performance.now();
    const { code, stderr } = await runElute(place, 'load', folder);
    const durationMs = performance.now() - start;
    expect([0, 3], stderr).toContain(code);
    return { template, folder, durationMs, before, after: await readState(place.url) };
  });
}

async function withPlace<Result>(
  template: string,
  work: (place: Required<Place>) => Promise<Result>,
): Promise<Result> {
  const directory = mkdtempSync(join(root, 'place-'));
  const url = await cloneDatabase(template);
  try {
    return await work({ url, directory });
  } finally {
    await dropDatabase(url);
    rmSync(directory, { recursive: true, force: true });
  }
}
