import { quoteCell } from '../domain/csv.ts';
import { type Cell, type Column, renderTable } from './table.ts';

export type OutputFormat = 'table' | 'csv' | 'json';

export const outputFormats: readonly OutputFormat[] = ['table', 'csv', 'json'];

/** Rows as JSON, as machines read them. */
export function renderJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Rows as CSV (RFC 4180, but with plain line feeds); what is null is empty. */
export function renderCsv<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  return `${renderHeader(columns)}${renderLines(rows, columns)}`;
}

/** Renders one page of rows after the other; to be ended by `end`. */
export interface PageRenderer<Row> {
  readonly page: (rows: readonly Row[]) => string;
  readonly end: string;
}

/** A JSON array over several pages, one row a line. */
export function makeJsonPages<Row>(): PageRenderer<Row> {
  let before = '[\n';
  return {
    page: (rows) => {
      const text = rows.map((row) => JSON.stringify(row)).join(',\n');
      const page = text === '' && before !== '[\n' ? '' : before + text;
      before = ',\n';
      return page;
    },
    end: '\n]\n',
  };
}

/** CSV over several pages, under one header. */
export function makeCsvPages<Row>(columns: readonly Column<Row>[]): PageRenderer<Row> {
  let header = renderHeader(columns);
  return {
    page: (rows) => {
      const page = header + renderLines(rows, columns);
      header = '';
      return page;
    },
    end: '',
  };
}

/** A table, or a sentence where it would have no rows. */
export function renderList<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  none: string,
): string {
  return rows.length === 0 ? `${none}\n` : renderTable(rows, columns);
}

function renderHeader<Row>(columns: readonly Column<Row>[]): string {
  return `${columns.map(({ title }) => quoteCell(title)).join(',')}\n`;
}

function renderLines<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  return rows
    .map((row) => `${columns.map(({ value }) => writeCell(value(row))).join(',')}\n`)
    .join('');
}

function writeCell(cell: Cell): string {
  if (cell === null) return '';
  if (cell instanceof Date) return cell.toISOString();
  return quoteCell(typeof cell === 'object' ? cell.join(';') : String(cell));
}
