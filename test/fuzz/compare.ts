import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { LoadOutcome } from '../../src/operations/load-files.ts';
import { expectFeatures } from '../support/oracle.ts';
import { contract, type DatasetName, keyOf, type PlacedTable } from './contract.ts';
import type { Snapshot } from './database.ts';
import type { Sorted } from './oracle/history.ts';
import type { Finding, Prediction } from './oracle/predict-load.ts';
import type { State, Version } from './oracle/state.ts';

/** Fast where there is no difference; shows it where there is one. */
export function expectSame(what: string, found: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(found, expected)) expect(found, what).toEqual(expected);
}

/** Which tables were loaded and which were left out, and what became of the rows of each. */
export function expectLoad(
  { load, alreadyLoaded, leftOut }: LoadOutcome,
  { fresh, known }: Sorted,
  prediction: Prediction,
): void {
  expectSame('left out', leftOut, []);
  const nameOf = ({ path, sheet }: PlacedTable) =>
    sheet === undefined ? path : `${path}, ${sheet}`;
  const expected = known.map(({ table, loadId }) => ({ path: nameOf(table), loadId }));
  expectSame('already loaded', alreadyLoaded, expected);
  const files = load?.files.map(({ dataset, path, sheet, format, ignoredColumns, counts }) => ({
    ...{ dataset, path, sheet, format, ignoredColumns: [...ignoredColumns].sort(), counts },
  }));
  const tables = fresh.map(({ dataset, path, sheet, format, ignoredColumns }, at) => ({
    ...{ dataset, path, sheet, format, ignoredColumns: [...ignoredColumns].sort() },
    counts: prediction.tables[at]?.counts,
  }));
  for (const [at, table] of tables.entries())
    expectSame(`receipt of ${table.path}`, files?.[at], table);
  expectSame('files', files?.length ?? 0, tables.length);
}

/** What a plan says that it would do. */
export function expectPlan({ plan }: LoadOutcome, { changes }: Prediction): void {
  const changed = changes.flatMap(({ dataset, before, after }) =>
    contract[dataset].filter(
      ({ name }) =>
        before && JSON.stringify(before.values[name]) !== JSON.stringify(after.values[name]),
    ),
  );
  expectSame('changed cells of a plan', plan?.changedCells, changed.length);
  const users = changes.filter(
    ({ dataset, before }) => dataset === 'users' && before === undefined,
  );
  expectSame('new scientists of a plan', plan?.newScientists, users.length);
}

interface Findings {
  readonly rejects: unknown;
  readonly warnings: unknown;
  readonly records: unknown;
}

/** Rejects and warnings, each with its line; and the cells that a reject keeps. */
export function expectFindings(
  found: Findings,
  prediction: Prediction,
  tables: readonly PlacedTable[] = [],
): void {
  const list = (kind: 'rejects' | 'warnings') =>
    prediction.tables.flatMap((table, file) =>
      table[kind].map((finding) => ({ file, ...finding })).sort(compareFindings),
    );
  expectSame('rejects', listFindings(found.rejects), listFindings(list('rejects')));
  expectSame('warnings', listFindings(found.warnings), listFindings(list('warnings')));
  if (tables.length > 0) expectRecords(found.records as readonly FoundRecord[], tables);
}

function compareFindings(a: Finding, b: Finding): number {
  return a.line - b.line || ((a.column ?? '') < (b.column ?? '') ? -1 : 1);
}

/** Findings of the database and of the oracle in one shape. */
function listFindings(findings: unknown): unknown {
  const list = findings as readonly (Finding & { file: number })[];
  return list.map(({ file, line, column, value, code }) => ({ file, line, column, value, code }));
}

/** File, line, header, record. */
type FoundRecord = readonly [number, number, readonly string[], readonly string[]];

function expectRecords(records: readonly FoundRecord[], tables: readonly PlacedTable[]): void {
  for (const [file, line, header, record] of records) {
    const table = tables[file];
    const row = table?.rows.find((one) => one.line === line);
    if (row?.record !== undefined) expectSame('record of a reject', record, row.record);
    if (table === undefined || row === undefined || row.fault !== undefined) continue;
    for (const [column, spelling] of Object.entries(table.spellings)) {
      const kept = record[header.indexOf(spelling)];
      expectSame(`cell of a reject, ${table.path}:${line}`, kept, row.cells[column]);
    }
  }
}

/** All rows with their origins, and all features. */
export function expectState(found: Snapshot, state: State): void {
  for (const dataset of ['users', 'compounds', 'experiments'] as const)
    expectSame(dataset, found[dataset], listVersions(dataset, state[dataset]));
  const features = found.features as readonly object[];
  expectSame(
    'features',
    features.map(roundFigures),
    expectFeatures(makeLab(state)).map(roundFigures),
  );
}

function listVersions(dataset: DatasetName, versions: ReadonlyMap<number, Version>): unknown[] {
  return [...versions.values()]
    .sort((a, b) => a.id - b.id)
    .map(({ id, values, path, sheet, line }) => {
      const columns = contract[dataset].map(({ name }) => [name, values[name]] as const);
      return {
        id,
        values: { ...Object.fromEntries(columns), [keyOf(dataset)]: id },
        path,
        sheet,
        line,
      };
    });
}

function makeLab({ users, compounds, experiments }: State) {
  const nameOf = ({ values }: Version) => values['compound_name'] as string;
  return {
    users: [...users.keys()],
    compounds: new Map([...compounds].map(([id, version]) => [id, nameOf(version)] as const)),
    experiments: [...experiments.values()].map(({ id, values }) => ({
      id,
      user: Number(values['user_id']),
      compounds: [values['experiment_compound_ids'] ?? []].flat().map(Number),
      time: Number(values['experiment_run_time']),
    })),
  };
}

function roundFigures(row: object): object {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'number' && !Number.isInteger(value) ? value.toPrecision(13) : value,
    ]),
  );
}
