import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../src/database/connection.ts';
import { startEmbeddedServer, stopEmbeddedServer } from '../../src/database/embedded/server.ts';
import { migrate } from '../../src/database/migrations.ts';
import { prepareQueue } from '../../src/jobs/queue.ts';
import { makeFixedSecret } from '../../src/secrets/secret.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A database whose role may create databases. */
    serverUrl: string;
    /** The database with the schema, to be cloned. */
    template: string;
    /** How it is cloned fastest. */
    cloning: string;
  }
}

/** One server for all tests: the one TEST_DATABASE_URL names, or an embedded one of their own. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(findFastFolder(), 'elute-test-'));
  const named = process.env['TEST_DATABASE_URL'];
  const serverUrl = named ?? (await startEmbeddedServer(directory));
  // Nothing in it outlives the tests; what a crash leaves is tested on servers of their own.
  if (named === undefined) {
    await administer(serverUrl, 'alter system set fsync = off');
    await administer(serverUrl, 'select pg_reload_conf()');
  }
  const template = `elute_template_${process.pid}`;
  await administer(serverUrl, `create database ${template}`);
  await migrateTemplate(withDatabaseName(serverUrl, template));
  project.provide('serverUrl', serverUrl);
  project.provide('template', template);
  project.provide('cloning', await findCloning(serverUrl));
  return async () => {
    await administer(serverUrl, `drop database ${template} with (force)`);
    if (named === undefined) await stopEmbeddedServer(directory);
    rmSync(directory, { recursive: true, force: true });
  };
}

/** Thousands of databases come and go: in memory, where that has room, they take a fifth of the time. */
function findFastFolder(): string {
  const memory = '/dev/shm';
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > 4e9 ? memory : tmpdir();
}

async function migrateTemplate(url: string): Promise<void> {
  const database = await openDatabase(makeFixedSecret(url));
  await migrate(database);
  await database.close();
  // Each test of a service would make the queue's tables anew.
  await prepareQueue(makeFixedSecret(url), () => {});
}

/** Files are copied, not logged block by block; PostgreSQL 14 knows nothing else. */
async function findCloning(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('show server_version_num').finally(() => client.end());
  return Number(rows[0]?.server_version_num) >= 150_000 ? 'strategy file_copy' : '';
}

/** Runs one statement that belongs to no test's database. */
export async function administer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

/** The same server, another database. */
export function withDatabaseName(url: string, name: string): string {
  return url.replace(/\/[^/?]*(\?|$)/, `/${name}$1`);
}
