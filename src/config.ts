import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parse as parseUrl } from 'pg-connection-string';
import { configFile, readConfigFile } from './config-file.ts';
import type { FindReading } from './domain/reading.ts';
import { EluteError } from './errors.ts';
import type { Limits } from './extract/part.ts';
import { readSources } from './sources.ts';

/** Where a setting may come from, in the order of precedence: flag, environment, file, default. */
export interface SettingSource {
  readonly flag: string;
  readonly variable: string;
  readonly fileKey: string;
  /** As shown in the help. */
  readonly defaultText: string;
  readonly help: string;
  /** What a value must be, for the error message. The value is not repeated: it may hold a password. */
  readonly rule: string;
}

/** The table of settings; `elute --help` and the README list it. */
export const settingSources = {
  database: {
    flag: '--database <url>',
    variable: 'DATABASE_URL',
    fileKey: 'database',
    defaultText: 'the embedded server',
    help: 'PostgreSQL server to use, as postgresql://user:password@host/database',
    rule: 'must be an address such as postgresql://user:password@host/database; write @ : / ? # % in a password as %40 %3A %2F %3F %23 %25',
  },
  directory: {
    flag: '--directory <path>',
    variable: 'ELUTE_DIRECTORY',
    fileKey: 'directory',
    defaultText: '.elute',
    help: 'folder of the embedded server and of scratch files',
    rule: 'must be the path of a folder',
  },
  scratchDirectory: {
    flag: '--scratch-directory <path>',
    variable: 'ELUTE_SCRATCH_DIRECTORY',
    fileKey: 'scratch_directory',
    defaultText: 'scratch, in the folder above',
    help: 'folder for what does not fit in memory during a load',
    rule: 'must be the path of a folder',
  },
  memoryLimit: {
    flag: '--memory-limit <size>',
    variable: 'ELUTE_MEMORY_LIMIT',
    fileKey: 'memory_limit',
    defaultText: '512MB',
    help: 'memory for computing; the process may take twice as much',
    rule: 'must be a size such as 512MB or 2GB',
  },
  threads: {
    flag: '--threads <n>',
    variable: 'ELUTE_THREADS',
    fileKey: 'threads',
    defaultText: 'one a core, 8 at most',
    help: 'threads for computing',
    rule: 'must be a whole number from 1 to 1024',
  },
  inflatedLimit: {
    flag: '--inflated-limit <size>',
    variable: 'ELUTE_INFLATED_LIMIT',
    fileKey: 'inflated_limit',
    defaultText: '20GB',
    help: 'what one packed file may unpack to',
    rule: 'must be a size such as 512MB or 2GB',
  },
  inflationRatio: {
    flag: '--inflation-ratio <n>',
    variable: 'ELUTE_INFLATION_RATIO',
    fileKey: 'inflation_ratio',
    defaultText: '200',
    help: 'how many times its size a packed file may unpack to, beyond 64 MiB',
    rule: 'must be a whole number from 1 to 1000000',
  },
  workbookMemory: {
    flag: '--workbook-memory <size>',
    variable: 'ELUTE_WORKBOOK_MEMORY',
    fileKey: 'workbook_memory',
    defaultText: '512MB',
    help: 'memory for reading a workbook',
    rule: 'must be a size such as 512MB or 2GB',
  },
  workbookSeconds: {
    flag: '--workbook-seconds <n>',
    variable: 'ELUTE_WORKBOOK_SECONDS',
    fileKey: 'workbook_seconds',
    defaultText: '600',
    help: 'time for reading a workbook',
    rule: 'must be a whole number from 1 to 1000000',
  },
} as const satisfies Record<string, SettingSource>;

type SettingName = keyof typeof settingSources;

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
}

/** Each thread that scans a file holds buffers of tens of megabytes, whatever the memory limit. */
const mostThreads = 8;

