import { expect, test } from 'vitest';
import { loadFiles } from '../../src/operations/load-files.ts';
import { goodFiles } from '../cli/run-elute.ts';
import { csv, makeContext, usersHeader, writeFiles } from '../support/lab.ts';
import { type Server, useServers } from './server.ts';

const startServer = useServers();

/** The figures by name and labels. */
async function readMetrics({ ask }: Server): Promise<Map<string, number>> {
  const response = await ask('/metrics');
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const lines = (await response.text()).split('\n').filter((line) => /^\w/.test(line));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

test('a new server has nothing to tell but itself', async () => {
  const metrics = await readMetrics(await startServer());
  for (const state of ['queued', 'running', 'loaded', 'failed', 'undone'])
    expect(metrics.get(`elute_loads{state="${state}"}`)).toBe(0);
  expect(metrics.get('elute_jobs{task="load",state="waiting"}')).toBe(0);
  expect(metrics.get('elute_load_duration_seconds_count')).toBe(0);
  expect(metrics.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
});

test('loads and rows are counted from the history, whichever process loaded them', async () => {
  const server = await startServer();
  const context = makeContext(server.databaseUrl, server.folder);
  await loadFiles(context, writeFiles(server.folder, goodFiles));
  const faulty = { 'more.csv': csv(usersHeader, '1,Ada,ada@lab.example,2024-01-01', 'x,,,') };
  await loadFiles(context, writeFiles(server.folder, faulty));
  const metrics = await readMetrics(server);
  expect(metrics.get('elute_loads{state="loaded"}')).toBe(2);
  expect(metrics.get('elute_rows_total{dataset="users",outcome="inserted"}')).toBe(3);
  expect(metrics.get('elute_rows_total{dataset="users",outcome="unchanged"}')).toBe(1);
  expect(metrics.get('elute_rows_total{dataset="users",outcome="rejected"}')).toBe(1);
  expect(metrics.get('elute_load_duration_seconds_count')).toBe(2);
  expect(metrics.get('elute_load_duration_seconds_bucket{le="+Inf"}')).toBe(2);
  expect(metrics.get('elute_load_duration_seconds_sum')).toBeGreaterThan(0);
  const again = await readMetrics(server);
  expect(again.get('elute_rows_total{dataset="users",outcome="inserted"}')).toBe(3);
});

test('jobs that wait and jobs that failed for good are told apart', async () => {
  const server = await startServer({ concurrency: 0 });
  const { database } = server.service;
  await database.query(`select elute_queue.add_job('load@there', '{}', job_key := 'a')`);
  await database.query(
    `select elute_queue.add_job('undo', '{}', job_key := 'b', max_attempts := 1)`,
  );
  await database.query(`update elute_queue._private_jobs set attempts = 1 where key = 'b'`);
  const metrics = await readMetrics(server);
  expect(metrics.get('elute_jobs{task="load",state="waiting"}')).toBe(1);
  expect(metrics.get('elute_jobs{task="undo",state="waiting"}')).toBe(0);
  expect(metrics.get('elute_jobs{task="undo",state="failed"}')).toBe(1);
});

test('requests are counted by route, so that no visitor makes a figure of its own', async () => {
  const server = await startServer();
  await server.ask('/api/v1/loads/1');
  await server.ask('/api/v1/loads/2');
  for (const path of ['/one', '/two', '/three']) await server.ask(path);
  const metrics = await readMetrics(server);
  const count = (labels: string) =>
    metrics.get(`elute_http_request_duration_seconds_count{${labels}}`);
  expect(count('method="GET",route="/api/v1/loads/:loadId",status="404"')).toBe(2);
  expect(count('method="GET",route="none",status="404"')).toBe(3);
  expect([...metrics.keys()].filter((name) => /\/(one|two|three)/.test(name))).toEqual([]);
});
