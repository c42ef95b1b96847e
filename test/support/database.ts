import pg from 'pg';
import { afterEach, inject } from 'vitest';
import { administer, withDatabaseName } from './server.ts';

let made = 0;

/** Makes databases with an empty schema, each a clone of the template; gone after the test. */
export function useDatabases(): () => Promise<string> {
  const names: string[] = [];
  afterEach(async () => {
    for (const name of names.splice(0)) {
      await administer(inject('serverUrl'), `drop database ${name} with (force)`);
    }
  });
  return async () => {
    const name = `elute_test_${process.pid}_${++made}`;
    await administer(
      inject('serverUrl'),
      `create database ${name} template ${inject('template')} ${inject('cloning')}`,
    );
    names.push(name);
    return withDatabaseName(inject('serverUrl'), name);
  };
}

/** Runs one statement by hand; bigints come as numbers, dates as text. */
export async function query<Row extends pg.QueryResultRow>(
  url: string,
  sql: string,
  parameters: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, parameters)).rows;
  } finally {
    await client.end();
  }
}
