import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { verifyFeatures } from '../../src/operations/verify-features.ts';
import { readAnswer, uploadFiles, waitForEnd } from '../api/loads.ts';
import { type Server, useServers } from '../api/server.ts';
import { refuseLeftProcesses, startElute } from '../crash/support.ts';
import { query } from '../support/database.ts';
import {
  compoundsHeader,
  csv,
  experimentsHeader,
  makeContext,
  usersHeader,
} from '../support/lab.ts';

const startServer = useServers();
afterEach(refuseLeftProcesses);

const seconds = Number(process.env['ELUTE_SOAK_SECONDS'] ?? 5);
const users = 200;
const rowsOfLoad = 3000;

/** What is expected to be stored: user and run time of every experiment, by id. */
type Model = Map<number, { user: number; time: number }>;

interface Soak {
  readonly server: Server;
  readonly model: Model;
  readonly isOver: () => boolean;
  readonly counts: Record<string, number>;
}

test(
  `loads, reads, changes and killed workers for ${seconds} s: every row is there, once`,
  async () => {
    const server = await startServer({ concurrency: 1 });
    await waitForEnd(server, await upload(server, makeBase()));
    const until = performance.now() + seconds * 1000;
    const counts: Record<string, number> = {};
    const soak = { server, model: new Map(), counts, isOver: () => performance.now() > until };
    await Promise.all([
      ...[1, 2, 3].map((lane) => loadOn(soak, lane * 100_000_000)),
      changeOn(soak, 900_000_000),
      readOn(soak),
      killOn(soak),
    ]);
    process.stderr.write(`${JSON.stringify(counts)}\n`);
    await expectModel(soak);
  },
  seconds * 1000 + 240_000,
);

function makeBase() {
  return {
    'users.csv': csv(
      usersHeader,
      ...range(users).map((i) => `${i + 1},U${i},u${i}@lab.example,2024-01-01`),
    ),
    'compounds.csv': csv(compoundsHeader, ...range(20).map((i) => `${i + 1},C${i},H2O`)),
  };
}

async function upload(server: Server, files: Readonly<Record<string, string>>): Promise<number> {
  const response = await uploadFiles(server, files);
  expect(response.status).toBe(202);
  return (await readAnswer(response)).loadId;
}

/** One load after the other, each of rows of its own. */
async function loadOn({ server, model, isOver, counts }: Soak, base: number): Promise<void> {
  for (let number = 0; !isOver(); number++) {
    const rows = range(rowsOfLoad).map((i) => {
      const id = base + number * rowsOfLoad + i;
      return { id, user: (id % users) + 1, time: (id % 1000) / 8 };
    });
    const lines = rows.map(({ id, user, time }) => `${id},${user},${(id % 20) + 1},${time}`);
    const loadId = await upload(server, { 'runs.csv': csv(experimentsHeader, ...lines) });
    expect(await waitForEnd(server, loadId)).toMatchObject({ state: 'loaded' });
    for (const { id, user, time } of rows) model.set(id, { user, time });
    count(counts, 'loads');
  }
}

/** Experiments made, changed and deleted one by one. */
async function changeOn({ server, model, isOver, counts }: Soak, base: number): Promise<void> {
  const send = (method: string, path: string, body?: object, headers = {}) =>
    server.ask(`/api/v1/experiments${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
      headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
    });
  for (let id = base; !isOver(); id++) {
    const row = { experiment_id: id, user_id: (id % users) + 1, experiment_run_time: 1.5 };
    const created = await repeatWhileBusy(() =>
      send('POST', '', { ...row, experiment_compound_ids: [1, 2] }),
    );
    expect(created.status).toBe(201);
    model.set(id, { user: row.user_id, time: row.experiment_run_time });
    if (id % 3 === 0) {
      const match = { 'if-match': created.headers.get('etag') ?? '' };
      const deleted = await repeatWhileBusy(() => send('DELETE', `/${id}`, undefined, match));
      expect(deleted.status).toBe(204);
      model.delete(id);
    } else if (id % 3 === 1) {
      const changed = await repeatWhileBusy(() =>
        send('PATCH', `/${id}`, { experiment_run_time: 2.5 }, { 'if-match': '*' }),
      );
      expect(changed.status).toBe(200);
      model.set(id, { user: row.user_id, time: 2.5 });
    }
    count(counts, 'changes');
  }
}

async function repeatWhileBusy(send: () => Promise<Response>): Promise<Response> {
  for (;;) {
    const response = await send();
    if (response.status !== 503) return response;
    await response.body?.cancel();
  }
}

async function readOn({ server, isOver, counts }: Soak): Promise<void> {
  while (!isOver()) {
    const user = 1 + Math.floor(Math.random() * users);
    const response = await server.ask(`/api/v1/features/${user}`);
    expect(response.status).toBe(200);
    await response.body?.cancel();
    count(counts, 'reads');
    await delay(20);
  }
}

/** Workers of their own beside the server's, each killed after a while; the last of them stays. */
async function killOn({ server, isOver, counts }: Soak): Promise<void> {
  const place = { url: server.databaseUrl, directory: server.folder };
  while (!isOver()) {
    const worker = startElute(place, 'worker', '--upload-directory', server.service.uploads.folder);
    await worker.printed('working');
    await delay(500 + Math.random() * 4000);
    worker.kill('SIGKILL');
    await worker.ended;
    count(counts, 'kills');
  }
}

async function expectModel({ server, model }: Soak): Promise<void> {
  const rows = await query<{ id: string; user: string; time: number }>(
    server.databaseUrl,
    `select experiment_id as id, user_id as "user", experiment_run_time as time from elute.experiments`,
  );
  const stored = new Map(
    rows.map(({ id, user, time }) => [Number(id), { user: Number(user), time }]),
  );
  expect(rows.length).toBe(stored.size);
  expect(stored).toEqual(model);
  const context = makeContext(server.databaseUrl, server.folder);
  expect(await verifyFeatures(context)).toMatchObject({ experiments: model.size, differing: 0 });
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
