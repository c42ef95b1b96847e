import type { Engine } from '../compute/engine.ts';
import { quoteText } from '../compute/quote.ts';
import {
  type Column,
  type ColumnKind,
  computeTypes,
  type Dataset,
  type DatasetName,
  datasets,
} from '../domain/datasets.ts';
import type { Format } from '../domain/places.ts';
import type { Reading } from '../domain/reading.ts';
import type { InputFile } from '../extract/input-file.ts';
import type { RawRows } from '../extract/read-rows.ts';

/** How a kind of cell is read and checked, by the macros of `sql/compute/macros.sql`. */
interface CellRules {
  /** The value of a raw cell, null where it is empty or faulty. */
  readonly read: (raw: string) => string;
  /** The code of what is wrong in a trimmed cell. */
  readonly fault?: (cell: string) => string;
  /** True where the cell is faulty; cheap where it is not, so that a good row costs nothing more. */
  readonly suspect?: (raw: string, value: string) => string;
}

const doubts: Partial<Record<ColumnKind, (value: string) => string>> = {
  date: (value) => `date_doubt(${value})`,
  text: (value) => `text_doubt(${value})`,
  email: (value) => `email_doubt(${value})`,
  structure: (value) => `structure_doubt(${value})`,
};

const isNull = (_: string, value: string) => `${value} is null`;

/** Creates the table of a dataset's checked rows: its columns, and where each row came from. */
export async function createCheckedTable(engine: Engine, dataset: Dataset): Promise<void> {
  const columns = dataset.columns.map(({ name, kind }) => `${name} ${computeTypes[kind]}`);
  await engine.run(
    `create table ${dataset.name} (file_id integer, line bigint, ${columns.join(', ')}, is_bad boolean)`,
  );
}

/** Reads raw rows into typed ones: good rows join the table of their dataset, bad ones become rejects. */
export async function checkRows(engine: Engine, raw: RawRows): Promise<void> {
  const { name } = datasets[raw.file.dataset];
  const cells = listCells(raw);
  await engine.run(insertTyped(name, raw, cells));
  const [count] = await engine.rows<{ bad: number }>(
    `select count(*) as bad from ${name} where is_bad`,
  );
  if (count === undefined || count.bad === 0) return;
  await engine.run(insertRejects(name, raw, cells));
  await engine.run(`delete from ${name} where is_bad`);
}

/** Adds the rows of a Parquet file to the table of their dataset, and counts them; their cells have been checked. */
export async function insertFigures(
  engine: Engine,
  { name, columns }: Dataset,
  { fileId, path }: { fileId: number; path: string },
): Promise<number> {
  const names = columns.map((column) => column.name).join(', ');
  return engine.run(
    `insert into ${name} select ${fileId}, line, ${names}, false from read_parquet(${quoteText(path)})`,
  );
}

/** Notes what is odd in the rows that stayed; call it when no more rows will be rejected. */
export async function collectWarnings(engine: Engine, dataset: Dataset): Promise<void> {
  for (const { name, kind } of dataset.columns) {
    const doubt = doubts[kind]?.(name);
    if (doubt === undefined) continue;
    await engine.run(`
      insert into warnings select file_id, line, ${findingOf(name, name, doubt)}
      from ${dataset.name} where ${doubt} is not null`);
  }
}

function cellRules({ format: fileFormat, reading }: InputFile): Record<ColumnKind, CellRules> {
  const format = quoteText(reading.dateFormat ?? '%Y-%m-%d');
  const decimal = quoteText(decimalOf(fileFormat, reading));
  const trim = (raw: string) => `trim_cell(${raw})`;
  const text: CellRules = {
    read: trim,
    fault: (cell) => `text_fault(${cell})`,
    suspect: (raw) =>
      `case when contains(${raw}, '#') or contains(${raw}, 'Err:') then text_fault(${trim(raw)}) is not null else false end`,
  };
  return {
    id: {
      read: (raw) => `read_id(${raw})`,
      fault: (cell) => `id_fault(${cell})`,
      suspect: isNull,
    },
    ids: {
      read: (raw) => `read_ids(${raw})`,
      fault: (cell) => `ids_fault(${cell})`,
      suspect: isNull,
    },
    duration: {
      read: (raw) => `read_duration(${raw}, ${decimal})`,
      fault: (cell) => `duration_fault(${cell}, ${decimal})`,
      suspect: isNull,
    },
    date: {
      read: (raw) => `read_date(${trim(raw)}, ${format})`,
      fault: (cell) => `date_fault(${cell}, ${format})`,
      suspect: (raw, value) => `(${value} is null and ${trim(raw)} is not null)`,
    },
    text,
    email: text,
    structure: text,
  };
}

/** Formats that know numbers have them with a point, whatever is said of numbers that stand as text. */
function decimalOf(format: Format, { decimal = 'point' }: Reading): string {
  return decimal === 'comma' && format !== 'text' ? 'either' : decimal;
}

interface Cell extends Column {
  readonly raw: string;
  readonly rules: CellRules;
}

function listCells({ file }: RawRows): Cell[] {
  const rules = cellRules(file);
  return datasets[file.dataset].columns.map((column) => ({
    ...column,
    raw: `c${(file.positions[column.name] ?? 0) + 1}`,
    rules: rules[column.kind],
  }));
}

function insertTyped(
  dataset: DatasetName,
  { fileId, table }: RawRows,
  cells: readonly Cell[],
): string {
  const values = cells.map((cell) => `${cell.rules.read(cell.raw)} as ${cell.name}`);
  const suspects = cells.flatMap((cell) => cell.rules.suspect?.(cell.raw, cell.name) ?? []);
  return `
    insert into ${dataset}
    select ${fileId}, line, ${cells.map(({ name }) => name).join(', ')},
      fault is not null or ${suspects.join(' or ')}
    from (select *, ${values.join(', ')} from ${table})`;
}

/**
 * What is wrong is worked out for the bad rows alone: they are few, and the sentences are long. Their cells
 * are trimmed before: the engine plans what stands in several places several times.
 */
function insertRejects(
  dataset: DatasetName,
  { fileId, table }: RawRows,
  cells: readonly Cell[],
): string {
  const trimmed = cells.map(({ raw, name }) => `trim_cell(${raw}) as ${name}`);
  const findings = cells.flatMap(({ name, rules }) => {
    const fault = rules.fault?.(name);
    return fault === undefined ? [] : [findingOf(name, name, fault)];
  });
  return `
    insert into rejects
    with bad as materialized (
      select line, fault, ${trimmed.join(', ')}
      from ${table} semi join (select line from ${dataset} where file_id = ${fileId} and is_bad) using (line)
    )
    select ${fileId}, line,
      case
        when fault is not null
          then [{'column_name': null, 'value': null, 'code': fault, 'detail': null}]
        else list_filter([${findings.join(', ')}], lambda finding: finding.code is not null)
      end,
      null
    from bad`;
}

function findingOf(column: string, value: string, code: string): string {
  return `{'column_name': '${column}', 'value': cast(${value} as varchar), 'code': ${code}, 'detail': null}`;
}
