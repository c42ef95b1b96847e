import { byteAt, quote } from '../text/quoting.ts';
import {
  backslash,
  closeBrace,
  closeBracket,
  colon,
  comma,
  openBrace,
  openBracket,
  skipSpace,
} from './json-bytes.ts';

/** The keys met so far, each with the place of its column. */
export interface Keys {
  /** Decoded. */
  names: string[];
  /** As first written between the quotes. */
  written: Buffer[];
  /** Places by name and by every spelling met. */
  places: Map<string, number>;
  spellings: Map<string, number>;
  /** The number of the last record that has the key. */
  seenIn: number[];
  objects: number;
}

export function startKeys(): Keys {
  return {
    names: [],
    written: [],
    places: new Map(),
    spellings: new Map(),
    seenIn: [],
    objects: 0,
  };
}

/** A record's bytes; it may be anything. */
export interface Span {
  bytes: Buffer;
  start: number;
  end: number;
}

/**
 * Takes up the keys of an object. False, and nothing is taken up, if it is none or has a key twice;
 * whether the values are valid is not looked at.
 */
export function collectKeys(keys: Keys, span: Span): boolean {
  const known = keys.names.length;
  keys.objects++;
  const isObject = walkObject(keys, span);
  if (!isObject && keys.names.length > known) forgetKeys(keys, known);
  return isObject;
}

function walkObject(keys: Keys, span: Span): boolean {
  const { bytes, start, end } = span;
  if (start === end || bytes[start] !== openBrace) return false;
  let at = skipSpace(bytes, start + 1, end);
  if (bytes[at] === closeBrace) return at + 1 === end;
  for (let expected = 0; ; expected++) {
    const member = readMember(keys, span, at, expected);
    if (member.end >= end || member.place < 0) return false;
    if (bytes[member.end] === closeBrace) return member.end + 1 === end;
    at = skipSpace(bytes, member.end + 1, end);
    expected = member.place;
  }
}

interface Member {
  place: number;
  /** Of the comma or brace that follows. */
  end: number;
}

const noMember: Member = { place: -1, end: 0 };

function readMember(keys: Keys, { bytes, end }: Span, at: number, expected: number): Member {
  if (at >= end || bytes[at] !== quote) return noMember;
  const written = keys.written[expected];
  const isExpected = written !== undefined && isWrittenAt(bytes, at + 1, written);
  const close = isExpected ? at + 1 + written.length : findQuote(bytes, at + 1, end);
  const place = isExpected ? expected : findPlace(keys, bytes.subarray(at + 1, close));
  const after = skipSpace(bytes, close + 1, end);
  if (place < 0 || after >= end || bytes[after] !== colon) return noMember;
  if (keys.seenIn[place] === keys.objects) return noMember;
  keys.seenIn[place] = keys.objects;
  return { place, end: skipValue(bytes, after + 1, end) };
}

/** With the quote that closes it. */
function isWrittenAt(bytes: Buffer, at: number, written: Buffer): boolean {
  if (bytes[at + written.length] !== quote) return false;
  for (let i = 0; i < written.length; i++) {
    if (byteAt(bytes, at + i) !== byteAt(written, i)) return false;
  }
  return true;
}

/** The quote that closes a string, or `end`. */
function findQuote(bytes: Buffer, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const byte = byteAt(bytes, at);
    if (byte === quote) return at;
    if (byte === backslash) at++;
  }
  return end;
}

/** -1 if it is no valid string. */
function findPlace(keys: Keys, written: Buffer): number {
  const spelling = written.toString('latin1');
  const known = keys.spellings.get(spelling);
  if (known !== undefined) return known;
  const name = decodeKey(written);
  if (name === undefined) return -1;
  const place = keys.places.get(name) ?? addKey(keys, name, written);
  keys.spellings.set(spelling, place);
  return place;
}

function decodeKey(written: Buffer): string | undefined {
  try {
    return String(JSON.parse(`"${written.toString('utf8')}"`));
  } catch {
    return undefined;
  }
}

function addKey(keys: Keys, name: string, written: Buffer): number {
  keys.written.push(Buffer.from(written));
  keys.places.set(name, keys.names.length);
  return keys.names.push(name) - 1;
}

/** The comma or bracket after a value, or `end`. Comparing bytes beats a table here. */
function skipValue(bytes: Buffer, from: number, end: number): number {
  let depth = 0;
  for (let at = from; at < end; at++) {
    const byte = byteAt(bytes, at);
    if (byte === quote) at = findQuote(bytes, at + 1, end);
    else if (byte === openBrace || byte === openBracket) depth++;
    else if (depth === 0 && (byte === comma || byte === closeBrace)) return at;
    else if (byte === closeBrace || byte === closeBracket) depth--;
  }
  return end;
}

function forgetKeys(keys: Keys, known: number): void {
  keys.names.length = known;
  keys.written.length = known;
  keys.seenIn.length = known;
  for (const places of [keys.places, keys.spellings]) {
    for (const [key, place] of places) if (place >= known) places.delete(key);
  }
}
