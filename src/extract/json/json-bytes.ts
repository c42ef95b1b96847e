import { byteAt, carriageReturn, lineFeed, space, tab } from '../text/quoting.ts';

export const comma = 0x2c;
export const colon = 0x3a;
export const backslash = 0x5c;
export const openBracket = 0x5b;
export const closeBracket = 0x5d;
export const openBrace = 0x7b;
export const closeBrace = 0x7d;

/** Where the next byte stands. */
export const outside = 0;
export const inString = 1;
export const inEscape = 2;
/** From here on a transition asks for more than a change of state. */
export const lineEnd = 3;
export const stringLineEnd = 4;
export const opening = 5;
export const closing = 6;
export const separator = 7;

/** Follows strings and brackets, at `state * 256 + byte`; what stands between them is not looked at. */
export const transitions = Uint8Array.from([
  ...makeRow(outside, {
    '"': inString,
    '\n': lineEnd,
    '\r': lineEnd,
    '{': opening,
    '[': opening,
    '}': closing,
    ']': closing,
    ',': separator,
  }),
  ...makeRow(inString, {
    '"': outside,
    '\\': inEscape,
    '\n': stringLineEnd,
    '\r': stringLineEnd,
  }),
  ...makeRow(inString, { '\n': stringLineEnd, '\r': stringLineEnd }),
]);

function makeRow(otherwise: number, changes: Record<string, number>): number[] {
  return Array.from({ length: 256 }, (_, byte) => changes[String.fromCharCode(byte)] ?? otherwise);
}

export function isSpace(byte: number): boolean {
  return byte === space || byte === tab || byte === lineFeed || byte === carriageReturn;
}

/** The first byte from `at` that is no white space, or `end`. */
export function skipSpace(bytes: Buffer, at: number, end: number): number {
  let next = at;
  while (next < end && isSpace(byteAt(bytes, next))) next++;
  return next;
}
