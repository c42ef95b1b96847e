import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { verifyFeatures } from '../../src/operations/verify-features.ts';
import { type Running, refuseLeftProcesses, startElute } from '../crash/support.ts';
import { query, useDatabases } from '../support/database.ts';
import { makeContext, useFolders } from '../support/lab.ts';
import { tellByEventBridge, tellByS3, useQueues } from './queue.ts';
import { useBuckets } from './store.ts';

const makeDatabase = useDatabases();
const makeFolder = useFolders();
const makeBucket = useBuckets();
const makeQueue = useQueues();
afterEach(refuseLeftProcesses);

const objects = 40;
const rowsOfObject = 50;

interface Arriving {
  readonly key: string;
  readonly isPoison: boolean;
  readonly content: string;
  /** How often it is told of before it is there, and after. */
  readonly toldBefore: number;
  readonly toldAfter: number;
}

const arriving: readonly Arriving[] = Array.from({ length: objects }, (_, index) => {
  const isPoison = index % 8 === 3;
  const rows = Array.from({ length: rowsOfObject }, (__, row) => {
    const id = index * rowsOfObject + row + 1;
    return `${id},Name ${id},u${id}@lab.example,2021-01-02\n`;
  });
  return {
    key: `in/${index % 3}/users ${index}.csv`,
    isPoison,
    content: isPoison
      ? `no,table\n${index},2\n`
      : `user_id,name,email,signup_date\n${rows.join('')}`,
    toldBefore: index % 5 === 0 ? 1 : 0,
    toldAfter: index % 4,
  };
});

test('each object makes one load, whatever becomes of its events and of who works on it', async () => {
  const [databaseUrl, bucket, queue] = await Promise.all([
    makeDatabase(),
    makeBucket(),
    makeQueue(),
  ]);
  const folder = makeFolder();
  const start = (...args: string[]) => startElute({ url: databaseUrl, directory: folder }, ...args);
  const startWatch = () =>
    start(
      'watch',
      `s3://${bucket.name}/in/`,
      '--queue',
      queue.url,
      '--list-seconds',
      '2',
      '--concurrency',
      '0',
    );
  const startWorker = () => start('worker', '--concurrency', '2');
  const crew = makeCrew([startWatch, startWatch, startWorker, startWorker]);
  const tell = (key: string, time: number) =>
    queue.send(time % 2 === 0 ? tellByS3(bucket.name, key) : tellByEventBridge(bucket.name, key));

  const killing = crew.killUntilStopped();
  const late: (() => Promise<void>)[] = [];
  for (const { key, content, toldBefore, toldAfter } of arriving) {
    for (let time = 0; time < toldBefore; time += 1) await tell(key, time);
    await bucket.put(key, content);
    for (let time = 0; time < toldAfter; time += 1) late.push(() => tell(key, time));
    if (late.length > 10) await late.pop()?.();
    await delay(150); // The arrivals shall last for as long as the killing does; nothing is waited for.
  }
  for (const send of late.toReversed()) await send();
  await crew.stopKilling();
  await killing;

  const readLoads = () =>
    query<{ key: string; state: string; error: string | null; files: number }>(
      databaseUrl,
      `select request_id as key, state, error_code as error,
         (select count(*)::integer from elute.load_files f where f.load_id = l.load_id) as files
       from elute.loads l`,
    );
  await vi.waitFor(
    async () => {
      const loads = await readLoads();
      expect(loads.filter(({ state }) => state === 'loaded' || state === 'failed')).toHaveLength(
        objects,
      );
      expect(await queue.count()).toBe(0);
    },
    { timeout: 180_000, interval: 500 },
  );
  await crew.end();

  const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);
  expect((await readLoads()).sort(byKey)).toEqual(
    arriving
      .map(({ key, isPoison }) => ({
        key: `s3://${bucket.name}/${key}`,
        state: isPoison ? 'failed' : 'loaded',
        error: isPoison ? 'unknown_header' : null,
        files: isPoison ? 0 : 1,
      }))
      .sort(byKey),
  );
  const good = arriving.filter(({ isPoison }) => !isPoison).length;
  expect(
    await query(
      databaseUrl,
      'select count(*)::integer as rows, count(distinct file_id)::integer as files from elute.users',
    ),
  ).toEqual([{ rows: good * rowsOfObject, files: good }]);
  expect((await verifyFeatures(makeContext(databaseUrl, folder))).differences).toEqual([]);
  expect(crew.kills()).toBeGreaterThan(5);
});

/** Processes of which one after the other is killed with SIGKILL, and started again. */
function makeCrew(starts: readonly (() => Running)[]) {
  const running = starts.map((start) => start());
  const stopping = new AbortController();
  let kills = 0;
  return {
    kills: () => kills,
    killUntilStopped: async () => {
      for (let index = 0; !stopping.signal.aborted; index = (index + 1) % starts.length) {
        // Long enough for a process to come to work, short enough to catch it at that.
        await delay(700 + index * 150, undefined, { signal: stopping.signal }).catch(() => {});
        running[index]?.kill('SIGKILL');
        await running[index]?.ended;
        const start = starts[index];
        if (start) running[index] = start();
        kills += 1;
      }
    },
    stopKilling: async () => stopping.abort(),
    end: async () => {
      for (const one of running) one.kill('SIGTERM');
      await Promise.all(running.map(({ ended }) => ended));
    },
  };
}
