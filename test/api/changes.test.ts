import { expect, test } from 'vitest';
import { query } from '../support/database.ts';
import { createAll, makeExperiment, makeRowClient, type Row, undo, verify } from './row-client.ts';
import { type Server, useServers } from './server.ts';

const startServer = useServers();

const features = ({ databaseUrl }: Server) =>
  query<{ user: number; experiments: number; most: string | null }>(
    databaseUrl,
    `select user_id::integer as user, total_exp_per_user::integer as experiments,
       most_consumed_compound_name as most from elute.user_features order by 1`,
  );

test('creates, changes and deletes rows, and keeps the features up', async () => {
  const server = await startServer({ concurrency: 0 });
  const client = makeRowClient(server);
  await createAll(client);
  expect(await features(server)).toEqual([
    { user: 1, experiments: 2, most: 'Water' },
    { user: 2, experiments: 0, most: null },
  ]);
  const created = await client.create('experiments', makeExperiment(3, 2, '2;2;1', '1e1'));
  expect(created).toMatchObject({
    status: 201,
    location: '/api/v1/experiments/3',
    etag: '"7-1"',
    loadId: 7,
    body: makeExperiment(3, 2, [2, 2, 1], 10),
  });
  const changed = await client.update('experiments/3', { user_id: 1 }, created.etag);
  expect(changed).toMatchObject({ status: 200, body: { ...created.body, user_id: 1 } });
  expect(changed.etag).not.toBe(created.etag);
  expect(await features(server)).toMatchObject([
    { experiments: 3, most: 'Water' },
    { experiments: 0 },
  ]);
  const removed = await client.remove('experiments/3', changed.etag);
  expect(removed).toMatchObject({ status: 204, etag: null });
  expect(await features(server)).toMatchObject([{ experiments: 2 }, { experiments: 0 }]);
  expect(await client.remove('users/2')).toMatchObject({ status: 204 });
  expect(await features(server)).toMatchObject([{ user: 1, experiments: 2 }]);
  expect(await verify(server)).toMatchObject({ differing: 0, users: 1, experiments: 2 });
});

test('an undo takes back each change, the last one first', async () => {
  const server = await startServer({ concurrency: 0 });
  const client = makeRowClient(server);
  await createAll(client);
  const before = await features(server);
  const changes = [
    await client.create('experiments', makeExperiment(3, 2, [2], 4)),
    await client.update('compounds/2', { compound_name: 'Brine' }),
    await client.remove('experiments/1'),
    await client.remove('experiments/3'),
    await client.remove('compounds/2'),
    await client.remove('users/2'),
  ];
  expect(await features(server)).toEqual([{ user: 1, experiments: 1, most: 'Water' }]);
  for (const { loadId } of changes.toReversed()) {
    await undo(server, loadId);
    expect(await verify(server)).toMatchObject({ differing: 0 });
  }
  expect(await features(server)).toEqual(before);
});

/** What is sent in place of a good row, and the faults that are told. */
const rejections: readonly [string, string, Row, readonly Row[]][] = [
  [
    'a user who is not there',
    'experiments',
    makeExperiment(9, 77, [1], 1),
    [
      {
        in: 'user_id',
        code: 'unknown_user',
        message: 'user_id 77 is neither in this load nor stored; load that user first',
      },
    ],
  ],
  [
    'several faults',
    'experiments',
    makeExperiment(0, 1, 'x', '1,5'),
    [
      { in: 'experiment_id', code: 'invalid_id' },
      { in: 'experiment_compound_ids', code: 'invalid_id_list' },
      { in: 'experiment_run_time', code: 'decimal_comma' },
    ],
  ],
  ['nothing at all', 'compounds', {}, [{ in: 'compound_id', code: 'missing_value' }]],
  [
    'a day that can be read in two ways',
    'users',
    { user_id: 5, signup_date: '03/04/2023' },
    [{ in: 'signup_date', code: 'ambiguous_date' }],
  ],
  ['a NUL', 'users', { user_id: 5, name: 'A\0' }, [{ in: 'name', code: 'invalid_character' }]],
  [
    'half a character',
    'users',
    { user_id: 5, name: '\ud800' },
    [{ in: 'body', code: 'invalid_json' }],
  ],
  [
    'an id beyond what is exact',
    'users',
    { user_id: 2 ** 53 },
    [{ in: 'user_id', code: 'invalid_id' }],
  ],
];

