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
  const migrations = listMigrations();
  if ((await readVersion(database)) === newest(migrations)) return [];
  return database.withClient((client) =>
    inTransaction(client, async () => {
      await client.query('select pg_advisory_xact_lock($1, $2)', [lockClass, migrationLock]);
      await client.query(readStatement('migrations/history.sql'));
      return applyMissing(client, database.server, migrations);
    }),
  );
}

/** Whether the schema is there at all; one command may read before anything was ever loaded. */
export async function hasSchema(database: Database): Promise<boolean> {
  return (await readVersion(database)) !== undefined;
}

async function readVersion(database: Database): Promise<number | undefined> {
  const [present] = await database.query<{ present: boolean }>(
    `select to_regclass('elute.migrations') is not null as present`,
  );
  if (!present?.present) return undefined;
  const [row] = await database.query<{ version: number | null }>(
    'select max(version) as version from elute.migrations',
  );
  return row?.version ?? undefined;
}

async function applyMissing(
  client: Client,
  server: string,
  migrations: Migration[],
): Promise<number[]> {
  const { rows } = await client.query<{ version: number }>('select version from elute.migrations');
  const applied = new Set(rows.map((row) => row.version));
  checkNotNewer(Math.max(0, ...applied), newest(migrations), server);
  const missing = migrations.filter(({ version }) => !applied.has(version));
  for (const { version, file } of missing) {
    await client.query(readStatement(`migrations/${file}`));
    await client.query('insert into elute.migrations (version, name) values ($1, $2)', [
      version,
      file,
    ]);
  }
  return missing.map(({ version }) => version);
}

function checkNotNewer(stored: number, known: number, server: string): void {
  if (stored <= known) return;
  throw new EluteError(
    'schema_too_new',
    `The schema on ${server} is version ${stored}; this program knows ${known} at most. Install a newer Elute.`,
  );
}

function newest(migrations: readonly Migration[]): number {
  return Math.max(...migrations.map(({ version }) => version));
}

/** `0001_initial.sql` is version 1. */
function listMigrations(): Migration[] {
  return readdirSync(new URL('../../sql/migrations', import.meta.url))
    .filter((file) => /^\d{4}_/.test(file))
    .sort()
    .map((file) => ({ version: Number(file.slice(0, 4)), file }));
}
