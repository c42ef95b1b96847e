import { errorTexts } from '../cell-errors.ts';
import { type NumberKind, renderNumber } from '../dates.ts';
import { makeDamaged } from '../faults.ts';
import { checkMemory } from '../memory.ts';
import { checkBegin, readField } from './globals.ts';
import { readRecords, recordKinds, type XlsRecord } from './records.ts';
import { readText, startText } from './strings.ts';

/** What the cells of a workbook share. */
export interface XlsContext {
  readonly stream: Buffer;
  readonly strings: readonly string[];
  readonly kinds: readonly NumberKind[];
  readonly is1904: boolean;
  readonly workbookMemoryMb: number;
}

/** Texts by row, counted from 0, and column. Not every program writes them in order. */
export type SheetCells = Map<number, string[]>;

interface Reading {
  readonly context: XlsContext;
  readonly cells: SheetCells;
  /** Where the text goes that follows a formula as a record of its own. */
  awaited: { row: number; column: number } | undefined;
}

const recordsBetweenChecks = 10_000;

/** The cells of the sheet that begins at `start`. */
export function readSheetCells(context: XlsContext, start: number): SheetCells {
  const reading: Reading = { context, cells: new Map(), awaited: undefined };
  let count = 0;
  for (const record of readRecords(context.stream, start)) {
    if (count++ === 0) checkBegin(record);
    if (count % recordsBetweenChecks === 0) checkMemory(context.workbookMemoryMb);
    takers.get(record.kind)?.(reading, record);
  }
  return reading.cells;
}

type Taker = (reading: Reading, record: XlsRecord) => void;

const takers: ReadonlyMap<number, Taker> = new Map<number, Taker>([
  [recordKinds.labelShared, takeShared],
  [recordKinds.label, takeLabel],
  [recordKinds.richString, takeLabel],
  [recordKinds.number, takeNumber],
  [recordKinds.rk, takeRk],
  [recordKinds.mulRk, takeManyRk],
  [recordKinds.boolOrError, takeBoolOrError],
  [recordKinds.formula, takeFormula],
  [recordKinds.string, takeString],
]);

function putText({ cells }: Reading, row: number, column: number, text: string): void {
  const found = cells.get(row);
  if (found) found[column] = text;
  else {
    const texts: string[] = [];
    texts[column] = text;
    cells.set(row, texts);
  }
}

/** Row, column and format begin the record of every cell; `bytes` are those it must have in all. */
function readPlace({ data }: XlsRecord, bytes: number) {
  if (data.length < bytes) throw makeDamaged('a cell in it is cut short');
  return { row: readField(data, 0), column: readField(data, 2), format: readField(data, 4) };
}

function takeShared(reading: Reading, record: XlsRecord): void {
  const { row, column } = readPlace(record, 10);
  const text = reading.context.strings[record.data.readUInt32LE(6)];
  if (text === undefined) throw makeDamaged(`row ${row + 1} of a sheet refers to a missing text`);
  putText(reading, row, column, text);
}

function takeLabel(reading: Reading, record: XlsRecord): void {
  const { row, column } = readPlace(record, 8);
  const cursor = startText(reading.context.stream, record);
  cursor.at = 6;
  putText(reading, row, column, readText(cursor));
}

function takeNumber(reading: Reading, record: XlsRecord): void {
  const { row, column, format } = readPlace(record, 14);
  putText(reading, row, column, render(reading, record.data.readDoubleLE(6), format));
}

function render({ context }: Reading, value: number, format: number): string {
  if (!Number.isFinite(value)) throw makeDamaged('a number in it is none');
  return renderNumber(value, context.kinds[format] ?? 'number', context.is1904);
}

function takeRk(reading: Reading, record: XlsRecord): void {
  const { row, column, format } = readPlace(record, 10);
  putText(reading, row, column, render(reading, readRk(record.data, 6), format));
}

/** Numbers side by side; the last two bytes are the last column. */
function takeManyRk(reading: Reading, record: XlsRecord): void {
  const { row, column } = readPlace(record, 12);
  for (let at = 4, offset = 0; at + 8 <= record.data.length; at += 6, offset++) {
    const value = render(reading, readRk(record.data, at + 2), readField(record.data, at));
    putText(reading, row, column + offset, value);
  }
}

/** 30 bits of an integer or of the head of a double, and whether it was multiplied by 100. */
function readRk(data: Buffer, at: number): number {
  const bits = data.readInt32LE(at);
  const value = (bits & 2) === 0 ? readDoubleHead(bits) : bits >> 2;
  return (bits & 1) === 0 ? value : value / 100;
}

const scratch = Buffer.alloc(8);

function readDoubleHead(bits: number): number {
  scratch.writeInt32LE(bits & ~3, 4);
  return scratch.readDoubleLE(0);
}

function takeBoolOrError(reading: Reading, record: XlsRecord): void {
  const { row, column } = readPlace(record, 8);
  const [value = 0, isError = 0] = record.data.subarray(6, 8);
  putText(reading, row, column, isError === 0 ? renderBoolean(value) : renderError(value));
}

function renderBoolean(value: number): string {
  return value === 0 ? 'FALSE' : 'TRUE';
}

function renderError(value: number): string {
  return errorTexts.get(value) ?? '#ERROR!';
}

const notANumber = 0xffff;
const stringResult = 0;
const booleanResult = 1;
const errorResult = 2;

function takeFormula(reading: Reading, record: XlsRecord): void {
  const { row, column, format } = readPlace(record, 20);
  const { data } = record;
  reading.awaited = undefined;
  if (readField(data, 12) !== notANumber)
    putText(reading, row, column, render(reading, data.readDoubleLE(6), format));
  else if (data[6] === stringResult) reading.awaited = { row, column };
  else if (data[6] === booleanResult) putText(reading, row, column, renderBoolean(data[8] ?? 0));
  else if (data[6] === errorResult) putText(reading, row, column, renderError(data[8] ?? 0));
}

function takeString(reading: Reading, record: XlsRecord): void {
  if (reading.awaited === undefined) return;
  const { row, column } = reading.awaited;
  putText(reading, row, column, readText(startText(reading.context.stream, record)));
  reading.awaited = undefined;
}
