import type { NumberKind } from '../dates.ts';
import { makeDamaged, makeEncrypted, makeUnsupported } from '../faults.ts';
import { classifyFormat } from '../number-formats.ts';
import { readRecord, readRecords, recordKinds, type XlsRecord } from './records.ts';
import { readNumber, readShortText, readText, startText } from './strings.ts';

/** What stands before the sheets. */
export interface Globals {
  readonly sheets: { readonly name: string; readonly start: number }[];
  strings: string[];
  is1904: boolean;
  /** Of each cell format the id of its number format. */
  readonly formats: number[];
  readonly codes: Map<number, string>;
}

export function readGlobals(stream: Buffer): Globals {
  const globals: Globals = {
    sheets: [],
    strings: [],
    is1904: false,
    formats: [],
    codes: new Map(),
  };
  checkBegin(readRecord(stream, 0));
  for (const record of readRecords(stream, 0)) takeRecord(globals, stream, record);
  return globals;
}

/** What each cell format makes of a number. */
export function classifyFormats({ formats, codes }: Globals): NumberKind[] {
  return formats.map((id) => classifyFormat(id, codes.get(id)));
}

function takeRecord(globals: Globals, stream: Buffer, record: XlsRecord): void {
  const { kind, data } = record;
  if (kind === recordKinds.filePass) throw makeEncrypted();
  if (kind === recordKinds.dateMode) globals.is1904 = readField(data, 0) === 1;
  if (kind === recordKinds.cellFormat) globals.formats.push(readField(data, 2));
  if (kind === recordKinds.boundSheet) takeSheet(globals, stream, record);
  if (kind === recordKinds.sharedStrings) globals.strings = readStrings(stream, record);
  if (kind === recordKinds.numberFormat) {
    const cursor = startText(stream, record);
    globals.codes.set(readNumber(cursor, 2), readText(cursor));
  }
}

const biff8 = 0x0600;

/** Each part begins with a record that names the version. */
export function checkBegin({ kind, data }: XlsRecord): void {
  if (kind !== recordKinds.beginOfPart) throw makeDamaged('a part of it is not where it should be');
  if (readField(data, 0) !== biff8)
    throw makeUnsupported('is a workbook of Excel 95 or older, which Elute does not read');
}

/** Throws when the record is too short for it. */
export function readField(data: Buffer, at: number): number {
  if (at + 2 > data.length) throw makeDamaged('a record in it is cut short');
  return data.readUInt16LE(at);
}

const worksheet = 0;

function takeSheet({ sheets }: Globals, stream: Buffer, record: XlsRecord): void {
  const cursor = startText(stream, record);
  const start = readNumber(cursor, 4);
  const type = readNumber(cursor, 2) >> 8;
  const name = readShortText(cursor);
  if (type === worksheet) sheets.push({ name, start });
}

function readStrings(stream: Buffer, record: XlsRecord): string[] {
  const cursor = startText(stream, record);
  readNumber(cursor, 4);
  const count = readNumber(cursor, 4);
  const strings: string[] = [];
  for (let at = 0; at < count; at++) strings.push(readText(cursor));
  return strings;
}
