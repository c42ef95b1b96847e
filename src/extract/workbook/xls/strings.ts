import { makeDamaged } from '../faults.ts';
import { readRecord, recordKinds, type XlsRecord } from './records.ts';

/** Reads on over the ends of records: a text may go on in the next ones. */
export interface TextCursor {
  readonly parts: readonly Buffer[];
  part: number;
  at: number;
}

/** The data of a record and of those that continue it. */
export function startText(stream: Buffer, record: XlsRecord): TextCursor {
  const parts = [record.data];
  for (let end = record.end; end < stream.length; ) {
    const next = readRecord(stream, end);
    if (next.kind !== recordKinds.continue) break;
    parts.push(next.data);
    end = next.end;
  }
  return { parts, part: 0, at: 0 };
}

/** A string with its length in two bytes, its flags, and its formatting behind it. */
export function readText(cursor: TextCursor): string {
  return readCharacters(cursor, readNumber(cursor, 2));
}

/** As `readText`, with the length in one byte. */
export function readShortText(cursor: TextCursor): string {
  return readCharacters(cursor, readNumber(cursor, 1));
}

const isWideFlag = 0x01;
const isPhoneticFlag = 0x04;
const isRichFlag = 0x08;

function readCharacters(cursor: TextCursor, length: number): string {
  const flags = readNumber(cursor, 1);
  const runs = (flags & isRichFlag) === 0 ? 0 : readNumber(cursor, 2);
  const phoneticBytes = (flags & isPhoneticFlag) === 0 ? 0 : readNumber(cursor, 4);
  const text = readPieces(cursor, length, (flags & isWideFlag) !== 0);
  skip(cursor, runs * 4 + phoneticBytes);
  return text;
}

/** Where a text goes on in another record, that record begins with the flag of its width anew. */
function readPieces(cursor: TextCursor, length: number, isWide: boolean): string {
  let text = '';
  let width = isWide ? 2 : 1;
  while (text.length < length) {
    let part = currentPart(cursor);
    if (cursor.at >= part.length) {
      part = nextPart(cursor);
      width = (readNumber(cursor, 1) & isWideFlag) === 0 ? 1 : 2;
    }
    const count = Math.min(length - text.length, Math.floor((part.length - cursor.at) / width));
    if (count === 0) throw makeDamaged('a text in it is cut short');
    const end = cursor.at + count * width;
    text += part.toString(width === 2 ? 'utf16le' : 'latin1', cursor.at, end);
    cursor.at = end;
  }
  return text;
}

/** A number is never split over two records. */
export function readNumber(cursor: TextCursor, bytes: 1 | 2 | 4): number {
  let part = currentPart(cursor);
  if (cursor.at >= part.length) part = nextPart(cursor);
  if (cursor.at + bytes > part.length) throw makeDamaged('a text in it is cut short');
  cursor.at += bytes;
  return part.readUIntLE(cursor.at - bytes, bytes);
}

function skip(cursor: TextCursor, bytes: number): void {
  for (let rest = bytes; rest > 0; ) {
    const step = Math.min(rest, currentPart(cursor).length - cursor.at);
    cursor.at += step;
    rest -= step;
    if (rest > 0) nextPart(cursor);
  }
}

function currentPart({ parts, part }: TextCursor): Buffer {
  return parts[part] ?? Buffer.alloc(0);
}

function nextPart(cursor: TextCursor): Buffer {
  cursor.part++;
  cursor.at = 0;
  if (cursor.part >= cursor.parts.length) throw makeDamaged('a text in it is cut short');
  return currentPart(cursor);
}
