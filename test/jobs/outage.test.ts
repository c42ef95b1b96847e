import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { startEmbeddedServer, stopEmbeddedServer } from '../../src/database/embedded/server.ts';
import { generateFiles } from '../../src/operations/generate-files.ts';
import { verifyFeatures } from '../../src/operations/verify-features.ts';
import { readAnswer, waitForEnd } from '../api/loads.ts';
import { refuseLeftProcesses, runElute, startElute } from '../crash/support.ts';
import { query } from '../support/database.ts';
import { makeContext, useFolders } from '../support/lab.ts';

const makeFolder = useFolders();
afterEach(refuseLeftProcesses);

const experiments = 300_000;

test('a load outlives a database that goes away and comes back', async () => {
  const folder = makeFolder();
  const url = await startEmbeddedServer(folder);
  const root = join(folder, 'lab');
  const shape = { users: 2000, experiments, compounds: 50, badRows: 0, seed: 1 };
  await generateFiles(makeContext(url, folder), root, shape);
  const place = { url, directory: folder };
  const made = await runElute(place, 'token', 'create', 'test', '--scope', 'write');
  const server = startElute(place, 'serve', '--port', '0', '--roots', root);
  try {
    const ask = asker(await addressOf(server), made.stdout.trim());
    const sent = await ask('/api/v1/loads', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ paths: ['*.csv'] }),
    });
    const { loadId } = await readAnswer(sent);
    await expect
      .poll(() => query(url, `select from elute.load_events where data ->> 'stage' = 'compute'`), {
        timeout: 60_000,
        interval: 20,
      })
      .not.toEqual([]);
    await stopEmbeddedServer(folder);
    await expect.poll(async () => (await ask('/readyz')).status, { timeout: 30_000 }).toBe(503);
    await startEmbeddedServer(folder);
    await expect.poll(async () => (await ask('/readyz')).status, { timeout: 30_000 }).toBe(200);
    expect(await waitForEnd({ ask }, loadId)).toMatchObject({ state: 'loaded' });
    expect(await verifyFeatures(makeContext(url, folder))).toMatchObject({
      experiments,
      differing: 0,
    });
  } finally {
    server.kill('SIGTERM');
    expect((await server.ended).code).toBe(0);
    await stopEmbeddedServer(folder);
  }
});

function asker(address: string, token: string) {
  return (path: string, { headers, ...init }: RequestInit = {}) =>
    fetch(`${address}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
}

/** It stands on a line of its own; the log names it too. */
async function addressOf({ output }: ReturnType<typeof startElute>): Promise<string> {
  const find = () => /^http:\/\/\S+(?=\n)/m.exec(output())?.[0];
  await expect.poll(find, { timeout: 30_000, interval: 20 }).toBeDefined();
  return find() ?? '';
}
