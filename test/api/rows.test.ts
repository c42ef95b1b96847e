import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type DeclaredFeature, findNameFault } from '../../src/domain/declared-features.ts';
import { listParameters } from '../../src/domain/rows/row-query.ts';
import { loadFiles } from '../../src/operations/load-files.ts';
import { query } from '../support/database.ts';
import {
  compoundsHeader,
  csv,
  experimentsHeader,
  makeContext,
  usersHeader,
  writeFiles,
} from '../support/lab.ts';
import { fillRows, type Page, readPage } from './rows.ts';
import { type Server, useServers } from './server.ts';

const startServer = useServers();

async function startFilled(): Promise<Server> {
  const server = await startServer();
  await fillRows(server);
  return server;
}

test('lists rows in full', async () => {
  const server = await startFilled();
  expect(await readPage(server, 'users?limit=1')).toEqual({
    data: [{ user_id: 1, name: 'Ada', email: 'ada@lab.example', signup_date: '2024-01-31' }],
    next: expect.any(String),
  });
  expect((await readPage(server, 'experiments')).data[2]).toEqual({
    experiment_id: 3,
    user_id: 2,
    experiment_compound_ids: [12, 1],
    experiment_run_time: 0.25,
  });
  expect((await readPage(server, 'features?user_id=2')).data).toEqual([
    {
      user_id: 2,
      total_exp_per_user: 1,
      avg_experiment_count: null,
      avg_exp_time_per_user: null,
      most_consumed_compound: null,
      most_consumed_compound_name: null,
      most_consumed_compounds: [1, 12],
      most_consumed_compound_names: ['Water', 'a;b, c'],
      most_consumed_compound_uses: 1,
      distinct_compounds: 2,
      total_exp_time_per_user: 0.25,
      median_exp_time_per_user: null,
    },
  ]);
  expect(await readPage(server, 'compounds?compound_id.gt=2')).toEqual({ data: [], next: null });
});

const answers: readonly (readonly [path: string, ids: readonly number[]])[] = [
  ['users?user_id=2', [2]],
  ['users?user_id.gte=2&user_id.lt=4', [2, 3]],
  ['users?user_id.gt=2&user_id.lte=4', [3, 4]],
  ['users?user_id.in=4,1,9007199254740991', [1, 4]],
  ['users?name=Ada', [1]],
  ['users?name.contains=ADA', [1, 2]],
  ['users?name.contains=0%25', [2]],
  ['users?name.contains=%25', [2]],
  ['users?email.contains=_', [3]],
  ['users?name.contains=\\', []],
  ['users?name.starts=o%27', [4]],
  ['users?name.starts=da', []],
  ['users?name.in="O%27Hara, ""J""",Ada', [1, 4]],
  ['users?name.null=true', [3]],
  ['users?name.null=false', [1, 2, 4]],
  ['users?signup_date=2024-01-31', [1, 4]],
  ['users?signup_date.gt=2024-01-31', [3]],
  ['users?signup_date.in=2024-02-29,2023-01-01', [3]],
  ['users?signup_date.null=false&user_id.lt=3', [1]],
  ['experiments?experiment_run_time.gte=1.5&experiment_run_time.lt=9', [1, 4]],
  ['experiments?experiment_run_time.in=9,.25', [2, 3]],
  ['experiments?experiment_compound_ids.has=1', [1, 3, 4]],
  ['experiments?experiment_compound_ids.has=2&user_id=1', [1, 2]],
  ['features?most_consumed_compounds.has=1', [2, 4]],
  ['features?most_consumed_compound_names.has=a;b, c', [2]],
  ['features?total_exp_per_user.gte=1&sort=-total_exp_time_per_user', [1, 4, 2]],
  ['features?total_exp_per_user.lt=-1', []],
  ['users?sort=-signup_date,-user_id', [3, 4, 1, 2]],
  ['users?sort=name', [1, 4, 2, 3]],
  ['users?sort=-name', [2, 4, 1, 3]],
];

