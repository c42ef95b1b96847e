import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { readLoads } from '../../src/operations/read-loads.ts';
import { verifyFeatures } from '../../src/operations/verify-features.ts';
import { query } from '../support/database.ts';
import { makeContext } from '../support/lab.ts';
import { makeLab, mixLabs } from './lab.ts';
import { type Rehearsal, rehearse, useRoot, useTemplates, withPlace } from './rehearsal.ts';
import { type Kill, type Kind, planKills, seed } from './schedule.ts';
import { readState } from './state.ts';
import { type Place, runElute, startElute, untilDisconnected } from './support.ts';

/** A command over a database: what it does when nothing disturbs it, and how it ends when done again. */
interface Scenario extends Rehearsal {
  readonly template: string;
  readonly args: readonly string[];
  readonly again: { readonly unlessStored: number; readonly ifStored: number };
}

const load = { unlessStored: 3, ifStored: 0 };
const plan = { unlessStored: 3, ifStored: 3 };
/** Refused: it has been done already. */
const once = { unlessStored: 0, ifStored: 4 };

const root = useRoot('kill');
const makeTemplate = useTemplates(root);
const scenarios = new Map<Kind, Scenario>();
const fates: Record<string, number> = {};

beforeAll(async () => {
  const base = await makeLab(root, 20_000);
  const mixed = mixLabs(base, await makeLab(root, 22_000, 2));
  const large = await makeLab(root, 51_000);
  const empty = inject('template');
  const loaded = await makeTemplate(empty, 'load', base);
  const updated = await makeTemplate(loaded, 'load', mixed);
  const planned = await makeTemplate(loaded, 'load', mixed, '--plan');
  await addScenario('a first load', empty, load, 'load', large);
  await addScenario('a load of changed files', loaded, load, 'load', mixed);
  await addScenario('a load of files already loaded', loaded, load, 'load', base);
  await addScenario('an undo', updated, once, 'undo', '2');
  await addScenario('a plan', loaded, plan, 'load', mixed, '--plan');
  await addScenario(
    'a load of a plan',
    planned,
    { ...once, unlessStored: 3 },
    'load',
    '--apply',
    '2',
  );
}, 240_000);

afterAll(() => {
  if (process.env['ELUTE_TEST_KILLS']) process.stderr.write(`${JSON.stringify(fates, null, 2)}\n`);
});

test.each(planKills().map((kill) => [kill.name, kill] as const))(
  `%s (seed ${seed})`,
  async (_, kill) => {
    const scenario = scenarios.get(kill.kind);
    if (scenario === undefined) throw new Error('the beginning failed');
    await withPlace(root, scenario.template, (place) => killAndRecover(scenario, place, kill));
  },
);

test('the kills were spread over all of a load', () => {
  expect(fates).toMatchObject({
    'a first load: nothing stored': expect.any(Number),
    'a load of changed files: nothing stored': expect.any(Number),
    'an undo: nothing stored': expect.any(Number),
  });
});

async function killAndRecover(
  { args, durationMs, before, after, again }: Scenario,
  place: Required<Place>,
  { kind, stage, share }: Kill,
): Promise<void> {
  const earlier = await countLoads(place);
  const running = startElute(place, ...args);
  if (stage !== undefined) await running.printed(stage);
  await Promise.race([delay(share * durationMs), running.ended]);
  running.kill('SIGKILL');
  const { signal } = await running.ended;
  await untilDisconnected(place.url);

  const state = await readState(place.url);
  const isStored = !isDeepStrictEqual(state, before);
  if (isStored) expect(state).toEqual(after);
  const fate = isStored ? 'all stored' : 'nothing stored';
  count(`${kind}: ${signal === null ? 'ended before the kill' : fate}`);

  const context = makeContext(place.url, place.directory);
  const states = (await readLoads(context)).map((load) => load.state);
  expect(outcomes(kind, isStored)).toContainEqual(states.slice(0, states.length - earlier));

  const { code, stderr } = await runElute(place, ...args);
  const isSame = isDeepStrictEqual(state, after);
  expect(code, stderr).toBe(isSame ? again.ifStored : again.unlessStored);
  expect(await readState(place.url)).toEqual(after);
  expect(await verifyFeatures(context)).toMatchObject({ differing: 0 });
  expect(readdirSync(join(place.directory, 'scratch'))).toEqual([]);
}

/** The states that the loads a killed command began may have. */
function outcomes(kind: Kind, isStored: boolean): string[][] {
  if (kind === 'an undo') return [[]];
  if (kind === 'a plan') return [['planned'], ['interrupted'], []];
  return isStored ? [['loaded']] : [['interrupted'], []];
}

async function countLoads({ url }: Required<Place>): Promise<number> {
  const [row] = await query<{ loads: number }>(
    url,
    'select count(*)::integer as loads from elute.loads',
  );
  return row?.loads ?? 0;
}

function count(tally: string): void {
  fates[tally] = (fates[tally] ?? 0) + 1;
}

async function addScenario(
  kind: Kind,
  template: string,
  again: Scenario['again'],
  ...args: string[]
): Promise<void> {
  const rehearsal = await rehearse(root, template, args);
  scenarios.set(kind, { ...rehearsal, template, args, again });
}
