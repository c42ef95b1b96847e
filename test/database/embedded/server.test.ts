import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import {
  findEmbeddedServer,
  hasEmbeddedData,
  startEmbeddedServer,
  stopEmbeddedServer,
} from '../../../src/database/embedded/server.ts';
import { isRoot, query, usePlaces } from './places.ts';

const makePlace = usePlaces();

test('starts, is found, stops, and starts again with its data', async () => {
  const directory = makePlace();
  const url = await startEmbeddedServer(directory);
  await query(url, 'create table kept (n int)');
  expect(await startEmbeddedServer(directory)).toBe(url);
  expect(await findEmbeddedServer(directory)).toBe(url);
  expect(await stopEmbeddedServer(directory)).toBe(true);
  expect(await findEmbeddedServer(directory)).toBeUndefined();
  expect(await startEmbeddedServer(directory)).toBe(url);
  expect(await query(url, 'select * from kept')).toEqual([]);
});

test('a directory without a server is looked at and left alone', async () => {
  const directory = makePlace();
  expect(await findEmbeddedServer(directory)).toBeUndefined();
  expect(await stopEmbeddedServer(directory)).toBe(false);
  expect(hasEmbeddedData(directory)).toBe(false);
  expect(existsSync(directory)).toBe(false);
});

test('is a durable server of Unicode, without a network, whatever the environment', async () => {
  const url = await startEmbeddedServer(makePlace());
  const names = ['fsync', 'full_page_writes', 'synchronous_commit', 'listen_addresses'];
  const settings = [...names, 'server_encoding', 'lc_messages', 'TimeZone'];
  const shown = settings.map((name) => `current_setting('${name}') as "${name}"`);
  expect(await query(url, `select current_user, current_database(), ${shown}`)).toEqual([
    {
      current_user: 'elute',
      current_database: 'elute',
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      listen_addresses: '',
      server_encoding: 'UTF8',
      lc_messages: 'C',
      TimeZone: 'UTC',
    },
  ]);
});

test.each([
  ['spaces and other letters', 'Daten für 実験 1%20/.elute'],
  ['what URLs and shells reserve', `a'"&?#@:+=\\$b/.elute`],
  ['a comma, which separates hosts', 'a,b/.elute'],
  ['more than a socket path may have', `${'long/'.repeat(30)}.elute`],
])('connects where the path has %s', async (_, name) => {
  const url = await startEmbeddedServer(makePlace(name));
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('closes a directory that others could have entered', async () => {
  const directory = makePlace();
  mkdirSync(join(directory, 'postgres'), { recursive: true, mode: 0o755 });
  await startEmbeddedServer(directory);
  expect(statSync(join(directory, 'postgres')).mode & 0o777).toBe(0o700);
});

test.skipIf(!isRoot)('serves root below a directory of mode 700 (root only)', async () => {
  const directory = makePlace();
  expect(statSync(dirname(directory)).mode & 0o777).toBe(0o700);
  await startEmbeddedServer(directory);
  expect(statSync(join(directory, 'postgres')).uid).toBe(0);
  expect(statSync(join(directory, 'postgres', 'data')).uid).not.toBe(0);
});

test('says which settings keep it from starting', async () => {
  const directory = makePlace();
  await startEmbeddedServer(directory);
  await stopEmbeddedServer(directory);
  const home = join(directory, 'postgres');
  writeFileSync(join(home, 'data', 'postgresql.auto.conf'), "shared_buffers = 'much'\n");
  const failure = startEmbeddedServer(directory);
  await expect(failure).rejects.toMatchObject({ code: 'database_unusable' });
  await expect(failure).rejects.toThrow(/server\.log name .*DATABASE_URL:\n.*"shared_buffers"/);
});

test('says what lies in its way', async () => {
  const directory = makePlace();
  writeFileSync(directory, '');
  await expect(startEmbeddedServer(directory)).rejects.toMatchObject({
    code: 'database_unusable',
    message: expect.stringContaining('is not a directory. Move what is in its way'),
  });
});

test('says how data of another major version of PostgreSQL is brought over', async () => {
  const directory = makePlace();
  await startEmbeddedServer(directory);
  await stopEmbeddedServer(directory);
  writeFileSync(join(directory, 'postgres', 'data', 'PG_VERSION'), '13\n');
  const message = await startEmbeddedServer(directory).catch(
    (error) => `${error.code}: ${error.message}`,
  );
  expect(message).toMatch(
    /^database_unusable: The database in \S+ was made by PostgreSQL 13, and this Elute brings \d+: they do not read each other's data\. With the Elute that made it run "elute database backup FILE"/,
  );
});
