import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { openEngine } from '../../src/compute/duckdb.ts';
import { query } from '../support/database.ts';
import { fillRows, readPage } from './rows.ts';
import { type Server, useServers } from './server.ts';

const startServer = useServers();

test('exports lists as CSV', async () => {
  const server = await startServer();
  await fillRows(server);
  const response = await server.ask('/api/v1/users?format=csv');
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="users.csv"');
  expect(await response.text()).toBe(
    [
      'user_id,name,email,signup_date',
      '1,Ada,ada@lab.example,2024-01-31',
      '2,ada 50%,,',
      '3,,x_y@lab.example,2024-02-29',
      `4,"O'Hara, ""J""",o@lab.example,2024-01-31`,
      '',
    ].join('\n'),
  );
  const some = await server.ask(
    '/api/v1/experiments?format=csv&fields=experiment_compound_ids,experiment_id&sort=-experiment_run_time&user_id.lt=4',
  );
  expect(await some.text()).toBe('experiment_compound_ids,experiment_id\n2,2\n1;2,1\n12;1,3\n');
  const none = await server.ask('/api/v1/compounds?format=csv&compound_id=9');
  expect(await none.text()).toBe('compound_id,compound_name,compound_structure\n');
});

test('tells of an export by its header alone', async () => {
  const server = await startServer();
  for (const format of ['csv', 'ndjson', 'parquet']) {
    const path = `/api/v1/users?format=${format}`;
    const [head, whole] = [await server.ask(path, { method: 'HEAD' }), await server.ask(path)];
    for (const name of ['content-type', 'content-disposition'])
      expect(head.headers.get(name)).toBe(whole.headers.get(name));
    expect([head.status, await head.text()]).toEqual([200, '']);
    await whole.arrayBuffer();
  }
});

const lists = [
  'users?sort=-name',
  'experiments?experiment_compound_ids.has=1',
  'compounds?fields=compound_name',
  'features?total_exp_per_user.gt=0&sort=-user_id',
  'users?user_id.gt=9',
];

test('exports as NDJSON and Parquet what the list gives', async () => {
  const server = await startServer();
  await fillRows(server);
  for (const list of lists) {
    const { data } = await readPage(server, list);
    const lines = await (await server.ask(`/api/v1/${list}&format=ndjson`)).text();
    expect({ list, rows: lines.split('\n').slice(0, -1).map(parse) }).toEqual({ list, rows: data });
    expect({ list, rows: await readParquet(server, `/api/v1/${list}&format=parquet`) }).toEqual({
      list,
      rows: data,
    });
  }
});

test('types the columns of Parquet, and leaves no file behind', async () => {
  const server = await startServer();
  await fillRows(server);
  const types = (path: string) =>
    withParquet(
      server,
      path,
      (file) => `select column_name, column_type from (describe from ${file})`,
    );
  expect(
    Object.fromEntries((await types('/api/v1/features?format=parquet')).map(Object.values)),
  ).toEqual({
    user_id: 'BIGINT',
    total_exp_per_user: 'BIGINT',
    avg_experiment_count: 'DOUBLE',
    avg_exp_time_per_user: 'DOUBLE',
    most_consumed_compound: 'BIGINT',
    most_consumed_compound_name: 'VARCHAR',
    most_consumed_compounds: 'BIGINT[]',
    most_consumed_compound_names: 'VARCHAR[]',
    most_consumed_compound_uses: 'BIGINT',
    distinct_compounds: 'BIGINT',
    total_exp_time_per_user: 'DOUBLE',
    median_exp_time_per_user: 'DOUBLE',
  });
  expect(readdirSync(server.service.settings.scratchDirectory)).toEqual([]);
});

function parse(line: string): unknown {
  return JSON.parse(line);
}

async function readParquet(server: Server, path: string): Promise<unknown[]> {
  const rows = await withParquet(server, path, (file) => `select to_json(columns(*)) from ${file}`);
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        value === null ? null : parse(String(value)),
      ]),
    ),
  );
}