test('finds and sorts rows by any column', async () => {
  const server = await startFilled();
  for (const [path, ids] of answers) {
    const { data, next } = await readPage(server, path);
    const found = data.map((row) => Object.values(row)[0]);
    expect({ path, ids: found, next }).toEqual({ path, ids, next: null });
  }
});

test('gives the fields asked for, in pages that follow each other', async () => {
  const server = await startFilled();
  const first = await server.ask('/api/v1/users?sort=-name&fields=email&limit=3');
  const { data, next }: Page = Object(await first.json());
  expect(data).toEqual([{ email: null }, { email: 'o@lab.example' }, { email: 'ada@lab.example' }]);
  const [, link] = /^<(\S+)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
  expect(link).toBe(`/api/v1/users?sort=-name&fields=email&limit=3&cursor=${next}`);
  const second = await server.ask(link ?? '');
  expect(await second.json()).toEqual({ data: [{ email: 'x_y@lab.example' }], next: null });
  expect(second.headers.get('link')).toBeNull();
});

const cursor = (...content: unknown[]) =>
  Buffer.from(JSON.stringify(content)).toString('base64url');

const refusals: readonly (readonly [path: string, parameter: string])[] = [
  ['users?nme=1', 'nme'],
  ['users?name.like=1', 'name.like'],
  ['users?name.eq=1', 'name.eq'],
  ['users?user_id.contains=1', 'user_id.contains'],
  ['users?user_id.null=true', 'user_id.null'],
  ['users?user_id=0', 'user_id'],
  ['users?user_id=9007199254740993', 'user_id'],
  ['users?user_id=1&user_id=2', 'user_id'],
  ['users?user_id.in=1,,2', 'user_id.in'],
  ['users?user_id.in=', 'user_id.in'],
  ['users?name=%00', 'name'],
  ['users?name.null=yes', 'name.null'],
  ['users?signup_date=2024-02-30', 'signup_date'],
  ['users?signup_date.gt=0000-01-01', 'signup_date.gt'],
  ['users?signup_date.gt=infinity', 'signup_date.gt'],
  ['users?__proto__=1', '__proto__'],
  ['users?constructor=1', 'constructor'],
  ['users?sort=', 'sort'],
  ['users?sort=nme', 'sort'],
  ['users?sort=name,-name', 'sort'],
  ['users?sort=name desc', 'sort'],
  ['users?fields=', 'fields'],
  ['users?fields=name,name', 'fields'],
  ['users?fields=file_id', 'fields'],
  ['users?limit=0', 'limit'],
  ['users?limit=1001', 'limit'],
  ['users?format=xml', 'format'],
  ['users?format=csv&limit=1', 'limit'],
  ['users?format=csv&cursor=x', 'cursor'],
  ['users?cursor=x', 'cursor'],
  [`users?cursor=${cursor('user_id')}`, 'cursor'],
  [`users?cursor=${cursor('user_id', null)}`, 'cursor'],
  [`users?cursor=${cursor('user_id', 1)}`, 'cursor'],
  [`users?cursor=${cursor('user_id', '1', '2')}`, 'cursor'],
  [`users?cursor=${cursor('-user_id', '1')}`, 'cursor'],
  [`users?sort=name&cursor=${cursor('name,user_id', '\0', '1')}`, 'cursor'],
  [`users?sort=signup_date&cursor=${cursor('signup_date,user_id', 'x', '1')}`, 'cursor'],
  ['experiments?experiment_run_time=NaN', 'experiment_run_time'],
  ['experiments?experiment_run_time=1e999', 'experiment_run_time'],
  ['experiments?experiment_run_time=1,5', 'experiment_run_time'],
  ['experiments?experiment_compound_ids=1', 'experiment_compound_ids'],
  ['experiments?experiment_compound_ids.has=1;2', 'experiment_compound_ids.has'],
  ['experiments?sort=experiment_compound_ids', 'sort'],
  ['features?total_exp_per_user=1.5', 'total_exp_per_user'],
];

