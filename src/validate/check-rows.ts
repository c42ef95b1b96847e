import type { Engine } from '../compute/engine.ts';
import { quoteText } from '../compute/quote.ts';
import {
  type Column,
  type ColumnKind,
  columnTypes,
  type Dataset,
  datasets,
} from '../domain/datasets.ts';
import type { RawRows } from '../extract/read-rows.ts';

/** How a kind of cell is read, by the macros of `sql/compute/macros.sql`. */
interface CellRules {
  readonly read: (cell: string) => string;
  readonly fault?: (cell: string) => string;
  /** SQL that is true where the cell may be faulty; cheap, so that a good row costs nothing more. */
  readonly suspect?: (cell: string, value: string) => string;
}

const doubts: Partial<Record<ColumnKind, (value: string) => string>> = {
  date: (value) => `text_doubt(${value})`,
  text: (value) => `text_doubt(${value})`,
  email: (value) => `email_doubt(${value})`,
  structure: (value) => `structure_doubt(${value})`,
};

const isNull = (_: string, value: string) => `${value} is null`;

/** Creates the table of a dataset's checked rows: its columns, and where each row came from. */
export async function createCheckedTable(engine: Engine, dataset: Dataset): Promise<void> {
  const columns = dataset.columns.map(({ name, kind }) => `${name} ${columnTypes[kind].compute}`);
  await engine.run(
    `create table ${dataset.name} (file_id integer, line bigint, ${columns.join(', ')}, faults finding[])`,
  );
}

/**
 * Reads raw rows into typed ones: good rows join the table of their dataset, bad ones become rejects,
 * odd ones also warnings.
 */
export async function checkRows(engine: Engine, raw: RawRows, dateFormat: string): Promise<void> {
  const dataset = datasets[raw.file.dataset];
  const rules = cellRules(dateFormat);
  await engine.run(insertTyped(dataset, raw, rules));
  await engine.run(`
    insert into rejects select file_id, line, faults, null from ${dataset.name} where faults is not null;
    delete from ${dataset.name} where faults is not null;`);
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

function cellRules(dateFormat: string): Record<ColumnKind, CellRules> {
  const format = quoteText(dateFormat);
  return {
    id: { read: (c) => `read_id(${c})`, fault: (c) => `id_fault(${c})`, suspect: isNull },
    ids: { read: (c) => `read_ids(${c})`, fault: (c) => `ids_fault(${c})`, suspect: isNull },
    duration: {
      read: (c) => `read_duration(${c})`,
      fault: (c) => `duration_fault(${c})`,
      suspect: isNull,
    },
    date: {
      read: (c) => `read_date(${c}, ${format})`,
      fault: (c) => `date_fault(${c}, ${format})`,
      suspect: (cell, value) => `(${value} is null and ${cell} is not null)`,
    },
    text: { read: (c) => c },
    email: { read: (c) => c },
    structure: { read: (c) => c },
  };
}

function insertTyped(dataset: Dataset, raw: RawRows, rules: Record<ColumnKind, CellRules>): string {
  const { columns } = dataset;
  const cell = ({ name }: Column) => `cell_${name}`;
  const cells = columns.map(
    (column) => `trim_cell(c${(raw.file.positions[column.name] ?? 0) + 1}) as ${cell(column)}`,
  );
  const values = columns.map(
    (column) => `${rules[column.kind].read(cell(column))} as ${column.name}`,
  );
  const suspects = columns.flatMap(
    (column) => rules[column.kind].suspect?.(cell(column), column.name) ?? [],
  );
  const findings = columns.flatMap((column) => {
    const fault = rules[column.kind].fault?.(cell(column));
    return fault === undefined ? [] : [findingOf(column.name, cell(column), fault)];
  });
  return `
    insert into ${dataset.name}
    select ${raw.fileId}, line, ${columns.map(({ name }) => name).join(', ')},
      case
        when fault is not null
          then [{'column_name': null, 'value': null, 'code': fault, 'detail': null}]
        when ${suspects.join(' or ')}
          then list_filter([${findings.join(', ')}], lambda f: f.code is not null)
      end
    from (
      select line, fault, ${columns.map(cell).join(', ')}, ${values.join(', ')}
      from (select line, fault, ${cells.join(', ')} from ${raw.table})
    )`;
}

function findingOf(column: string, value: string, code: string): string {
  return `{'column_name': '${column}', 'value': cast(${value} as varchar), 'code': ${code}, 'detail': null}`;
}
