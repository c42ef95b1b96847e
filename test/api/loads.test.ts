import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { query } from '../support/database.ts';
import {
  compoundsHeader,
  csv,
  experimentsHeader,
  usersHeader,
  writeFiles,
} from '../support/lab.ts';
import { followLoad, listUploads, readAnswer, uploadFiles, waitForEnd } from './loads.ts';
import { useServers } from './server.ts';

const startServer = useServers();

const users = csv(usersHeader, '1,Ada,ada@lab.example,2024-01-01', 'x,Bo,b@lab.example,2024-01-02');
const compounds = csv(compoundsHeader, '1,Water,H2O');
const experiments = csv(experimentsHeader, '7,1,1;1,2.5', '8,1,1,3.5');
const files = { 'users.csv': users, 'compounds.csv': compounds, 'experiments.csv': experiments };

test('takes files, loads them in the background, and gives the receipt', async () => {
  const server = await startServer();
  const response = await uploadFiles(server, files);
  expect(response.status).toBe(202);
  const { loadId } = await readAnswer(response);
  expect(response.headers.get('location')).toBe(`/api/v1/loads/${loadId}`);
  const load = await waitForEnd(server, loadId);
  expect(load).toMatchObject({ state: 'loaded', progress: { stage: 'publish', rows: 5 } });
  expect(
    load.files.map(({ path, counts }) => [path, counts?.['inserted'], counts?.['rejected']]),
  ).toEqual([
    ['users.csv', 1, 1],
    ['compounds.csv', 1, 0],
    ['experiments.csv', 2, 0],
  ]);
  expect(load.requestedBy).toMatch(/^test admin \(token \d+\)$/);
  await expect.poll(() => listUploads(server), { timeout: 20_000 }).toEqual([]);
});

