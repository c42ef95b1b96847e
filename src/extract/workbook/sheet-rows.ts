/** Why a record of the copy is not quite what the sheet holds. */
export type RowFault = 'invalid_character' | 'invalid_encoding' | 'record_too_long';

/** As for text files; a longer one would stop DuckDB. */
const maxRecordBytes = 4 * 1024 * 1024;
const excerptCharacters = 200;

/** One record of a copy: the fault, and the cells each with a comma before it. */
export interface RenderedRow {
  fault: RowFault | '';
  cells: string;
}

/** A NUL or half a surrogate pair: neither can be stored. */
const unstorable = /[\0\p{Surrogate}]/u;

export function renderRow(cells: readonly string[]): RenderedRow {
  const length = cells.reduce((sum, cell) => sum + cell.length, 0);
  if (length > maxRecordBytes) return cutRow(cells);
  const text = cells.map(renderCell).join('');
  // A character takes three bytes at most.
  const isLong = text.length > maxRecordBytes / 3 && Buffer.byteLength(text) > maxRecordBytes;
  if (isLong) return cutRow(cells);
  return unstorable.test(text) ? repairRow(text) : { fault: '', cells: text };
}

function renderCell(cell: string): string {
  if (cell === '') return ',';
  return cell.includes('"') ? `,"${cell.replaceAll('"', '""')}"` : `,"${cell}"`;
}

/** Half a surrogate pair becomes U+FFFD when it is written as UTF-8. */
function repairRow(text: string): RenderedRow {
  const cells = text.replaceAll('\0', '\u2400');
  return { fault: text.includes('\0') ? 'invalid_character' : 'invalid_encoding', cells };
}

/** Keeps the beginning of the first cell, on one line. */
function cutRow(cells: readonly string[]): RenderedRow {
  const first = cells.findIndex((cell) => cell !== '');
  const excerpt = (cells[first] ?? '').slice(0, excerptCharacters).replace(/["\r\n\0]/g, ' ');
  const kept = cells.map((_, column) => (column === first ? excerpt : ''));
  return { fault: 'record_too_long', cells: kept.map(renderCell).join('') };
}