test('refuses what it does not understand, and names it', async () => {
  const { ask } = await startServer();
  for (const [path, parameter] of refusals) {
    const { status, code, errors } = Object(await (await ask(`/api/v1/${path}`)).json());
    const fault = { in: `querystring/${parameter}`, message: expect.stringMatching(/\w/) };
    const expected = { path, status: 400, code: 'invalid_request', fault };
    expect({ path, status, code, fault: errors?.[0] }).toEqual(expected);
  }
});

test('says of every fault what is allowed', async () => {
  const { ask } = await startServer();
  const path = 'users?nme=1&name.gte=a&user_id=x&sort=-nme&fields=nme&limit=x&cursor=x&format=x';
  const { errors } = Object(await (await ask(`/api/v1/${path}`)).json());
  expect(errors).toMatchInlineSnapshot(`
    [
      {
        "in": "querystring/format",
        "message": "must be json, csv, ndjson, parquet",
      },
      {
        "in": "querystring/limit",
        "message": "must be a whole number from 1 to 1000",
      },
      {
        "in": "querystring/sort",
        "message": "must be columns, each once, with a - in front for descending order: user_id, name, email, signup_date",
      },
      {
        "in": "querystring/cursor",
        "message": "must be the "next" of an answer to the same sort",
      },
      {
        "in": "querystring/fields",
        "message": "must be columns, each once: user_id, name, email, signup_date",
      },
      {
        "in": "querystring/nme",
        "message": "there is no such parameter; the columns of users are user_id, name, email, signup_date",
      },
      {
        "in": "querystring/name.gte",
        "message": "name can be asked for by name, name.in, name.contains, name.starts, name.null",
      },
      {
        "in": "querystring/user_id",
        "message": "must be a whole number from 1 to 9007199254740991",
      },
    ]
  `);
});

test('gives one row with the version that it is', async () => {
  const { ask } = await startFilled();
  const response = await ask('/api/v1/experiments/3');
  expect([response.status, response.headers.get('etag'), await response.json()]).toEqual([
    200,
    '"6-4"',
    { experiment_id: 3, user_id: 2, experiment_compound_ids: [12, 1], experiment_run_time: 0.25 },
  ]);
  for (const [tags, status] of [
    ['"6-4"', 304],
    ['"x,y", W/"6-4"', 304],
    ['*', 304],
    ['"6-5", "4-6"', 200],
    ['6-4', 400],
  ] as const) {
    const again = await ask('/api/v1/experiments/3', { headers: { 'if-none-match': tags } });
    expect([tags, again.status]).toEqual([tags, status]);
    expect(again.headers.get('etag')).toBe(status === 400 ? null : '"6-4"');
  }
});

const missing = [
  ['users/9', 404, 'row_not_found'],
  ['experiments/9', 404, 'row_not_found'],
  ['compounds/9', 404, 'row_not_found'],
  ['features/9', 404, 'user_not_found'],
  ['features/9?explain=true', 404, 'user_not_found'],
  ['users/0', 400, 'invalid_request'],
  ['users/x', 400, 'invalid_request'],
  ['features/9007199254740992', 400, 'invalid_request'],
] as const;

test('says what is not there', async () => {
  const { ask } = await startServer();
  for (const [path, status, code] of missing) {
    const response = await ask(`/api/v1/${path}`);
    expect([path, response.status, Object(await response.json()).code]).toEqual([
      path,
      status,
      code,
    ]);
  }
});

