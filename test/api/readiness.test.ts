import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startEmbeddedServer, stopEmbeddedServer } from '../../src/database/embedded/server.ts';
import { useFolders } from '../support/lab.ts';
import { readProblem } from './problem.ts';
import { startServer } from './server.ts';

const makeFolder = useFolders();

/** A PostgreSQL server of our own, since it is stopped. */
const directory = mkdtempSync(join(tmpdir(), 'elute-ready-'));
let databaseUrl = '';

beforeAll(async () => {
  databaseUrl = await startEmbeddedServer(directory);
});

afterAll(async () => {
  await stopEmbeddedServer(directory);
  rmSync(directory, { recursive: true });
});

test('without its database a server lives, is not ready, and recovers by itself', async () => {
  const { ask, stop } = await startServer(databaseUrl, makeFolder(), {});
  try {
    expect((await ask('/readyz', { token: null })).status).toBe(200);
    await stopEmbeddedServer(directory);
    for (const path of ['/readyz', '/metrics', '/api/v1/loads']) {
      const response = await ask(path);
      expect([path, response.headers.get('retry-after')]).toEqual([path, '5']);
      expect((await readProblem(response)).status).toBe(503);
    }
    expect((await ask('/healthz', { token: null })).status).toBe(200);
    await startEmbeddedServer(directory);
    await vi.waitFor(async () => expect((await ask('/readyz', { token: null })).status).toBe(200), {
      timeout: 30_000,
    });
    expect((await ask('/api/v1/loads')).status).toBe(200);
  } finally {
    await stop();
  }
});
