import { allDatasets, contract, type DatasetName, keyOf, type PlacedTable } from '../contract.ts';
import { type CellMeaning, type CellReading, readCell, trim, type Value } from './read-cell.ts';
import type { Change, State, Version } from './state.ts';

export interface Finding {
  readonly line: number;
  readonly column: string | null;
  readonly value: string | null;
  readonly code: string;
}

export interface Counts {
  readonly read: number;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly computed: number;
  readonly duplicate: number;
  readonly rejected: number;
  readonly warnings: number;
}

/** What must become of a table. */
export interface TableOutcome {
  readonly counts: Counts;
  readonly rejects: readonly Finding[];
  readonly warnings: readonly Finding[];
}

export interface Prediction {
  readonly tables: readonly TableOutcome[];
  readonly changes: readonly Change[];
}

type Fate = 'rejected' | 'duplicate' | 'inserted' | 'updated' | 'unchanged';

/** One row under way. */
interface Row {
  readonly table: number;
  readonly line: number;
  readonly dataset: DatasetName;
  readonly cells: Readonly<Record<string, string>>;
  readonly meanings: Readonly<Record<string, CellMeaning>>;
  fate?: Fate;
  reject?: Finding;
}

/** What a load of these tables must do to a state, row by row and in the plainest way. */
export function predictLoad(state: State, tables: readonly PlacedTable[]): Prediction {
  const rows = tables.flatMap((table, at) => readTable(table, at));
  for (const row of rows) rejectFaulty(row);
  for (const dataset of allDatasets) settleRepeated(rows, dataset);
  for (const row of rows) checkReference(rows, state, row, 'users');
  for (const row of rows) checkReference(rows, state, row, 'compounds');
  const changes = rows.flatMap((row) => compareRow(state, row, tables));
  return {
    tables: tables.map((_, at) => sumUp(rows.filter(({ table }) => table === at))),
    changes,
  };
}

function readTable({ rows, dataset, reading, format }: PlacedTable, table: number): Row[] {
  const decimal = reading.decimal === 'comma' && format !== 'text' ? 'either' : reading.decimal;
  const cellReading: CellReading = { ...reading, decimal: decimal ?? 'point' };
  return rows.map(({ line, cells, fault }) => {
    const meanings = contract[dataset].map((column) => {
      const cell = cells[column.name] ?? '';
      return [column.name, readCell(column, cell, cellReading)] as const;
    });
    const row: Row = { table, line, dataset, cells, meanings: Object.fromEntries(meanings) };
    if (fault !== undefined) reject(row, { column: null, value: null, code: fault });
    return row;
  });
}

function reject(row: Row, finding: Omit<Finding, 'line'>): void {
  row.fate = 'rejected';
  row.reject = { line: row.line, ...finding };
}

/** The first cell that is wrong gives the code. */
function rejectFaulty(row: Row): void {
  if (row.fate !== undefined) return;
  const bad = contract[row.dataset].find(({ name }) => row.meanings[name]?.fault !== undefined);
  if (bad === undefined) return;
  const value = trim(row.cells[bad.name] ?? '');
  const code = row.meanings[bad.name]?.fault ?? '';
  reject(row, { column: bad.name, value: value === '' ? null : value, code });
}

function valuesOf(row: Row): Record<string, Value> {
  const entries = Object.entries(row.meanings);
  return Object.fromEntries(entries.map(([name, { value }]) => [name, value]));
}

function idOf(row: Row): number {
  return Number(row.meanings[keyOf(row.dataset)]?.value);
}

/** Equal rows count once; rows that contradict each other do not count at all. */
function settleRepeated(rows: readonly Row[], dataset: DatasetName): void {
  const good = rows.filter((row) => row.dataset === dataset && row.fate === undefined);
  for (const id of new Set(good.map(idOf))) {
    const group = good.filter((row) => idOf(row) === id);
    const versions = new Set(group.map((row) => JSON.stringify(valuesOf(row))));
    if (versions.size > 1) {
      const finding = { column: keyOf(dataset), value: String(id), code: 'conflicting_duplicate' };
      for (const row of group) reject(row, finding);
    } else for (const row of group.slice(1)) row.fate = 'duplicate';
  }
}

const references = {
  users: { column: 'user_id', code: 'unknown_user' },
  compounds: { column: 'experiment_compound_ids', code: 'unknown_compound' },
} as const;

function checkReference(
  rows: readonly Row[],
  state: State,
  row: Row,
  target: 'users' | 'compounds',
): void {
  if (row.dataset !== 'experiments' || row.fate !== undefined) return;
  const { column, code } = references[target];
  const named = [row.meanings[column]?.value ?? []].flat().map(Number);
  const brought = rows.filter((one) => one.dataset === target && one.fate === undefined).map(idOf);
  const unknown = named.filter((id) => !brought.includes(id) && !state[target].has(id));
  if (unknown.length === 0) return;
  const value = [...new Set(unknown)].sort((a, b) => a - b).join(', ');
  reject(row, { column, value, code });
}

function compareRow(state: State, row: Row, tables: readonly PlacedTable[]): Change[] {
  if (row.fate !== undefined) return [];
  const { dataset, line } = row;
  const id = idOf(row);
  const before = state[dataset].get(id);
  const values = valuesOf(row);
  const isSame = JSON.stringify(before?.values) === JSON.stringify(values);
  row.fate = before === undefined ? 'inserted' : isSame ? 'unchanged' : 'updated';
  if (isSame) return [];
  const { path = '', sheet = null } = tables[row.table] ?? {};
  const after: Version = { id, values, path, sheet, line };
  return [{ dataset, before, after }];
}

function sumUp(rows: readonly Row[]): TableOutcome {
  const count = (fate: Fate) => rows.filter((row) => row.fate === fate).length;
  const warnings = rows.flatMap(findDoubts);
  const counts: Counts = {
    read: rows.length,
    inserted: count('inserted'),
    updated: count('updated'),
    unchanged: count('unchanged'),
    computed: 0,
    duplicate: count('duplicate'),
    rejected: count('rejected'),
    warnings: warnings.length,
  };
  return { counts, rejects: rows.flatMap(({ reject }) => reject ?? []), warnings };
}

function findDoubts({ dataset, line, meanings, fate }: Row): Finding[] {
  if (fate === 'rejected' || fate === 'duplicate') return [];
  return contract[dataset].flatMap(({ name: column }) => {
    const { doubt: code, value = null } = meanings[column] ?? {};
    return code === undefined
      ? []
      : [{ line, column, code, value: value === null ? null : String(value) }];
  });
}
