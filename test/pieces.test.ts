import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Context } from '../src/context.ts';
import { loadFiles } from '../src/operations/load-files.ts';
import { readAllFeatures } from '../src/operations/read-features.ts';
import { verifyFeatures } from '../src/operations/verify-features.ts';
import { useDatabases } from './support/database.ts';
import {
  compoundsHeader,
  csv,
  experimentsHeader,
  makeContext,
  useFolders,
  usersHeader,
  writeFiles,
} from './support/lab.ts';
import { expectFeatures, type Lab, type LabExperiment } from './support/oracle.ts';

const makeDatabase = useDatabases();
const makeFolder = useFolders();

const userCount = 5;
const compoundCount = 4;
const users = Array.from({ length: userCount }, (_, i) => i + 1);

const experimentShape = fc.record({
  user: fc.integer({ min: 1, max: userCount }),
  compounds: fc.array(fc.integer({ min: 1, max: compoundCount }), { minLength: 1, maxLength: 6 }),
  time: fc.oneof(
    fc.integer({ min: 0, max: 50 }),
    fc.double({ min: 0, max: 1e6, noNaN: true, noDefaultInfinity: true }),
  ),
  /** Which of four files brings it. */
  piece: fc.integer({ min: 0, max: 3 }),
});

const scenario = fc.record({
  experiments: fc.array(experimentShape, { maxLength: 30 }),
  /** What becomes of some of them in a later file. */
  changes: fc.array(fc.tuple(fc.nat(), experimentShape), { maxLength: 8 }),
  order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4, maxLength: 4 }),
  renamed: fc.integer({ min: 1, max: compoundCount }),
});

/** Run times whose median depends on how it is rounded. */
const smallestNumbers = {
  experiments: [5e-324, 1e-323].map((time) => ({ user: 1, compounds: [1], time, piece: 0 })),
  changes: [],
  order: [0, 1, 2, 3],
  renamed: 1,
};

test('experiments loaded in pieces, in any order, give the features of all at once, and those of the oracle', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ experiments: drawn, changes, order, renamed }) => {
      const experiments = drawn.map((one, i) => ({ ...one, id: i + 1, time: one.time + 0 }));
      const changed = applyChanges(experiments, changes);
      const names = nameCompounds();
      const newNames = new Map([...names, [renamed, 'Renamed; "quoted", \\ and {braced}']]);

      const pieces = await openLab(names);
      for (const piece of order)
        await load(
          pieces,
          'piece.csv',
          experiments.filter((one) => one.piece === piece),
        );
      const whole = await openLab(names);
      await load(whole, 'all.csv', experiments);
      await expectSame(pieces, whole, { users, compounds: names, experiments });

      await load(pieces, 'changed.csv', changed);
      await loadFiles(pieces, writeFiles(makeFolder(), { 'c.csv': compoundsFile(newNames) }));
      await loadFiles(
        whole,
        writeFiles(makeFolder(), {
          'c.csv': compoundsFile(newNames),
          'e.csv': experimentsFile(changed),
        }),
      );
      await expectSame(pieces, whole, { users, compounds: newNames, experiments: changed });
    }),
    // To shrink a failure takes minutes: the counterexample as drawn has to do.
    { numRuns: 4, endOnFailure: true, examples: [[smallestNumbers]] },
  );
});

function applyChanges(
  experiments: readonly LabExperiment[],
  changes: readonly (readonly [number, Omit<LabExperiment, 'id'>])[],
): LabExperiment[] {
  const changed = [...experiments];
  for (const [at, change] of changes) {
    const old = changed[at % Math.max(1, changed.length)];
    if (old !== undefined) changed[old.id - 1] = { ...change, id: old.id, time: change.time + 0 };
  }
  return changed;
}

function nameCompounds(): Map<number, string> {
  return new Map(Array.from({ length: compoundCount }, (_, i) => [i + 1, `Compound ${i + 1}`]));
}

async function openLab(names: ReadonlyMap<number, string>): Promise<Context> {
  const folder = makeFolder();
  const context = makeContext(await makeDatabase(), folder);
  const rows = users.map((id) => `${id},User ${id},u${id}@lab.example,2024-01-0${id}`);
  await loadFiles(
    context,
    writeFiles(folder, { 'u.csv': csv(usersHeader, ...rows), 'c.csv': compoundsFile(names) }),
  );
  return context;
}

async function load(
  context: Context,
  name: string,
  experiments: readonly LabExperiment[],
): Promise<void> {
  await loadFiles(context, writeFiles(makeFolder(), { [name]: experimentsFile(experiments) }));
}

function compoundsFile(names: ReadonlyMap<number, string>): string {
  return csv(
    compoundsHeader,
    ...[...names].map(([id, name]) => `${id},"${name.replaceAll('"', '""')}",H2O`),
  );
}

function experimentsFile(experiments: readonly LabExperiment[]): string {
  return csv(
    experimentsHeader,
    ...experiments.map((one) => `${one.id},${one.user},${one.compounds.join(';')},${one.time}`),
  );
}

/** The two databases agree bit by bit, `verify` finds nothing, and the oracle agrees up to rounding. */
async function expectSame(pieces: Context, whole: Context, lab: Lab): Promise<void> {
  const features = await readFeatures(pieces);
  expect(features).toEqual(await readFeatures(whole));
  expect((await verifyFeatures(pieces)).differing).toBe(0);
  expect(features.map(roundFigures)).toEqual(expectFeatures(lab).map(roundFigures));
}

async function readFeatures(context: Context): Promise<object[]> {
  const all: object[] = [];
  await readAllFeatures(context, {}, async (rows) => {
    all.push(...rows);
  });
  return all;
}

function roundFigures(row: object): object {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'number' && !Number.isInteger(value) ? value.toPrecision(13) : value,
    ]),
  );
}
