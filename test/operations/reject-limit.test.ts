import { expect, test } from 'vitest';
import { parseRejectLimit } from '../../src/cli/arguments.ts';
import type { RejectLimit } from '../../src/domain/reject-limit.ts';
import { readFindings } from '../../src/operations/read-loads.ts';
import { base, compounds, experiments, useLabs, users } from './lab.ts';

const makeLab = useLabs();

/** A file of a number of rows, the first of which are bad. */
const makeRows = (rows: number, bad: number) =>
  compounds(...Array.from({ length: rows }, (_, i) => `${i < bad ? 'x' : i + 1},Tin,Sn`));

const limits: readonly [string, number, number, boolean][] = [
  ['0', 10, 0, true],
  ['0', 10, 1, false],
  ['3', 10, 3, true],
  ['3', 10, 4, false],
  ['10%', 10, 1, true],
  ['10%', 10, 2, false],
  ['10%', 19, 2, false],
  ['10%', 20, 2, true],
  ['0%', 10, 1, false],
  ['100%', 10, 10, true],
  ['29%', 100, 29, true],
  ['29%', 100, 30, false],
  ['0.7%', 1000, 7, true],
  ['0.7%', 1000, 8, false],
];

test.each(limits)('--max-rejects %s of %i rows, %i of them bad: %s', async (...one) => {
  const [limit, rows, bad, isLoaded] = one;
  const lab = await makeLab();
  const loading = lab.load(
    { 'c.csv': makeRows(rows, bad) },
    { rejectLimit: parseRejectLimit(limit) },
  );
  if (isLoaded) expect(await loading).toMatchObject({ state: 'loaded' });
  else
    await expect(loading).rejects.toMatchObject({
      code: 'too_many_rejects',
      message: `${bad} of ${rows} rows were rejected, more than the ${limit} allowed; nothing was loaded. Mend the files, or raise --max-rejects. See them: elute rejects 1`,
    });
  expect((await lab.state())['compounds']).toHaveLength(isLoaded ? rows - bad : 0);
});

/** Faults that each stage finds: text, cells, duplicates, references. */
const faulty = {
  'u.csv': users('4,Di,d@b', '5,Ed,e@b,2024-13-01', '6,Fy,f@b,2024-01-01', '6,Fi,f@b,2024-01-01'),
  'e.csv': experiments('5,1,1,1', '6,9,1,1', '7,1,9,1'),
};

const allowed: readonly RejectLimit[] = [{ rows: 6 }, { share: 6 / 7 }];

test.each(allowed)('counts rejects of all files and stages together: %o', async (rejectLimit) => {
  const lab = await makeLab();
  await lab.load(base);
  expect(await lab.load(faulty, { rejectLimit })).toMatchObject({ state: 'loaded' });
});

test('keeps nothing but the rejects and the failed load', async () => {
  const lab = await makeLab();
  await lab.load(base);
  const before = await lab.state();
  await expect(lab.load(faulty, { rejectLimit: { rows: 5 } })).rejects.toThrow(
    '6 of 7 rows were rejected, more than the 5 allowed',
  );
  expect(await lab.state()).toEqual(before);
  const { load, rejects, warnings } = await readFindings(lab.context, 2);
  expect(load).toMatchObject({
    state: 'failed',
    error: { code: 'too_many_rejects', message: expect.stringContaining('6 of 7 rows') },
  });
  expect(load.files.map(({ counts }) => counts)).toEqual([undefined, undefined]);
  expect(rejects.map(({ code }) => code)).toEqual([
    'too_few_columns',
    'invalid_date',
    'conflicting_duplicate',
    'conflicting_duplicate',
    'unknown_user',
    'unknown_compound',
  ]);
  expect(rejects.every(({ record }) => record.length > 0)).toBe(true);
  expect(warnings).toEqual([]);
  expect(await lab.verify()).toBe(0);
});

test('a refused file is not loaded: it may be loaded again, and mended', async () => {
  const lab = await makeLab();
  const files = { 'c.csv': makeRows(3, 1) };
  await expect(lab.load(files, { rejectLimit: { rows: 0 } })).rejects.toThrow();
  const mended = `compound_id,compound_name,compound_structure,elute_error\n9,Tin,Sn,"load 1, c.csv:2: faulty"\n`;
  expect(await lab.load({ 'mend.csv': mended })).toMatchObject({
    state: 'loaded',
    mends: [{ loadId: 1, rows: 1 }],
  });
  expect(await lab.load(files)).toMatchObject({ loadId: 3, state: 'loaded' });
});

test('holds for features alone too', async () => {
  const lab = await makeLab();
  const options = { featuresOnly: true, rejectLimit: { rows: 0 } };
  await expect(lab.load({ ...base, ...faulty }, options)).rejects.toMatchObject({
    code: 'too_many_rejects',
  });
  expect((await lab.state())['user_features']).toEqual([]);
});

test('an empty table is within every limit', async () => {
  const lab = await makeLab();
  expect(await lab.load({ 'c.csv': makeRows(0, 0) }, { rejectLimit: { share: 0 } })).toMatchObject({
    state: 'loaded',
  });
});
