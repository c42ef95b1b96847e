import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EluteError } from '../../src/errors.ts';
import { explainUser } from '../../src/operations/explain-user.ts';
import { base, compounds, experiments, type Files, type Lab, useLabs, users } from './lab.ts';

const makeLab = useLabs();

const changes: readonly [string, Files, [number, number][]][] = [
  [
    'new rows',
    {
      'u.csv': users('4,Di,di@lab.example,2024-01-04'),
      'c.csv': compounds('4,Tin,Sn'),
      'e.csv': experiments('5,4,4,1', '6,3,1;4,2', '7,1,2,0.3'),
    },
    [
      [1, 0],
      [1, 0],
      [3, 0],
    ],
  ],
  [
    'changed rows',
    {
      'u.csv': users('1,Ada L,ada@lab.example,', '2,Bo,bo@lab.example,2024-01-02'),
      'e.csv': experiments('1,1,3;3,0.7', '4,2,3,0.2'),
    },
    [
      [0, 1],
      [0, 0],
      [0, 2],
    ],
  ],
  [
    'an experiment of another scientist, and new ones',
    { 'e.csv': experiments('3,1,2;3,0.125', '4,3,3,0.1', '9,2,1,5') },
    [
      [0, 0],
      [0, 0],
      [1, 2],
    ],
  ],
  [
    'another name of a compound',
    { 'c.csv': compounds('1,Ice,H2O', '3,Aurum,Au') },
    [
      [0, 0],
      [0, 2],
      [0, 0],
    ],
  ],
  [
    'rejects, equal rows and one new row',
    {
      'e.csv': experiments('1,1,1;2,3', '8,9,1,1', '9,1,9,1', 'x,1,1,1', '10,3,3,8', '10,3,3,8'),
    },
    [
      [0, 0],
      [0, 0],
      [1, 0],
    ],
  ],
];

test.each(changes)('undoes %s: all is as it was, to the last bit', async (_, change, figures) => {
  const lab = await makeLab();
  await lab.load(base);
  const before = await lab.state();
  const { loadId } = await lab.load(change);
  expect(await lab.state()).not.toEqual(before);
  const { load, rows } = await lab.undo(loadId);
  expect(rows.map(({ removed, restored }) => [removed, restored])).toEqual(
    figures.length === 0 ? [] : rows.map(({ dataset }) => figures[order.indexOf(dataset)]),
  );
  expect(await lab.state()).toEqual(before);
  expect(await lab.verify()).toBe(0);
  expect(load).toMatchObject({ loadId, state: 'undone', undoneAt: expect.any(Date) });
  expect(await lab.receipt(loadId)).toEqual(load);
});

const order = ['users', 'compounds', 'experiments'];

test('undoes the only load: nothing is left but the history', async () => {
  const lab = await makeLab();
  const empty = await lab.state();
  const { loadId } = await lab.load(base);
  await lab.undo(loadId);
  expect(await lab.state()).toEqual(empty);
  expect(await lab.verify()).toBe(0);
  expect((await lab.receipt(loadId)).files).toMatchObject([
    { counts: { read: 3 } },
    { counts: { read: 3 } },
    { counts: { read: 4 } },
  ]);
});

test('undoes three loads from the last to the first, and loads them again', async () => {
  const lab = await makeLab();
  const loads: Files[] = [
    base,
    { 'e2.csv': experiments('1,1,3,1', '5,3,1,2'), 'c2.csv': compounds('1,Ice,H2O') },
    { 'e3.csv': experiments('1,3,2;2,9', '5,3,1,4'), 'u3.csv': users('4,Di,d@lab.example,') },
  ];
  const states = [await lab.state()];
  for (const files of loads) {
    await lab.load(files);
    states.push(await lab.state());
  }
  const values = await lab.values();
  for (const loadId of [3, 2, 1]) {
    await lab.undo(loadId);
    expect(await lab.state()).toEqual(states[loadId - 1]);
  }
  for (const files of loads) await lab.load(files);
  expect(await lab.values()).toEqual(values);
  expect(await lab.verify()).toBe(0);
});

