import { afterEach, describe, expect, test } from 'vitest';
import { readSettings } from '../../src/config.ts';
import type { Reading } from '../../src/domain/reading.ts';
import { loadFiles } from '../../src/operations/load-files.ts';
import { readFindings } from '../../src/operations/read-loads.ts';
import { writeFiles } from '../support/lab.ts';
import { base, compounds, experiments, type Lab, useLabs, users } from './lab.ts';
import { writeBook, writeParquet } from './table-files.ts';

const makeLab = useLabs();

const start = process.cwd();
afterEach(() => process.chdir(start));

/** Loads files from their own folder, whose elute.toml counts. */
async function loadConfigured(lab: Lab, sources: readonly string[], reading: Reading = {}) {
  process.chdir(lab.folder);
  const { findReading } = readSettings({});
  const settings = { ...lab.context.settings, findReading };
  return loadFiles({ ...lab.context, settings }, sources, { reading });
}

async function readCodes(lab: Lab, loadId: number): Promise<string[]> {
  return (await readFindings(lab.context, loadId)).rejects.map(({ code }) => code);
}

const latin = (text: string) => Buffer.from(text, 'latin1');
const wide = (text: string) => Buffer.from(text, 'utf16le');
const bigWide = (text: string) => wide(text).swap16();

const day = 'select signup_date::text as value from elute.users where user_id > 3 order by user_id';
const time =
  'select experiment_run_time as value from elute.experiments where experiment_id > 4 order by experiment_id';
const name = 'select name as value from elute.users where user_id > 3 order by user_id';
const kinds = `select (select count(*) from elute.users)::integer || ' ' || (select count(*) from elute.compounds)::integer as value`;

const both =
  'user_id,name,email,signup_date,compound_id,compound_name,compound_structure\n4,Di,d@b,2024-01-04,9,Tin,Sn\n';
const dates = (first: string) => users(`4,Di,d@b,${first}`, '5,Ed,e@b,2024-05-06');
const times = experiments('5,1,1,"12,5"', '6,1,1,7', '7,1,1,"0,5"');

/** A file, its options in the two ways there are, what is stored, and what is rejected. */
const readings: readonly [string, string | Buffer, Reading, string, string, unknown[], string[]][] =
  [
    [
      'a day first',
      dates('03/04/2024'),
      { dateFormat: '%d/%m/%Y' },
      'date_format = "%d/%m/%Y"',
      day,
      ['2024-04-03', '2024-05-06'],
      [],
    ],
    [
      'a month first',
      dates('03/04/2024'),
      { dateFormat: '%m/%d/%Y' },
      'date_format = "%m/%d/%Y"',
      day,
      ['2024-03-04', '2024-05-06'],
      [],
    ],
    [
      'a day of the other order',
      dates('25/04/2024'),
      { dateFormat: '%m/%d/%Y' },
      'date_format = "%m/%d/%Y"',
      day,
      ['2024-04-25', '2024-05-06'],
      [],
    ],
    [
      'a month by name',
      dates('3 Apr 24'),
      { dateFormat: '%d %b %y' },
      'date_format = "%d %b %y"',
      day,
      ['2024-04-03', '2024-05-06'],
      [],
    ],
    [
      'no date of that format',
      dates('2024.31.12'),
      { dateFormat: '%d.%m.%Y' },
      'date_format = "%d.%m.%Y"',
      day,
      ['2024-05-06'],
      ['invalid_date'],
    ],
    ['commas', times, { decimal: 'comma' }, 'decimal = "comma"', time, [12.5, 7, 0.5], []],
    [
      'points, said to be points',
      times,
      { decimal: 'point' },
      'decimal = "point"',
      time,
      [7],
      ['decimal_comma', 'decimal_comma'],
    ],
    [
      'points, said to be commas',
      experiments('5,1,1,1.5', '6,1,1,1.234'),
      { decimal: 'comma' },
      'decimal = "comma"',
      time,
      [],
      ['decimal_point', 'decimal_point'],
    ],
    [
      'Latin-1',
      latin(users('4,Zoë Müller,z@b,')),
      { encoding: 'windows-1252' },
      'encoding = "windows-1252"',
      name,
      ['Zoë Müller'],
      [],
    ],
    [
      'UTF-8 said to be Windows-1252',
      users('4,Zoë,z@b,'),
      { encoding: 'windows-1252' },
      'encoding = "windows-1252"',
      name,
      ['ZoÃ«'],
      [],
    ],
    [
      'UTF-16',
      wide(users('4,Zoë,z@b,')),
      { encoding: 'utf-16le' },
      'encoding = "utf-16le"',
      name,
      ['Zoë'],
      [],
    ],
    [
      'UTF-16 the other way round',
      bigWide(users('4,Zoë,z@b,')),
      { encoding: 'utf-16be' },
      'encoding = "utf-16be"',
      name,
      ['Zoë'],
      [],
    ],
    [
      'users and compounds, as users',
      both,
      { dataset: 'users' },
      'as = "users"',
      kinds,
      ['4 3'],
      [],
    ],
    [
      'users and compounds, as compounds',
      both,
      { dataset: 'compounds' },
      'as = "compounds"',
      kinds,
      ['3 4'],
      [],
    ],
  ];

