import { readdirSync } from 'node:fs';
import { EluteError } from '../errors.ts';
import { readStatement } from '../statements.ts';
import { type Client, type Database, inTransaction } from './connection.ts';
import { lockClass, migrationLock } from './locks.ts';

interface Migration {
  readonly version: number;
  readonly file: string;
}

/** Brings the schema up to this program; the versions applied. Throws `schema_too_new`. */
export async function migrate(database: Database): Promise<number[]> {
  if ((await readSchemaVersion(database)) === newestVersion()) return [];
  return database.withClient((client) =>
    inTransaction(client, async () => {
      await lockMigrations(client);
      return applyMigrations(client, database.server);
    }),
  );
}

/** Whether the schema is there at all; one command may read before anything was ever loaded. */
export async function hasSchema(database: Database): Promise<boolean> {
  return (await readSchemaVersion(database)) !== undefined;
}

/** The version that the schema has; undefined where there is none. */
export async function readSchemaVersion(database: Database): Promise<number | undefined> {
  const [present] = await database.query<{ present: boolean }>(
    `select to_regclass('elute.migrations') is not null as present`,
  );
  if (!present?.present) return undefined;
  const [row] = await database.query<{ version: number | null }>(
    'select max(version) as version from elute.migrations',
  );
  return row?.version ?? undefined;
}

/** Waits until nobody else migrates; held to the end of the transaction. */
export async function lockMigrations(client: Client): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1, $2)', [lockClass, migrationLock]);
}

/** Applies what is missing, up to a version or to the newest there is; under the lock of migrations. */
export async function applyMigrations(
  client: Client,
  server: string,
  upTo = newestVersion(),
): Promise<number[]> {
  await client.query(readStatement('migrations/history.sql'));
  const { rows } = await client.query<{ version: number }>('select version from elute.migrations');
  const applied = new Set(rows.map((row) => row.version));
  checkNotNewer(Math.max(0, ...applied), `The schema on ${server}`);
  const missing = listMigrations().filter(
    ({ version }) => version <= upTo && !applied.has(version),
  );
  for (const { version, file } of missing) {
    await client.query(readStatement(`migrations/${file}`));
    await client.query('insert into elute.migrations (version, name) values ($1, $2)', [
      version,
      file,
    ]);
  }
  return missing.map(({ version }) => version);
}

/** Throws `schema_too_new` for a schema that this program does not know. */
export function checkNotNewer(version: number, what: string): void {
  const known = newestVersion();
  if (version <= known) return;
  throw new EluteError(
    'schema_too_new',
    `${what} is version ${version}; this program knows ${known} at most. Install a newer Elute.`,
  );
}

export function newestVersion(): number {
  return Math.max(...listMigrations().map(({ version }) => version));
}

/** `0001_initial.sql` is version 1. */
function listMigrations(): Migration[] {
  return readdirSync(new URL('../../sql/migrations', import.meta.url))
    .filter((file) => /^\d{4}_/.test(file))
    .sort()
    .map((file) => ({ version: Number(file.slice(0, 4)), file }));
}