async function withParquet(
  { ask, folder }: Server,
  path: string,
  select: (file: string) => string,
): Promise<Record<string, unknown>[]> {
  const response = await ask(path);
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'application/vnd.apache.parquet',
  ]);
  const file = join(folder, 'read.parquet');
  writeFileSync(file, Buffer.from(await response.arrayBuffer()));
  const engine = await openEngine({
    scratchDirectory: join(folder, 'reading'),
    memoryLimit: '256MB',
    threads: 1,
  });
  try {
    return await engine.rows(select(`'${file}'`));
  } finally {
    await engine.close();
  }
}

/** More than fits between the server and a client that does not read. */
const manyRows = `insert into elute.users
  select i, repeat('name ', 20), 'a@b.example', '2024-01-31', 1, i from generate_series(1, 200000) i`;

const working = `select state, wait_event_type, query from pg_stat_activity
  where datname = current_database() and application_name = 'elute' and state <> 'idle'`;

test('gives all of a long list, once each and in order', async () => {
  const server = await startServer();
  await query(server.databaseUrl, manyRows);
  const response = await server.ask('/api/v1/users?format=ndjson&fields=user_id&sort=-user_id');
  const rows = (await response.text()).trimEnd().split('\n');
  expect(rows).toHaveLength(200_000);
  const isInOrder = rows.every((row, i) => row === `{"user_id":${200_000 - i}}`);
  expect(isInOrder).toBe(true);
});

test('an export ends when its client goes away', async () => {
  const server = await startServer();
  await query(server.databaseUrl, manyRows);
  for (const format of ['csv', 'ndjson']) {
    const leaving = new AbortController();
    const { signal } = leaving;
    const response = await server.ask(`/api/v1/users?format=${format}`, { signal });
    const reader = response.body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    expect(await query(server.databaseUrl, working)).toHaveLength(1);
    leaving.abort();
    await expect.poll(() => query(server.databaseUrl, working), { timeout: 20_000 }).toEqual([]);
  }
  expect((await readPage(server, 'users?limit=1')).data).toHaveLength(1);
});

test('an export that fails half way does not look whole', async () => {
  const server = await startServer();
  await query(server.databaseUrl, manyRows);
  const response = await server.ask('/api/v1/users?format=csv');
  const reader = response.body?.getReader();
  await reader?.read();
  const ended = await query(
    server.databaseUrl,
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'elute' and state <> 'idle'`,
  );
  expect(ended).toHaveLength(1);
  const readOn = async () => {
    while (!(await reader?.read())?.done);
  };
  await expect(readOn()).rejects.toThrow('terminated');
});

/** Keeps experiments from being read until it is let go. */
async function lockExperiments({ databaseUrl }: Server): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('begin; lock table elute.experiments in access exclusive mode');
  return () => client.end();
}

const waiting = async ({ databaseUrl }: Server) =>
  (await query(databaseUrl, working)).filter((row) => row['wait_event_type'] === 'Lock').length;

test('a query that has not answered yet ends when its client goes away', async () => {
  const server = await startServer();
  const unlock = await lockExperiments(server);
  try {
    for (const path of ['experiments', 'experiments?format=csv', 'experiments?format=parquet']) {
      const leaving = new AbortController();
      const asking = server.ask(`/api/v1/${path}`, { signal: leaving.signal });
      await expect.poll(() => waiting(server), { timeout: 20_000 }).toBe(1);
      leaving.abort();
      await expect(asking).rejects.toThrow(/abort/);
      await expect.poll(() => waiting(server), { timeout: 20_000 }).toBe(0);
    }
  } finally {
    await unlock();
  }
  expect((await readPage(server, 'experiments')).data).toEqual([]);
});

test('a few exports are written at once; more are told to come again', async () => {
  const server = await startServer();
  const unlock = await lockExperiments(server);
  const path = '/api/v1/experiments?format=csv';
  const exports = Array.from({ length: 4 }, () => server.ask(path));
  try {
    await expect.poll(() => waiting(server), { timeout: 20_000 }).toBe(4);
    const refused = await server.ask(path);
    expect([refused.status, refused.headers.get('content-disposition')]).toEqual([503, null]);
    expect(Object(await refused.json()).code).toBe('busy');
  } finally {
    await unlock();
  }
  for (const response of await Promise.all(exports)) {
    expect([response.status, (await response.text()).split('\n')]).toHaveLength(2);
  }
  expect((await server.ask(path)).status).toBe(200);
});
