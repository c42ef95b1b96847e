import { expect, test } from 'vitest';
import { isBalanced } from '../../src/domain/receipt.ts';
import { explainUser } from '../../src/operations/explain-user.ts';
import { generateFiles } from '../../src/operations/generate-files.ts';
import { loadFiles } from '../../src/operations/load-files.ts';
import { readLoads } from '../../src/operations/read-loads.ts';
import { verifyFeatures } from '../../src/operations/verify-features.ts';
import { base, compounds, experiments, type Files, type Lab, useLabs, users } from './lab.ts';

const makeLab = useLabs();

const featuresOnly = true;

/** Good, equal and bad rows. */
const mixed: Files = {
  ...base,
  'more.csv': experiments('5,3,1;1;2,0.3', '5,3,1;1;2,0.3', '6,9,1,1', '7,1,8,1', '8,1,1,x'),
};

async function readFigures(lab: Lab) {
  const { features, average } = await lab.values();
  return { features, average };
}

const generated = { users: 200, experiments: 5000, compounds: 50, badRows: 0.02, seed: 7 };

const noRows = { users: [], compounds: [], experiments: [] };

test('stores features and a receipt that balances, but no rows', async () => {
  const lab = await makeLab();
  const load = await lab.load(mixed, { featuresOnly });
  expect(await lab.state()).toMatchObject(noRows);
  expect((await lab.state())['user_features']).toHaveLength(3);
  expect(load).toMatchObject({ state: 'loaded', featuresOnly: true });
  const counts = load.files.flatMap((file) => file.counts ?? []);
  expect(counts.map((one) => [one.read, one.computed, one.duplicate, one.rejected])).toEqual([
    [3, 3, 0, 0],
    [3, 3, 0, 0],
    [4, 4, 0, 0],
    [5, 1, 1, 3],
  ]);
  expect(counts.every(isBalanced)).toBe(true);
  expect(counts.every((one) => one.inserted + one.updated + one.unchanged === 0)).toBe(true);
});

test.each([
  ['hand-made files', false],
  ['generated files', true],
])('gives the features of a full load, bit by bit: %s', async (_, isGenerated) => {
  const [full, fast] = [await makeLab(), await makeLab()];
  const folder = full.path('generated');
  if (isGenerated) await generateFiles(full.context, folder, generated);
  else full.write(mixed);
  const sources = isGenerated ? [folder] : Object.keys(mixed).map((name) => full.path(name));
  await loadFiles(full.context, sources);
  await loadFiles(fast.context, sources, { featuresOnly });
  expect(await readFigures(fast)).toEqual(await readFigures(full));
  expect(await fast.state()).toMatchObject(noRows);
});

test('is told from a full load in history, lineage and verification', async () => {
  const lab = await makeLab();
  await lab.load({ 'u.csv': users('7,Gus,g@b,2024-01-01'), 'c.csv': compounds('1,Water,H2O') });
  await lab.load(base, { featuresOnly });
  const loads = await readLoads(lab.context);
  expect(loads.map((load) => [load.loadId, load.featuresOnly])).toEqual([
    [2, true],
    [1, false],
  ]);
  expect(await explainUser(lab.context, 1)).toMatchObject({
    featuresOnlyLoad: 2,
    experiments: [],
    features: { total_exp_per_user: 2 },
  });
  expect(await explainUser(lab.context, 7)).not.toHaveProperty('featuresOnlyLoad');
  expect(await verifyFeatures(lab.context)).toMatchObject({
    users: 1,
    featuresOnlyUsers: 3,
    differing: 0,
  });
});

test('verify still finds what is wrong in other features and in the average', async () => {
  const lab = await makeLab();
  await lab.load({ 'u.csv': users('7,Gus,g@b,2024-01-01') });
  await lab.load(base, { featuresOnly });
  await lab.query('update elute.user_features set total_exp_per_user = 5 where user_id = 7');
  expect((await verifyFeatures(lab.context)).differences).toEqual([
    { userId: 7, feature: 'total_exp_per_user', stored: '5', computed: '0' },
  ]);
  await lab.query('update elute.user_features set total_exp_per_user = 0 where user_id = 7');
  await lab.query('update elute.database_features set avg_experiment_count = 3');
  expect(await verifyFeatures(lab.context)).toMatchObject({
    differences: [{ userId: null, feature: 'avg_experiment_count', stored: '3', computed: '1' }],
  });
});

test('takes scientists and compounds that are stored', async () => {
  const [lab, full] = [await makeLab(), await makeLab()];
  const { 'experiments.csv': runs, ...others } = base;
  await lab.load(others);
  await lab.load({ 'e.csv': runs }, { featuresOnly });
  await full.load(base);
  expect(await readFigures(lab)).toEqual(await readFigures(full));
  expect((await lab.state())['experiments']).toEqual([]);
});