describe.each(readings)('%s', (_, content, reading, toml, sql, stored, codes) => {
  const check = async (lab: Lab) => {
    expect((await lab.query(sql)).map(({ value }) => value)).toEqual(stored);
    expect(await readCodes(lab, 2)).toEqual(codes);
    expect(await lab.verify()).toBe(0);
  };

  test('as said on the command line', async () => {
    const lab = await makeLab();
    await lab.load(base);
    await lab.load({ 'file.csv': content }, { reading });
    await check(lab);
  });

  test('as said in elute.toml', async () => {
    const lab = await makeLab();
    await lab.load(base);
    lab.write({ 'file.csv': content, 'elute.toml': `[sources."file.csv"]\n${toml}\n` });
    await loadConfigured(lab, ['file.csv']);
    await check(lab);
  });
});

const refusals: readonly [string, string, Reading, string, string][] = [
  ['a header that fits two datasets', both, {}, 'ambiguous_header', '--as users or --as compounds'],
  [
    'a header that does not fit',
    users('4,Di,d@b,'),
    { dataset: 'compounds' },
    'unknown_header',
    'fits not the dataset compounds; it lacks compound_id, compound_name, compound_structure',
  ],
];

test.each(refusals)('refuses %s', async (_, content, reading, code, message) => {
  const lab = await makeLab();
  await expect(lab.load({ 'file.csv': content }, { reading })).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
  });
});

const row = { experiment_id: 5, user_id: 1, experiment_compound_ids: '1' };
const numbers: readonly [string, (lab: Lab) => string | Buffer | Promise<Buffer>][] = [
  [
    'e.json',
    () =>
      [12.5, '12,5', '12.5']
        .map((value, i) =>
          JSON.stringify({ ...row, experiment_id: i + 5, experiment_run_time: value }),
        )
        .join('\n'),
  ],
  [
    'e.xlsx',
    () =>
      writeBook('xlsx', {
        Runs: [
          Object.keys(row).concat('experiment_run_time'),
          [5, 1, 1, 12.5],
          [6, 1, 1, '12,5'],
          [7, 1, 1, '12.5'],
        ],
      }),
  ],
  [
    'e.parquet',
    (lab) =>
      writeParquet(
        lab,
        'select i as experiment_id, 1 as user_id, [1] as experiment_compound_ids, 12.5 as experiment_run_time from range(5, 8) t (i)',
      ),
  ],
  [
    'texts.parquet',
    (lab) =>
      writeParquet(
        lab,
        `select i as experiment_id, 1 as user_id, '1' as experiment_compound_ids, '12,5' as experiment_run_time from range(5, 8) t (i)`,
      ),
  ],
];

test.each(numbers)('with --decimal comma, numbers of %s are numbers', async (file, make) => {
  const lab = await makeLab();
  await lab.load(base);
  await lab.load({ [file]: await make(lab) }, { reading: { decimal: 'comma' } });
  expect((await lab.query(time)).map(({ value }) => value)).toEqual([12.5, 12.5, 12.5]);
});

/** Sections of elute.toml, and how `runs/a.csv` is read by them. */
const sections: readonly [string, string, Reading, string[]][] = [
  ['no section', '', {}, ['ambiguous_date']],
  ['a pattern of names', '[sources."a.csv"]\ndate_format = "%d/%m/%Y"', {}, ['2024-04-03']],
  ['a pattern of endings', '[sources."*.csv"]\ndate_format = "%d/%m/%Y"', {}, ['2024-04-03']],
  ['a pattern of paths', '[sources."runs/*.csv"]\ndate_format = "%d/%m/%Y"', {}, ['2024-04-03']],
  ['a pattern of any folder', '[sources."**/a.*"]\ndate_format = "%d/%m/%Y"', {}, ['2024-04-03']],
  ['another folder', '[sources."walks/*.csv"]\ndate_format = "%d/%m/%Y"', {}, ['ambiguous_date']],
  ['another name', '[sources."b.csv"]\ndate_format = "%d/%m/%Y"', {}, ['ambiguous_date']],
  [
    'the last of several',
    '[sources."*.csv"]\ndate_format = "%d/%m/%Y"\n[sources."runs/*"]\ndate_format = "%m/%d/%Y"',
    {},
    ['2024-03-04'],
  ],
  [
    'options of several',
    '[sources."*.csv"]\ndate_format = "%d/%m/%Y"\n[sources."runs/*"]\nas = "users"',
    {},
    ['2024-04-03'],
  ],
  [
    'the command line before all',
    '[sources."*.csv"]\ndate_format = "%d/%m/%Y"\nas = "compounds"',
    { dateFormat: '%m/%d/%Y', dataset: 'users' },
    ['2024-03-04'],
  ],
];

