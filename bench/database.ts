import pg from 'pg';
import { type Table, tables } from './files.ts';

/** Lends a connection, and closes it. */
export async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Lends an empty database on a server whose pages have been written, and drops it. */
export async function withDatabase<Result>(
  serverUrl: string,
  name: string,
  work: (url: string) => Promise<Result>,
): Promise<Result> {
  return withClient(serverUrl, async (client) => {
    await client.query(`create database ${name}`);
    await client.query('checkpoint');
    try {
      return await work(serverUrl.replace('/elute?', `/${name}?`));
    } finally {
      await client.query(`drop database ${name} with (force)`);
    }
  });
}

export async function countRows(url: string, schema: string): Promise<Record<Table, number>> {
  const counts = tables.map(
    (table) => `(select count(*) from ${schema}.${table})::float8 ${table}`,
  );
  return withClient(url, async (client) => {
    const { rows } = await client.query(`select ${counts.join(', ')}`);
    return rows[0];
  });
}

export async function readVersion(url: string): Promise<string> {
  return withClient(url, async (client) => {
    const { rows } = await client.query('show server_version');
    return rows[0].server_version;
  });
}
