import { byteAt, carriageReturn, lineFeed } from '../text/quoting.ts';
import { makeNotObjects, makeOpenArray, makeOpenRecord, makeTrailingText } from './faults.ts';
import {
  closeBracket,
  comma,
  isSpace,
  openBrace,
  openBracket,
  outside,
  skipSpace,
} from './json-bytes.ts';
import { countLineEnd, type Fresh, type RecordSplit } from './record-split.ts';
import { walkRecord } from './walk-record.ts';

export interface FoundRecord {
  bytes: Buffer;
  start: number;
  end: number;
  line: number;
  isSpanning: boolean;
  isBroken: boolean;
  isTooLong: boolean;
}

export type OnRecord = (record: FoundRecord) => void;

/** Divides the next chunk of a text into records. Throws format_unsupported and file_damaged. */
export function splitChunk(split: RecordSplit, fresh: Fresh, onRecord: OnRecord): void {
  const { bytes, from } = fresh;
  const lines: LineEnds = { lf: -1, cr: -1 };
  split.start = 0;
  let at = from;
  while (at < bytes.length) {
    if (split.mode === 'lines') at = takeLine(split, fresh, at, lines, onRecord);
    else if (split.isOpen) at = takeInside(split, fresh, at, onRecord);
    else at = takeBetween(split, fresh, at, onRecord);
  }
  if (!split.isOpen) split.start = bytes.length;
  if (from < bytes.length) split.lastByte = byteAt(bytes, bytes.length - 1);
}

/** Ends a last record that only the end of the text ends. */
export function finishSplit(split: RecordSplit, kept: Buffer, onRecord: OnRecord): void {
  if (!split.isOpen || (split.mode !== 'lines' && split.mode !== 'scalar')) return;
  endRecord(split, kept, kept.length, onRecord);
}

/** Throws file_damaged when more of the text was to come. */
export function checkEnd({ path, mode, isOpen, recordLine, line }: RecordSplit): void {
  if (isOpen) throw makeOpenRecord(path, recordLine);
  if (mode === 'array') throw makeOpenArray(path, line);
}

interface LineEnds {
  lf: number;
  cr: number;
}

function takeLine(
  split: RecordSplit,
  fresh: Fresh,
  at: number,
  lines: LineEnds,
  onRecord: OnRecord,
): number {
  const { bytes } = fresh;
  if (!split.isOpen) beginRecord(split, at);
  const end = findLineEnd(bytes, at, lines);
  if (end === bytes.length) return end;
  endRecord(split, bytes, end, onRecord);
  countLineEnd(split, fresh, end);
  return end + 1;
}

function findLineEnd(bytes: Buffer, at: number, lines: LineEnds): number {
  if (lines.lf < at) lines.lf = findByte(bytes, lineFeed, at);
  if (lines.cr < at) lines.cr = findByte(bytes, carriageReturn, at);
  return Math.min(lines.lf, lines.cr);
}

function findByte(bytes: Buffer, byte: number, from: number): number {
  const at = bytes.indexOf(byte, from);
  return at < 0 ? bytes.length : at;
}

function beginRecord(split: RecordSplit, start: number): void {
  split.isOpen = true;
  split.isTooLong = false;
  split.isBroken = false;
  split.start = start;
  split.state = outside;
  split.depth = split.mode === 'array' ? 0 : -1;
  split.recordLine = split.line;
}

/** In lines, a blank one is none. */
function endRecord(split: RecordSplit, bytes: Buffer, end: number, onRecord: OnRecord): void {
  const { recordLine: line, isBroken, isTooLong } = split;
  const start = skipSpace(bytes, split.start, end);
  split.isOpen = false;
  if (start === end && split.mode === 'lines' && !isTooLong) return;
  let last = end;
  while (last > start && isSpace(byteAt(bytes, last - 1))) last--;
  split.records++;
  const isSpanning = split.line > line;
  onRecord({ bytes, start, end: last, line, isSpanning, isBroken, isTooLong });
}

function takeInside(split: RecordSplit, fresh: Fresh, at: number, onRecord: OnRecord): number {
  const end =
    split.mode === 'scalar' ? findScalarEnd(fresh.bytes, at) : walkRecord(split, fresh, at);
  const isArray = split.mode === 'array';
  if (end === undefined || (split.mode === 'scalar' && end === fresh.bytes.length))
    return fresh.bytes.length;
  endRecord(split, fresh.bytes, end, onRecord);
  if (isArray) return passArrayByte(split, byteAt(fresh.bytes, end), end);
  split.mode = split.mode === 'first' && split.line === split.recordLine ? 'afterFirst' : 'values';
  return end;
}

/** Not an object and not in an array: goes on to white space or a bracket. */
function findScalarEnd(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && isScalarByte(byteAt(bytes, at))) at++;
  return at;
}

function isScalarByte(byte: number): boolean {
  return !isSpace(byte) && byte !== openBrace && byte !== openBracket;
}

function passArrayByte(split: RecordSplit, byte: number, at: number): number {
  if (byte === closeBracket) split.mode = 'ended';
  return at + 1;
}

function takeBetween(split: RecordSplit, fresh: Fresh, at: number, onRecord: OnRecord): number {
  const byte = byteAt(fresh.bytes, at);
  if (isSpace(byte)) return passSpace(split, fresh, at);
  if (split.mode === 'ended') throw makeTrailingText(split.path, split.line);
  if (split.mode === 'start' && byte === openBracket) {
    split.mode = 'array';
    return at + 1;
  }
  if (split.mode === 'array' && byte === closeBracket) return passArrayByte(split, byte, at);
  if (split.records === 0 && byte !== openBrace) throw makeNotObjects(split.path, split.line);
  beginRecord(split, at);
  if (split.mode === 'array' && byte === comma) {
    endRecord(split, fresh.bytes, at, onRecord);
    return at + 1;
  }
  if (split.mode === 'start') split.mode = 'first';
  else if (split.mode !== 'array') split.mode = isScalarByte(byte) ? 'scalar' : 'values';
  return at;
}

function passSpace(split: RecordSplit, fresh: Fresh, at: number): number {
  const byte = byteAt(fresh.bytes, at);
  if (byte === lineFeed || byte === carriageReturn) {
    countLineEnd(split, fresh, at);
    if (split.mode === 'afterFirst') split.mode = 'lines';
  }
  return at + 1;
}
