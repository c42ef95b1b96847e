import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startEmbeddedServer, stopEmbeddedServer } from '../../src/database/embedded/server.ts';
import { EluteError } from '../../src/errors.ts';
import { loadFiles } from '../../src/operations/load-files.ts';
import { readLoads } from '../../src/operations/read-loads.ts';
import { query, useDatabases } from '../support/database.ts';
import { makeContext, useFolders } from '../support/lab.ts';
import { makeLab } from './lab.ts';
import { commitGate, committing, copying, moments } from './moments.ts';
import { rehearse, useRoot } from './rehearsal.ts';
import { seed } from './schedule.ts';
import { readState, type State } from './state.ts';
import { strikeAt } from './strike.ts';
import { runElute, startElute, until, untilDisconnected } from './support.ts';

const makeDatabase = useDatabases();
const makeFolder = useFolders();
const root = useRoot('lost');
/** Of a server of these tests alone. */
const directory = join(root, '.elute');
let lab = '';
let before: State;
let after: State;

beforeAll(async () => {
  lab = await makeLab(root, 20_000);
  ({ before, after } = await rehearse(root, inject('template'), ['load', lab]));
});
afterAll(() => stopEmbeddedServer(directory));

const lost = /closed the connection; what was not finished was rolled back\. Try again\.$/;

test.each([...moments, committing])('the server ends the connection: $name', async (moment) => {
  const url = await makeDatabase();
  const context = makeContext(url, makeFolder());
  if (moment === committing) await query(url, commitGate);
  const result = await strikeAt(url, moment, {
    load: () => loadFiles(context, [lab]),
    strike: (pid) => query(url, 'select pg_terminate_backend($1)', [pid]),
  });
  const reason: unknown = result.status === 'rejected' ? result.reason : undefined;
  expect(reason).toBeInstanceOf(EluteError);
  expect(reason).toMatchObject({ code: 'connection_lost', message: expect.stringMatching(lost) });
  await untilDisconnected(url);
  expect(await readState(url)).toEqual(before);
  expect(await readLoads(context)).toMatchObject([
    { state: 'failed', error: { code: 'connection_lost' } },
  ]);
  await loadFiles(context, [lab]);
  await untilDisconnected(url);
  expect(await readState(url)).toEqual(after);
});

test('the server ends the connection at any moment', async () => {
  const property = fc.asyncProperty(fc.nat(800), async (delayMs) => {
    const url = await makeDatabase();
    const context = makeContext(url, makeFolder());
    const loading = Promise.allSettled([loadFiles(context, [lab])]);
    await delay(delayMs);
    await query(
      url,
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'elute'`,
    );
    const [result] = await loading;
    const isLost = result.status === 'rejected';
    if (isLost) expect(result.reason).toMatchObject({ code: 'connection_lost' });
    await untilDisconnected(url);
    expect(await readState(url)).toEqual(isLost ? before : after);
    await loadFiles(context, [lab]);
    expect(await readState(url)).toEqual(after);
  });
  await fc.assert(property, { seed, numRuns: 5, endOnFailure: true });
});

const outages = {
  'is stopped': () => stopEmbeddedServer(directory),
  'is restarted': async () => {
    await stopEmbeddedServer(directory);
    await startEmbeddedServer(directory);
  },
  // The server takes a killed process for a crash, ends all others and recovers.
  crashes: (pid: number) => process.kill(pid, 'SIGKILL'),
};

test.each(Object.entries(outages))(
  'the embedded server %s in the middle of a load',
  async (_, strike) => {
    const place = { directory };
    const firstUrl = await startEmbeddedServer(directory);
    await query(firstUrl, 'drop schema if exists elute cascade');
    await runElute(place, 'database', 'migrate');
    const result = await strikeAt(firstUrl, copying, {
      load: () => startElute(place, 'load', lab).ended,
      strike,
    });
    const { code, stderr = '' } =
      result.status === 'fulfilled' ? result.value : { code: undefined };
    expect(code, stderr).toBe(2);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(lost);
    expect(stderr).not.toMatch(/^ {4}at /m);

    const url = await until('the server to accept connections', async () => {
      const found = await startEmbeddedServer(directory);
      return query(found, 'select 1').then(
        () => found,
        () => undefined,
      );
    });
    expect(await readState(url)).toEqual(before);
    const { stdout } = await runElute(place, 'loads', '--json');
    expect(['failed', 'interrupted']).toContain(JSON.parse(stdout)[0].state);
    expect(await runElute(place, 'load', lab)).toMatchObject({ code: 3 });
    expect(await readState(url)).toEqual(after);
  },
);