test('rejects what a load would reject, and leaves nothing of it', async () => {
  const server = await startServer({ concurrency: 0 });
  const client = makeRowClient(server);
  await createAll(client);
  const counts = () =>
    query(
      server.databaseUrl,
      `select (select count(*)::integer from elute.loads) as loads, (select count(*)::integer from elute.load_events) as events,
        (select count(*)::integer from elute.load_files) as files, (select count(*)::integer from elute.rejects) as rejects,
        (select revision::integer from elute.database_features) as revision`,
    );
  const before = await counts();
  for (const [name, dataset, row, errors] of rejections) {
    const { status, body } = await client.create(dataset, row);
    expect([name, status, body]).toMatchObject([name, 422, { code: 'row_rejected', errors }]);
  }
  expect(
    await client.update('experiments/1', { experiment_compound_ids: [1, 8, 9] }),
  ).toMatchObject({
    status: 422,
    body: { errors: [{ in: 'experiment_compound_ids', code: 'unknown_compound' }] },
  });
  expect(await counts()).toEqual(before);
});

test('refuses what the state of the data forbids, and leaves nothing of it', async () => {
  const server = await startServer({ concurrency: 0 });
  const client = makeRowClient(server);
  await createAll(client);
  const loads = () => query(server.databaseUrl, 'select load_id from elute.loads');
  const before = await loads();
  const refused: [string, Promise<unknown>, number, string, string][] = [
    [
      'a',
      client.create('users', { user_id: '001' }),
      409,
      'row_exists',
      'There is a user 1 already.',
    ],
    ['b', client.update('users/9', { name: 'X' }), 404, 'row_not_found', 'There is no user 9.'],
    ['c', client.remove('users/9'), 404, 'row_not_found', 'There is no user 9.'],
    ['d', client.update('users/1', { name: 'X' }, null), 428, 'precondition_required', 'Send the'],
    ['e', client.remove('users/1', null), 428, 'precondition_required', 'Send the ETag'],
    ['f', client.update('users/1', { name: 'X' }, '"9-9"'), 412, 'row_changed', 'The user 1 is no'],
    ['g', client.remove('users/1', 'W/"1-1"'), 412, 'row_changed', 'The user 1 is no longer'],
    [
      'h',
      client.remove('users/1'),
      409,
      'row_referenced',
      'Experiment 1 and 1 more name the user 1;',
    ],
    [
      'i',
      client.remove('compounds/2'),
      409,
      'row_referenced',
      'Experiment 1 names the compound 2;',
    ],
    ['j', client.update('users/1', { user_id: 3 }), 400, 'invalid_request', 'The request is not'],
    ['k', client.update('users/1', {}), 400, 'invalid_request', 'The request is not'],
    ['l', client.create('users', { user_id: 5, colour: 'red' }), 400, 'invalid_request', 'The req'],
    ['m', client.remove('users/x'), 400, 'invalid_request', 'The request is not'],
  ];
  for (const [name, asked, status, code, detail] of refused) {
    const answer = await asked;
    expect([name, answer]).toMatchObject([
      name,
      { status, body: { code, detail: expect.stringContaining(detail) } },
    ]);
  }
  const reader = await server.makeToken('read');
  expect(await client.create('users', { user_id: 5 }, reader)).toMatchObject({ status: 403 });
  expect(await loads()).toEqual(before);
});

const odd: readonly Row[] = [
  { name: '  tab\t', email: 'no mail', signup_date: '2024-1-2' },
  { name: '"quoted", line\nend \\u0000 \x1f 中', email: null, signup_date: null },
  { name: '[1,2]', email: '{"a":1}', signup_date: '0999-01-01' },
  { name: 7, email: true, signup_date: '' },
];