const conflicts: readonly [string, readonly [Files, boolean][], Files, boolean, string][] = [
  [
    'features alone over stored experiments',
    [[base, false]],
    { 'e.csv': experiments('5,1,1,1', '6,2,1,1', '7,3,1,1') },
    true,
    'User 1 and 1 more have stored experiments, which features from these files alone would leave out. Load the files without --features-only, or into another database.',
  ],
  [
    'features alone of a user with stored experiments',
    [[base, false]],
    { 'u.csv': users('2,Bob,b@b,') },
    true,
    'User 2 has stored experiments,',
  ],
  [
    'experiments beside features alone',
    [
      [base, true],
      [{ 'u.csv': base['users.csv'], 'c.csv': base['compounds.csv'] }, false],
    ],
    { 'e.csv': experiments('5,1,1,1', '6,2,1,1') },
    false,
    'The features of user 1 (and of 1 more) come from the features-only load 1, whose experiments are not stored: with those of these files alone they would be wrong. Undo it first: elute undo 1.',
  ],
  [
    'a second batch of features alone',
    [[base, true]],
    { 'u2.csv': users('1,Ada,a@b,'), 'e2.csv': experiments('9,1,3,1') },
    true,
    'The features of user 1 come from the features-only load 1; these files would replace them, not add to them. Load all files together, with --force to replace.',
  ],
  ['the same files, with their rows', [[base, true]], base, false, 'Undo it first: elute undo 1.'],
];

test.each(conflicts)('refuses %s', async (_, loads, files, isFast, message) => {
  const lab = await makeLab();
  for (const [before, isFeaturesOnly] of loads)
    await lab.load(before, { featuresOnly: isFeaturesOnly });
  const before = await lab.state();
  await expect(lab.load(files, { featuresOnly: isFast })).rejects.toMatchObject({
    code: 'features_only_conflict',
    message: expect.stringContaining(message),
  });
  expect(await lab.state()).toEqual(before);
  expect(await lab.verify()).toBe(0);
});

test('users may follow, and be undone again; the features stay', async () => {
  const lab = await makeLab();
  await lab.load(base, { featuresOnly });
  const before = await lab.state();
  const rows = { 'u.csv': users('1,Ada,a@b,2024-01-01', '4,Di,d@b,2024-01-04') };
  await lab.load(rows);
  const features = (await lab.state())['user_features'] ?? [];
  expect(features.slice(0, 3)).toEqual(before['user_features']);
  expect(features).toHaveLength(4);
  expect(await explainUser(lab.context, 1)).toMatchObject({
    featuresOnlyLoad: 1,
    user: { values: { name: 'Ada' } },
  });
  expect(await lab.verify()).toBe(0);
  await lab.undo(2);
  expect(await lab.state()).toEqual(before);
});

test('undone, it leaves nothing behind', async () => {
  const lab = await makeLab();
  const empty = await lab.state();
  await lab.load(base, { featuresOnly });
  expect((await lab.undo(1)).load).toMatchObject({ state: 'undone', featuresOnly: true });
  expect(await lab.state()).toEqual(empty);
  await lab.load(base);
  expect(await lab.verify()).toBe(0);
});

test('undone, it leaves the features of users who have rows by then', async () => {
  const lab = await makeLab();
  await lab.load(base, { featuresOnly });
  const { 'experiments.csv': runs, ...others } = base;
  await lab.load(others);
  await lab.undo(1);
  const features = await lab.query(
    'select user_id::integer as id, total_exp_per_user::integer as total, load_id from elute.user_features order by 1',
  );
  expect(features).toEqual([1, 2, 3].map((id) => ({ id, total: 0, load_id: 2 })));
  expect(await verifyFeatures(lab.context)).toMatchObject({ featuresOnlyUsers: 0, differing: 0 });
  await lab.load({ 'e.csv': runs });
  expect(await lab.verify()).toBe(0);
});

test('undone, it gives back what it had replaced', async () => {
  const lab = await makeLab();
  await lab.load({ 'u.csv': users('3,Cy,c@b,2024-01-01'), 'c.csv': base['compounds.csv'] });
  const states = [await lab.state()];
  await lab.load(base, { featuresOnly });
  states.push(await lab.state());
  const others = { 'u2.csv': users('1,Ada,a@b,'), 'e2.csv': experiments('9,1,3,1', '10,3,2,2') };
  await lab.load(others, { featuresOnly, force: true });
  expect((await lab.state())['user_features']).not.toEqual(states[1]?.['user_features']);
  await expect(lab.undo(2)).rejects.toThrow(
    'the features of user 1 were computed again (load 3); the features of user 3 were computed again (load 3). Undo load 3 first.',
  );
  await lab.undo(3);
  expect(await lab.state()).toEqual(states[1]);
  expect(await lab.verify()).toBe(0);
  await lab.undo(2);
  expect(await lab.state()).toEqual(states[0]);
  expect(await lab.verify()).toBe(0);
});

test('rows that its users came with stay as long as it does', async () => {
  const lab = await makeLab();
  const { 'experiments.csv': runs, ...others } = base;
  await lab.load(others);
  await lab.load({ 'e.csv': runs }, { featuresOnly });
  await expect(lab.undo(1)).rejects.toThrow(
    'the features of user 1 stand without rows (load 2); the features of user 2 stand without rows (load 2). Undo load 2 first.',
  );
  await lab.undo(2);
  await lab.undo(1);
  expect((await lab.state())['user_features']).toEqual([]);
});

test('content is already loaded by mode', async () => {
  const lab = await makeLab();
  const files = { 'u.csv': users('1,Ada,a@b,2024-01-01') };
  await lab.load(files, { featuresOnly });
  expect(await lab.tryLoad(files, { featuresOnly })).toMatchObject({
    alreadyLoaded: [{ loadId: 1 }],
  });
  expect(await lab.load(files)).toMatchObject({ loadId: 2, featuresOnly: false });
  expect(await lab.tryLoad(files)).toMatchObject({ alreadyLoaded: [{ loadId: 2 }] });
  expect(await lab.tryLoad(files, { featuresOnly })).toMatchObject({
    alreadyLoaded: [{ loadId: 1 }],
  });
});
