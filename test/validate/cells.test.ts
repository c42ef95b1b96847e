import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine } from '../../src/compute/duckdb.ts';
import type { Engine } from '../../src/compute/engine.ts';
import { useFolders } from '../support/lab.ts';

const makeFolder = useFolders();
let engine: Engine;

beforeAll(async () => {
  engine = await openEngine({ scratchDirectory: makeFolder(), memoryLimit: '256MB', threads: 1 });
});
afterAll(() => engine.close());

/** A value as the engine prints it, or the code of the fault. */
async function read(value: string, fault: string, cell: string): Promise<string | null> {
  const [row] = await engine.rows<{ outcome: string | null }>(
    `select coalesce(${fault}, cast(${value} as varchar)) as outcome from (select trim_cell($cell) as cell)`,
    { cell },
  );
  return row?.outcome ?? null;
}

test.each([
  ['1', '1'],
  ['\t2\u00a0', '2'],
  ['007', '7'],
  ['9007199254740991', '9007199254740991'],
  ['9007199254740992', 'invalid_id'],
  ['0', 'invalid_id'],
  ['-1', 'invalid_id'],
  ['1.0', 'invalid_id'],
  ['1e3', 'invalid_id'],
  ['0x1f', 'invalid_id'],
  ['EIK-00017', 'invalid_id'],
  [' \t', 'missing_value'],
])('an id: %j is %j', async (cell, outcome) => {
  expect(await read('read_id(cell)', 'id_fault(cell)', cell)).toBe(outcome);
});

test.each([
  ['1', '[1]'],
  ['\t1;2', '[1, 2]'],
  ['1 ;\t2; 2', '[1, 2, 2]'],
  ['1;', 'invalid_id_list'],
  [';1', 'invalid_id_list'],
  ['1;;2', 'invalid_id_list'],
  ['1,2', 'invalid_id_list'],
  ['1;0', 'invalid_id_list'],
  ['1;9007199254740992', 'invalid_id_list'],
  ['', 'missing_value'],
])('a list of ids: %j is %j', async (cell, outcome) => {
  expect(await read('read_ids(cell)', 'ids_fault(cell)', cell)).toBe(outcome);
});

test.each([
  ['12,5', 'comma', '12.5'],
  [',5', 'comma', '0.5'],
  ['1,5e3', 'comma', '1500.0'],
  ['12', 'comma', '12.0'],
  ['12.5', 'comma', 'decimal_point'],
  ['1.234,5', 'comma', 'invalid_number'],
  ['1,234.5', 'comma', 'decimal_point'],
  ['1,2,3', 'comma', 'invalid_number'],
  ['-1,5', 'comma', 'negative_number'],
  ['12,5', 'either', '12.5'],
  ['12.5', 'either', '12.5'],
  ['1.234,5', 'either', 'invalid_number'],
])('a run time: %j with a %s is %j', async (cell, mark, outcome) => {
  const fault = `duration_fault(cell, '${mark}')`;
  expect(await read(`read_duration(cell, '${mark}')`, fault, cell)).toBe(outcome);
});

test.each([
  ['#N/A', 'formula_error'],
  ['#NAME?', 'formula_error'],
  ['Err:502', 'formula_error'],
  ['C#N', null],
  ['#1', null],
  ['', null],
])('a text: the fault of %j is %j', async (cell, fault) => {
  expect(await read('null', 'text_fault(cell)', cell)).toBe(fault);
});

test.each([
  ['12.5', '12.5'],
  ['.5', '0.5'],
  ['5.', '5.0'],
  ['1e3', '1000.0'],
  ['-0', '0.0'],
  ['1,5', 'decimal_comma'],
  ['1.234,5', 'decimal_comma'],
  ['1,000', 'decimal_comma'],
  ['-3', 'negative_number'],
  ['inf', 'invalid_number'],
  ['nan', 'invalid_number'],
  ['1e999', 'invalid_number'],
  ['-1e999', 'invalid_number'],
  ['1_000', 'invalid_number'],
  ['0x1', 'invalid_number'],
  ['12 h', 'invalid_number'],
  ['', 'missing_value'],
])('a run time: %j is %j', async (cell, outcome) => {
  expect(await read("read_duration(cell, 'point')", "duration_fault(cell, 'point')", cell)).toBe(
    outcome,
  );
});

test.each([
  ['2023-04-03', '2023-04-03'],
  ['2023-4-3', '2023-04-03'],
  ['2023/04/03', '2023-04-03'],
  ['20230403', '2023-04-03'],
  ['2023-04-03T23:30:00-05:00', '2023-04-03'],
  ['2023-04-03 10:00', '2023-04-03'],
  ['13/04/2023', '2023-04-13'],
  ['04/13/2023', '2023-04-13'],
  ['05/05/2023', '2023-05-05'],
  ['3 April 2023', '2023-04-03'],
  ['Apr 3, 2023', '2023-04-03'],
  ['03-Apr-2023', '2023-04-03'],
  ['03/04/2023', 'ambiguous_date'],
  ['03.04.2023', 'ambiguous_date'],
  ['03/04/23', 'ambiguous_date'],
  ['2023-02-30', 'invalid_date'],
  ['31/04/2023', 'invalid_date'],
  ['0000-01-01', 'invalid_date'],
  ['99999-01-01', 'invalid_date'],
  ['2023-04-03T25:00', 'invalid_date'],
  ['soon', 'invalid_date'],
  ['', null],
])('a date: %j is %j', async (cell, outcome) => {
  expect(await read(`read_date(cell, '%Y-%m-%d')`, `date_fault(cell, '%Y-%m-%d')`, cell)).toBe(
    outcome,
  );
});

test.each([
  ['%d/%m/%Y', '03/04/2023', '2023-04-03'],
  ['%m/%d/%Y', '03/04/2023', '2023-03-04'],
  ['%d/%m/%y', '03/04/23', '2023-04-03'],
  ['%d/%m/%Y', '2023-04-03', '2023-04-03'],
])('a date in the format %s: %j is %j', async (format, cell, outcome) => {
  expect(await read(`read_date(cell, '${format}')`, `date_fault(cell, '${format}')`, cell)).toBe(
    outcome,
  );
});

test.each([
  ['C20H25N3O', null],
  ['CuSO4.5H2O', null],
  ['Ca(OH)2', null],
  ['CC(=O)Oc1ccccc1C(=O)O', null],
  ['N[C@@H](C)C(=O)O', null],
  ['[Na+].[Cl-]', null],
  ['C6H12(', 'unreadable_structure'],
  ['Xx2', 'unreadable_structure'],
  ['see notebook 7', 'unreadable_structure'],
  ['', 'empty_value'],
])('a structure: %j has the doubt %j', async (cell, doubt) => {
  expect(await read('null', 'structure_doubt(cell)', cell)).toBe(doubt);
});
