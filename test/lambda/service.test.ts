import { expect, test, vi } from 'vitest';
import { type Server, useServers } from '../api/server.ts';
import { bridge, notify, queue, users } from './events.ts';
import { useLambda } from './function.ts';

const startServer = useServers();
const { run, logged } = useLambda(() => ({}), []);

/** A service that may read a folder of a bucket, with nobody to carry its loads out. */
async function serveBucket(scope: 'read' | 'write'): Promise<Server> {
  const server = await startServer({ roots: ['s3://lab/in/'], concurrency: 0 });
  vi.stubEnv('ELUTE_SERVER', server.url);
  vi.stubEnv('ELUTE_TOKEN', await server.makeToken(scope));
  return server;
}

async function countLoads({ ask }: Server): Promise<number> {
  const { data } = Object(await (await ask('/api/v1/loads')).json());
  return data.length;
}

test('an event that comes twice, and a repeated invocation, make one load', async () => {
  const server = await serveBucket('write');
  vi.stubEnv('ELUTE_LOAD_OPTIONS', '{"maxRejects":"1%"}');
  await run(notify(users));
  await run(notify(users));
  await run(queue({ one: bridge(users), two: notify(users) }));
  expect(await countLoads(server)).toBe(1);
  expect(logged().map(({ loadId, state }) => [loadId, state])).toEqual(
    Array(4).fill([1, 'queued']),
  );
  await run(notify({ ...users, etag: 'other' }));
  expect(await countLoads(server)).toBe(2);
});

test('what the service may not read, or is not asked for as it should be, comes again', async () => {
  const server = await serveBucket('write');
  const elsewhere = { ...users, key: 'out/users.csv' };
  await expect(run(notify(elsewhere))).rejects.toThrow('below a folder that the server may read');
  vi.stubEnv('ELUTE_LOAD_OPTIONS', '{"maxReject":"1%"}');
  await expect(run(notify(users))).rejects.toThrow('The request is not as the API describes it');
  vi.stubEnv('ELUTE_LOAD_OPTIONS', '');
  vi.stubEnv('ELUTE_TOKEN', await server.makeToken('read'));
  await expect(run(notify(users))).rejects.toMatchObject({ code: 'scope_missing' });
  vi.stubEnv('ELUTE_TOKEN', 'elute_9_unknown');
  await expect(run(notify(users))).rejects.toMatchObject({ code: 'token_invalid' });
  expect(await countLoads(server)).toBe(0);
});
