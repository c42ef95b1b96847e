import { withArchive } from '../backup/read-archive.ts';
import { readBackup } from '../backup/read-backup.ts';
import { listTables, nameTable } from '../backup/snapshot.ts';
import type { Contents } from '../backup/write-backup.ts';
import { type Context, withBareDatabase } from '../context.ts';
import { type Client, type Database, inTransaction } from '../database/connection.ts';
import { applyMigrations, checkNotNewer, lockMigrations } from '../database/migrations.ts';
import { EluteError } from '../errors.ts';
import { readStatement } from '../statements.ts';

/**
 * Fills an empty database from a backup, in one transaction, and brings its schema up to this program. Throws
 * `backup_damaged`, `database_not_empty`, `schema_too_new`.
 */
export async function restoreDatabase(context: Context, path: string): Promise<Contents> {
  return withArchive(path, async (archive) => {
    const { schemaVersion, tables } = archive.header;
    checkNotNewer(schemaVersion, `The schema in ${path}`);
    const rows = await withBareDatabase(context, 'create', async (database, present) => {
      const restored = await database.withClient((client) =>
        inTransaction(client, async () => {
          await makeSchema(client, database, { present, wanted: schemaVersion });
          const count = await readBackup(client, { archive, path });
          await applyMigrations(client, database.server);
          await client.query(readStatement('backup/end-waiting.sql'));
          return count;
        }),
      );
      // Nothing is known of the rows yet, and the first load would be planned without.
      await database.query('analyze');
      return restored;
    });
    return { schemaVersion, tables, rows };
  });
}

/** An empty schema of another version makes way. */
async function makeSchema(
  client: Client,
  { server }: Database,
  { present, wanted }: { present: number; wanted: number },
): Promise<void> {
  await lockMigrations(client);
  if (present > 0) await checkEmpty(client, server);
  if (present > 0 && present !== wanted) await client.query('drop schema elute cascade');
  await applyMigrations(client, server, wanted);
}

async function isPresent(client: Client, relation: string): Promise<boolean> {
  const { rows } = await client.query<{ present: boolean }>(
    'select to_regclass($1) is not null as present',
    [relation],
  );
  return rows[0]?.present ?? false;
}

/** A job left in the queue would be done to the load that has its number then. */
async function checkEmpty(client: Client, server: string): Promise<void> {
  const tables = (await listTables(client))
    .filter((table) => table !== 'database_features')
    .map(nameTable);
  const hasQueue = await isPresent(client, 'elute_queue.jobs');
  for (const table of hasQueue ? [...tables, 'elute_queue.jobs'] : tables) {
    const { rowCount } = await client.query(`select from ${table} limit 1`);
    if (rowCount === 0) continue;
    throw new EluteError(
      'database_not_empty',
      `${server} holds rows already (${table.replaceAll('"', '')}); nothing was restored. Name an empty database with --database, or another --directory.`,
    );
  }
}
