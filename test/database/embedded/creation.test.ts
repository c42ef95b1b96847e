import { chownSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createDataDirectory } from '../../../src/database/embedded/data-directory.ts';
import { layoutOf } from '../../../src/database/embedded/layout.ts';
import {
  findEmbeddedServer,
  hasEmbeddedData,
  startEmbeddedServer,
} from '../../../src/database/embedded/server.ts';
import { isRoot, query, usePlaces } from './places.ts';
import { isBuildOpenToNobody, runStarter } from './starter.ts';

const makePlace = usePlaces();
const nobody = 65534;

test('five processes that meet an empty directory share one server', async () => {
  const directory = makePlace();
  const urls = await Promise.all(Array.from({ length: 5 }, () => runStarter(directory)));
  expect(new Set(urls)).toEqual(new Set([await findEmbeddedServer(directory)]));
  expect(readdirSync(join(directory, 'postgres')).filter(isTemporary)).toEqual([]);
});

test('a creation that was killed is cleared away and repeated', async () => {
  const directory = makePlace();
  mkdirSync(join(directory, 'postgres', 'new-killed', 'base'), { recursive: true });
  expect(hasEmbeddedData(directory)).toBe(false);
  await startEmbeddedServer(directory);
  expect(readdirSync(join(directory, 'postgres')).filter(isTemporary)).toEqual([]);
});

test('what is left of a half-removed database is not touched', async () => {
  const directory = makePlace();
  const remains = join(directory, 'postgres', 'data', 'base');
  mkdirSync(remains, { recursive: true });
  await expect(startEmbeddedServer(directory)).rejects.toMatchObject({
    code: 'database_unusable',
    message: expect.stringContaining('removed in part. Remove that directory'),
  });
  expect(existsSync(remains)).toBe(true);
});

test('what the binaries say when they fail reaches the user, and nothing half-made stays', async () => {
  const layout = layoutOf(makePlace());
  mkdirSync(layout.home, { recursive: true });
  const account = { prefix: [], owner: undefined };
  const installation = { layout, account, binaries: { initdb: '/bin/ls', postgres: '/bin/ls' } };
  await expect(createDataDirectory(installation)).rejects.toMatchObject({
    code: 'database_unusable',
    message: expect.stringMatching(/^The database could not be created\. Mend .*initdb.*\n {2}/),
  });
  expect(readdirSync(layout.home)).toEqual([]);
});

const canBeNobody = isRoot && isBuildOpenToNobody();

test.skipIf(!canBeNobody)('an ordinary user runs it as himself (root, open checkout)', async () => {
  const directory = makePlace();
  chownSync(dirname(directory), nobody, nobody);
  const url = await runStarter(directory, { asNobody: true });
  expect(statSync(join(directory, 'postgres', 'data')).uid).toBe(nobody);
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test.skipIf(!canBeNobody)('another user is told whose it is (root, open checkout)', async () => {
  const directory = makePlace();
  await startEmbeddedServer(directory);
  expect(await runStarter(directory, { asNobody: true })).toBe(
    `database_unusable: The database in ${join(directory, 'postgres')} belongs to another user. ` +
      'Run Elute as that user, work in a directory of your own, ' +
      'or name a PostgreSQL server of your own with DATABASE_URL.',
  );
});

function isTemporary(name: string): boolean {
  return name.startsWith('new-');
}
