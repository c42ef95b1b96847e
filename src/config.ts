import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { configFile, readConfigFile } from './config-file.ts';
import { readDeclaredFeatures } from './declared-features.ts';
import type { DeclaredFeature } from './domain/declared-features.ts';
import type { FindReading } from './domain/reading.ts';
import { EluteError } from './errors.ts';
import type { Limits } from './extract/part.ts';
import { clientSettings } from './settings/client.ts';
import { commonSettings } from './settings/common.ts';
import { serviceSettings } from './settings/service.ts';
import type { Setting, SettingTable, SettingValues } from './settings/setting.ts';
import { readSources } from './sources.ts';
import { readToken } from './token-file.ts';

export interface Settings {
  /** Absent: the embedded server. */
  readonly database?: string;
  readonly directory: string;
  readonly scratchDirectory: string;
  readonly memoryLimit: string;
  readonly threads: number;
  readonly limits: Limits;
  /** What the configuration file says of how a source is to be read. */
  readonly findReading: FindReading;
  /** The features that the configuration file declares. */
  readonly declaredFeatures: readonly DeclaredFeature[];
}

/** What `elute serve` and `elute worker` need besides. */
export interface ServiceSettings
  extends Omit<SettingValues<typeof serviceSettings>, 'uploadDirectory' | 'roots' | 'origins'> {
  readonly uploadDirectory: string;
  readonly roots: readonly string[];
  readonly origins: readonly string[];
}

/** The server that loads instead of this process. */
export interface ClientSettings {
  readonly url: string;
  readonly token: string;
}

type Flags = Readonly<Record<string, unknown>>;

/** Each thread that scans a file holds buffers of tens of megabytes, whatever the memory limit. */
const mostThreads = 8;

/** Reads the settings of every command; throws one `invalid_configuration` that names every fault. */
export function readSettings(flags: Flags): Settings {
  return readAll(flags, ({ common, tables }) => assemble(common, tables));
}

/** The same with the settings of the service. */
export function readServiceSettings(flags: Flags): {
  settings: Settings;
  options: ServiceSettings;
} {
  return readAll(flags, ({ common, service, tables }) => ({
    settings: assemble(common, tables),
    options: {
      ...service,
      uploadDirectory: service.uploadDirectory ?? join(common.directory, 'uploads'),
      roots: service.roots ?? [],
      origins: service.origins ?? [],
    },
  }));
}

/** The server to load with, if one is named. A file named by its flag goes before the variable of the token. */
export function readClientSettings(flags: Flags): ClientSettings | undefined {
  const { server: url, tokenFile: path } = readAll(flags, ({ client }) => client);
  if (url === undefined) return undefined;
  const faults: string[] = [];
  if (flags['server'] !== undefined && flags['database'] !== undefined)
    faults.push('Name a --server or a --database, not both: a server has its own.');
  const variable = flags['tokenFile'] === undefined ? process.env['ELUTE_TOKEN'] : undefined;
  const token = readToken({ text: variable || undefined, path }, faults);
  if (token === undefined && faults.length === 0)
    faults.push(`${url} needs a token: set ELUTE_TOKEN, or name a file with --token-file.`);
  if (token === undefined || faults.length > 0) throw makeInvalid(faults);
  return { url, token };
}

interface AllValues {
  readonly common: SettingValues<typeof commonSettings>;
  readonly service: SettingValues<typeof serviceSettings>;
  readonly client: SettingValues<typeof clientSettings>;
  readonly tables: FileTables;
}

/** What the configuration file alone can say. */
type FileTables = Pick<Settings, 'findReading' | 'declaredFeatures'>;

/** A fault anywhere in the file is one for every command: it would be one for the next. */
function readAll<Result>(flags: Flags, make: (values: AllValues) => Result): Result {
  const faults: string[] = [];
  const tables = { ...commonSettings, ...serviceSettings, ...clientSettings };
  const keys = Object.values(tables).map(({ fileKey }): string => fileKey);
  const file = readConfigFile([...keys, 'sources', 'features'], faults);
  const values = {
    common: readTable(commonSettings, { flags, file, faults }),
    service: readTable(serviceSettings, { flags, file, faults }),
    client: readTable(clientSettings, { flags, file, faults }),
    tables: {
      findReading: readSources(file['sources'], faults),
      declaredFeatures: readDeclaredFeatures(file['features'], faults),
    },
  };
  if (faults.length > 0) throw makeInvalid(faults);
  return make(values);
}

function assemble(values: SettingValues<typeof commonSettings>, tables: FileTables): Settings {
  const { database, directory, scratchDirectory, memoryLimit, threads } = values;
  return {
    ...(database !== undefined && { database }),
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
    ...tables,
  };
}

interface Origins {
  readonly flags: Flags;
  readonly file: Readonly<Record<string, unknown>>;
  readonly faults: string[];
}

/** The one place where a table is trusted to give values of its own types; with faults none are used. */
function readTable<Table extends SettingTable>(
  table: Table,
  origins: Origins,
): SettingValues<Table> {
  const values = Object.entries(table).map(([name, setting]) => [
    name,
    readSetting(name, setting, origins),
  ]);
  return Object.fromEntries(values) as SettingValues<Table>;
}

function readSetting(name: string, setting: Setting<unknown>, origins: Origins): unknown {
  const found = findText(name, setting, origins);
  const text = found?.text ?? setting.default;
  const value = text === undefined ? undefined : setting.parse(text);
  if (found && value === undefined) origins.faults.push(`${found.place} ${setting.rule}.`);
  return value;
}

/** The text that counts, and where it stands. An empty variable counts as none. */
function findText(
  name: string,
  { flag, variable, fileKey }: Setting<unknown>,
  { flags, file }: Origins,
): { place: string; text: string } | undefined {
  const places: [string, unknown][] = [
    [flag.split(' ')[0] ?? flag, flags[name]],
    [variable, process.env[variable] || undefined],
    [`${fileKey} in ${configFile}`, file[fileKey]],
  ];
  const found = places.find(([, value]) => value !== undefined);
  return found && { place: found[0], text: String(found[1]) };
}

/** All faults in one error. */
export function makeInvalid(faults: readonly string[]): EluteError {
  const [first = ''] = faults;
  const list = `${faults.length} settings are wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`;
  return new EluteError('invalid_configuration', faults.length === 1 ? first : list);
}
