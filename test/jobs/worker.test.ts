import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { generateFiles } from '../../src/operations/generate-files.ts';
import { verifyFeatures } from '../../src/operations/verify-features.ts';
import { readAnswer, uploadFiles, waitForEnd } from '../api/loads.ts';
import { type Server, useServers } from '../api/server.ts';
import { type Running, refuseLeftProcesses, startElute } from '../crash/support.ts';
import { query } from '../support/database.ts';
import { csv, makeContext, usersHeader } from '../support/lab.ts';

const startServer = useServers();
afterEach(refuseLeftProcesses);

const experiments = 200_000;

/** A server that leaves loads to others, with a load of generated files that waits. */
async function queueLoad() {
  const base = await startServer();
  await base.stop();
  const root = join(base.folder, 'lab');
  await generateFiles(makeContext(base.databaseUrl, base.folder), root, {
    users: 2000,
    experiments,
    compounds: 50,
    badRows: 0,
    seed: 1,
  });
  const server = await startServer({ concurrency: 0, roots: [root] });
  const response = await server.ask('/api/v1/loads', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ paths: ['*.csv'] }),
  });
  return { server, loadId: (await readAnswer(response)).loadId };
}

/** A worker of that server, as a process of its own. */
function startWorker({ databaseUrl, folder, service }: Server, ...args: string[]): Running {
  return startElute(
    { url: databaseUrl, directory: folder },
    'worker',
    '--upload-directory',
    service.uploads.folder,
    ...args,
  );
}

async function reached({ databaseUrl }: Server, stage: string): Promise<void> {
  await expect
    .poll(
      () =>
        query(databaseUrl, `select from elute.load_events where data ->> 'stage' = $1`, [stage]),
      { timeout: 60_000, interval: 20 },
    )
    .not.toEqual([]);
}

async function stop(worker: Running): Promise<number | null> {
  worker.kill('SIGTERM');
  return (await worker.ended).code;
}

async function expectLoadedOnce(server: Server): Promise<void> {
  expect(
    await query(server.databaseUrl, 'select count(*)::integer as count from elute.experiments'),
  ).toEqual([{ count: experiments }]);
  const context = makeContext(server.databaseUrl, server.folder);
  expect(await verifyFeatures(context)).toMatchObject({ experiments, differing: 0 });
}

test.each(['read', 'publish'])(
  'another worker takes up the load of one that was killed at "%s"',
  async (stage) => {
    const { server, loadId } = await queueLoad();
    const first = startWorker(server);
    await reached(server, stage);
    first.kill('SIGKILL');
    await first.ended;
    const second = startWorker(server);
    expect(await waitForEnd(server, loadId)).toMatchObject({ state: 'loaded' });
    await expectLoadedOnce(server);
    expect(await stop(second)).toBe(0);
  },
  120_000,
);

test('a worker that is told to stop gives its load back when it takes too long', async () => {
  const { server, loadId } = await queueLoad();
  const first = startWorker(server, '--drain-seconds', '1');
  await reached(server, 'survey');
  expect(await stop(first)).toBe(0);
  const [load] = await query(
    server.databaseUrl,
    'select state, error_code from elute.loads where load_id = $1',
    [loadId],
  );
  expect([
    { state: 'queued', error_code: null },
    { state: 'loaded', error_code: null },
  ]).toContainEqual(load);
  const second = startWorker(server);
  expect(await waitForEnd(server, loadId)).toMatchObject({ state: 'loaded' });
  await expectLoadedOnce(server);
  await stop(second);
}, 120_000);

test('a running load is cancelled, and leaves nothing', async () => {
  const { server, loadId } = await queueLoad();
  const worker = startWorker(server);
  await reached(server, 'read');
  await server.ask(`/api/v1/loads/${loadId}/cancel`, { method: 'POST' });
  expect(await waitForEnd(server, loadId)).toMatchObject({
    state: 'interrupted',
    error: { code: 'interrupted', message: 'Cancelled; nothing was loaded.' },
  });
  expect(await query(server.databaseUrl, 'select from elute.users limit 1')).toEqual([]);
  await stop(worker);
}, 120_000);

test('two workers share the loads of a server, each load done once', async () => {
  const server = await startServer({ concurrency: 0 });
  const loads = await Promise.all(
    Array.from({ length: 8 }, async (_, i) => {
      const rows = Array.from(
        { length: 50 },
        (_, j) => `${i * 50 + j + 1},U,u@lab.example,2024-01-01`,
      );
      const sent = await uploadFiles(server, { [`users-${i}.csv`]: csv(usersHeader, ...rows) });
      return (await readAnswer(sent)).loadId;
    }),
  );
  const workers = [startWorker(server), startWorker(server)];
  for (const loadId of loads)
    expect(await waitForEnd(server, loadId)).toMatchObject({ state: 'loaded' });
  const running = await query(
    server.databaseUrl,
    `select load_id from elute.load_events where data ->> 'state' = 'running'`,
  );
  expect(running.length).toBe(loads.length);
  expect(await query(server.databaseUrl, 'select count(*)::integer from elute.users')).toEqual([
    { count: 400 },
  ]);
  for (const worker of workers) await stop(worker);
}, 120_000);

test('a load whose workers all die is given up, and says so', async () => {
  const { server, loadId } = await queueLoad();
  await query(server.databaseUrl, 'update elute_queue._private_jobs set max_attempts = 1');
  const first = startWorker(server);
  await reached(server, 'read');
  first.kill('SIGKILL');
  await first.ended;
  const second = startWorker(server);
  expect(await waitForEnd(server, loadId)).toMatchObject({
    state: 'failed',
    error: { code: 'worker_lost' },
  });
  await stop(second);
}, 120_000);
