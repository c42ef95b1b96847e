import { beforeEach, describe, expect, test } from 'vitest';
import { readAnswer, waitForEnd } from '../api/loads.ts';
import { type Server, useServers } from '../api/server.ts';
import { runElute } from '../cli/run-elute.ts';
import { useFolders } from '../support/lab.ts';
import { type Bucket, useBuckets } from './store.ts';

const startServer = useServers();
const makeBucket = useBuckets();
const makeFolder = useFolders();

const users = 'user_id,name,email,signup_date\n1,N,n@lab.example,2021-01-02\n';

let bucket: Bucket;
let server: Server;

beforeEach(async () => {
  bucket = await makeBucket();
  server = await startServer({ roots: [`s3://${bucket.name}/in`, makeFolder()] });
  await bucket.put('in/users.csv', users);
  await bucket.put('inner/secret.csv', users);
});

const ask = (...paths: string[]) =>
  server.ask('/api/v1/loads', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ paths: paths.map((path) => path.replace('BUCKET', bucket.name)) }),
  });

test.each(['s3://BUCKET/in/users.csv', 's3://BUCKET/in/', 's3://BUCKET/in/*.csv'])(
  'a server loads %s, which lies below a root of its own',
  async (path) => {
    const { loadId } = await readAnswer(await ask(path));
    const load = await waitForEnd(server, loadId);
    expect(load).toMatchObject({
      state: 'loaded',
      files: [{ path: `s3://${bucket.name}/in/users.csv`, counts: { inserted: 1 } }],
    });
  },
);

describe('what lies elsewhere is refused', () => {
  test.each([
    ['another bucket', ['s3://other/in/users.csv']],
    ['a folder that begins alike', ['s3://BUCKET/inner/secret.csv']],
    ['a pattern that reaches out', ['s3://BUCKET/in*/*.csv']],
    ['the way out', ['s3://BUCKET/in/users.csv', 's3://BUCKET/inner/secret.csv']],
    ['objects and files together', ['s3://BUCKET/in/users.csv', 'users.csv']],
  ])('%s', async (_, paths) => {
    expect((await ask(...paths)).status).toBe(400);
  });
});

test('an object that is not there makes a load that says so', async () => {
  const { loadId } = await readAnswer(await ask('s3://BUCKET/in/nowhere.csv'));
  expect(await waitForEnd(server, loadId)).toMatchObject({
    state: 'failed',
    error: { code: 'path_not_found' },
  });
});

test('the command line has a server fetch objects', async () => {
  const env = { ELUTE_SERVER: server.url, ELUTE_TOKEN: await server.makeToken('write') };
  const cwd = makeFolder();
  const source = `s3://${bucket.name}/in/users.csv`;
  const done = await runElute(['load', source], { env, cwd });
  expect(done).toMatchObject({ exitCode: 0 });
  expect(done.stdout).toContain(source);
  const mixed = await runElute(['load', source, 'users.csv'], { env, cwd });
  expect(mixed).toMatchObject({ exitCode: 2 });
});
