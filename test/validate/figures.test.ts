import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine } from '../../src/compute/duckdb.ts';
import type { Engine } from '../../src/compute/engine.ts';
import { quoteText } from '../../src/compute/quote.ts';
import {
  countRows,
  encodeRows,
  type FigureRows,
  startRows,
} from '../../src/extract/text/figures/figure-rows.ts';
import { addFigures } from '../../src/extract/text/figures/parse-figures.ts';
import { useFolders } from '../support/lab.ts';

const makeFolder = useFolders();
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ scratchDirectory: makeFolder(), memoryLimit: '256MB', threads: 1 });
  await engine.run('create table cells (line bigint, id varchar, ids varchar, run_time varchar)');
});
afterAll(() => engine.close());

const digits = fc.stringMatching(/^[0-9]{1,18}$/);
const near = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 1e6 }).map(String) },
  fc.maxSafeInteger().map(String),
  digits,
  fc.stringMatching(/^[ +-]?[0-9]{0,3}[._eE,;x ]?[0-9]{0,3}$/),
);
const number = fc.oneof(
  { weight: 2, arbitrary: fc.double({ min: 0, max: 1e6, noNaN: true }).map(String) },
  { weight: 2, arbitrary: fc.tuple(digits, digits).map((parts) => parts.join('.')) },
  near,
);
const record = fc.record({
  id: near,
  ids: fc.array(near, { maxLength: 5 }).map((ids) => ids.join(';')),
  other: fc.stringMatching(/^[^|"\n\r]{0,8}$/),
  run_time: number,
});

const header = [
  { name: 'id', kind: 'id' },
  { name: 'other', kind: undefined },
  { name: 'ids', kind: 'ids' },
  { name: 'run_time', kind: 'duration' },
] as const;

test('rows of figures have the values that the macros read from the same cells', async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 60 }), async (records) => {
      const rows = startRows(header);
      const lines = records.flatMap(({ id, other, ids, run_time }, i) =>
        add(rows, [id, other, ids, run_time], i + 2) ? [i + 2] : [],
      );
      taken += lines.length;
      expect(countRows(rows)).toBe(lines.length);
      await expectSame(rows, records, lines);
    }),
    { numRuns: 100, endOnFailure: true },
  );
  expect(taken).toBeGreaterThan(100);
});

function add(rows: FigureRows, cells: string[], line: number): boolean {
  const bytes = Buffer.from(`before|${cells.join('|')}|after`);
  const [at, end] = ['before|'.length, bytes.length - '|after'.length];
  return addFigures(rows, { bytes, at, end, delimiter: '|'.charCodeAt(0) }, line);
}

async function expectSame(
  rows: FigureRows,
  records: readonly { id: string; ids: string; run_time: string }[],
  lines: readonly number[],
): Promise<void> {
  const path = join(makeFolder(), 'figures.parquet');
  await writeFile(path, Buffer.concat(encodeRows(rows)));
  await engine.run('delete from cells');
  for (const line of lines) {
    const { id, ids, run_time } = records[line - 2] ?? expect.fail();
    await engine.run('insert into cells values ($line, $id, $ids, $run_time)', {
      line,
      id,
      ids,
      run_time,
    });
  }
  const differing = await engine.rows(`
    with read as (
      select line, read_id(id) as id, read_ids(ids) as ids, read_duration(run_time, 'point') as run_time from cells
    )
    (from read except select line, id, ids, run_time from read_parquet(${quoteText(path)}))
    union all
    (select line, id, ids, run_time from read_parquet(${quoteText(path)}) except from read)`);
  expect(differing).toEqual([]);
}

/** What stands for a cell, and whether a row with it is a row of figures. */
const forms: readonly [id: string, ids: string, runTime: string, isTaken: boolean][] = [
  ['1', '2', '3', true],
  ['999999999999999', '1;999999999999999;1', '999999999999999.5', true],
  ['1', '2', '0', true],
  ['1', '2', '5.', true],
  ['1', '2', '00012.50', true],
  ['1', '2', '0.123456789012345', true],
  ['1000000000000000', '2', '3', false],
  ['01', '2', '3', false],
  ['0', '2', '3', false],
  ['', '2', '3', false],
  [' 1', '2', '3', false],
  ['1', '', '3', false],
  ['1', '2;', '3', false],
  ['1', ';2', '3', false],
  ['1', '2;;3', '3', false],
  ['1', '2; 3', '3', false],
  ['1', '2', '', false],
  ['1', '2', '.5', false],
  ['1', '2', '-1', false],
  ['1', '2', '1e3', false],
  ['1', '2', '1,5', false],
  ['1', '2', '3|4', false],
  ['"1"', '"2;3"', '"4.5"', true],
  ['"1', '2', '3', false],
  ['1"', '2', '3', false],
  ['"1"2', '2', '3', false],
  ['""', '2', '3', false],
  ['1', '" 2"', '3', false],
];

test.each(forms)('a row with %s, %s and %s is one of figures: %s', (id, ids, runTime, isTaken) => {
  const rows = startRows(header);
  expect(add(rows, [id, 'x', ids, runTime], 2)).toBe(isTaken);
  expect(countRows(rows)).toBe(isTaken ? 1 : 0);
});

/** A cell that is passed over, and whether the row around it is one of figures. */
test.each([
  ['', true],
  ['x', true],
  ['"x"', true],
  ['""', true],
  ['"a|b"', false],
  ['a"b', false],
  [' "a|b"', false],
  ['"a""b"', false],
])('a row with the cell %s besides is one of figures: %s', (cell, isTaken) => {
  expect(add(startRows(header), ['1', cell, '2', '3'], 2)).toBe(isTaken);
});

test('a list ends at a semicolon that is the delimiter', () => {
  const columns = [header[2], header[3]];
  const rows = startRows(columns);
  const bytes = Buffer.from('7;1.5');
  const cursor = { bytes, at: 0, end: bytes.length, delimiter: ';'.charCodeAt(0) };
  expect(addFigures(rows, cursor, 2)).toBe(true);
});

test('more values than there was room for at first arrive, each in its row', async () => {
  const count = 300_000;
  const rows = startRows(header);
  for (let i = 1; i <= count; i++) add(rows, [`${i}`, '', `${i};${i + 1};${i}`, `${i}.5`], i + 1);
  const path = join(makeFolder(), 'many.parquet');
  await writeFile(path, Buffer.concat(encodeRows(rows)));
  expect(
    await engine.rows(`
      select count(*) as rows from read_parquet(${quoteText(path)})
      where line = id + 1 and ids = [id, id + 1, id] and run_time = id + 0.5`),
  ).toEqual([{ rows: count }]);
});
