import { type Column, renderTable } from './table.ts';

export type OutputFormat = 'table' | 'csv' | 'json';

export const outputFormats: readonly OutputFormat[] = ['table', 'csv', 'json'];

/** Rows as JSON, as machines read them. */
export function renderJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
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

/** A table, or a sentence where it would have no rows. */
export function renderList<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  none: string,
): string {
  return rows.length === 0 ? `${none}\n` : renderTable(rows, columns);
}
