import { parseBytes, parseDatabase, parsePath, parseSize, parseWhole } from './parse.ts';
import type { SettingTable } from './setting.ts';

const size = 'must be a size such as 512MB or 2GB';

/** The settings of every command; `elute --help` and the README list them. */
export const commonSettings = {
  database: {
    flag: '--database <url>',
    variable: 'DATABASE_URL',
    fileKey: 'database',
    defaultText: 'the embedded server',
    help: 'PostgreSQL server to use, as postgresql://user:password@host/database',
    rule: 'must be an address such as postgresql://user:password@host/database; write @ : / ? # % in a password as %40 %3A %2F %3F %23 %25',
    parse: parseDatabase,
  },
  directory: {
    flag: '--directory <path>',
    variable: 'ELUTE_DIRECTORY',
    fileKey: 'directory',
    default: '.elute',
    help: 'folder of the embedded server and of scratch files',
    rule: 'must be the path of a folder',
    parse: parsePath,
  },
  scratchDirectory: {
    flag: '--scratch-directory <path>',
    variable: 'ELUTE_SCRATCH_DIRECTORY',
    fileKey: 'scratch_directory',
    defaultText: 'scratch, in the folder above',
    help: 'folder for what does not fit in memory during a load',
    rule: 'must be the path of a folder',
    parse: parsePath,
  },
  memoryLimit: {
    flag: '--memory-limit <size>',
    variable: 'ELUTE_MEMORY_LIMIT',
    fileKey: 'memory_limit',
    default: '512MB',
    help: 'memory for computing; the process may take twice as much',
    rule: size,
    parse: parseSize,
  },
  threads: {
    flag: '--threads <n>',
    variable: 'ELUTE_THREADS',
    fileKey: 'threads',
    defaultText: 'one a core, 8 at most',
    help: 'threads for computing',
    rule: 'must be a whole number from 1 to 1024',
    parse: parseWhole(1024),
  },
  inflatedLimit: {
    flag: '--inflated-limit <size>',
    variable: 'ELUTE_INFLATED_LIMIT',
    fileKey: 'inflated_limit',
    default: '20GB',
    help: 'what one packed file may unpack to',
    rule: size,
    parse: parseBytes,
  },
  inflationRatio: {
    flag: '--inflation-ratio <n>',
    variable: 'ELUTE_INFLATION_RATIO',
    fileKey: 'inflation_ratio',
    default: '200',
    help: 'how many times its size a packed file may unpack to, beyond 64 MiB',
    rule: 'must be a whole number from 1 to 1000000',
    parse: parseWhole(1e6),
  },
  workbookMemory: {
    flag: '--workbook-memory <size>',
    variable: 'ELUTE_WORKBOOK_MEMORY',
    fileKey: 'workbook_memory',
    default: '512MB',
    help: 'memory for reading a workbook',
    rule: size,
    parse: parseBytes,
  },
  workbookSeconds: {
    flag: '--workbook-seconds <n>',
    variable: 'ELUTE_WORKBOOK_SECONDS',
    fileKey: 'workbook_seconds',
    default: '600',
    help: 'time for reading a workbook',
    rule: 'must be a whole number from 1 to 1000000',
    parse: parseWhole(1e6),
  },
} as const satisfies SettingTable;
