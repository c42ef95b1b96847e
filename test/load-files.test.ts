import { expect, test } from 'vitest';
import { loadFiles } from '../src/operations/load-files.ts';
import { readFindings } from '../src/operations/read-loads.ts';
import { query, useDatabases } from './support/database.ts';
import {
  compoundsHeader,
  csv,
  experimentsHeader,
  makeContext,
  useFolders,
  usersHeader,
  writeFiles,
} from './support/lab.ts';

const makeDatabase = useDatabases();
const makeFolder = useFolders();

const users = csv(
  usersHeader,
  '1,Ada,ada@lab.example,2024-01-01',
  '2,Bo,bo@lab.example,2024-01-02',
);
const compounds = csv(compoundsHeader, '1,Water,H2O', '2,Salt,NaCl');

test('loads three files, whatever the order of columns and the white space around cells', async () => {
  const folder = makeFolder();
  const url = await makeDatabase();
  const files = writeFiles(folder, {
    'e.csv':
      'experiment_run_time,"\tUser-ID"," EXPERIMENT_COMPOUND_IDS",experiment_id\n"\t1.5", 1 ,"\t1;2; 2",\t7\n',
    'u.csv': users,
    'c.csv': compounds,
  });
  const { load } = await loadFiles(makeContext(url, folder), files);
  expect(
    load?.files.map(({ dataset, counts }) => [dataset, counts?.inserted, counts?.rejected]),
  ).toEqual([
    ['experiments', 1, 0],
    ['users', 2, 0],
    ['compounds', 2, 0],
  ]);
  expect(
    await query(
      url,
      'select experiment_id, user_id, experiment_compound_ids, experiment_run_time, line from elute.experiments',
    ),
  ).toEqual([
    {
      experiment_id: '7',
      user_id: '1',
      experiment_compound_ids: '1;2;2',
      experiment_run_time: 1.5,
      line: '2',
    },
  ]);
});

test('names the physical line of a reject below quoted line breaks, blank lines and broken rows', async () => {
  const folder = makeFolder();
  const url = await makeDatabase();
  const [path = ''] = writeFiles(folder, {
    'u.csv': `${usersHeader}\r\n1,"A\nda",a@b,2024-01-01\r\n\r\nx,Bo,b@b,2024-01-01\n3,Cy\n4,"D""y"z,d@b,2024-01-01\n5,Em,e@b,2024-01-01,6\n6,Fy,f@b,2024-02-30`,
  });
  const { load } = await loadFiles(makeContext(url, folder), [path]);
  const { rejects } = await readFindings(makeContext(url, folder), load?.loadId ?? 0);
  expect(rejects.map(({ line, column, code, record }) => [line, column, code, record])).toEqual([
    [5, 'user_id', 'invalid_id', ['x', 'Bo', 'b@b', '2024-01-01']],
    [6, null, 'too_few_columns', ['3', 'Cy']],
    [7, null, 'malformed_quotes', ['4,"D""y"z,d@b,2024-01-01']],
    [8, null, 'too_many_columns', ['5', 'Em', 'e@b', '2024-01-01', '6']],
    [9, 'signup_date', 'invalid_date', ['6', 'Fy', 'f@b', '2024-02-30']],
  ]);
  expect(load?.files[0]?.counts).toMatchObject({ read: 6, inserted: 1, rejected: 5 });
});

/** More of them than lines are sought one by one, and fewer. */
test.each([3, 100_001])(
  '%d rows of figures that are rejected late come with their cells',
  async (count) => {
    const folder = makeFolder();
    const url = await makeDatabase();
    const rows = Array.from({ length: count }, (_, i) => `${i + 1},9,1,2.50,as it was`);
    const [path = ''] = writeFiles(folder, {
      'e.csv': csv(`${experimentsHeader},note`, ...rows, '7,9', '1e3,1,1,2,"no figures"'),
      'u.csv': users,
    });
    const { load } = await loadFiles(makeContext(url, folder), [path, `${folder}/u.csv`]);
    expect(load?.files[0]?.counts).toMatchObject({ read: count + 2, rejected: count + 2 });
    const rejects = `
    select line, code, array_to_string(record, '|') as record from elute.rejects
    where line in (2, $1::bigint, $1 + 1, $1 + 2, $1 + 3) order by line`;
    expect(await query(url, rejects, [count])).toEqual([
      { line: '2', code: 'unknown_user', record: '1|9|1|2.50|as it was' },
      { line: `${count}`, code: 'unknown_user', record: `${count - 1}|9|1|2.50|as it was` },
      { line: `${count + 1}`, code: 'unknown_user', record: `${count}|9|1|2.50|as it was` },
      { line: `${count + 2}`, code: 'too_few_columns', record: '7|9' },
      { line: `${count + 3}`, code: 'invalid_id', record: '1e3|1|1|2|no figures' },
    ]);
  },
);