test('gives the features of one scientist with what stands behind them', async () => {
  const server = await startFilled();
  await query(
    server.databaseUrl,
    `insert into elute.loads (state) values ('loaded');
     insert into elute.load_files (load_id, dataset, path, size_bytes, sha256, header, ignored_columns)
     overriding system value values (1, 'users', 'x', 0, 'x', '{}', '{}')`,
  );
  await query(server.databaseUrl, 'update elute.experiments set file_id = 1');
  const plain = await server.ask('/api/v1/features/1');
  const row = Object(await plain.json());
  expect(row).toMatchObject({ user_id: 1, total_exp_per_user: 2, most_consumed_compounds: [2] });
  const explained = await server.ask('/api/v1/features/1?explain=true');
  expect(await explained.json()).toEqual({
    ...row,
    explanation: {
      experiments: [
        {
          id: 1,
          loadId: 1,
          place: 'x:2',
          earlier: [],
          values: {
            experiment_id: 1,
            user_id: 1,
            experiment_compound_ids: [1, 2],
            experiment_run_time: 1.5,
          },
        },
        expect.objectContaining({ id: 2, place: 'x:3' }),
      ],
    },
  });
});

test('features that a lab declares are asked for like all others', async () => {
  const server = await startServer();
  const declared: DeclaredFeature = {
    name: 'has_long_runs',
    source: 'experiments',
    type: 'boolean',
    unit: 'yes or no',
    meaning: 'whether a run took long',
    expression: 'max(experiment_run_time) > 5',
    withoutExperiments: null,
  };
  const context = makeContext(server.databaseUrl, server.folder);
  const settings = { ...context.settings, declaredFeatures: [declared] };
  const files = writeFiles(join(server.folder, 'in'), {
    'u.csv': csv(usersHeader, '1,A,a@b.example,2024-01-31', '2,B,,', '3,C,,'),
    'c.csv': csv(compoundsHeader, '1,Water,H2O'),
    'e.csv': csv(experimentsHeader, '1,1,1,9', '2,2,1,1'),
  });
  await loadFiles({ ...context, settings }, files);
  const list = 'features?sort=-has_long_runs&fields=user_id,has_long_runs';
  const rows = [
    { user_id: 1, has_long_runs: true },
    { user_id: 2, has_long_runs: false },
    { user_id: 3, has_long_runs: null },
  ];
  expect((await readPage(server, list)).data).toEqual(rows);
  const { next } = await readPage(server, `${list}&limit=1`);
  expect((await readPage(server, `${list}&cursor=${next}`)).data).toEqual(rows.slice(1));
  expect((await readPage(server, `${list}&has_long_runs=false`)).data).toEqual([rows[1]]);
  expect((await server.ask('/api/v1/features?has_long_runs=1')).status).toBe(400);
  expect(await (await server.ask('/api/v1/features/1')).json()).toMatchObject(rows[0] ?? {});
  const exported = await server.ask(`/api/v1/${list}&format=csv`);
  expect(await exported.text()).toBe('user_id,has_long_runs\n1,true\n2,false\n3,\n');
});

test('no feature is named like a parameter', () => {
  for (const name of listParameters) expect(findNameFault(name)).toMatch(/ API/);
});

const injections = [
  `'; drop table elute.users; --`,
  `1); select pg_sleep(9); --`,
  `" or true --`,
  `\\' or 1=1 --`,
  '$1',
];

test('takes SQL for what it is: a text', async () => {
  const server = await startFilled();
  for (const text of injections) {
    const asked = encodeURIComponent(text);
    for (const name of ['name', 'name.contains', 'name.starts', 'name.in'])
      expect((await readPage(server, `users?${name}=${asked}`)).data).toEqual([]);
    for (const path of [
      `users?user_id=${asked}`,
      `users?sort=${asked}`,
      `users?fields=${asked}`,
      `users?${asked}=1`,
      `users?name.${asked}=1`,
      `users?cursor=${cursor(text, '1')}`,
      `users/${asked}`,
    ])
      expect([path, (await server.ask(`/api/v1/${path}`)).status]).toEqual([path, 400]);
  }
  expect((await readPage(server, 'users')).data).toHaveLength(4);
});
