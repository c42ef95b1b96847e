import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readFindings } from '../../src/operations/read-loads.ts';
import { runElute } from '../cli/run-elute.ts';
import { compoundsHeader, csv } from '../support/lab.ts';
import { base, compounds, experiments, type Lab, useLabs, users } from './lab.ts';
import { writeBook, writeParquet } from './table-files.ts';

const makeLab = useLabs();

/** What `elute rejects` prints of a load, as it is and cell by cell. */
async function readMendable({ url, folder }: Lab, loadId: number, file?: string) {
  const only = file === undefined ? [] : ['--file', file];
  const { stdout, stderr } = await runElute(
    ['rejects', String(loadId), '--format', 'csv', ...only],
    { cwd: folder, env: { DATABASE_URL: url } },
  );
  expect(stderr).toBe('');
  return { text: stdout, rows: parseCsv(stdout) };
}

/** CSV as Elute prints it: commas, quotes doubled. */
function parseCsv(text: string): string[][] {
  const cells = text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\n]*))([,\n])/g);
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of cells) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

async function readRecords({ context }: Lab, loadId: number): Promise<(readonly string[])[]> {
  return (await readFindings(context, loadId)).rejects.map(({ record }) => record);
}

const titles = compoundsHeader.split(',');

/** Rows of compounds, their cells as they must come back. */
const broken: readonly [string, string, string[][]][] = [
  ['a bad id', 'x,Tin,Sn\n', [['x', 'Tin', 'Sn']]],
  ['white space', ' x ,\tTin,  Sn \n', [[' x ', '\tTin', '  Sn ']]],
  ['too few cells', '7,Tin\n8\n', [['7', 'Tin'], ['8']]],
  ['too many cells', '7,Tin,Sn,more,\n', [['7', 'Tin', 'Sn', 'more', '']]],
  ['quotes and too few cells', '7,"a ""b"", c\nd"\n', [['7', 'a "b", c\nd']]],
  ['quotes and too many cells', '7,"x,y","Sn",""\n', [['7', 'x,y', 'Sn', '']]],
  ['malformed quotes', '7,"Ti"n,Sn\n', [['7,"Ti"n,Sn']]],
  ['malformed quotes and commas', '7,"Ti"n,"S,n",\n', [['7,"Ti"n,"S,n",']]],
];

test.each(broken)('%s: not mended, rejected again and again', async (_, rows, records) => {
  const lab = await makeLab();
  await lab.load({ 'c.csv': csv(compoundsHeader) + rows });
  expect(await readRecords(lab, 1)).toEqual(records);
  for (const loadId of [1, 2, 3]) {
    const mendable = await readMendable(lab, loadId);
    expect(mendable.rows).toEqual([
      [...titles, 'elute_error'],
      ...records.map((record) => [...record, expect.stringMatching(`^load ${loadId}, .+: .+`)]),
    ]);
    const again = await lab.load({ [`mend${loadId}.csv`]: mendable.text });
    expect(again).toMatchObject({ mends: [], files: [{ counts: { rejected: records.length } }] });
  }
  expect((await lab.state())['compounds']).toEqual([]);
});

