import { readFileSync } from 'node:fs';
import { utils, write } from '@e965/xlsx';
import { openEngine } from '../../src/compute/duckdb.ts';
import { quoteText } from '../../src/compute/quote.ts';
import type { Lab } from './lab.ts';

type Cells = readonly (readonly (string | number | Date)[])[];

/** A workbook of sheets by name; dates are days in UTC. */
export function writeBook(
  bookType: 'xlsx' | 'ods',
  sheets: Readonly<Record<string, Cells>>,
): Buffer {
  const book = utils.book_new();
  for (const [name, rows] of Object.entries(sheets)) {
    const cells = rows.map((row) => [...row]);
    utils.book_append_sheet(book, utils.aoa_to_sheet(cells, { UTC: true, cellDates: true }), name);
  }
  return write(book, { type: 'buffer', bookType, compression: true });
}

/** A Parquet file of the rows of a query of the engine. */
export async function writeParquet({ context }: Lab, select: string): Promise<Buffer> {
  const engine = await openEngine(context.settings);
  try {
    const path = engine.scratchPath('table.parquet');
    await engine.run(`copy (${select}) to ${quoteText(path)} (format parquet)`);
    return readFileSync(path);
  } finally {
    await engine.close();
  }
}
