import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { startEmbeddedServer, stopEmbeddedServer } from '../../src/database/embedded/server.ts';
import { EluteError } from '../../src/errors.ts';
import { loadFiles } from '../../src/operations/load-files.ts';
import { readLoads } from '../../src/operations/read-loads.ts';
import { usePlaces } from '../database/embedded/places.ts';
import { query, useDatabases } from '../support/database.ts';
import { makeContext, useFolders } from '../support/lab.ts';
import { cloneDatabase, dropDatabase, makeLab } from './lab.ts';
import { commitGate, committing, copying, moments } from './moments.ts';
import { readState, type State } from './state.ts';
import {
  refuseLeftProcesses,
  runElute,
  startElute,
  strikeAt,
  until,
  untilDisconnected,
} from './support.ts';

const makeDatabase = useDatabases();
const makeFolder = useFolders();
const makePlace = usePlaces();
const root = mkdtempSync(join(tmpdir(), 'elute-lost-'));
let lab = '';
let before: State;
let after: State;

beforeAll(async () => {
  lab = await makeLab(root, 20_000);
  const url = await cloneDatabase(inject('template'));
  before = await readState(url);
  await loadFiles(makeContext(url, root), [lab]);
  after = await readState(url);
  await dropDatabase(url);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
afterEach(refuseLeftProcesses);

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

const outages = [
  ['is stopped', (directory: string) => stopEmbeddedServer(directory)],
  [
    'is restarted',
    async (directory: string) => {
      await stopEmbeddedServer(directory);
      await startEmbeddedServer(directory);
    },
  ],
  // The server takes a killed process for a crash, ends all others and recovers.
  ['crashes', (_: string, pid: number) => process.kill(pid, 'SIGKILL')],
] as const;

test.each(outages)('the embedded server %s in the middle of a load', async (_, strike) => {
  const directory = makePlace();
  const place = { directory };
  await runElute(place, 'database', 'migrate');
  const result = await strikeAt(await startEmbeddedServer(directory), copying, {
    load: () => startElute(place, 'load', lab).ended,
    strike: (pid) => strike(directory, pid),
  });
  const { code, stderr = '' } = result.status === 'fulfilled' ? result.value : { code: undefined };
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
});