test('takes any text as a file would, and gives it back', async () => {
  const client = makeRowClient(await startServer({ concurrency: 0 }));
  const stored: Row[] = [];
  for (const [i, row] of odd.entries()) {
    const { body, etag } = await client.create('users', { user_id: i + 1, ...row });
    stored.push(body);
    expect(await client.update(`users/${i + 1}`, { name: body['name'] })).toMatchObject({
      body,
      etag,
    });
  }
  expect(stored.map(({ user_id, ...values }) => values)).toEqual([
    { name: 'tab', email: 'no mail', signup_date: '2024-01-02' },
    { name: '"quoted", line\nend \\u0000 \x1f 中', email: null, signup_date: null },
    { name: '[1,2]', email: '{"a":1}', signup_date: '0999-01-01' },
    { name: '7', email: 'true', signup_date: null },
  ]);
});

test('an equal row stays the version it is; a list of tags names several', async () => {
  const server = await startServer({ concurrency: 0 });
  const client = makeRowClient(server);
  await createAll(client);
  const same = await client.update('experiments/1', makePatch([1, 2], '2.50'), '"99-1", "5-1"');
  expect(same).toMatchObject({
    status: 200,
    etag: '"5-1"',
    body: makeExperiment(1, 1, [1, 2], 2.5),
  });
  const [file] = await query(
    server.databaseUrl,
    'select path, numbering, unchanged::integer, updated::integer from elute.load_files where load_id = $1',
    [same.loadId],
  );
  expect(file).toEqual({
    path: expect.stringMatching(/^PATCH \/api\/v1\/experiments\/1 \(request [-0-9a-f]{36}\)$/),
    numbering: 'request',
    unchanged: 1,
    updated: 0,
  });
});

const makePatch = (compounds: unknown, time: unknown): Row => ({
  experiment_compound_ids: compounds,
  experiment_run_time: time,
});

test('of many changes to one version, one is made', async () => {
  const server = await startServer({ concurrency: 0 });
  const client = makeRowClient(server);
  await createAll(client);
  const { etag } = await client.update('users/2', { name: 'Bob' });
  const changes = await Promise.all(
    Array.from({ length: 20 }, (_, i) => client.update('users/2', { name: `B${i}` }, etag)),
  );
  const statuses = changes.map(({ status }) => status).sort();
  expect(statuses).toEqual([200, ...Array(19).fill(412)]);
  const made = changes.find(({ status }) => status === 200);
  const [stored] = await query(
    server.databaseUrl,
    'select name from elute.users where user_id = 2',
  );
  expect(stored).toEqual({ name: made?.body['name'] });
});

test('of many rows with one id, one is created', async () => {
  const server = await startServer({ concurrency: 0 });
  const client = makeRowClient(server);
  await createAll(client);
  const answers = await Promise.all(
    [1, 2, 3, 4, 5, 6].map((time) => client.create('experiments', makeExperiment(3, 2, [1], time))),
  );
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([201, ...Array(5).fill(409)]);
  expect(await verify(server)).toMatchObject({ differing: 0, experiments: 3 });
});

test('a deletion is undone by a request too', async () => {
  const server = await startServer({ concurrency: 1 });
  const client = makeRowClient(server);
  await createAll(client);
  const before = await features(server);
  const { loadId } = await client.remove('experiments/2');
  await server.ask(`/api/v1/loads/${loadId}/undo`, { method: 'POST' });
  await expect
    .poll(async () => (await server.ask(`/api/v1/loads/${loadId}`)).json(), { timeout: 60_000 })
    .toMatchObject({ state: 'undone' });
  expect(await features(server)).toEqual(before);
});

test('the description tells what changes take and answer', async () => {
  const { ask } = await startServer({ concurrency: 0 });
  const description: unknown = await (await ask('/api/v1/openapi.json')).json();
  const created = { etag: {}, location: {}, 'elute-load': { schema: { type: 'string' } } };
  expect(description).toMatchObject({
    paths: {
      '/api/v1/users': { post: { tags: ['users'], responses: { 201: { headers: created } } } },
      '/api/v1/experiments/{id}': {
        patch: { responses: { 200: { headers: { etag: {} } }, 412: {}, 428: {} } },
        delete: { responses: { 204: { headers: { 'elute-load': {} } } } },
      },
    },
  });
});
