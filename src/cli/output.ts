import CliTable from 'cli-table3';
import colors from 'picocolors';

export type Cell = string | number | boolean | Date | null | readonly (string | number | null)[];
export type OutputFormat = 'table' | 'csv' | 'json';

export const outputFormats: readonly OutputFormat[] = ['table', 'csv', 'json'];

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => Cell;
}

/** Renders rows as an aligned table, as CSV (RFC 4180) or as a JSON array of the rows themselves. */
export function renderRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  format: OutputFormat,
): string {
  if (format === 'json') return `${JSON.stringify(rows, null, 2)}\n`;
  return format === 'csv' ? renderCsv(rows, columns) : renderTable(rows, columns);
}

/** An aligned table without frames, numbers to the right. */
export function renderTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const table = new CliTable({
    head: columns.map(({ title }) => wrapTitle(title)),
    colAligns: columns.map(({ value }) =>
      rows.every((row) => isRight(value(row))) ? 'right' : 'left',
    ),
    chars: frameless,
    style: { head: ['bold'], 'padding-left': 0, 'padding-right': 2, border: [] },
    // cli-table3 colours by itself, without regard to NO_COLOR.
    ...(!colors.isColorSupported && { style: { head: [], 'padding-left': 0, 'padding-right': 2 } }),
  });
  for (const row of rows) table.push(columns.map(({ value }) => showCell(value(row))));
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

const frameless = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
    'middle',
  ].map((part) => [part, '']),
);

/** `most_consumed_compound` takes three lines: names are longer than most figures below them. */
function wrapTitle(title: string): string {
  return title.length > 12 ? title.replaceAll(/(.{5,}?_)/g, '$1\n') : title;
}

function isRight(cell: Cell): boolean {
  return typeof cell === 'number' || cell === null;
}

/** Figures are shown with up to four decimals; csv and json hold them in full. */
function showCell(cell: Cell): string {
  if (cell === null) return '-';
  if (typeof cell === 'number')
    return Number.isInteger(cell) ? String(cell) : String(Number(cell.toFixed(4)));
  if (Array.isArray(cell)) return cell.map((item) => item ?? '-').join(';') || '-';
  return showText(cell);
}

function renderCsv<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const lines = rows.map((row) => columns.map(({ value }) => quoteCsv(value(row))));
  return [columns.map(({ title }) => quoteCsv(title)), ...lines]
    .map((cells) => `${cells.join(',')}\n`)
    .join('');
}

function quoteCsv(cell: Cell): string {
  const text = cell === null ? '' : Array.isArray(cell) ? cell.join(';') : showText(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function showText(cell: Cell): string {
  return cell instanceof Date ? cell.toISOString() : String(cell);
}