const middles: readonly [string, Files, Files][] = [
  ['other scientists', { 'm.csv': experiments('5,1,3,9') }, { 'l.csv': experiments('6,2,1,8') }],
  [
    'other experiments of the same scientist',
    { 'm.csv': experiments('5,1,3;3;3,9', '1,1,2,3') },
    { 'l.csv': experiments('6,1,1,8') },
  ],
  [
    'the compound they use',
    { 'm.csv': experiments('5,1,3;3;3;3,9', '6,2,1,1') },
    { 'l.csv': compounds('3,Aurum,Au') },
  ],
  [
    'experiments with a renamed compound',
    { 'm.csv': compounds('1,Ice,H2O', '3,Aurum,Au') },
    { 'l.csv': experiments('5,3,3;1,9', '6,1,3,1') },
  ],
  [
    'an experiment that changes hands, and its former owner',
    { 'm.csv': experiments('4,3,3,0.1') },
    { 'l.csv': experiments('5,2,1,1', '6,3,1,1') },
  ],
  [
    'new scientists of both',
    { 'm.csv': users('4,Di,d@lab.example,') },
    { 'l.csv': users('5,Ed,e@lab.example,') },
  ],
];

test.each(middles)('undoes a load before one of %s', async (_, middle, last) => {
  const [lab, without] = [await makeLab(), await makeLab()];
  for (const files of [base, middle, last]) await lab.load(files);
  for (const files of [base, last]) await without.load(files);
  await lab.undo(2);
  expect(await lab.values()).toEqual(await without.values());
  expect(await lab.verify()).toBe(0);
  await lab.undo(3);
  await without.undo(2);
  expect(await lab.state()).toEqual(await without.state());
});

test('says of features which of the remaining loads computed them', async () => {
  const lab = await makeLab();
  await lab.load(base);
  await lab.load({ 'a.csv': experiments('5,1,1,1', '6,2,1,1') });
  await lab.load({ 'b.csv': experiments('7,1,1,1') });
  const owners = () =>
    lab.query('select user_id::integer as id, load_id from elute.user_features order by 1');
  expect(await owners()).toEqual([
    { id: 1, load_id: 3 },
    { id: 2, load_id: 2 },
    { id: 3, load_id: 1 },
  ]);
  await lab.undo(2);
  expect(await owners()).toEqual([
    { id: 1, load_id: 3 },
    { id: 2, load_id: 1 },
    { id: 3, load_id: 1 },
  ]);
  await lab.undo(3);
  expect(await owners()).toEqual([1, 2, 3].map((id) => ({ id, load_id: 1 })));
});

/** Loads after the first one, the load to undo, and what the refusal says. */
const refusals: readonly [string, readonly Files[], number, string][] = [
  [
    'a row changed again',
    [{ 'a.csv': experiments('1,1,1,1') }, { 'b.csv': experiments('1,1,1,2', '9,1,1,2') }],
    2,
    'Load 2 cannot be undone, nothing was changed: experiment 1 was changed again (load 3). Undo load 3 first.',
  ],
  [
    'rows changed by several loads',
    [{ 'a.csv': users('1,Ann,a@b,') }, { 'b.csv': compounds('1,Ice,H2O', '2,Brine,NaCl') }],
    1,
    'Load 1 cannot be undone, nothing was changed: compound 1 was changed again (load 3); compound 2 was changed again (load 3); user 1 was changed again (load 2). Undo load 3, then 2 first.',
  ],
  [
    'a later experiment of its scientist',
    [{ 'a.csv': users('4,Di,d@b,') }, { 'b.csv': experiments('5,4,1,1', '6,4,1,1') }],
    2,
    'Load 2 cannot be undone, nothing was changed: experiment 5 names user 4 (load 3); experiment 6 names user 4 (load 3). Undo load 3 first.',
  ],
  [
    'a later experiment with its compound',
    [{ 'a.csv': compounds('4,Tin,Sn') }, { 'b.csv': experiments('5,1,1;4;4,1') }],
    2,
    'Load 2 cannot be undone, nothing was changed: experiment 5 names compound 4 (load 3). Undo load 3 first.',
  ],
  ['an unknown load', [], 7, 'There is no load 7. "elute loads" lists all.'],
];

