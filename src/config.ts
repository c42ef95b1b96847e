import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { z } from 'zod';
import { EluteError } from './errors.ts';

/** Where a setting may come from, in the order of precedence: flag, environment, file, default. */
export interface SettingSource {
  readonly flag: string;
  readonly variable: string;
  readonly fileKey: string;
  /** As shown in the help. */
  readonly defaultText: string;
  readonly help: string;
}

export const configFile = 'elute.toml';

/** The table of settings; `elute --help` and the README list it. */
export const settingSources = {
  database: {
    flag: '--database <url>',
    variable: 'DATABASE_URL',
    fileKey: 'database',
    defaultText: 'the embedded server',
    help: 'PostgreSQL server to use, as postgresql://user:password@host/database',
  },
  directory: {
    flag: '--directory <path>',
    variable: 'ELUTE_DIRECTORY',
    fileKey: 'directory',
    defaultText: '.elute',
    help: 'folder of the embedded server and of scratch files',
  },
  scratchDirectory: {
    flag: '--scratch-directory <path>',
    variable: 'ELUTE_SCRATCH_DIRECTORY',
    fileKey: 'scratch_directory',
    defaultText: 'scratch, in the folder above',
    help: 'folder for what does not fit in memory during a load',
  },
  memoryLimit: {
    flag: '--memory-limit <size>',
    variable: 'ELUTE_MEMORY_LIMIT',
    fileKey: 'memory_limit',
    defaultText: '1GB',
    help: 'memory for computing; the process takes up to half as much again',
  },
  threads: {
    flag: '--threads <n>',
    variable: 'ELUTE_THREADS',
    fileKey: 'threads',
    defaultText: 'one a core',
    help: 'threads for computing',
  },
} as const satisfies Record<string, SettingSource>;

type SettingName = keyof typeof settingSources;

const schemas = {
  database: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgresql://')
    .optional(),
  directory: z.string().min(1, 'must not be empty').default('.elute'),
  scratchDirectory: z.string().min(1, 'must not be empty').optional(),
  memoryLimit: z
    .string()
    .regex(/^\d+(\.\d+)?\s*[KMGT]i?B$/i, 'must be a size such as 512MB or 2GB')
    .default('1GB'),
  threads: z.coerce
    .number('must be a whole number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .default(availableParallelism()),
} satisfies Record<SettingName, z.ZodType>;

export interface Settings {
  /** Absent: the embedded server. */
  readonly database?: string;
  readonly directory: string;
  readonly scratchDirectory: string;
  readonly memoryLimit: string;
  readonly threads: number;
}

/** Reads all settings; throws one `invalid_configuration` that names every fault. */
export function readSettings(flags: Readonly<Record<string, unknown>>): Settings {
  const faults: string[] = [];
  const file = readConfigFile(faults);
  const values = Object.fromEntries(
    settingNames().map((name) => [name, readSetting(name, flags, file, faults)]),
  );
  if (faults.length > 0) throw new EluteError('invalid_configuration', faults.join('\n'));
  return completeSettings(values);
}

export function settingNames(): SettingName[] {
  return Object.keys(settingSources).filter((name): name is SettingName => name in schemas);
}

function readSetting(
  name: SettingName,
  flags: Readonly<Record<string, unknown>>,
  file: Readonly<Record<string, unknown>>,
  faults: string[],
): unknown {
  const { flag, variable, fileKey } = settingSources[name];
  const places: [string, unknown][] = [
    [flag.split(' ')[0] ?? flag, flags[name]],
    [variable, process.env[variable] || undefined],
    [`${fileKey} in ${configFile}`, file[fileKey]],
  ];
  const [place, value] = places.find(([, found]) => found !== undefined) ?? [name, undefined];
  const result = schemas[name].safeParse(value);
  // The value is not repeated: it may hold a password.
  if (!result.success)
    faults.push(`${place} ${result.error.issues[0]?.message ?? 'is not valid'}.`);
  return result.data;
}

function readConfigFile(faults: string[]): Readonly<Record<string, unknown>> {
  if (!existsSync(configFile)) return {};
  try {
    const content = parseToml(readFileSync(configFile, 'utf8'));
    const known = settingNames().map((name): string => settingSources[name].fileKey);
    for (const key of Object.keys(content).filter((name) => !known.includes(name))) {
      faults.push(`${key} in ${configFile} is no setting. Known are ${known.join(', ')}.`);
    }
    return content;
  } catch (error) {
    faults.push(`${configFile} cannot be read: ${error instanceof Error ? error.message : error}`);
    return {};
  }
}

const completeSchema = z.object(schemas).transform(
  ({ database, scratchDirectory, ...settings }): Settings => ({
    ...settings,
    ...(database !== undefined && { database }),
    scratchDirectory: scratchDirectory ?? join(settings.directory, 'scratch'),
  }),
);

function completeSettings(values: Record<string, unknown>): Settings {
  return completeSchema.parse(values);
}
