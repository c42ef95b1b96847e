import { makeDamaged } from '../faults.ts';

/** Kinds of records that are read, of some 200. */
export const recordKinds = {
  formula: 0x0006,
  endOfPart: 0x000a,
  dateMode: 0x0022,
  filePass: 0x002f,
  continue: 0x003c,
  boundSheet: 0x0085,
  mulRk: 0x00bd,
  richString: 0x00d6,
  cellFormat: 0x00e0,
  sharedStrings: 0x00fc,
  labelShared: 0x00fd,
  number: 0x0203,
  label: 0x0204,
  boolOrError: 0x0205,
  string: 0x0207,
  rk: 0x027e,
  numberFormat: 0x041e,
  beginOfPart: 0x0809,
} as const;

export interface XlsRecord {
  readonly kind: number;
  readonly data: Buffer;
  /** Where the next record begins. */
  readonly end: number;
}

const headBytes = 4;

/** The records of the part of a workbook that begins at `start`, without its last one, and without parts within. */
export function* readRecords(stream: Buffer, start: number): Generator<XlsRecord> {
  let depth = 0;
  for (let at = start; ; ) {
    const record = readRecord(stream, at);
    if (record.kind === recordKinds.beginOfPart) depth++;
    if (record.kind === recordKinds.endOfPart && --depth <= 0) return;
    if (depth <= 1) yield record;
    at = record.end;
  }
}

/** Throws when there is none. */
export function readRecord(stream: Buffer, at: number): XlsRecord {
  if (at + headBytes > stream.length) throw makeDamaged('it is cut short');
  const end = at + headBytes + stream.readUInt16LE(at + 2);
  if (end > stream.length) throw makeDamaged('it is cut short');
  return { kind: stream.readUInt16LE(at), data: stream.subarray(at + headBytes, end), end };
}