test.each(refusals)('refuses over %s', async (_, loads, loadId, message) => {
  const lab = await makeLab();
  for (const files of [base, ...loads]) await lab.load(files);
  const before = await lab.state();
  await expect(lab.undo(loadId)).rejects.toThrow(message);
  expect(await lab.state()).toEqual(before);
  expect(await lab.verify()).toBe(0);
});

test('names the first of many rows that stand in the way', async () => {
  const lab = await makeLab();
  const rows = (time: number) =>
    experiments(...Array.from({ length: 8 }, (_, i) => `${i + 1},1,1,${time}`));
  await lab.load(base);
  await lab.load({ 'a.csv': rows(7) });
  await expect(lab.undo(1)).rejects.toThrow(
    'experiment 3 was changed again (load 2); experiment 4 was changed again (load 2). Undo load 2 first.',
  );
  await lab.load({ 'b.csv': rows(8) });
  await expect(lab.undo(2)).rejects.toThrow('(load 3); and 3 more. Undo load 3 first.');
});

const gone: readonly [string, Files, Files, Files, string][] = [
  [
    'user',
    { 'a.csv': users('4,Di,d@b,') },
    { 'b.csv': experiments('5,4,1,1') },
    { 'c.csv': experiments('5,1,1,1') },
    'experiment 5 would name user 4, who is gone (load 3)',
  ],
  [
    'compound',
    { 'a.csv': compounds('4,Tin,Sn') },
    { 'b.csv': experiments('5,1,4,1') },
    { 'c.csv': experiments('5,1,1,1') },
    'experiment 5 would name compound 4, which is gone (load 3)',
  ],
];

test.each(gone)('refuses to put back what names a %s undone meanwhile', async (_, ...rest) => {
  const lab = await makeLab();
  const [named, naming, freeing, message] = rest;
  for (const files of [base, named, naming, freeing]) await lab.load(files);
  await lab.undo(2);
  const before = await lab.state();
  await expect(lab.undo(4)).rejects.toMatchObject({
    code: 'undo_refused',
    message: expect.stringContaining(message),
  });
  expect(await lab.state()).toEqual(before);
});

test('undoes once, and only what was loaded', async () => {
  const lab = await makeLab();
  await lab.load(base);
  await lab.plan({ 'e.csv': experiments('5,1,1,1') });
  const reject = { 'x.csv': experiments('x,1,1,1') };
  await expect(lab.load(reject, { rejectLimit: { rows: 0 } })).rejects.toThrow();
  const refuse = (reason: string) => ({
    code: 'undo_refused',
    message: `${reason}: there is nothing to undo. "elute loads" lists all.`,
  });
  await expect(lab.undo(2)).rejects.toMatchObject(refuse('Load 2 is planned'));
  await expect(lab.undo(3)).rejects.toMatchObject(refuse('Load 3 is failed'));
  await lab.undo(1);
  await expect(lab.undo(1)).rejects.toMatchObject(refuse('Load 1 has been undone already'));
});

