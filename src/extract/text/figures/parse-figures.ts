import { byteAt, quote } from '../quoting.ts';
import {
  addDouble,
  addId,
  addToList,
  dropRow,
  type FigureRows,
  type FigureValues,
  keepRow,
} from './figure-rows.ts';

const [zero, point, semicolon] = [0x30, 0x2e, 0x3b];
/** Whole numbers of so many digits are exact. */
const exactDigits = 15;
const powersOfTen = Array.from({ length: exactDigits + 1 }, (_, exponent) => 10 ** exponent);

/** Where reading has come to in the bytes of a record. */
export interface Cursor {
  bytes: Buffer;
  at: number;
  end: number;
  readonly delimiter: number;
}

/**
 * Adds the record at the cursor to the rows, if all its cells stand in plain form: `[1-9][0-9]{0,14}` for
 * an id, such ids with `;` between them, `[0-9]{1,15}(\.[0-9]{0,15})?` for a number, anything for a cell that
 * is passed over. Quotes may stand around a cell. False for every other record: it may be good, and is left
 * to the macros of sql/compute.
 */
export function addFigures(rows: FigureRows, cursor: Cursor, line: number): boolean {
  const isRead = readCells(rows.columns, cursor);
  if (isRead) keepRow(rows, line);
  else dropRow(rows);
  return isRead;
}

function readCells(columns: readonly FigureValues[], cursor: Cursor): boolean {
  const last = columns.length - 1;
  for (let i = 0; i <= last; i++) {
    const column = columns[i];
    if (column === undefined || !readQuotable(column, cursor)) return false;
    if (i < last && !passByte(cursor, cursor.delimiter)) return false;
  }
  return cursor.at === cursor.end;
}

function passByte(cursor: Cursor, byte: number): boolean {
  if (cursor.at === cursor.end || cursor.bytes[cursor.at] !== byte) return false;
  cursor.at++;
  return true;
}

function readQuotable(column: FigureValues, cursor: Cursor): boolean {
  const isQuoted = passByte(cursor, quote);
  return readCell(column, cursor) && (!isQuoted || passByte(cursor, quote));
}

function readCell(column: FigureValues, cursor: Cursor): boolean {
  switch (column.kind) {
    case 'id':
      return readId(column, cursor);
    case 'ids':
      return readIds(column, cursor);
    case 'duration':
      return readDuration(column, cursor);
    default:
      return passCell(cursor);
  }
}

function readId(column: FigureValues, cursor: Cursor): boolean {
  const id = readWhole(cursor);
  if (id <= 0) return false;
  addId(column, id);
  return true;
}

/** Where the semicolon is the delimiter, it ends the list. */
function readIds(column: FigureValues, cursor: Cursor): boolean {
  for (let isNext = false; ; isNext = true) {
    const id = readWhole(cursor);
    if (id <= 0) return false;
    addToList(column, id, isNext);
    if (cursor.delimiter === semicolon || !passByte(cursor, semicolon)) return true;
  }
}

/** The number at the cursor; -1 where there is none, it has too many digits, or begins with 0. */
function readWhole(cursor: Cursor): number {
  const { bytes, at: start } = cursor;
  const value = readDigits(cursor);
  const digits = cursor.at - start;
  return digits === 0 || digits > exactDigits || bytes[start] === zero ? -1 : value;
}

/** Moves the cursor behind the digits it stands at. */
function readDigits(cursor: Cursor): number {
  const { bytes, end } = cursor;
  let { at } = cursor;
  let value = 0;
  for (; at < end; at++) {
    const digit = byteAt(bytes, at) - zero;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  cursor.at = at;
  return value;
}

function readDuration(column: FigureValues, cursor: Cursor): boolean {
  const start = cursor.at;
  const whole = readDigits(cursor);
  const wholeDigits = cursor.at - start;
  if (wholeDigits === 0 || wholeDigits > exactDigits) return false;
  if (!passByte(cursor, point)) {
    addDouble(column, whole);
    return true;
  }
  const decimalsAt = cursor.at;
  const fraction = readDigits(cursor);
  const decimals = cursor.at - decimalsAt;
  if (decimals > exactDigits) return false;
  const scale = powersOfTen[decimals] ?? 1;
  const isExact = wholeDigits + decimals <= exactDigits;
  addDouble(column, isExact ? (whole * scale + fraction) / scale : readDecimal(cursor, start));
  return true;
}

/** Digits that do not fit a whole number exactly; a quotient of two that do is rounded once, as this is. */
function readDecimal({ bytes, at }: Cursor, start: number): number {
  return Number(bytes.toString('latin1', start, at));
}

/** Up to a quote: where one does not end the cell, more than the next delimiter has to be looked at. */
function passCell(cursor: Cursor): boolean {
  const { bytes, end, delimiter } = cursor;
  for (; cursor.at < end; cursor.at++) {
    const byte = bytes[cursor.at];
    if (byte === delimiter || byte === quote) break;
  }
  return true;
}
