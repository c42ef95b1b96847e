import { isUtf8 } from 'node:buffer';
import { appendRecord, type CopyOutput } from '../text/copy-output.ts';
import { byteAt, carriageReturn, lineFeed, space } from '../text/quoting.ts';
import { maxRecordBytes } from '../text/records.ts';
import { cutRecord, type RecordFault, repairRecord } from '../text/repair.ts';
import { collectKeys, type Keys, startKeys } from './collect-keys.ts';
import { makeTooManyKeys, maxKeys } from './faults.ts';
import type { FoundRecord } from './split-records.ts';

/** Stands between line, fault and record in the copy; valid JSON never holds it. */
export const unitSeparator = '\x1f';

export interface Copying {
  path: string;
  output: CopyOutput;
  keys: Keys;
  records: number;
  /** The bytes at hand are clean. */
  isClean: boolean;
  /** The last record's. */
  line: number;
  /** So far, every record begins on a line of its own. */
  hasOwnLines: boolean;
  /** The first record looks like a whole table. */
  isAggregate: boolean;
}

export function startCopying(path: string, output: CopyOutput): Copying {
  const flags = { hasOwnLines: true, isClean: true, isAggregate: false };
  return { path, output, keys: startKeys(), records: 0, line: 0, ...flags };
}

/** Valid UTF-8, and nothing in it that the copy or PostgreSQL could not hold. */
export function isCleanText(bytes: Buffer): boolean {
  const unwanted = ['\0', unitSeparator, '\\u0000'];
  return isUtf8(bytes) && !unwanted.some((text) => bytes.includes(text));
}

const plainFrame = makeFrame('');

function makeFrame(fault: Fault): Buffer {
  return Buffer.from(unitSeparator + fault + unitSeparator);
}

type Fault = RecordFault | 'invalid_json' | '';

/** Adds a record to the copy, and its keys to the header. Throws format_unsupported at a key too many. */
export function copyRecord(copying: Copying, record: FoundRecord): void {
  copying.records++;
  copying.hasOwnLines &&= record.line > copying.line;
  copying.line = record.line;
  if (copying.records === 1) copying.isAggregate = isAggregate(record);
  if (record.isSpanning) joinLines(record);
  const isPlain = copying.isClean && !record.isBroken && !isTooLong(record);
  if (isPlain && collectKeys(copying.keys, record)) {
    appendRecord(copying.output, record.line, plainFrame, record);
  } else copyDoubtful(copying, record);
  if (copying.keys.names.length > maxKeys) throw makeTooManyKeys(copying.path, record.line);
}

function isTooLong({ isTooLong, start, end }: FoundRecord): boolean {
  return isTooLong || end - start > maxRecordBytes;
}

/** All its values are objects or arrays, as in pandas' own notations; or it is too long for a record. */
function isAggregate(record: FoundRecord): boolean {
  if (isTooLong(record)) return true;
  const value = parseValue(record.bytes.toString('utf8', record.start, record.end));
  const values = Object.values(value ?? {});
  return values.length > 0 && values.every((inner) => typeof inner === 'object' && inner !== null);
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** In place, since nobody looks at the bytes of the record again. */
function joinLines({ bytes, start, end }: FoundRecord): void {
  for (let at = start; at < end; at++) {
    const byte = byteAt(bytes, at);
    if (byte === lineFeed || byte === carriageReturn) bytes[at] = space;
  }
}

function copyDoubtful({ keys, output }: Copying, record: FoundRecord): void {
  const repaired = isTooLong(record) ? cutRecord(sliceOf(record)) : repairRecord(sliceOf(record));
  const fault = repaired.fault || findFault(keys, record, repaired.bytes);
  const text = repaired.bytes.toString('utf8').replaceAll(unitSeparator, ' ');
  const bytes = Buffer.from(text, 'utf8');
  appendRecord(output, record.line, makeFrame(fault), { bytes, start: 0, end: bytes.length });
}

function sliceOf({ bytes, start, end }: FoundRecord): Buffer {
  return bytes.subarray(start, end);
}

function findFault(keys: Keys, record: FoundRecord, bytes: Buffer): Fault {
  if (/(?<!\\)(?:\\\\)*\\u0000/.test(bytes.toString('utf8'))) return 'invalid_character';
  if (record.isBroken || bytes.includes(unitSeparator)) return 'invalid_json';
  return collectKeys(keys, { bytes, start: 0, end: bytes.length }) ? '' : 'invalid_json';
}
