import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { query } from '../support/database.ts';
import { compoundsHeader, csv, usersHeader } from '../support/lab.ts';
import { goodFiles, useLabs } from './run-elute.ts';

const makeLab = useLabs();
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const isEmpty =
  'bad.csv is empty: it holds no header and no rows. Export it again, or leave it out.';

const refused: [string, string | Buffer, string][] = [
  [
    'an unknown header',
    'user_id,name,mail\n1,Ada,a@b\n',
    'bad.csv:1: the header "user_id, name, mail" fits no dataset. The nearest is users; it lacks email, signup_date. Add or rename these columns.',
  ],
  [
    'a header that fits two datasets',
    csv(`${usersHeader},${compoundsHeader}`, '1,Ada,a@b,2024-01-01,1,Water,H2O'),
    'bad.csv:1: the header fits users and compounds alike. Say which it is with --as users or --as compounds.',
  ],
  [
    'a column twice',
    csv(`${usersHeader}, EMAIL`, '1,Ada,a,2024-01-01,b'),
    'bad.csv:1: the header names email twice. Remove or rename one of the columns.',
  ],
  ['an empty file', '', isEmpty],
  ['nothing but a byte order mark', byteOrderMark, isEmpty],
  ['nothing but white space', ' \n\t\r\n', isEmpty],
  [
    'an unterminated quote',
    `${usersHeader}\n1,Ada,a@b,2024-01-01\n2,"Bo,b@b,\n3,Cy,,\n`,
    'bad.csv:3: a quoted field opens here and is never closed. Close it, or write a quote that belongs to a value twice ("").',
  ],
];

test.each(refused)('ends with 4 on %s, and loads nothing', async (_, content, message) => {
  const { run, url } = await makeLab({ ...goodFiles, 'bad.csv': content });
  expect(await run('load', 'bad.csv', 'users.csv')).toEqual({
    exitCode: 4,
    stdout: '',
    stderr: `Looking at the files\nelute: ${message}\n`,
  });
  expect(await query(url, 'select from elute.loads')).toEqual([]);
});

const misused: [string, string[], string][] = [
  [
    'a path that is not there',
    ['load', 'no.csv'],
    'There is no file or folder no.csv. Check the path.',
  ],
  [
    'a folder without tables',
    ['load', 'empty'],
    'The folder empty holds no table file (csv, tsv, txt, xlsx, xlsm, xls, ods, parquet, json, ndjson, jsonl, also packed). Name another one, or the file itself.',
  ],
  [
    'a pattern that matches nothing',
    ['load', '2024/*.csv'],
    'No file matches 2024/*.csv. Check the pattern.',
  ],
  ['no path', ['load'], 'Name what to load: files, folders or patterns.'],
  [
    'an unknown option',
    ['load', '.', '--fast'],
    "unknown option '--fast'\n(Did you mean --as?)\n(elute load --help tells more)",
  ],
  [
    'an unknown command',
    ['laod', '.'],
    "unknown command 'laod'\n(Did you mean load?)\n(elute --help lists commands and options)",
  ],
  [
    'a date format without a year',
    ['load', '.', '--date-format', '%d/%m'],
    "option '--date-format <format>' argument '%d/%m' is invalid. It must name day, month and year, such as %d/%m/%Y or %m/%d/%y.\n(elute load --help tells more)",
  ],
  [
    'a date format that names the month twice',
    ['load', '.', '--date-format', '%d/%m/%b'],
    "option '--date-format <format>' argument '%d/%m/%b' is invalid. It must name day, month and year, such as %d/%m/%Y or %m/%d/%y.\n(elute load --help tells more)",
  ],
  [
    'a date format that says more than a date',
    ['load', '.', '--date-format', '%d/%m/%Y %H'],
    "option '--date-format <format>' argument '%d/%m/%Y %H' is invalid. It must name day, month and year, such as %d/%m/%Y or %m/%d/%y.\n(elute load --help tells more)",
  ],
  [
    'a number that is none',
    ['features', '--limit', 'ten'],
    "option '--limit <n>' argument 'ten' is invalid. Give a whole number such as 20 or 1e6.\n(elute features --help tells more)",
  ],
  [
    'an id that is none',
    ['rejects', '0'],
    "command-argument value '0' is invalid for argument 'load'. Give a whole number from 1.\n(elute rejects --help tells more)",
  ],
  [
    'an unknown format',
    ['features', '--format', 'xml'],
    "option '--format <format>' argument 'xml' is invalid. Allowed choices are table, csv, json, parquet.\n(elute features --help tells more)",
  ],
  [
    'an argument too many',
    ['verify', '1'],
    "too many arguments for 'verify'. Expected 0 arguments but got 1.\n(elute verify --help tells more)",
  ],
];

test.each(misused)('ends with 2 on %s', async (_, args, message) => {
  const { run, folder, url } = await makeLab();
  mkdirSync(join(folder, 'empty'));
  expect(await run(...args)).toEqual({ exitCode: 2, stdout: '', stderr: `elute: ${message}\n` });
  expect(await query(url, 'select from elute.loads')).toEqual([]);
});

test('ends with 2 on something that is no file', async () => {
  const { run } = await makeLab();
  expect(await run('load', '/dev/null')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'Looking at the files\nelute: /dev/null cannot be read: it is not a regular file. Check the file and its permissions.\n',
  });
});
