import { beforeEach, expect, test } from 'vitest';
import { runElute } from '../cli/run-elute.ts';
import { useFolders, writeFiles } from '../support/lab.ts';
import { readAnswer, uploadFiles, waitForEnd } from './loads.ts';
import { type Server, useServers } from './server.ts';

const startServer = useServers();
const makeFolder = useFolders();

const users = 'user_id,name,email,signup_date\n1,N,n@lab.example,2021-01-02\n';
const poison = 'no,table\n1,2\n';

let root: string;
let server: Server;

beforeEach(async () => {
  root = makeFolder();
  server = await startServer({ roots: [root] });
});

const post = (path: string, body?: object) =>
  server.ask(path, {
    method: 'POST',
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });

async function failLoad(): Promise<number> {
  writeFiles(root, { 'users.csv': poison });
  const { loadId } = await readAnswer(await post('/api/v1/loads', { paths: ['users.csv'] }));
  expect(await waitForEnd(server, loadId)).toMatchObject({ state: 'failed' });
  return loadId;
}

test('a load that failed is tried again under its number', async () => {
  const loadId = await failLoad();
  writeFiles(root, { 'users.csv': users });
  expect((await post(`/api/v1/loads/${loadId}/retry`)).status).toBe(202);
  expect(await waitForEnd(server, loadId)).toMatchObject({
    state: 'loaded',
    files: [{ path: 'users.csv', counts: { inserted: 1 } }],
  });
  const refused = await post(`/api/v1/loads/${loadId}/retry`);
  expect(refused.status).toBe(409);
  expect(await refused.json()).toMatchObject({ code: 'retry_refused' });
});

test('the command line asks for the same', async () => {
  const loadId = await failLoad();
  writeFiles(root, { 'users.csv': users });
  const env = {
    DATABASE_URL: server.databaseUrl,
    ELUTE_UPLOAD_DIRECTORY: server.service.uploads.folder,
  };
  const asked = await runElute(['retry', String(loadId)], { env, cwd: makeFolder() });
  expect(asked).toMatchObject({
    exitCode: 0,
    stdout: `Load ${loadId} waits for a worker. Its end: elute loads ${loadId}\n`,
  });
  expect(await waitForEnd(server, loadId)).toMatchObject({ state: 'loaded' });
  const again = await runElute(['retry', String(loadId)], { env, cwd: makeFolder() });
  expect(again).toMatchObject({ exitCode: 4 });
});

test('what was uploaded is gone, and what was never asked for is not there', async () => {
  const { loadId } = await readAnswer(await uploadFiles(server, { 'users.csv': poison }));
  await waitForEnd(server, loadId);
  const refused = await post(`/api/v1/loads/${loadId}/retry`);
  expect(refused.status).toBe(409);
  expect((await readAnswer(refused)).detail).toContain('Load them again');
  expect((await post('/api/v1/loads/999/retry')).status).toBe(404);
});

test('a load of the command line has nobody who would carry it out', async () => {
  const [path = ''] = writeFiles(root, { 'users.csv': `${users}2,N,n@lab.example,03/04/2021\n` });
  const env = { DATABASE_URL: server.databaseUrl };
  await runElute(['load', path, '--on-reject', 'abort'], { env, cwd: makeFolder() });
  expect((await post('/api/v1/loads/1/retry')).status).toBe(409);
});
