import { readRejectLimit } from '../domain/reject-limit.ts';
import { parseNames, parseUrl, parseWhole } from './parse.ts';
import type { SettingTable } from './setting.ts';

const seconds = 'must be a whole number of seconds from 1 to 86400';

/** The settings of `elute watch` besides those of a worker; its help and docs/SOURCES.md list them. */
export const watchSettings = {
  set: {
    flag: '--set <patterns>',
    variable: 'ELUTE_WATCH_SET',
    fileKey: 'watch_set',
    defaultText: 'none, each file is a load',
    help: 'names of files that make one load once a folder has them all, with commas between them: "users*.csv,runs*.csv"',
    rule: 'must be patterns of file names with commas between them, without a slash',
    parse: parseNames,
  },
  settleSeconds: {
    flag: '--settle-seconds <n>',
    variable: 'ELUTE_WATCH_SETTLE_SECONDS',
    fileKey: 'watch_settle_seconds',
    default: '5',
    help: 'how long files of a folder, and sets, must be unchanged before they are taken',
    rule: seconds,
    parse: parseWhole(86400),
  },
  listSeconds: {
    flag: '--list-seconds <n>',
    variable: 'ELUTE_WATCH_LIST_SECONDS',
    fileKey: 'watch_list_seconds',
    defaultText: '5; with --queue 300',
    help: 'time from one listing of the source to the next',
    rule: seconds,
    parse: parseWhole(86400),
  },
  queue: {
    flag: '--queue <url>',
    variable: 'ELUTE_WATCH_QUEUE',
    fileKey: 'watch_queue',
    defaultText: 'none, listings alone',
    help: 'SQS queue that is told of new objects, by S3 or by EventBridge',
    rule: 'must be the address of a queue, such as https://sqs.eu-north-1.amazonaws.com/123456789012/arrivals',
    parse: parseUrl,
  },
  maxRejects: {
    flag: '--max-rejects <limit>',
    variable: 'ELUTE_WATCH_MAX_REJECTS',
    fileKey: 'watch_max_rejects',
    defaultText: 'none',
    help: 'load nothing of an arrival when more rows are rejected: a number, or a share such as 1%',
    rule: 'must be a number of rows such as 20, or a share such as 1%',
    parse: readRejectLimit,
  },
} as const satisfies SettingTable;
