import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  findEmbeddedServer,
  startEmbeddedServer,
  stopEmbeddedServer,
} from '../../../src/database/embedded/server.ts';
import { waitFor } from '../../../src/database/embedded/wait.ts';
import { query, usePlaces } from './places.ts';
import { runStarter, spawnStarter } from './starter.ts';

const makePlace = usePlaces();

test('outlives the process that started it, and all of its group', async () => {
  const directory = makePlace();
  const starter = spawnStarter(directory, { lingers: true });
  const url = await waitFor(30_000, () => findEmbeddedServer(directory));
  expect(url).toBeDefined();
  process.kill(-Number(starter.pid), 'SIGKILL');
  await once(starter, 'exit');
  expect(await query(String(url), 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('keeps what was committed when the server is killed', async () => {
  const directory = makePlace();
  await query(await startEmbeddedServer(directory), 'create table kept as select 7 as n');
  await killServer(directory);
  expect(await stopEmbeddedServer(directory)).toBe(false);
  const url = await startEmbeddedServer(directory);
  expect(await query(url, 'select n from kept')).toEqual([{ n: 7 }]);
});

test('starts where a dead server left the number of a living process', async () => {
  const directory = makePlace();
  const [, port] = /port=(\d+)/.exec(await startEmbeddedServer(directory)) ?? [];
  const socketLock = join(directory, 'postgres', `.s.PGSQL.${port}.lock`);
  const left = [pidFileOf(directory), socketLock].map((path) => ({ path, text: readText(path) }));
  await stopEmbeddedServer(directory);
  for (const { path, text } of left) writeFileSync(path, text.replace(/^\d+/, `${process.pid}`));
  expect(await findEmbeddedServer(directory)).toBeUndefined();
  expect(await stopEmbeddedServer(directory)).toBe(false);
  const url = await startEmbeddedServer(directory);
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test.each([
  ['with its socket at home', '.elute'],
  ['with its socket in /tmp', `${'long/'.repeat(30)}.elute`],
])('is started once by five processes after a crash, %s', async (_, name) => {
  const directory = makePlace(name);
  await startEmbeddedServer(directory);
  await killServer(directory);
  const urls = await Promise.all(Array.from({ length: 5 }, () => runStarter(directory)));
  expect(new Set(urls)).toEqual(new Set([await findEmbeddedServer(directory)]));
});

async function killServer(directory: string): Promise<void> {
  process.kill(Number.parseInt(readText(pidFileOf(directory)), 10), 'SIGKILL');
  const isGone = async () =>
    (await findEmbeddedServer(directory)) === undefined ? true : undefined;
  expect(await waitFor(10_000, isGone)).toBe(true);
}

function pidFileOf(directory: string): string {
  return join(directory, 'postgres', 'data', 'postmaster.pid');
}

function readText(path: string): string {
  return readFileSync(path, 'utf8');
}
