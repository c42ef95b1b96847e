import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, inject, test } from 'vitest';
import { verifyFeatures } from '../../src/operations/verify-features.ts';
import { query } from '../support/database.ts';
import { makeContext } from '../support/lab.ts';
import { makeLab, mixLabs } from './lab.ts';
import { commitGate, committing, type Moment, undoMoments, updateMoments } from './moments.ts';
import { type Rehearsal, rehearse, useRoot, useTemplates, withPlace } from './rehearsal.ts';
import { drawHalf } from './schedule.ts';
import { readStanding, readState, type State } from './state.ts';
import { strikeAt } from './strike.ts';
import {
  type Ending,
  ofElute,
  type Place,
  type Running,
  runElute,
  startElute,
  until,
  untilDisconnected,
} from './support.ts';

/** A command over a database, and what it does when nothing disturbs it. */
interface Scenario extends Rehearsal {
  readonly template: string;
  readonly args: readonly string[];
  readonly code: number;
}

const root = useRoot('undo');
const makeTemplate = useTemplates(root);
const scenarios = new Map<string, Scenario>();
let standing: State;

beforeAll(async () => {
  const base = await makeLab(root, 3000);
  const mixed = mixLabs(base, await makeLab(root, 3300, 2));
  const loaded = await makeTemplate(inject('template'), 'load', base);
  const updated = await makeTemplate(loaded, 'load', mixed);
  const planned = await makeTemplate(loaded, 'load', mixed, '--plan');
  standing = await withPlace(root, loaded, ({ url }) => readStanding(url));
  await addScenario('an undo', { template: updated, args: ['undo', '2'], code: 0 });
  await addScenario('a plan', { template: loaded, args: ['load', mixed, '--plan'], code: 3 });
  await addScenario('a load of a plan', {
    template: planned,
    args: ['load', '--apply', '2'],
    code: 3,
  });
}, 240_000);

const cases = [
  ...undoMoments.map((moment) => ['an undo', moment.name, moment] as const),
  ...updateMoments.map((moment) => ['a load of a plan', moment.name, moment] as const),
  ...updateMoments.slice(-1).map((moment) => ['a plan', moment.name, moment] as const),
];

test.each(drawHalf(cases))('SIGINT ends %s while %s', async (name, _, moment) => {
  await withScenario(name, async (scenario, place) => {
    expectInterrupted(await strike(scenario, place, moment, 'SIGINT'));
    await expectDoneAgain(scenario, place);
  });
});

test('SIGTERM ends an undo', async () => {
  await withScenario('an undo', async (scenario, place) => {
    expectInterrupted(await strike(scenario, place, undoMoments[1], 'SIGTERM'));
    await expectDoneAgain(scenario, place);
  });
});

test.each([
  ...drawHalf(cases),
  ['an undo', committing.name, committing] as const,
  ['a load of a plan', committing.name, committing] as const,
])('the server ends the connection of %s while %s', async (name, _, moment) => {
  await withScenario(name, async (scenario, place) => {
    if (moment === committing) await query(place.url, commitGate);
    const { code, stderr } = await strike(scenario, place, moment, (pid) =>
      query(place.url, 'select pg_terminate_backend($1)', [pid]),
    );
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(/what was not finished was rolled back\. Try again\.$/m);
    await expectDoneAgain(scenario, place);
  });
});

test('SIGINT while a load of a plan is committed is too late', () =>
  withScenario('a load of a plan', expectTooLate));

// It says "nothing was changed" though the server commits: `undoLoad` does not ask what came of it.
test('SIGINT while an undo is committed is too late', () => withScenario('an undo', expectTooLate));

test('an undo leaves rows and features as they were before the load', async () => {
  await withScenario('an undo', async ({ args }, place) => {
    expect(await readStanding(place.url)).not.toEqual(standing);
    expect(await runElute(place, ...args)).toMatchObject({ code: 0 });
    expect(await readStanding(place.url)).toEqual(standing);
  });
});

async function expectTooLate(scenario: Scenario, place: Required<Place>): Promise<void> {
  await query(place.url, commitGate);
  const { code, stderr } = await strike(
    scenario,
    place,
    committing,
    async (pid, running, release) => {
      running.kill('SIGINT');
      await untilAsking(place.url, pid, running);
      await release();
    },
  );
  await untilDisconnected(place.url);
  expect(await readState(place.url)).toEqual(scenario.after);
  expect(code, stderr).toBe(scenario.code);
}

/** Waits until a program has left the connection that commits, and asks on another what came of it. */
async function untilAsking(url: string, committingPid: number, running: Running): Promise<void> {
  let isOver = false;
  void running.ended.then(() => {
    isOver = true;
  });
  await until('the program to ask', async () => {
    const asking = await query(
      url,
      `select from pg_stat_activity where ${ofElute} and wait_event_type = 'Lock' and pid <> $1`,
      [committingPid],
    );
    return isOver || asking.length > 0 || undefined;
  });
}

type Blow = (pid: number, running: Running, release: () => Promise<void>) => unknown;

/** Strikes a command that is held up, and waits for its end: it must not need the lock for that. */
async function strike(
  { args }: Scenario,
  place: Required<Place>,
  moment: Moment | undefined,
  blow: NodeJS.Signals | Blow,
): Promise<Ending> {
  if (moment === undefined) throw new Error('there is no such moment');
  const running = startElute(place, ...args);
  const result = await strikeAt(place.url, moment, {
    load: () => running.ended,
    strike: (pid, release) =>
      typeof blow === 'string' ? running.kill(blow) : blow(pid, running, release),
  });
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

function expectInterrupted({ code, stdout, stderr }: Ending): void {
  expect({ code, stdout }, stderr).toEqual({ code: 130, stdout: '' });
  expect(stderr).toMatch(/^elute: Interrupted; nothing was (changed|loaded)\./m);
}

/** Nothing has been done; done again, all of it is. */
async function expectDoneAgain(
  { args, code, before, after }: Scenario,
  place: Required<Place>,
): Promise<void> {
  await untilDisconnected(place.url);
  expect(await readState(place.url)).toEqual(before);
  expect(readdirSync(join(place.directory, 'scratch'))).toEqual([]);
  const again = await runElute(place, ...args);
  expect(again.code, again.stderr).toBe(code);
  expect(await readState(place.url)).toEqual(after);
  const context = makeContext(place.url, place.directory);
  expect(await verifyFeatures(context)).toMatchObject({ differing: 0 });
}

async function withScenario(
  name: string,
  work: (scenario: Scenario, place: Required<Place>) => Promise<void>,
): Promise<void> {
  const scenario = scenarios.get(name);
  if (scenario === undefined) throw new Error('the beginning failed');
  await withPlace(root, scenario.template, (place) => work(scenario, place));
}

async function addScenario(
  name: string,
  command: Pick<Scenario, 'template' | 'args' | 'code'>,
): Promise<void> {
  scenarios.set(name, { ...command, ...(await rehearse(root, command.template, command.args)) });
}