test('mended in two rounds: each loads just its rows, and receipts name each other', async () => {
  const lab = await makeLab();
  await lab.load(base);
  const bad = experiments('5,1,1;2,3', '6,1,1,"4,5"', '7,9,1,1', '8,2', '9,1,1,1,1');
  await lab.load({ 'e.csv': bad });
  const first = (await readMendable(lab, 2)).text;
  const second = await lab.load({ 'mend1.csv': first.replace('"4,5"', '4.5') });
  expect(second).toMatchObject({
    mends: [{ loadId: 2, rows: 1 }],
    files: [{ counts: { read: 4, inserted: 1, rejected: 3 }, ignoredColumns: [] }],
  });
  const rest = (await readMendable(lab, 3)).text;
  const third = await lab.load({
    'mend2.csv': rest
      .replace('7,9,', '7,2,')
      .replace('8,2,', '8,2,3,0.5,')
      .replace(',1,1,1,', ',1,1,'),
  });
  expect(third).toMatchObject({
    mends: [{ loadId: 3, rows: 3 }],
    files: [{ counts: { read: 3, inserted: 3 } }],
  });
  expect((await lab.receipt(2)).mendedBy).toEqual([{ loadId: 3, rows: 1 }]);
  expect((await lab.receipt(3)).mendedBy).toEqual([{ loadId: 4, rows: 3 }]);
  const stored = await lab.query(
    'select experiment_id::integer as id, user_id::integer as "user", experiment_run_time as time from elute.experiments where experiment_id > 4 order by 1',
  );
  expect(stored).toEqual([
    { id: 5, user: 1, time: 3 },
    { id: 6, user: 1, time: 4.5 },
    { id: 7, user: 2, time: 1 },
    { id: 8, user: 2, time: 0.5 },
    { id: 9, user: 1, time: 1 },
  ]);
  expect(await lab.verify()).toBe(0);
  await lab.undo(4);
  expect((await lab.receipt(3)).mendedBy).toEqual([]);
});

test('rows of two loads in one file mend both', async () => {
  const lab = await makeLab();
  await lab.load({ 'a.csv': compounds('x,Tin,Sn') });
  await lab.load({ 'b.csv': compounds('y,Iron,Fe', '3,Gold,Au') });
  const [a, b] = [(await readMendable(lab, 1)).text, (await readMendable(lab, 2)).text];
  const both = a.replace('x,', '1,') + b.split('\n').slice(1).join('\n').replace('y,', '2,');
  const alien = '4,Lead,Pb,"load 99, c.csv:2: of another database"\n5,Zinc,Zn,mine\n';
  expect(await lab.load({ 'mend.csv': both + alien })).toMatchObject({
    mends: [
      { loadId: 1, rows: 1 },
      { loadId: 2, rows: 1 },
    ],
    files: [{ counts: { inserted: 4 } }],
  });
});

const delimiters = [',', ';', '\t', '|'];
const cell = fc.string({
  unit: fc.constantFrom('a', 'é', ' ', '"', ',', ';', '\t', '|', '\n', '\r\n', '\\', "'"),
  maxLength: 6,
});

/** Empty cells beyond the header are no fault: there is nothing in them to lose. */
const tail = fc
  .array(cell, { maxLength: 4 })
  .map((cells) => (cells.length > 2 && cells.at(-1) === '' ? [...cells.slice(0, -1), 'a'] : cells));

