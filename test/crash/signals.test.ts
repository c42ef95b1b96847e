import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, inject, test } from 'vitest';
import { readLoads } from '../../src/operations/read-loads.ts';
import { query, useDatabases } from '../support/database.ts';
import { makeContext, useFolders } from '../support/lab.ts';
import { makeLab } from './lab.ts';
import { commitGate, committing, type Moment, moments } from './moments.ts';
import { rehearse, useRoot } from './rehearsal.ts';
import { drawHalf, stages } from './schedule.ts';
import { readState, type State } from './state.ts';
import { holdUp, strikeAt, untilBlocked, untilTableAwaited } from './strike.ts';
import { type Ending, type Place, runElute, startElute, untilDisconnected } from './support.ts';

const makeDatabase = useDatabases();
const makeFolder = useFolders();
const root = useRoot('signals');
let lab = '';
let before: State;
let after: State;

beforeAll(async () => {
  lab = await makeLab(root, 20_000);
  ({ before, after } = await rehearse(root, inject('template'), ['load', lab]));
});

const signals = ['SIGINT', 'SIGTERM'] as const;

test.each(
  drawHalf(
    moments.flatMap((moment) => signals.map((signal) => [signal, moment.name, moment] as const)),
  ),
)('%s while %s', async (signal, _, moment) => {
  const place = await makeDatabasePlace();
  await expectNothingLoaded(place, await strikeWith(signal, place, moment));
  await expectLoadsAgain(place);
});

test.each(drawHalf(stages))('SIGINT when the stage "%s" begins', async (stage) => {
  const place = await makeDatabasePlace();
  const running = startElute(place, 'load', lab);
  await running.printed(stage);
  running.kill('SIGINT');
  const ending = await running.ended;
  // Near its end a load may be over before the signal arrives; then it must say so.
  if (ending.code === 3) await expectLoaded(place, ending);
  else await expectNothingLoaded(place, ending);
  await expectLoadsAgain(place);
});

test.each(signals)('%s while the load is committed is too late', async (signal) => {
  const place = await makeDatabasePlace();
  await query(place.url, commitGate);
  const ending = await strikeWith(signal, place, committing, async (release) => {
    // By then the program has closed the connection that commits, and asks on another what came of it.
    await untilBlocked(place.url, 'update elute.loads');
    await release();
  });
  await expectLoaded(place, ending);
});

test.each([
  ['its receipt', 'loads', '-- Loads, newest first'],
  ['its rejects', 'rejects', 'select'],
])('SIGINT while a published load reads %s is too late', async (_, table, beginning) => {
  const place = await makeDatabasePlace();
  await query(place.url, commitGate);
  const running = startElute(place, 'load', lab);
  const result = await strikeAt(place.url, committing, {
    load: () => running.ended,
    strike: async (_pid, release) => {
      const holding = holdUp(place.url, `lock table elute.${table}`);
      await untilTableAwaited(place.url, table);
      await release();
      const releaseTable = await holding;
      await untilBlocked(place.url, beginning).finally(() => running.kill('SIGINT'));
      await releaseTable();
    },
  });
  await expectLoaded(place, result.status === 'fulfilled' ? result.value : undefined);
});

test.each(signals)('%s while the receipt is printed is too late', async (signal) => {
  const place = await makeDatabasePlace();
  const running = startElute(place, 'load', lab);
  await running.printed('Load 1: loaded');
  running.kill(signal);
  await expectLoaded(place, await running.ended);
});

async function makeDatabasePlace(): Promise<Required<Place>> {
  return { url: await makeDatabase(), directory: makeFolder() };
}

/** Sends a signal to a load that is held up, and waits for its end: it must not need the lock for that. */
async function strikeWith(
  signal: NodeJS.Signals,
  place: Required<Place>,
  moment: Moment,
  then?: (release: () => Promise<void>) => Promise<void>,
): Promise<Ending> {
  const running = startElute(place, 'load', lab);
  const result = await strikeAt(place.url, moment, {
    load: () => running.ended,
    strike: async (_, release) => {
      running.kill(signal);
      await then?.(release);
    },
  });
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

async function expectNothingLoaded({ url, directory }: Required<Place>, ending: Ending) {
  expect(ending).toMatchObject({ code: 130, signal: null, stdout: '' });
  expect(ending.stderr.trimEnd().split('\n').at(-1)).toMatch(
    /^elute: Interrupted; nothing was (loaded\. Load the files again|changed)\.$/,
  );
  await untilDisconnected(url);
  expect(await readState(url)).toEqual(before);
  const loads = await readLoads(makeContext(url, directory));
  expect([[], ['interrupted']]).toContainEqual(loads.map(({ state }) => state));
  const scratch = join(directory, 'scratch');
  expect(existsSync(scratch) ? readdirSync(scratch) : []).toEqual([]);
}

async function expectLoaded({ url }: Required<Place>, ending: Ending | undefined) {
  expect(ending).toMatchObject({ code: 3, stdout: expect.stringContaining('Load 1: loaded') });
  expect(await readState(url)).toEqual(after);
}

async function expectLoadsAgain(place: Required<Place>): Promise<void> {
  await runElute(place, 'load', lab);
  expect(await readState(place.url)).toEqual(after);
}
