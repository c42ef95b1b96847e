import { rm } from 'node:fs/promises';
import type { Engine } from './compute/engine.ts';
import { makeScratchFolder } from './compute/scratch.ts';
import { makeInvalid, type Settings } from './config.ts';
import { type Database, inTransaction, openDatabase } from './database/connection.ts';
import { hasEmbeddedData, startEmbeddedServer } from './database/embedded/server.ts';
import { hasSchema, migrate, readSchemaVersion } from './database/migrations.ts';
import type { OnProgress } from './domain/load.ts';
import { EluteError } from './errors.ts';
import { declareFeatures, findDeclarationFaults, listChanges } from './load/declare-features.ts';
import { makeFixedSecret, type Secret } from './secrets/secret.ts';

/** What every operation is given. */
export interface Context {
  readonly settings: Settings;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** Of a service: open already, with its schema up to date. */
  readonly database?: Database;
}

/** Whether a command may make the database and its schema, or only use what is there. */
export type DatabaseNeed = 'create' | 'existing';

/** What opening takes. */
type Surroundings = Pick<Context, 'settings' | 'signal'>;

/**
 * Opens the database with its schema up to date, and closes it afterwards. Who may write also brings it in
 * line with the features that elute.toml declares.
 */
export async function withDatabase<Result>(
  context: Context,
  need: DatabaseNeed,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const { settings, signal, database: open } = context;
  return withConnections(context, need, async (database) => {
    if (open === undefined) await prepareSchema(database, need);
    if (open === undefined && need === 'create')
      await prepareFeatures({ settings, signal }, database);
    return work(database);
  });
}

/** The same with the schema as it is, of which only the version is known: 0 where there is none. */
export async function withBareDatabase<Result>(
  context: Context,
  need: DatabaseNeed,
  work: (database: Database, schemaVersion: number) => Promise<Result>,
): Promise<Result> {
  return withConnections(context, need, async (database) => {
    const version = await readSchemaVersion(database);
    if (need === 'existing' && version === undefined) throw nothingLoaded(database.server);
    return work(database, version ?? 0);
  });
}

async function withConnections<Result>(
  { settings, signal, database: open }: Context,
  need: DatabaseNeed,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const database = open?.scope() ?? (await openDatabase(await findDatabase(settings, need)));
  const abort = () => database.abort();
  signal.addEventListener('abort', abort);
  try {
    signal.throwIfAborted();
    return await work(database);
  } finally {
    signal.removeEventListener('abort', abort);
    await database.close();
  }
}

async function prepareSchema(database: Database, need: DatabaseNeed): Promise<void> {
  if (need === 'existing' && !(await hasSchema(database))) throw nothingLoaded(database.server);
  await migrate(database);
}

/**
 * Adds the features that elute.toml declares and the database lacks or has otherwise, computed for everyone
 * stored. Throws `invalid_configuration` where one cannot be computed, before anything is changed.
 */
export async function prepareFeatures(
  surroundings: Surroundings,
  database: Database,
): Promise<void> {
  const { declaredFeatures } = surroundings.settings;
  if (declaredFeatures.length === 0) return;
  await database.withClient(async (client) => {
    const changes = await listChanges(client, declaredFeatures);
    if (changes.length === 0) return;
    await withEngine(surroundings, async (engine) => {
      const faults = await findDeclarationFaults(engine, client, changes);
      if (faults.length > 0) throw makeInvalid(faults);
      await inTransaction(client, () => declareFeatures(engine, client, declaredFeatures));
    });
  });
}

/** The address of the server named in the settings, or else of the embedded one, started if need be. */
export async function findDatabase(settings: Settings, need: DatabaseNeed): Promise<Secret> {
  if (settings.database !== undefined) return settings.database;
  if (need === 'existing' && !hasEmbeddedData(settings.directory))
    throw nothingLoaded(settings.directory);
  return makeFixedSecret(await startEmbeddedServer(settings.directory));
}

/** Opens an engine, and removes all it made afterwards. */
export function withEngine<Result>(
  context: Surroundings,
  work: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  return withLazyEngine(context, async (getEngine) => work(await getEngine()));
}

/** The same, but the engine is opened when it is first asked for: not every load comes to computing. */
export async function withLazyEngine<Result>(
  { settings, signal }: Surroundings,
  work: (getEngine: () => Promise<Engine>) => Promise<Result>,
): Promise<Result> {
  let opening: Promise<Engine> | undefined;
  let interrupt = () => {};
  const open = async () => {
    // Not every command computes, and the engine takes as long to load as all the rest.
    const { openEngine } = await import('./compute/duckdb.ts');
    const engine = await openEngine(settings);
    interrupt = () => engine.interrupt();
    signal.addEventListener('abort', interrupt);
    return engine;
  };
  try {
    return await work(async () => {
      opening ??= open();
      const engine = await opening;
      signal.throwIfAborted();
      return engine;
    });
  } finally {
    const engine = await opening?.catch(() => undefined);
    signal.removeEventListener('abort', interrupt);
    await engine?.close();
  }
}

/** Lends a private folder for files of one's own, made when it is first asked for. */
export async function withScratch<Result>(
  { settings }: Context,
  work: (makeFolder: () => Promise<string>) => Promise<Result>,
): Promise<Result> {
  let folder: Promise<string> | undefined;
  try {
    return await work(() => {
      folder ??= makeScratchFolder(settings.scratchDirectory);
      return folder;
    });
  } finally {
    const made = await folder?.catch(() => undefined);
    if (made !== undefined) await rm(made, { recursive: true, force: true });
  }
}

function nothingLoaded(place: string): EluteError {
  return new EluteError(
    'database_not_started',
    `Nothing has been loaded into ${place} yet. Load files with "elute load", or name another server with DATABASE_URL.`,
  );
}