test('an undone file is loaded again, and what found its rows there too', async () => {
  const lab = await makeLab();
  await lab.load(base);
  const files = { 'e.csv': experiments('5,1,1,1', '6,1,1,1') };
  await lab.load(files);
  const after = await lab.values();
  const superset = { 'f.csv': experiments('5,1,1,1', '7,1,1,1') };
  expect((await lab.load(superset)).files).toMatchObject([
    { counts: { unchanged: 1, inserted: 1 } },
  ]);
  await lab.undo(2);
  expect((await lab.load(superset)).files).toMatchObject([
    { counts: { unchanged: 1, inserted: 1 } },
  ]);
  await lab.undo(3);
  expect(await lab.tryLoad(base)).toMatchObject({ alreadyLoaded: [{}, {}, {}] });
  expect((await lab.load(files)).files[0]?.counts).toMatchObject({ read: 2, inserted: 1 });
  expect(await lab.verify()).toBe(0);
  expect(await lab.values()).toEqual(after);
});

test('an undone version stays in the past of its row', async () => {
  const lab = await makeLab();
  await lab.load(base);
  await lab.load({ 'e.csv': experiments('1,1,3,77') });
  await lab.undo(2);
  const { experiments: found } = await explainUser(lab.context, 1);
  expect(found[0]).toMatchObject({
    id: 1,
    loadId: 1,
    values: { experiment_run_time: 3 },
    earlier: [{ loadId: 2, endedBy: 2, isUndone: true, values: { experiment_run_time: 77 } }],
  });
});

interface Step {
  /** Given, the load of that turn is undone; else one is loaded. */
  readonly undo: number | undefined;
  readonly users: readonly number[];
  readonly compounds: readonly number[];
  readonly experiments: readonly { id: number; user: number; compounds: readonly number[] }[];
}

const id = fc.integer({ min: 1, max: 4 });
const step: fc.Arbitrary<Step> = fc.record({
  undo: fc.option(fc.nat(4), { nil: undefined, freq: 1 }),
  users: fc.uniqueArray(id, { maxLength: 3 }),
  compounds: fc.uniqueArray(id, { maxLength: 3 }),
  experiments: fc.uniqueArray(
    fc.record({
      id: fc.integer({ min: 1, max: 6 }),
      user: id,
      compounds: fc.array(id, { minLength: 1, maxLength: 3 }),
    }),
    { selector: (experiment) => experiment.id, maxLength: 3 },
  ),
});

/** No two loads say the same of a row, so that each one changes whatever it names. */
function writeStep(step: Step, turn: number): Files {
  return {
    [`${turn}-u.csv`]: users(...step.users.map((user) => `${user},U${turn},a@b,2024-01-01`)),
    [`${turn}-c.csv`]: compounds(...step.compounds.map((one) => `${one},C${turn},H2O`)),
    [`${turn}-e.csv`]: experiments(
      ...step.experiments.map(
        (one) => `${one.id},${one.user},${one.compounds.join(';')},${turn / 10}`,
      ),
    ),
  };
}

/** Undoes a load where that is not refused; whether it was. */
async function tryUndo(lab: Lab, loadId: number): Promise<boolean> {
  try {
    await lab.undo(loadId);
    return true;
  } catch (error) {
    if (error instanceof EluteError && error.code === 'undo_refused') return false;
    throw error;
  }
}

test('loads and undos in any order give what the remaining loads give', async () => {
  const start: Step = { undo: undefined, users: [1, 2], compounds: [1, 2], experiments: [] };
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 4, maxLength: 7 }),
    async (steps) => {
      const lab = await makeLab();
      const remaining = new Map<number, Files>();
      for (const [i, one] of [start, ...steps].entries()) {
        const loads = [...remaining.keys()];
        const undone =
          one.undo === undefined ? undefined : loads.at(-1 - (one.undo % loads.length));
        if (undone === undefined) {
          const files = writeStep(one, i + 1);
          remaining.set((await lab.load(files, { force: true })).loadId, files);
        } else if (await tryUndo(lab, undone)) remaining.delete(undone);
        expect(await lab.verify()).toBe(0);
      }
      const replayed = await makeLab();
      for (const files of remaining.values()) await replayed.load(files, { force: true });
      expect(await lab.values()).toEqual(await replayed.values());
    },
  );
  await fc.assert(property, { numRuns: 1, endOnFailure: true });
});
