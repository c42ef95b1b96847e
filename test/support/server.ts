import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../src/database/connection.ts';
import { startEmbeddedServer, stopEmbeddedServer } from '../../src/database/embedded/server.ts';
import { migrate } from '../../src/database/migrations.ts';
import { prepareQueue } from '../../src/jobs/queue.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A database whose role may create databases. */
    serverUrl: string;
    /** The database with the schema, to be cloned. */
    template: string;
  }
}

/** One server for all tests: the one TEST_DATABASE_URL names, or an embedded one of their own. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'elute-test-'));
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
  return async () => {
    await administer(serverUrl, `drop database ${template} with (force)`);
    if (named === undefined) await stopEmbeddedServer(directory);
    rmSync(directory, { recursive: true, force: true });
  };
}

async function migrateTemplate(url: string): Promise<void> {
  const database = await openDatabase(url);
  await migrate(database);
  await database.close();
  // Each test of a service would make the queue's tables anew.
  await prepareQueue(url, () => {});
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
