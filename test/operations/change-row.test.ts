import { expect, test } from 'vitest';
import { openDatabase } from '../../src/database/connection.ts';
import { lockPublishing } from '../../src/database/locks.ts';
import { explainUser } from '../../src/operations/explain-user.ts';
import { base, type Lab, present, useLabs } from './lab.ts';
import { loadOf, useRows } from './row-lab.ts';

const makeLab = useLabs();

const newExperiment = {
  experiment_id: 9,
  user_id: 1,
  experiment_compound_ids: [3, 3],
  experiment_run_time: 2,
};

test('a row tells by which request it came, and what it was before', async () => {
  const lab = await makeLab();
  const rows = useRows(lab);
  await lab.load(base);
  const changed = loadOf(await rows.update('experiments', 1, { experiment_run_time: 99 }));
  const created = loadOf(await rows.create('experiments', newExperiment));
  const { experiments } = await explainUser(lab.context, 1);
  expect(experiments).toMatchObject([
    {
      id: 1,
      place: 'PATCH experiments',
      loadId: changed,
      earlier: [{ loadId: 1, endedBy: changed, values: { experiment_run_time: 3 } }],
    },
    { id: 2, loadId: 1, earlier: [] },
    { id: 9, place: 'POST experiments', loadId: created, earlier: [] },
  ]);
  expect(await lab.receipt(created)).toMatchObject({
    state: 'loaded',
    requestedBy: 'test (token 1)',
    requestId: 'POST experiments',
    files: [{ path: 'POST experiments', numbering: 'request', counts: { read: 1, inserted: 1 } }],
  });
});

test('an undo removes a created row and restores a changed one', async () => {
  const lab = await makeLab();
  const rows = useRows(lab);
  await lab.load(base);
  const before = await lab.state();
  const loads = [
    loadOf(await rows.create('experiments', newExperiment)),
    loadOf(await rows.update('experiments', 9, { user_id: 3 })),
    loadOf(await rows.update('compounds', 3, { compound_name: 'Aurum' })),
    loadOf(await rows.update('compounds', 3, { compound_name: 'Aurum' })),
  ];
  for (const loadId of loads.toReversed()) {
    await lab.undo(loadId);
    expect(await lab.verify()).toBe(0);
  }
  expect(await lab.state()).toEqual(before);
});

test('of many who create one row at once, one does', async () => {
  const lab = await makeLab();
  const rows = useRows(lab);
  await lab.load(base);
  const outcomes = await Promise.allSettled(
    [1, 2, 3, 4, 5].map((time) =>
      rows.create('experiments', { ...newExperiment, experiment_run_time: time }),
    ),
  );
  const refusals = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason.code] : [],
  );
  expect(refusals).toEqual(Array(4).fill('row_exists'));
  expect(await lab.query('select load_id from elute.loads where load_id > 1')).toHaveLength(1);
  expect(await lab.verify()).toBe(0);
});

test('any version may be changed: no change of another one is lost', async () => {
  const lab = await makeLab();
  const rows = useRows(lab);
  await lab.load(base);
  await Promise.all([
    rows.update('users', 1, { name: 'Ann' }),
    rows.update('users', 1, { email: 'ann@lab.example' }),
    rows.update('users', 1, { signup_date: null }),
  ]);
  expect(await lab.query('select * from elute.users where user_id = 1')).toMatchObject([
    { name: 'Ann', email: 'ann@lab.example', signup_date: null },
  ]);
});

test('does not wait for ever while somebody else publishes, and leaves nothing', async () => {
  const lab = await makeLab();
  const rows = useRows(lab, 10);
  await lab.load(base);
  const before = await lab.state();
  await whilePublishing(lab, async () => {
    const busy = { code: 'busy' };
    await expect(rows.create('experiments', newExperiment)).rejects.toMatchObject(busy);
    await expect(rows.update('users', 1, { name: 'X' })).rejects.toMatchObject(busy);
    await expect(rows.remove('users', 3)).rejects.toMatchObject(busy);
  });
  expect(await lab.state()).toEqual(before);
  expect(await lab.query('select load_id from elute.loads')).toEqual([{ load_id: 1 }]);
  await useRows(lab).create('experiments', newExperiment);
});

async function whilePublishing({ context }: Lab, work: () => Promise<void>): Promise<void> {
  const database = await openDatabase(present(context.settings.database));
  try {
    await database.withClient(async (client) => {
      await client.query('begin');
      await lockPublishing(client);
      await work();
      await client.query('rollback');
    });
  } finally {
    await database.close();
  }
}
