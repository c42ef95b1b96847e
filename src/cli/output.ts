import { type Cell, type Column, renderTable } from './table.ts';

export type OutputFormat = 'table' | 'csv' | 'json';

export const outputFormats: readonly OutputFormat[] = ['table', 'csv', 'json'];

/** Rows as JSON, as machines read them. */
export function renderJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Rows as CSV (RFC 4180, but with plain line feeds); what is null is empty. */
export function renderCsv<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const lines = rows.map((row) => columns.map(({ value }) => writeCell(value(row))));
  return [columns.map(({ title }) => quote(title)), ...lines]
    .map((cells) => `${cells.join(',')}\n`)
    .join('');
}

/** A table, or a sentence where it would have no rows. */
export function renderList<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  none: string,
): string {
  return rows.length === 0 ? `${none}\n` : renderTable(rows, columns);
}

function writeCell(cell: Cell): string {
  if (cell === null) return '';
  if (cell instanceof Date) return cell.toISOString();
  return quote(typeof cell === 'object' ? cell.join(';') : String(cell));
}

function quote(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
