import { expect, test } from 'vitest';
import { useServers } from './server.ts';

const startServer = useServers();

test('lives, is ready, and says so to anybody', async () => {
  const { ask } = await startServer();
  for (const path of ['/healthz', '/readyz']) {
    const response = await ask(path, { token: null });
    expect([path, response.status, await response.json()]).toEqual([path, 200, { status: 'ok' }]);
  }
});
