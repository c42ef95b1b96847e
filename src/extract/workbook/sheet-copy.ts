import { join } from 'node:path';
import { nameColumn } from '../../domain/places.ts';
import type { Limits } from '../part.ts';
import { maxColumns, maxRows } from './columns.ts';
import { appendCopy, type CopyFile, closeCopy, openCopy } from './copy-file.ts';
import { makeDamaged, makeTooLarge, WorkbookFault } from './faults.ts';
import { renderRow } from './sheet-rows.ts';
import type { SheetTable } from './sheet-table.ts';

/** The sheets of a workbook, as they are copied one after the other. */
export interface SheetCopies {
  readonly folder: string;
  readonly limits: Limits;
  readonly tables: SheetTable[];
  copyBytes: number;
  headerCharacters: number;
}

/** The sheet under way. Its cells come in order: those of a row, then the end of that row. */
export interface SheetCopy {
  readonly copies: SheetCopies;
  readonly sheet: string;
  /** Of the row under way, as far as the header reaches. */
  cells: string[];
  isBlank: boolean;
  header: string[] | undefined;
  headerLine: number;
  rowCount: number;
  surplus: Set<number>;
  file: CopyFile | undefined;
}

export function startCopies(folder: string, limits: Limits): SheetCopies {
  return { folder, limits, tables: [], copyBytes: 0, headerCharacters: 0 };
}

/** More than any program takes, and what messages can bear. */
const maxNameCharacters = 255;

export function startSheet(copies: SheetCopies, sheet: string): SheetCopy {
  if (sheet.length > maxNameCharacters)
    throw makeDamaged(`a sheet in it has a name of ${sheet.length} characters`);
  return {
    copies,
    sheet,
    cells: [],
    isBlank: true,
    header: undefined,
    headerLine: 0,
    rowCount: 0,
    surplus: new Set(),
    file: undefined,
  };
}

const maxSurplus = 20;

/** Puts a text into `count` cells from a column on, which is counted from 0. */
export function putCells(copy: SheetCopy, column: number, count: number, text: string): void {
  if (text === '') return;
  const isBlank = !/\S/.test(text);
  const end = column + count;
  if (end > maxColumns && !isBlank) throw makeOutside(copy, `more than ${maxColumns} columns`);
  const width = Math.min(end, copy.header?.length ?? maxColumns);
  for (let at = column; at < width; at++) copy.cells[at] = text;
  if (isBlank) return;
  if (column < width) copy.isBlank = false;
  for (let at = Math.max(column, width); at < end && copy.surplus.size < maxSurplus; at++)
    copy.surplus.add(at);
}

function makeOutside(copy: SheetCopy, what: string): WorkbookFault {
  return makeDamaged(`its sheet "${copy.sheet}" has cells in ${what}`);
}

/** Ends a row that stands on `count` lines from `line` on. */
export function endRow(copy: SheetCopy, line: number, count = 1): void {
  if (!copy.isBlank) {
    if (line + count - 1 > maxRows) throw makeOutside(copy, `more than ${maxRows} rows`);
    if (copy.header !== undefined) writeRows(copy, line, count);
    else {
      takeHeader(copy, line);
      writeRows(copy, line + 1, count - 1);
    }
  }
  clearRow(copy);
}

function clearRow(copy: SheetCopy): void {
  copy.isBlank = true;
  if (copy.header === undefined) copy.cells = [];
  else for (let at = 0; at < copy.header.length; at++) copy.cells[at] = '';
}

const maxHeaderCharacters = 1024 * 1024;

function takeHeader(copy: SheetCopy, line: number): void {
  const { copies, cells } = copy;
  const width = cells.findLastIndex((cell) => cell !== undefined && /\S/.test(cell)) + 1;
  const header = Array.from({ length: width }, (_, column) => cells[column] ?? '');
  copies.headerCharacters += header.reduce((sum, cell) => sum + cell.length, 0);
  if (copies.headerCharacters > maxHeaderCharacters) throw makeHeaderTooLong(copy, line);
  copy.header = header;
  copy.headerLine = line;
  copy.cells = [...header];
  copy.file = openCopy(join(copies.folder, `${copies.tables.length + 1}.csv`));
}

function makeHeaderTooLong(copy: SheetCopy, line: number): WorkbookFault {
  const reason = `holds more than 1 MiB of text in line ${line} of its sheet "${copy.sheet}", which cannot be a header`;
  return new WorkbookFault('unknown_header', `${reason}. Check that the sheet is a table.`);
}

function writeRows(copy: SheetCopy, line: number, count: number): void {
  const { fault, cells } = renderRow(copy.cells);
  for (let at = line; at < line + count; at++) write(copy, `${at},${fault}${cells}\n`);
  copy.rowCount += count;
}

function write(copy: SheetCopy, text: string): void {
  if (copy.file !== undefined) countBytes(copy.copies, appendCopy(copy.file, text));
}

/** Some kilobytes of XML that name one long text again and again would fill the disk. */
function countBytes(copies: SheetCopies, bytes: number): void {
  copies.copyBytes += bytes;
  const { inflatedBytes } = copies.limits;
  if (copies.copyBytes <= inflatedBytes) return;
  const reason = `holds more than ${inflatedBytes} bytes of text`;
  throw makeTooLarge(reason, 'Split it, or raise --inflated-limit if you trust it');
}

/** A sheet without cells is no table. */
export function endSheet(copy: SheetCopy): void {
  const { copies, sheet, header, headerLine, rowCount, file } = copy;
  if (header === undefined || file === undefined) return;
  countBytes(copies, closeCopy(file));
  const surplusColumns = [...copy.surplus]
    .sort((a, b) => a - b)
    .map((column) => nameColumn(column));
  copies.tables.push({ sheet, header, headerLine, rowCount, surplusColumns, copy: file.path });
}