test('gives the rejects, and the file to mend', async () => {
  const server = await startServer();
  const { loadId } = await readAnswer(await uploadFiles(server, files));
  await waitForEnd(server, loadId);
  const { rejects } = await readAnswer(await server.ask(`/api/v1/loads/${loadId}/rejects`));
  expect(rejects).toMatchObject([{ place: 'users.csv:3', column: 'user_id', code: 'invalid_id' }]);
  const mend = await server.ask(`/api/v1/loads/${loadId}/rejects?format=csv`);
  expect(mend.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  const text = (await mend.text()).replace('x,Bo', '2,Bo');
  const mended = await readAnswer(await uploadFiles(server, { 'mend.csv': text }));
  expect(await waitForEnd(server, mended.loadId)).toMatchObject({
    state: 'loaded',
    mends: [{ loadId, rows: 1 }],
  });
});

test('tells states and progress as events, and goes on after the last one seen', async () => {
  const server = await startServer();
  const { loadId } = await readAnswer(await uploadFiles(server, files));
  const events = await followLoad(server, loadId);
  const states = events.filter(({ event }) => event === 'state').map(({ data }) => data['state']);
  expect(states).toEqual(['queued', 'running', 'loaded']);
  const stages = events.flatMap(({ data }) => data['stage'] ?? []);
  expect([...new Set(stages)]).toEqual([
    'survey',
    'read',
    'check',
    'compare',
    'compute',
    'publish',
  ]);
  const third = events[2]?.id ?? '';
  expect(await followLoad(server, loadId, third)).toEqual(events.slice(3));
});

test('one key means one load, also when both requests come at once', async () => {
  const server = await startServer();
  const send = () => uploadFiles(server, files, {}, { 'idempotency-key': 'night 12' });
  const sent = [send(), send(), send()];
  const loads = await Promise.all(sent.map(async (response) => readAnswer(await response)));
  loads.push(await readAnswer(await send()));
  expect(new Set(loads.map(({ loadId }) => loadId)).size).toBe(1);
  await waitForEnd(server, loads[0]?.loadId ?? 0);
  expect(await query(server.databaseUrl, 'select count(*)::integer from elute.loads')).toEqual([
    { count: 1 },
  ]);
});

test('files that were loaded before are left alone, and named', async () => {
  const server = await startServer();
  const first = await readAnswer(await uploadFiles(server, { 'a.csv': compounds }));
  await waitForEnd(server, first.loadId);
  const second = await readAnswer(await uploadFiles(server, { 'b.csv': compounds }));
  expect(await waitForEnd(server, second.loadId)).toMatchObject({
    state: 'loaded',
    files: [],
    leftAlone: { alreadyLoaded: [{ path: 'b.csv', loadId: first.loadId }], leftOut: [] },
  });
});

test('a plan is applied from the files that were kept for it', async () => {
  const server = await startServer();
  const planned = await readAnswer(await uploadFiles(server, files, { plan: true }));
  const plan = await waitForEnd(server, planned.loadId);
  expect(plan).toMatchObject({ state: 'planned', plan: { newScientists: 1 } });
  const applied = await server.ask(`/api/v1/loads/${planned.loadId}/apply`, { method: 'POST' });
  expect(applied.status).toBe(202);
  const { loadId } = await readAnswer(applied);
  expect(await waitForEnd(server, loadId)).toMatchObject({
    state: 'loaded',
    appliedPlan: planned.loadId,
  });
  const again = await server.ask(`/api/v1/loads/${planned.loadId}/apply`, { method: 'POST' });
  expect([again.status, (await readAnswer(again)).code]).toEqual([409, 'plan_outdated']);
  await expect.poll(() => listUploads(server), { timeout: 20_000 }).toEqual([]);
});

test('a plan that is applied twice at once under one key is one load, whose files stay', async () => {
  const server = await startServer();
  const planned = await readAnswer(await uploadFiles(server, files, { plan: true }));
  await waitForEnd(server, planned.loadId);
  const apply = () =>
    server.ask(`/api/v1/loads/${planned.loadId}/apply`, {
      method: 'POST',
      headers: { 'idempotency-key': 'once' },
    });
  const answers = await Promise.all([apply(), apply()]);
  const loads = await Promise.all(answers.map(readAnswer));
  expect(loads[0]?.loadId).toBe(loads[1]?.loadId);
  expect(await waitForEnd(server, loads[0]?.loadId ?? 0)).toMatchObject({ state: 'loaded' });
  expect(await readAnswer(await apply())).toMatchObject({ loadId: loads[0]?.loadId });
});

test('an upload whose options are refused in the end leaves nothing', async () => {
  const server = await startServer();
  const response = await uploadFiles(server, files, { webhook: 'https://lab.example/told' });
  expect(response.status).toBe(400);
  expect(listUploads(server)).toEqual([]);
});

test('undoes a load, and says why not', async () => {
  const server = await startServer();
  const first = await readAnswer(await uploadFiles(server, files));
  await waitForEnd(server, first.loadId);
  const changed = csv(experimentsHeader, '7,1,1,9.5');
  const second = await readAnswer(await uploadFiles(server, { 'experiments.csv': changed }));
  await waitForEnd(server, second.loadId);
  const undo = (loadId: number) => server.ask(`/api/v1/loads/${loadId}/undo`, { method: 'POST' });
  expect((await undo(first.loadId)).status).toBe(202);
  expect((await followLoad(server, first.loadId)).at(-1)).toMatchObject({
    event: 'undo_error',
    data: { undoError: { code: 'undo_refused' } },
  });
  await undo(second.loadId);
  await followLoad(server, second.loadId);
  await undo(first.loadId);
  expect((await followLoad(server, first.loadId)).at(-1)?.data).toEqual({ state: 'undone' });
  const refused = await undo(first.loadId);
  expect(refused.status).toBe(202);
});

test('a load that waits is cancelled at once', async () => {
  const server = await startServer({ concurrency: 0 });
  const { loadId } = await readAnswer(await uploadFiles(server, files));
  const cancelled = await server.ask(`/api/v1/loads/${loadId}/cancel`, { method: 'POST' });
  expect(await readAnswer(cancelled)).toMatchObject({
    state: 'interrupted',
    error: { code: 'interrupted', message: 'Cancelled; nothing was loaded.' },
  });
});

test('what cannot be loaded ends the load with its reason', async () => {
  const server = await startServer();
  const { loadId } = await readAnswer(await uploadFiles(server, { 'odd.csv': 'a,b\n1,2\n' }));
  expect(await waitForEnd(server, loadId)).toMatchObject({
    state: 'failed',
    error: { code: 'unknown_header' },
  });
});

test.each([
  ['no file', {}, {}, 'files holds no file'],
  ['a file without a name', { '..': 'x' }, {}, 'files has a file without a fit name'],
  ['options that are none', { 'a.csv': compounds }, { decimal: 'dot' }, 'options/decimal'],
  ['an unknown option', { 'a.csv': compounds }, { limit: 3 }, 'options'],
])('refuses an upload with %s, and keeps nothing', async (_, given, options, message) => {
  const server = await startServer();
  const response = await uploadFiles(server, given, options);
  expect(response.status).toBe(400);
  expect((await readAnswer(response)).detail).toContain(message);
  expect(listUploads(server)).toEqual([]);
});

test('refuses more bytes than an upload may bring, in all files together', async () => {
  const server = await startServer({ uploadLimit: 1500 });
  const half = `${compoundsHeader}\n${'1,Water,H2O\n'.repeat(80)}`;
  const response = await uploadFiles(server, { 'a.csv': half, 'b.csv': half });
  expect([response.status, (await readAnswer(response)).code]).toEqual([413, 'request_too_large']);
  expect(listUploads(server)).toEqual([]);
});

test('loads files by their paths below a root, and shows them by their place in it', async () => {
  const { folder, server } = await startWithRoot();
  writeFiles(join(folder, 'lab', '2024'), files);
  const response = await askForPaths(server, ['2024']);
  expect(response.status).toBe(202);
  const load = await waitForEnd(server, (await readAnswer(response)).loadId);
  expect(load.files.map(({ path }) => path).sort()).toEqual([
    '2024/compounds.csv',
    '2024/experiments.csv',
    '2024/users.csv',
  ]);
  expect(existsSync(join(folder, 'lab', '2024', 'users.csv'))).toBe(true);
});

test('no path leads out of a root', async () => {
  const { folder, server } = await startWithRoot();
  writeFiles(join(folder, 'other'), { 'users.csv': users });
  writeFiles(join(folder, 'lab'), { 'compounds.csv': compounds });
  symlinkSync(join(folder, 'other', 'users.csv'), join(folder, 'lab', 'link.csv'));
  symlinkSync(join(folder, 'other'), join(folder, 'lab', 'folder'));
  const cases: [string, number][] = [
    ['../other/users.csv', 400],
    ['x/../../other/users.csv', 400],
    [join(folder, 'other', 'users.csv'), 400],
    ['link.csv', 404],
    ['folder', 404],
    ['folder/users.csv', 404],
    ['{.,..}/other/*.csv', 404],
    ['nowhere.csv', 404],
  ];
  for (const [path, status] of cases) {
    const response = await askForPaths(server, [path]);
    const text = await response.text();
    expect([path, response.status]).toEqual([path, status]);
    expect(text).not.toContain(folder.concat('/lab'));
  }
});

async function startWithRoot() {
  const server = await startServer();
  const root = join(server.folder, 'lab');
  writeFiles(root, {});
  await server.stop();
  return { folder: server.folder, server: await startServer({ roots: [root] }) };
}

function askForPaths(server: Awaited<ReturnType<typeof startServer>>, paths: string[]) {
  return server.ask('/api/v1/loads', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ paths }),
  });
}
