import { parseBytes, parseOrigins, parsePath, parsePaths, parseWhole, parseYes } from './parse.ts';
import type { SettingTable } from './setting.ts';

const number = (most: string) => `must be a whole number from 1 to ${most}`;
const yesOrNo = 'must be yes or no';
const size = 'must be a size such as 512MB or 2GB';

/** The settings of `elute serve` and `elute worker`; their help and docs/SERVICE.md list them. */
export const serviceSettings = {
  host: {
    flag: '--host <address>',
    variable: 'ELUTE_HOST',
    fileKey: 'host',
    default: '127.0.0.1',
    help: 'address to listen on; 0.0.0.0 for all',
    rule: 'must be an address or name',
    parse: parsePath,
  },
  port: {
    flag: '--port <n>',
    variable: 'ELUTE_PORT',
    fileKey: 'port',
    default: '8080',
    help: 'port to listen on; 0 for any that is free',
    rule: 'must be a whole number from 0 to 65535',
    parse: parseWhole(65535, 0),
  },
  concurrency: {
    flag: '--concurrency <n>',
    variable: 'ELUTE_CONCURRENCY',
    fileKey: 'concurrency',
    default: '2',
    help: 'loads that one process works on at once; 0 on a server leaves them to workers elsewhere',
    rule: 'must be a whole number from 0 to 64',
    parse: parseWhole(64, 0),
  },
  uploadDirectory: {
    flag: '--upload-directory <path>',
    variable: 'ELUTE_UPLOAD_DIRECTORY',
    fileKey: 'upload_directory',
    defaultText: 'uploads, in the folder of --directory',
    help: 'folder for uploaded files; workers on other machines need the same one',
    rule: 'must be the path of a folder',
    parse: parsePath,
  },
  roots: {
    flag: '--roots <paths>',
    variable: 'ELUTE_ROOTS',
    fileKey: 'roots',
    defaultText: 'none',
    help: 'folders whose files may be loaded by their path, with : between them',
    rule: 'must be paths of folders with : between them',
    parse: parsePaths,
  },
  uploadLimit: {
    flag: '--upload-limit <size>',
    variable: 'ELUTE_UPLOAD_LIMIT',
    fileKey: 'upload_limit',
    default: '20GB',
    help: 'what one upload may bring',
    rule: size,
    parse: parseBytes,
  },
  rateLimit: {
    flag: '--rate-limit <n>',
    variable: 'ELUTE_RATE_LIMIT',
    fileKey: 'rate_limit',
    default: '6000',
    help: 'requests a minute that one token may make',
    rule: number('1000000'),
    parse: parseWhole(1e6),
  },
  drainSeconds: {
    flag: '--drain-seconds <n>',
    variable: 'ELUTE_DRAIN_SECONDS',
    fileKey: 'drain_seconds',
    default: '25',
    help: 'time that loads at work get to end when the process is told to stop',
    rule: number('86400'),
    parse: parseWhole(86400),
  },
  origins: {
    flag: '--origins <list>',
    variable: 'ELUTE_ORIGINS',
    fileKey: 'origins',
    defaultText: 'none',
    help: 'web origins whose pages may call the API, with commas between them',
    rule: 'must be origins such as https://lab.example, with commas between them',
    parse: parseOrigins,
  },
  webhookSecret: {
    flag: '--webhook-secret <text>',
    variable: 'ELUTE_WEBHOOK_SECRET',
    fileKey: 'webhook_secret',
    defaultText: 'none: no webhooks',
    help: 'key that signs webhooks; better given by the variable than by the flag',
    rule: 'must have at least 16 characters',
    parse: (text: string) => (text.length >= 16 ? text : undefined),
  },
  privateWebhooks: {
    flag: '--private-webhooks <yes|no>',
    variable: 'ELUTE_PRIVATE_WEBHOOKS',
    fileKey: 'private_webhooks',
    default: 'no',
    help: 'whether webhooks may go to private and loopback addresses',
    rule: yesOrNo,
    parse: parseYes,
  },
} as const satisfies SettingTable;
