import { parseArgs } from 'node:util';
import pg from 'pg';

/** What pg_isready tells by its exit code, for machines without PostgreSQL's clients; PGPORT names the port. */
const text = { type: 'string' };
const { values } = parseArgs({ options: { host: text, username: text, dbname: text } });
const client = new pg.Client({
  host: values.host,
  user: values.username,
  database: values.dbname,
  password: 'not asked for',
});
process.exitCode = await client.connect().then(
  () => 0,
  // A server that refuses the password takes connections.
  ({ code }) => (code === '28P01' ? 0 : 2),
);
await client.end().catch(() => {});