test('counts equal rows once and rejects contradicting ones, each naming the others', async () => {
  const folder = makeFolder();
  const url = await makeDatabase();
  const [a = '', b = ''] = writeFiles(folder, {
    'a.csv': csv(compoundsHeader, '1,Water,H2O', '1, Water ,H2O', '2,Salt,NaCl'),
    'b.csv': csv(compoundsHeader, '1,Water,H2O', '2,Table salt,NaCl', '3,Gold,Au'),
  });
  const context = makeContext(url, folder);
  const { load } = await loadFiles(context, [a, b]);
  expect(
    load?.files.map(({ counts }) => [counts?.inserted, counts?.duplicate, counts?.rejected]),
  ).toEqual([
    [1, 1, 1],
    [1, 1, 1],
  ]);
  const { rejects } = await readFindings(context, load?.loadId ?? 0);
  expect(rejects.map(({ code, message }) => [code, message])).toEqual([
    [
      'conflicting_duplicate',
      `compound_id 2 stands with other values at ${b}:3; keep one of these rows`,
    ],
    [
      'conflicting_duplicate',
      `compound_id 2 stands with other values at ${a}:4; keep one of these rows`,
    ],
  ]);
});

test('rejects unknown references, and loads the file again once they are known', async () => {
  const folder = makeFolder();
  const url = await makeDatabase();
  const context = makeContext(url, folder);
  const [u = '', c = '', e = ''] = writeFiles(folder, {
    'u.csv': users,
    'c.csv': compounds,
    'e.csv': csv(experimentsHeader, '1,1,1;2,3', '2,9,1,3', '3,1,7;1;8,3'),
  });
  const first = await loadFiles(context, [e, c]);
  expect(first.load?.files[0]?.counts).toMatchObject({ read: 3, rejected: 3 });
  const again = await loadFiles(context, [e, c]);
  expect(again).toEqual({
    alreadyLoaded: [expect.anything(), expect.anything()],
    leftOut: [],
  });
  const second = await loadFiles(context, [u, e]);
  expect(second.load?.files[1]?.counts).toMatchObject({ inserted: 1, rejected: 2 });
  const { rejects } = await readFindings(context, second.load?.loadId ?? 0);
  expect(rejects.map(({ line, code, value }) => [line, code, value])).toEqual([
    [3, 'unknown_user', '9'],
    [4, 'unknown_compound', '7, 8'],
  ]);
});

test('warns of odd values and loads them', async () => {
  const folder = makeFolder();
  const url = await makeDatabase();
  const context = makeContext(url, folder);
  const files = writeFiles(folder, {
    'u.csv': csv(usersHeader, '1,,nobody,'),
    'c.csv': csv(compoundsHeader, '1,Mystery,what?'),
  });
  const { load } = await loadFiles(context, files);
  const { rejects, warnings } = await readFindings(context, load?.loadId ?? 0);
  expect(rejects).toEqual([]);
  expect(warnings.map(({ column, code }) => [column, code]).sort()).toEqual([
    ['compound_structure', 'unreadable_structure'],
    ['email', 'doubtful_email'],
    ['name', 'empty_value'],
    ['signup_date', 'empty_value'],
  ]);
  expect(load?.files.map(({ counts }) => counts?.inserted)).toEqual([1, 1]);
});

test('a changed file updates what changed, and the features with it', async () => {
  const folder = makeFolder();
  const url = await makeDatabase();
  const context = makeContext(url, folder);
  const names = ['u.csv', 'c.csv', 'e.csv'];
  const write = (u: string, c: string, e: string) =>
    writeFiles(folder, { 'u.csv': u, 'c.csv': c, 'e.csv': e });
  await loadFiles(context, write(users, compounds, csv(experimentsHeader, '1,1,1,3', '2,1,2,5')));
  const { load } = await loadFiles(
    context,
    write(
      users,
      csv(compoundsHeader, '1,Ice,H2O', '2,Salt,NaCl'),
      csv(experimentsHeader, '1,1,1,3', '2,2,2,5'),
    ),
  );
  expect(load?.files.map(({ path }) => path.split('/').at(-1))).toEqual(names.slice(1));
  expect(load?.files.map(({ counts }) => [counts?.updated, counts?.unchanged])).toEqual([
    [1, 1],
    [1, 1],
  ]);
  expect(
    await query(
      url,
      'select user_id, total_exp_per_user, most_consumed_compound_name from elute.derived_exp_data order by 1',
    ),
  ).toEqual([
    { user_id: '1', total_exp_per_user: '1', most_consumed_compound_name: 'Ice' },
    { user_id: '2', total_exp_per_user: '1', most_consumed_compound_name: 'Salt' },
  ]);
});

test('names columns it leaves out', async () => {
  const folder = makeFolder();
  const url = await makeDatabase();
  const files = writeFiles(folder, {
    'c.csv': 'compound_id,Vendor ,compound_name,compound_structure\n1,ACME,Water,H2O\n',
  });
  const { load } = await loadFiles(makeContext(url, folder), files);
  expect(load?.files[0]?.ignoredColumns).toEqual(['Vendor']);
});
