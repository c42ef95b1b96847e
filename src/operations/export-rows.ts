import { createReadStream } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { explainScratchFault } from '../compute/scratch.ts';
import { writeParquet } from '../compute/write-parquet.ts';
import { type Context, withEngine, withScratch } from '../context.ts';
import { quoteCell } from '../domain/csv.ts';
import type { Row, RowQuery } from '../domain/rows/row-query.ts';
import type { RowColumn, ValueKind } from '../domain/rows/row-table.ts';
import { readAllRows } from './read-rows.ts';

export const exportFormats = ['csv', 'ndjson', 'parquet'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Takes a piece of a file; done when the next one may come. */
export type Write = (piece: string | Uint8Array) => Promise<void>;

/** Writes all rows that are asked for as one file, from one snapshot and in bounded memory. */
export function exportRows(
  context: Context,
  { query, format }: { query: RowQuery; format: ExportFormat },
  write: Write,
): Promise<void> {
  if (format === 'parquet') return exportParquet(context, query, write);
  return exportText(context, query, { format, write });
}

async function exportText(
  context: Context,
  query: RowQuery,
  { format, write }: { format: 'csv' | 'ndjson'; write: Write },
): Promise<void> {
  const { fields } = query;
  const render = format === 'csv' ? renderCsvRow : renderJsonRow;
  let head = format === 'csv' ? `${fields.map(({ name }) => quoteCell(name)).join(',')}\n` : '';
  await readAllRows(context, query, async (rows) => {
    const text = head + rows.map((row) => render(row, fields)).join('');
    head = '';
    if (text !== '') await write(text);
  });
}

function renderJsonRow(row: Row): string {
  return `${JSON.stringify(row)}\n`;
}

/** Null is empty, a list is `1;2;3`. */
function renderCsvRow(row: Row, fields: readonly RowColumn[]): string {
  return `${fields.map(({ name }) => renderCell(row[name])).join(',')}\n`;
}

function renderCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  return quoteCell(Array.isArray(value) ? value.join(';') : String(value));
}

/** The database is let go as soon as the rows are here, the engine as soon as the file is written. */
async function exportParquet(context: Context, query: RowQuery, write: Write): Promise<void> {
  await withScratch(context, async (makeFolder) => {
    const folder = await makeFolder();
    const from = join(folder, 'rows.ndjson');
    const to = join(folder, 'rows.parquet');
    await writeRows(context, query, from);
    const columns = query.fields.map(({ name, kind }) => [name, parquetTypes[kind]] as const);
    await withEngine(context, (engine) => writeParquet(engine, { from, to, columns }));
    await rm(from);
    for await (const piece of createReadStream(to)) await write(piece);
  });
}

async function writeRows(context: Context, query: RowQuery, path: string): Promise<void> {
  const file: FileHandle = await open(path, 'wx', 0o600);
  try {
    await exportText(context, query, {
      format: 'ndjson',
      write: async (piece) => {
        await file.appendFile(piece).catch((error) => {
          throw explainScratchFault(error);
        });
      },
    });
  } finally {
    await file.close();
  }
}

const parquetTypes: Readonly<Record<ValueKind, string>> = {
  id: 'BIGINT',
  integer: 'BIGINT',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  text: 'VARCHAR',
  ids: 'BIGINT[]',
  texts: 'VARCHAR[]',
};