/** Reads all settings; throws one `invalid_configuration` that names every fault. */
export function readSettings(flags: Readonly<Record<string, unknown>>): Settings {
  const faults: string[] = [];
  const keys = settingNames().map((name): string => settingSources[name].fileKey);
  const file = readConfigFile([...keys, 'sources'], faults);
  const read = <Value>(name: SettingName, parse: (text: string) => Value | undefined) => {
    const found = findValue(name, flags, file);
    const value = found && parse(found.text);
    if (found && value === undefined) faults.push(`${found.place} ${settingSources[name].rule}.`);
    return value;
  };
  const database = read('database', parseDatabase);
  const directory = read('directory', parsePath) ?? '.elute';
  const settings = {
    ...(database !== undefined && { database }),
    directory,
    scratchDirectory: read('scratchDirectory', parsePath) ?? join(directory, 'scratch'),
    memoryLimit: read('memoryLimit', parseSize) ?? '512MB',
    threads: read('threads', parseWhole(1024)) ?? Math.min(availableParallelism(), mostThreads),
    limits: {
      inflatedBytes: read('inflatedLimit', parseBytes) ?? 20e9,
      inflationRatio: read('inflationRatio', parseWhole(1e6)) ?? 200,
      workbookMemoryMb: Math.ceil((read('workbookMemory', parseBytes) ?? 512e6) / 1e6),
      workbookSeconds: read('workbookSeconds', parseWhole(1e6)) ?? 600,
    },
    findReading: readSources(file['sources'], faults),
  };
  if (faults.length > 0) throw makeInvalid(faults);
  return settings;
}

export function settingNames(): SettingName[] {
  return Object.keys(settingSources).filter((name): name is SettingName => name in settingSources);
}

function makeInvalid(faults: readonly string[]): EluteError {
  const [first = ''] = faults;
  const list = `${faults.length} settings are wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`;
  return new EluteError('invalid_configuration', faults.length === 1 ? first : list);
}

/** The value that counts, and where it stands. An empty variable counts as none. */
function findValue(
  name: SettingName,
  flags: Readonly<Record<string, unknown>>,
  file: Readonly<Record<string, unknown>>,
): { place: string; text: string } | undefined {
  const { flag, variable, fileKey } = settingSources[name];
  const places: [string, unknown][] = [
    [flag.split(' ')[0] ?? flag, flags[name]],
    [variable, process.env[variable] || undefined],
    [`${fileKey} in ${configFile}`, file[fileKey]],
  ];
  const found = places.find(([, value]) => value !== undefined);
  return found && { place: found[0], text: String(found[1]) };
}

/** Without a part that would have been read as the password, were it written as URLs want it. */
function parseDatabase(text: string): string | undefined {
  const [, authority, rest = ''] = /^postgres(?:ql)?:\/\/([^/?#]*)(.*)$/s.exec(text) ?? [];
  const isCut = authority !== '' && !authority?.includes('@') && rest.includes('@');
  if (authority === undefined || isCut || rest.includes('#')) return undefined;
  try {
    parseUrl(text.split('?')[0] ?? '');
    return text;
  } catch {
    return undefined;
  }
}

function parsePath(text: string): string | undefined {
  return text === '' ? undefined : text;
}

function parseSize(text: string): string | undefined {
  return /^\d+(\.\d+)?\s*[KMGT]i?B$/i.test(text) ? text : undefined;
}

const units = ['KB', 'MB', 'GB', 'TB'];

/** `2GB` is 2e9, as the engine reads it; `2GiB` is 2^31. */
function parseBytes(text: string): number | undefined {
  const [, number, letter = '', binary = ''] =
    /^(\d+(?:\.\d+)?)\s*([KMGT])(i?)B$/i.exec(text) ?? [];
  if (number === undefined) return undefined;
  const power = units.indexOf(`${letter.toUpperCase()}B`) + 1;
  return Number(number) * (binary === '' ? 1000 : 1024) ** power;
}

/** A whole number from 1. */
function parseWhole(most: number): (text: string) => number | undefined {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
    return number >= 1 && number <= most ? number : undefined;
  };
}