test.each(sections)('elute.toml: %s', async (_, toml, reading, outcome) => {
  const lab = await makeLab();
  lab.write({ 'elute.toml': toml });
  writeFiles(lab.path('runs'), { 'a.csv': users('4,Di,d@b,03/04/2024') });
  await loadConfigured(lab, ['./runs/*.csv'], reading);
  const days = (await lab.query(day)).map(({ value }) => value);
  expect([...days, ...(await readCodes(lab, 1))]).toEqual(outcome);
});

test('a file of an archive goes by its own name', async () => {
  const { zipSync, strToU8 } = await import('fflate');
  const lab = await makeLab();
  const content = strToU8(users('4,Di,d@b,03/04/2024'));
  lab.write({
    'lab.zip': Buffer.from(zipSync({ 'a.csv': content })),
    'elute.toml': '[sources."a.csv"]\ndate_format = "%d/%m/%Y"\n',
  });
  await loadConfigured(lab, ['lab.zip']);
  expect(await lab.query(day)).toEqual([{ value: '2024-04-03' }]);
});

test('names all faults of the table, beside those of other settings', async () => {
  const lab = await makeLab();
  lab.write({
    'elute.toml': `threads = 0
[sources."a.csv"]
date_format = "%d"
decimal = "dot"
dialect = "excel"
[sources."b.csv"]
encoding = "ebcdic"
as = "people"
[sources]
"c.csv" = 7
`,
  });
  await expect(loadConfigured(lab, ['a.csv'])).rejects.toMatchObject({
    code: 'invalid_configuration',
    message: `7 settings are wrong:
  threads in elute.toml must be a whole number from 1 to 1024.
  dialect of sources."a.csv" in elute.toml is no option. Known are date_format, decimal, encoding, as.
  date_format of sources."a.csv" in elute.toml must name day, month and year, such as %d/%m/%Y or %m/%d/%y.
  decimal of sources."a.csv" in elute.toml must be one of point, comma.
  encoding of sources."b.csv" in elute.toml must be one of utf-8, utf-16le, utf-16be, windows-1252.
  as of sources."b.csv" in elute.toml must be one of users, compounds, experiments.
  sources."c.csv" in elute.toml must be a table.`,
  });
});

test('the reading is part of what was loaded before', async () => {
  const lab = await makeLab();
  const files = { 'u.csv': users('4,Di,d@b,13/12/2024') };
  await lab.load(files);
  const readingOf = (dateFormat: string) => ({ reading: { dateFormat } });
  const again = { alreadyLoaded: [{ loadId: 1 }] };
  expect(await lab.tryLoad(files)).toMatchObject(again);
  expect(await lab.load(files, readingOf('%d/%m/%Y'))).toMatchObject({
    loadId: 2,
    files: [{ counts: { unchanged: 1 } }],
  });
  expect(await lab.tryLoad(files, readingOf('%d/%m/%Y'))).toMatchObject({
    alreadyLoaded: [{ loadId: 2 }],
  });
  expect(await lab.tryLoad(files)).toMatchObject(again);
  lab.write({ 'elute.toml': '[sources."u.csv"]\ndate_format = "%d/%m/%Y"\n' });
  expect((await loadConfigured(lab, ['u.csv'])).alreadyLoaded).toMatchObject([{ loadId: 2 }]);
});

test('the dataset a file was said to hold is part of it too', async () => {
  const lab = await makeLab();
  await lab.load({ 'b.csv': both }, { reading: { dataset: 'users' } });
  expect(await lab.load({ 'b.csv': both }, { reading: { dataset: 'compounds' } })).toMatchObject({
    loadId: 2,
    files: [{ dataset: 'compounds', counts: { inserted: 1 } }],
  });
  const plain = { 'c.csv': compounds('1,Water,H2O') };
  await lab.load(plain);
  expect(await lab.tryLoad(plain)).toMatchObject({ alreadyLoaded: [{ loadId: 3 }] });
});
