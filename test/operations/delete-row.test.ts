import { expect, test } from 'vitest';
import { base, compounds, experiments, history, readTables, useLabs, users } from './lab.ts';
import { loadOf, useRows } from './row-lab.ts';

const makeLab = useLabs();

test.each([
  ['an experiment', 'experiments', 1],
  ['the only experiment of a user', 'experiments', 4],
  ['a user without experiments', 'users', 3],
  ['a compound that nobody uses', 'compounds', 4],
] as const)('deletes %s, and an undo puts it back to the last bit', async (_, name, id) => {
  const lab = await makeLab();
  const rows = useRows(lab);
  await lab.load({ ...base, 'c2.csv': compounds('4,Tin,Sn') });
  await lab.load({ 'e.csv': experiments('1,1,1;2,4') });
  const [before, past] = [await lab.state(), await readTables(lab.url, history)];
  const loadId = await rows.remove(name, id);
  expect(await lab.verify()).toBe(0);
  const after = await lab.state();
  expect([after[name]?.length, after]).not.toEqual([before[name]?.length, before]);
  const { rows: undone } = await lab.undo(loadId);
  expect(undone).toContainEqual({ dataset: name, removed: 0, restored: 1 });
  expect(await lab.state()).toEqual(before);
  expect(await readTables(lab.url, history)).toEqual({
    ...past,
    revision: expect.not.arrayContaining([...(past['revision'] ?? [])]),
  });
});

test('the load of a deletion names the request and brought nothing', async () => {
  const lab = await makeLab();
  await lab.load(base);
  const load = await lab.receipt(await useRows(lab).remove('users', 3));
  expect(load).toMatchObject({
    state: 'loaded',
    requestedBy: 'test (token 1)',
    requestId: 'DELETE users',
    files: [{ path: 'DELETE users', dataset: 'users', numbering: 'request', counts: { read: 0 } }],
  });
});

test('a wanted version is deleted, and no other', async () => {
  const lab = await makeLab();
  const rows = useRows(lab);
  await lab.load(base);
  const [row] = await lab.query<{ file_id: number; line: number }>(
    'select file_id, line::integer from elute.users where user_id = 3',
  );
  const version = { fileId: row?.file_id ?? 0, line: row?.line ?? 0 };
  await expect(rows.remove('users', 3, [])).rejects.toMatchObject({ code: 'row_changed' });
  await rows.remove('users', 3, [version]);
  await expect(rows.remove('users', 3, [version])).rejects.toMatchObject({ code: 'row_not_found' });
});

test('refuses what experiments name, and features without rows', async () => {
  const lab = await makeLab();
  const rows = useRows(lab);
  await lab.load(base);
  await lab.load({
    'e.csv': experiments('9,3,12;21,1'),
    'c.csv': compounds('12,A,H', '21,B,H', '2,C,H'),
  });
  const before = await lab.state();
  await expect(rows.remove('users', 1)).rejects.toThrow(
    'Experiment 1 and 1 more name the user 1; nothing was deleted.',
  );
  await expect(rows.remove('compounds', 21)).rejects.toThrow('Experiment 9 names the compound 21;');
  expect(await lab.state()).toEqual(before);
  await lab.load({ 'u.csv': users('5,Ed,e@b,') });
  await lab.load({ 'f.csv': experiments('50,5,1,1') }, { featuresOnly: true });
  await expect(rows.remove('users', 5)).rejects.toMatchObject({
    code: 'features_only_conflict',
    message: expect.stringContaining('elute undo 4'),
  });
  await expect(
    rows.create('experiments', {
      experiment_id: 51,
      user_id: 5,
      experiment_compound_ids: [1],
      experiment_run_time: 1,
    }),
  ).rejects.toMatchObject({ code: 'features_only_conflict' });
  expect(await lab.verify()).toBe(0);
});

const newUser = { user_id: 3, name: 'Cy II', email: 'cy@b', signup_date: null };

test('refuses the undo of a deletion whose id has been given again', async () => {
  const lab = await makeLab();
  const rows = useRows(lab);
  await lab.load(base);
  const deleted = await rows.remove('users', 3);
  const created = loadOf(await rows.create('users', newUser));
  const refusal = (what: string, load: number) =>
    `Load ${deleted} cannot be undone, nothing was changed: user 3 ${what} (load ${load}). Undo load ${load} first.`;
  await expect(lab.undo(deleted)).rejects.toThrow(refusal('was created again', created));
  const again = await rows.remove('users', 3);
  await expect(lab.undo(deleted)).rejects.toThrow(refusal('was created again', again));
  await expect(lab.undo(1)).rejects.toThrow(`user 3 was changed again (load ${deleted})`);
  for (const loadId of [again, created, deleted]) {
    await lab.undo(loadId);
    expect(await lab.verify()).toBe(0);
  }
  expect(await lab.query('select name from elute.users where user_id = 3')).toEqual([
    { name: 'Cy' },
  ]);
});

test('refuses to bring back an experiment whose user or compound is gone', async () => {
  const lab = await makeLab();
  const rows = useRows(lab);
  await lab.load({ ...base, 'c2.csv': compounds('4,Tin,Sn') });
  await rows.create('experiments', {
    experiment_id: 5,
    user_id: 3,
    experiment_compound_ids: '4',
    experiment_run_time: 1,
  });
  const experiment = await rows.remove('experiments', 5);
  const user = await rows.remove('users', 3);
  await expect(lab.undo(experiment)).rejects.toThrow(
    `experiment 5 would name user 3, who is gone (load ${user}). Undo load ${user} first.`,
  );
  await lab.undo(user);
  const compound = await rows.remove('compounds', 4);
  await expect(lab.undo(experiment)).rejects.toThrow(
    `experiment 5 would name compound 4, which is gone (load ${compound}).`,
  );
  await lab.undo(compound);
  await lab.undo(experiment);
  expect(await lab.verify()).toBe(0);
});

test('a user who comes back after a compound of others was renamed has sound features', async () => {
  const lab = await makeLab();
  const rows = useRows(lab);
  await lab.load(base);
  const renamed = loadOf(await rows.update('compounds', 3, { compound_name: 'Aurum' }));
  const deletions = [await rows.remove('experiments', 4), await rows.remove('experiments', 3)];
  const deleted = await rows.remove('users', 2);
  await lab.undo(renamed);
  expect(await lab.verify()).toBe(0);
  await lab.undo(deleted);
  for (const loadId of deletions.toReversed()) await lab.undo(loadId);
  expect(await lab.verify()).toBe(0);
  const [owner] = await lab.query(
    'select load_id, most_consumed_compound_name as name from elute.user_features where user_id = 2',
  );
  expect(owner).toEqual({ load_id: 1, name: 'Gold' });
});
