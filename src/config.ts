import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { readConfigFile } from './config-file.ts';
import { makeDatabaseAddress } from './database/address.ts';
import { readDeclaredFeatures } from './declared-features.ts';
import type { DeclaredFeature } from './domain/declared-features.ts';
import type { FindReading } from './domain/reading.ts';
import { EluteError } from './errors.ts';
import type { Limits } from './extract/part.ts';
import { makeSecretStore } from './secrets/make-secret.ts';
import type { Secret } from './secrets/secret.ts';
import { clientSettings } from './settings/client.ts';
import { commonSettings } from './settings/common.ts';
import { listFileKeys, readTable } from './settings/read-table.ts';
import { serviceSettings } from './settings/service.ts';
import type { SettingValues } from './settings/setting.ts';
import { watchSettings } from './settings/watch.ts';
import { readSources } from './sources.ts';

export interface Settings {
  /** The address of a server; absent: the embedded one. */
  readonly database?: Secret;
  readonly directory: string;
  readonly scratchDirectory: string;
  readonly memoryLimit: string;
  readonly threads: number;
  readonly limits: Limits;
  /** Whether the bucket is part of the path in requests to an S3 store. */
  readonly pathStyle: boolean;
  /** What the configuration file says of how a source is to be read. */
  readonly findReading: FindReading;
  /** The features that the configuration file declares. */
  readonly declaredFeatures: readonly DeclaredFeature[];
}

/** What `elute serve` and `elute worker` need besides. */
export interface ServiceSettings
  extends Omit<
    SettingValues<typeof serviceSettings>,
    'uploadDirectory' | 'roots' | 'origins' | 'trustedProxies'
  > {
  readonly uploadDirectory: string;
  readonly roots: readonly string[];
  readonly origins: readonly string[];
  readonly trustedProxies: readonly string[];
}

/** The server that loads instead of this process. */
export interface ClientSettings {
  readonly url: string;
  readonly token: Secret;
}

interface SettingsOfService {
  readonly settings: Settings;
  readonly options: ServiceSettings;
}

/** What `elute watch` needs besides those of the service. */
export type WatchSettings = SettingValues<typeof watchSettings>;

type Flags = Readonly<Record<string, unknown>>;

/** Each thread that scans a file holds buffers of tens of megabytes, whatever the memory limit. */
const mostThreads = 8;

/** Reads the settings of every command; throws one `invalid_configuration` that names every fault. */
export function readSettings(flags: Flags): Settings {
  return readAll(flags, ({ common, tables }) => assemble(common, tables));
}

/** The same with the settings of the service. */
export function readServiceSettings(flags: Flags): SettingsOfService {
  return readAll(flags, assembleService);
}

/** The same with the settings of a watch. */
export function readWatchSettings(flags: Flags): SettingsOfService & { watch: WatchSettings } {
  return readAll(flags, (values) => ({ ...assembleService(values), watch: values.watch }));
}

/** The server to load with, if one is named. */
export function readClientSettings(flags: Flags): ClientSettings | undefined {
  const { server: url, token } = readAll(flags, ({ client }) => client);
  if (url === undefined) return undefined;
  if (flags['server'] !== undefined && flags['database'] !== undefined)
    throw makeInvalid(['Name a --server or a --database, not both: a server has its own.']);
  if (token === undefined)
    throw makeInvalid([`${url} needs a token: set ELUTE_TOKEN, or name a file with --token-file.`]);
  return { url, token };
}

interface AllValues {
  readonly common: SettingValues<typeof commonSettings>;
  readonly service: SettingValues<typeof serviceSettings>;
  readonly client: SettingValues<typeof clientSettings>;
  readonly watch: WatchSettings;
  readonly tables: FileTables;
}

/** What the configuration file alone can say. */
type FileTables = Pick<Settings, 'findReading' | 'declaredFeatures'>;

/** A fault anywhere in the file is one for every command: it would be one for the next. */
function readAll<Result>(flags: Flags, make: (values: AllValues) => Result): Result {
  const faults: string[] = [];
  const tables = { ...commonSettings, ...serviceSettings, ...clientSettings, ...watchSettings };
  const file = readConfigFile([...listFileKeys(tables), 'sources', 'features'], faults);
  const sources = { flags, variables: process.env, file, secrets: makeSecretStore(), faults };
  const values = {
    common: readTable(commonSettings, sources),
    service: readTable(serviceSettings, sources),
    client: readTable(clientSettings, sources),
    watch: readTable(watchSettings, sources),
    tables: {
      findReading: readSources(file['sources'], faults),
      declaredFeatures: readDeclaredFeatures(file['features'], faults),
    },
  };
  if (faults.length > 0) throw makeInvalid(faults);
  return make(values);
}

function assemble(values: SettingValues<typeof commonSettings>, tables: FileTables): Settings {
  const { directory, scratchDirectory, memoryLimit, threads } = values;
  return {
    ...readAddress(values),
    directory,
    scratchDirectory: scratchDirectory ?? join(directory, 'scratch'),
    memoryLimit,
    threads: threads ?? Math.min(availableParallelism(), mostThreads),
    limits: {
      inflatedBytes: values.inflatedLimit,
      inflationRatio: values.inflationRatio,
      workbookMemoryMb: Math.ceil(values.workbookMemory / 1e6),
      workbookSeconds: values.workbookSeconds,
    },
    // AWS alone is sure to have a host for every bucket.
    pathStyle: values.pathStyle ?? isStoreNamed(),
    ...tables,
  };
}

function assembleService({ common, service, tables }: AllValues): SettingsOfService {
  return {
    settings: assemble(common, tables),
    options: {
      ...service,
      uploadDirectory: service.uploadDirectory ?? join(common.directory, 'uploads'),
      roots: service.roots ?? [],
      origins: service.origins ?? [],
      trustedProxies: service.trustedProxies ?? [],
    },
  };
}

function isStoreNamed(): boolean {
  const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3 } = process.env;
  return Boolean(AWS_ENDPOINT_URL || AWS_ENDPOINT_URL_S3);
}

/** A login alone would otherwise go to the embedded server, which has none. */
function readAddress({
  database: url,
  databaseUser: user,
  databasePassword: password,
}: SettingValues<typeof commonSettings>): Pick<Settings, 'database'> {
  if (url !== undefined) return { database: makeDatabaseAddress({ url, user, password }) };
  if (user === undefined && password === undefined) return {};
  throw makeInvalid([
    'DATABASE_USER or DATABASE_PASSWORD is set, but no server they are for. Name it with DATABASE_URL.',
  ]);
}

/** All faults in one error. */
export function makeInvalid(faults: readonly string[]): EluteError {
  const [first = ''] = faults;
  const list = `${faults.length} settings are wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`;
  return new EluteError('invalid_configuration', faults.length === 1 ? first : list);
}