test.each(delimiters)('cells come back as they were, also of ragged rows: %j', async (mark) => {
  const quote = (text: string) => (/[^aé]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const tails = fc.array(tail, { minLength: 20, maxLength: 30 });
  const property = fc.asyncProperty(tails, async (cells) => {
    const lab = await makeLab();
    const rows = cells.map((others, i) => [`x${i}`, ...others]);
    const text = [titles, ...rows].map((row) => `${row.map(quote).join(mark)}\n`).join('');
    await lab.load({ 'c.csv': text });
    expect(await readRecords(lab, 1)).toEqual(rows);
    const mendable = await readMendable(lab, 1);
    expect(mendable.rows.slice(1).map((row) => row.slice(0, -1))).toEqual(rows);
    await lab.load({ 'mend.csv': mendable.text });
    expect((await readMendable(lab, 2)).rows.slice(1).map((row) => row.slice(0, -1))).toEqual(rows);
  });
  await fc.assert(property, { numRuns: 1, endOnFailure: true });
});

const header = ['user_id', 'name', 'email', 'signup_date', 'note'];
const sheetRows = [
  header,
  [1, 'Ada', 'a@b', new Date(Date.UTC(2024, 0, 1)), 'fine'],
  ['x', 'Bo "B", the\nsecond', 'b@b', new Date(Date.UTC(2024, 0, 2)), 1.5],
  [3, 'Cy', 'c@b', 'soon', ''],
];
const sheetRecords = [
  ['x', 'Bo "B", the\nsecond', 'b@b', '2024-01-02', '1.5'],
  ['3', 'Cy', 'c@b', 'soon', ''],
];
const json = [
  { user_id: 1, name: 'Ada', email: 'a@b', signup_date: '2024-01-01', note: 'fine' },
  { user_id: 'x', name: 'Bo "B", the\nsecond', email: 'b@b', signup_date: '2024-01-02', note: 1.5 },
  { user_id: 3, name: 'Cy', email: 'c@b', signup_date: 'soon', note: '' },
].map((record) => `${JSON.stringify(record)}\n`);

const formats: readonly [string, (lab: Lab) => Buffer | string | Promise<Buffer>][] = [
  ['u.xlsx', () => writeBook('xlsx', { People: sheetRows })],
  ['u.ods', () => writeBook('ods', { People: sheetRows })],
  ['u.ndjson', () => json.join('')],
  ['u.json', () => `[${json.join(',').replaceAll('\n', '')}]`],
  [
    'u.parquet',
    (lab) =>
      writeParquet(
        lab,
        `select * from (values
          ('1', 'Ada', 'a@b', '2024-01-01', 'fine'),
          ('x', 'Bo "B", the' || chr(10) || 'second', 'b@b', '2024-01-02', '1.5'),
          ('3', 'Cy', 'c@b', 'soon', '')) t (${header.join(', ')})`,
      ),
  ],
];

test.each(formats)('rows of %s are mended as CSV', async (name, make) => {
  const lab = await makeLab();
  const load = await lab.load({ [name]: await make(lab) });
  expect(load.files[0]?.counts).toMatchObject({ read: 3, inserted: 1, rejected: 2 });
  const { text, rows } = await readMendable(lab, 1);
  expect(rows).toEqual([
    [...header, 'elute_error'],
    ...sheetRecords.map((record) => [...record, expect.stringContaining('load 1, ')]),
  ]);
  const mended = await lab.load({
    'mend.csv': text.replace('x,', '2,').replace('soon', '2024-01-03'),
  });
  expect(mended).toMatchObject({
    mends: [{ loadId: 1, rows: 2 }],
    files: [{ counts: { read: 2, inserted: 2 } }],
  });
  expect(
    await lab.query('select user_id::integer as id, name from elute.users order by 1'),
  ).toEqual([
    { id: 1, name: 'Ada' },
    { id: 2, name: 'Bo "B", the\nsecond' },
    { id: 3, name: 'Cy' },
  ]);
});

test('sheets are mended one at a time, each under its own header', async () => {
  const lab = await makeLab();
  const book = writeBook('xlsx', {
    People: [
      ['note', 'user_id', 'name', 'email', 'signup_date'],
      ['n', 'x', 'Bo', 'b@b', ''],
    ],
    Compounds: [titles, ['y', 'Tin', 'Sn']],
  });
  await lab.load({ 'lab.xlsx': book });
  const path = lab.path('lab.xlsx');
  expect((await readMendable(lab, 1, `${path}, People`)).rows).toEqual([
    ['note', 'user_id', 'name', 'email', 'signup_date', 'elute_error'],
    ['n', 'x', 'Bo', 'b@b', '', expect.stringContaining(`load 1, ${path}, People!B2: `)],
  ]);
  expect((await readMendable(lab, 1, `${path}, Compounds`)).rows.slice(1)).toMatchObject([
    ['y', 'Tin', 'Sn', expect.stringContaining(`load 1, ${path}, Compounds!A2: `)],
  ]);
});

test('a file with the column and no number of a load mends nothing', async () => {
  const lab = await makeLab();
  const own = `${users('1,Ada,a@b,2024-01-01').replace('signup_date', 'signup_date,elute_error').trim()},\n`;
  expect(await lab.load({ 'u.csv': own })).toMatchObject({
    mends: [],
    files: [{ counts: { inserted: 1 } }],
  });
});
