import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { link, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { withSnapshot } from '../backup/snapshot.ts';
import { type Contents, writeBackup } from '../backup/write-backup.ts';
import { type Context, withBareDatabase } from '../context.ts';
import type { Database } from '../database/connection.ts';
import { checkNotNewer } from '../database/migrations.ts';
import { EluteError } from '../errors.ts';
import { readVersion } from '../version.ts';

export interface Backup extends Contents {
  readonly path: string;
  readonly sizeBytes: number;
}

/**
 * Writes all that the database holds at one moment to a new file, which is there under its name when it is
 * complete. Nothing in the database changes, not its schema either. Throws `output_exists`,
 * `output_unwritable`, `disk_full`.
 */
export async function backUpDatabase(context: Context, path: string): Promise<Backup> {
  if (existsSync(path)) throw exists(path);
  return withBareDatabase(context, 'existing', async (database, schemaVersion) => {
    checkNotNewer(schemaVersion, `The schema on ${database.server}`);
    const partial = `${path}.partial-${randomBytes(4).toString('hex')}`;
    try {
      const contents = await writeFile(database, schemaVersion, partial);
      await publish(partial, path);
      return { path, sizeBytes: (await stat(path)).size, ...contents };
    } catch (error) {
      throw explain(error, path);
    } finally {
      await rm(partial, { force: true });
    }
  });
}

/** What is in it may be read by its owner alone. */
async function writeFile(
  database: Database,
  schemaVersion: number,
  path: string,
): Promise<Contents> {
  const about = { program: readVersion(), server: database.server, schemaVersion };
  return database.withClient((client) =>
    withSnapshot(client, async () => {
      let contents: Contents | undefined;
      const frames = async function* () {
        contents = yield* writeBackup(client, about);
      };
      const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });
      // Stronger compression takes several times as long for a tenth less.
      await pipeline(frames, createGzip({ level: 1 }), file);
      if (contents === undefined) throw new Error('a backup without an end');
      return contents;
    }),
  );
}

/** A link does not replace what somebody else has put there meanwhile; the folder is flushed for its name. */
async function publish(partial: string, path: string): Promise<void> {
  await link(partial, path).catch(async (error) => {
    if (!hasNoLinks(error) || existsSync(path)) throw error;
    await rename(partial, path);
  });
  const folder = await open(dirname(path));
  // What cannot flush a folder, such as some shares, keeps its names without.
  await folder.sync().catch(() => {});
  await folder.close();
}

/** Shares and folders of other systems may know no links. */
function hasNoLinks(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(String(code));
}

function exists(path: string): EluteError {
  return new EluteError('output_exists', `${path} exists. Name another file, or remove it.`);
}

function explain(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('path' in error) || !('code' in error)) return error;
  if (error.code === 'EEXIST') return exists(path);
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT')
    return new EluteError('disk_full', `No space is left for ${path}; nothing was kept there.`, {
      cause: error,
    });
  return new EluteError('output_unwritable', `${path} cannot be written: ${error.message}.`, {
    cause: error,
  });
}
