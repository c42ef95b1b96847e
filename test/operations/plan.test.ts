import { rmSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import type { CellChange, FeatureChange } from '../../src/domain/plan.ts';
import { loadFiles } from '../../src/operations/load-files.ts';
import { readFindings } from '../../src/operations/read-loads.ts';
import { writeFiles } from '../support/lab.ts';
import {
  base,
  compounds,
  experiments,
  history,
  type Lab,
  readTables,
  useLabs,
  users,
} from './lab.ts';

const makeLab = useLabs();

const start = process.cwd();
afterEach(() => process.chdir(start));

/** New, changed, equal, double and bad rows of all datasets. */
const change = {
  'u.csv': users(
    '1,Ada L,ada@lab.example,2024-02-03',
    '2,Bo,bo@lab.example,2024-01-02',
    '4,Di,nobody,2024-01-04',
    'x,Ed,ed@lab.example,2024-01-05',
  ),
  'c.csv': compounds('3,Aurum,Au', '4,Tin,Sn'),
  'e.csv': experiments('1,1,3;2,3', '2,2,1,4.5', '5,4,4,1', '5,4,4,1', '6,9,1,1', '7,3,1,0.1'),
};

async function makeLoaded(): Promise<Lab> {
  const lab = await makeLab();
  await lab.load(base);
  return lab;
}

const refused = (message: string) => ({
  code: 'plan_outdated',
  message: expect.stringContaining(message),
});

test('changes nothing but the history, and says what a load would do', async () => {
  const lab = await makeLoaded();
  const before = await readTables(lab.url, history);
  const { load, plan } = await lab.plan(change);
  expect(await readTables(lab.url, history)).toEqual(before);
  expect(load).toMatchObject({ loadId: 2, state: 'planned' });
  expect(load.files.map(({ counts }) => counts)).toMatchObject([
    { read: 4, inserted: 1, updated: 1, unchanged: 1, rejected: 1, warnings: 1 },
    { read: 2, inserted: 1, updated: 1 },
    { read: 6, inserted: 2, updated: 2, duplicate: 1, rejected: 1 },
  ]);
  const [u, c, e] = Object.keys(change).map((name) => lab.path(name));
  expect(plan.cells.map(listCell)).toEqual([
    ['compounds', 3, 'compound_name', 'Gold', 'Aurum', `${c}:2`],
    ['experiments', 1, 'experiment_compound_ids', '1;2', '3;2', `${e}:2`],
    ['experiments', 2, 'user_id', '1', '2', `${e}:3`],
    ['users', 1, 'name', 'Ada', 'Ada L', `${u}:2`],
    ['users', 1, 'signup_date', '2024-01-01', '2024-02-03', `${u}:2`],
  ]);
  expect(plan).toMatchObject({ changedCells: 5, newScientists: 1 });
  expect(plan.figures).toContainEqual({
    userId: null,
    feature: 'avg_experiment_count',
    before: String(4 / 3),
    after: '1.5',
  });
  const { rejects, warnings } = await readFindings(lab.context, 2);
  expect(rejects.map(({ code, place }) => [code, place])).toEqual([
    ['invalid_id', `${u}:5`],
    ['unknown_user', `${e}:6`],
  ]);
  expect(warnings).toMatchObject([{ code: 'doubtful_email', line: 4 }]);
});

const listCell = ({ dataset, id, column, before, after, place }: CellChange) => [
  dataset,
  id,
  column,
  before,
  after,
  place,
];

/** A value of a plan, as SQL finds it. */
async function readCell({ url }: Lab, { dataset, id, column }: CellChange) {
  const key = dataset === 'users' ? 'user_id' : `${dataset.slice(0, -1)}_id`;
  const tables = await readTables(url, {
    cell: `(select ${column}::text from elute.${dataset} where ${key} = ${id})`,
  });
  return unquote(tables['cell']?.[0]);
}

async function readFigure({ url }: Lab, { userId, feature }: FeatureChange) {
  const tables = await readTables(url, {
    figure: `(select ${feature}::text from elute.user_experiment_features where ${userId === null ? 'true' : `user_id = ${userId}`} limit 1)`,
  });
  return unquote(tables['figure']?.[0]);
}

/** A value out of the text of a row with one column. */
function unquote(row = '()'): string | null {
  const text = row.slice(1, -1).replace(/^"(.*)"$/, '$1');
  return text === '' ? null : text;
}

test('what it shows is what applying it does', async () => {
  const lab = await makeLoaded();
  const { load: planned, plan } = await lab.plan(change);
  for (const cell of plan.cells) expect(await readCell(lab, cell)).toBe(cell.before);
  for (const figure of plan.figures) expect(await readFigure(lab, figure)).toBe(figure.before);
  const features = await readTables(lab.url, { all: 'elute.user_experiment_features' });
  const applied = await lab.apply(planned.loadId);
  for (const cell of plan.cells) expect(await readCell(lab, cell)).toBe(cell.after);
  for (const figure of plan.figures) expect(await readFigure(lab, figure)).toBe(figure.after);
  expect(applied.files.map(({ counts }) => counts)).toEqual(
    planned.files.map(({ counts }) => counts),
  );
  expect(applied).toMatchObject({ loadId: 3, state: 'loaded', appliedPlan: 2 });
  expect(await lab.receipt(2)).toMatchObject({ state: 'planned', appliedBy: 3 });
  expect(await readTables(lab.url, { all: 'elute.user_experiment_features' })).not.toEqual(
    features,
  );
  const [own, findings] = [await readFindings(lab.context, 3), await readFindings(lab.context, 2)];
  expect(own.rejects).toEqual(findings.rejects);
  expect(await lab.verify()).toBe(0);
});

test('figures it does not list stay as they are', async () => {
  const lab = await makeLoaded();
  const { load, plan } = await lab.plan(change);
  const read = () =>
    lab.query<Record<string, unknown>>(
      'select f.* from elute.user_experiment_features f order by user_id',
    );
  const before = await read();
  await lab.apply(load.loadId);
  const after = await read();
  const differing = before.flatMap((row, i) =>
    Object.keys(row)
      .filter((name) => name !== 'avg_experiment_count')
      .filter((name) => JSON.stringify(row[name]) !== JSON.stringify(after[i]?.[name]))
      .map((name) => `${row['user_id']} ${name}`),
  );
  const listed = plan.figures.flatMap(({ userId, feature }) =>
    userId === null ? [] : [`${userId} ${feature}`],
  );
  expect(listed.sort()).toEqual(differing.sort());
  expect(plan.changedFigures).toBe(plan.figures.length);
  expect(after.length - before.length).toBe(plan.newScientists);
});

test('gives the same state as a load without a plan', async () => {
  const [planned, direct] = [await makeLoaded(), await makeLoaded()];
  await planned.apply((await planned.plan(change)).load.loadId);
  await direct.load(change);
  expect(await planned.values()).toEqual(await direct.values());
});

const meddling: readonly [string, string][] = [
  ['a row that it changes', `update elute.users set name = 'Eve' where user_id = 1`],
  ['a row that it leaves alone', `update elute.users set email = 'x@y' where user_id = 2`],
  ['a row it would bring', `insert into elute.compounds values (4, 'Tin', 'Sn', 1, 1)`],
  ['another experiment of its scientists', 'delete from elute.experiments where experiment_id = 4'],
  ['a compound it renames', 'delete from elute.compounds where compound_id = 3'],
  [
    'a name that its features show',
    `update elute.compounds set compound_name = 'Brine' where compound_id = 1`,
  ],
  [
    'features that it changes',
    'update elute.user_features set total_exp_time_per_user = 9 where user_id = 1',
  ],
  [
    'features that it leaves alone',
    `update elute.user_features set most_consumed_compound_uses = 3 where user_id = 2`,
  ],
  ['features it would bring', 'delete from elute.user_features where user_id = 3'],
  [
    'the figure of the whole database',
    'update elute.database_features set avg_experiment_count = 7',
  ],
];

test.each(meddling)('is outdated when %s was changed by hand', async (_, statement) => {
  const lab = await makeLoaded();
  const { load } = await lab.plan(change);
  await lab.query(statement);
  const before = await lab.state();
  await expect(lab.apply(load.loadId)).rejects.toMatchObject(
    refused('rows of the database were changed by other means than Elute'),
  );
  expect(await lab.state()).toEqual(before);
  expect(await lab.receipt(3)).toMatchObject({
    state: 'failed',
    appliedPlan: 2,
    error: { code: 'plan_outdated' },
  });
  expect((await lab.receipt(2)).appliedBy).toBe(undefined);
});

const outdating: readonly [string, (lab: Lab) => Promise<unknown>, string][] = [
  [
    'a file changed',
    async (lab) => lab.write({ 'u.csv': users('4,Dido,d@b,2024-01-04') }),
    'the files have changed since it was made',
  ],
  [
    'another load came between',
    (lab) => lab.load({ 'o.csv': compounds('9,Iron,Fe') }),
    'other loads or undos have changed the database',
  ],
  ['a load was undone', (lab) => lab.undo(1), 'other loads or undos have changed the database'],
  [
    'one of its files was loaded',
    (lab) => lab.load({ 'u.csv': change['u.csv'] }),
    'the files have changed since it was made',
  ],
  ['it was applied', (lab) => lab.apply(2), 'Plan 2 has been carried out already, by load 3.'],
];

test.each(outdating)('is outdated when %s', async (_, outdate, message) => {
  const lab = await makeLoaded();
  await lab.plan(change);
  await outdate(lab);
  const before = await lab.state();
  await expect(lab.apply(2)).rejects.toMatchObject(refused(message));
  expect(await lab.state()).toEqual(before);
});

test('is outdated when what it did was undone', async () => {
  const lab = await makeLoaded();
  await lab.plan(change);
  await lab.apply(2);
  await lab.undo(3);
  await expect(lab.apply(2)).rejects.toMatchObject(refused('other loads or undos'));
});

test('other plans and refused loads do not outdate it', async () => {
  const lab = await makeLoaded();
  await lab.plan(change);
  await lab.plan({ 'o.csv': compounds('9,Iron,Fe') });
  const bad = { 'x.csv': compounds('x,Iron,Fe') };
  await expect(lab.load(bad, { rejectLimit: { rows: 0 } })).rejects.toThrow();
  expect(await lab.apply(2)).toMatchObject({ state: 'loaded' });
});

test('is missing when one of its files is', async () => {
  const lab = await makeLoaded();
  await lab.plan(change);
  rmSync(lab.path('e.csv'));
  await expect(lab.apply(2)).rejects.toMatchObject({ code: 'path_not_found' });
});

test.each([
  [7, 'load_not_found', 'There is no load 7. "elute loads" lists all.'],
  [1, 'invalid_usage', 'Load 1 is loaded, it is no plan. "elute load --plan" makes one.'],
])('load %i is no plan', async (loadId, code, message) => {
  const lab = await makeLoaded();
  await expect(lab.apply(loadId)).rejects.toMatchObject({ code, message });
});

test('finds its files from another working directory, read as they were', async () => {
  const lab = await makeLoaded();
  writeFiles(lab.path('runs'), { 'a.csv': users('4,Di,d@b,03/04/2024') });
  process.chdir(lab.folder);
  const reading = { dateFormat: '%d/%m/%Y' };
  const outcome = await loadFiles(lab.context, ['runs/*.csv'], { isPlan: true, reading });
  expect(outcome.load?.files).toMatchObject([{ path: 'runs/a.csv' }]);
  process.chdir(start);
  expect((await lab.apply(2)).files).toMatchObject([{ counts: { inserted: 1 } }]);
  expect(
    await lab.query('select signup_date::text as day from elute.users where user_id = 4'),
  ).toEqual([{ day: '2024-04-03' }]);
});

test('of files that are all loaded there is no plan', async () => {
  const lab = await makeLoaded();
  const outcome = await lab.tryLoad(base, { isPlan: true });
  expect(outcome).toMatchObject({ alreadyLoaded: [{ loadId: 1 }, { loadId: 1 }, { loadId: 1 }] });
  expect(outcome.load).toBe(undefined);
  expect(outcome.plan).toBe(undefined);
});

test('with --force it plans what would change nothing', async () => {
  const lab = await makeLoaded();
  const { plan, load } = await lab.plan(base, { force: true });
  expect(plan).toMatchObject({ changedCells: 0, changedFigures: 0, newScientists: 0 });
  const before = await lab.state();
  expect((await lab.apply(load.loadId)).files.map(({ counts }) => counts?.unchanged)).toEqual([
    3, 3, 4,
  ]);
  expect(await lab.state()).toEqual(before);
});

test('beyond the limit of rejects there is none', async () => {
  const lab = await makeLoaded();
  await expect(lab.plan(change, { rejectLimit: { rows: 1 } })).rejects.toMatchObject({
    code: 'too_many_rejects',
  });
  await expect(lab.apply(2)).rejects.toMatchObject({ code: 'invalid_usage' });
  expect((await readFindings(lab.context, 2)).rejects).toHaveLength(2);
});

test('of features alone', async () => {
  const lab = await makeLab();
  const before = await readTables(lab.url, history);
  const { load, plan } = await lab.plan(base, { featuresOnly: true });
  expect(await readTables(lab.url, history)).toEqual(before);
  expect(load).toMatchObject({ featuresOnly: true, files: [{ counts: { computed: 3 } }, {}, {}] });
  expect(plan).toMatchObject({ changedCells: 0, newScientists: 3 });
  const other = await makeLab();
  await other.load(base);
  expect(await lab.apply(1)).toMatchObject({ featuresOnly: true, state: 'loaded' });
  expect((await lab.values())['features']).toEqual((await other.values())['features']);
  expect((await lab.values())['users']).toEqual([]);
});

test('of a mended file it links nothing yet', async () => {
  const lab = await makeLoaded();
  await lab.load({ 'bad.csv': compounds('x,Tin,Sn') });
  const mended = `compound_id,compound_name,compound_structure,elute_error\n4,Tin,Sn,"load 2, bad.csv:2: faulty"\n`;
  const { load } = await lab.plan({ 'mend.csv': mended });
  expect(load.mends).toEqual([{ loadId: 2, rows: 1 }]);
  expect((await lab.receipt(2)).mendedBy).toEqual([]);
  await lab.apply(load.loadId);
  expect((await lab.receipt(2)).mendedBy).toEqual([{ loadId: 4, rows: 1 }]);
});
