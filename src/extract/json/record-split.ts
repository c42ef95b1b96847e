import { byteAt, carriageReturn, lineFeed } from '../text/quoting.ts';
import { outside } from './json-bytes.ts';

/**
 * How the records are told apart. `first`: an object that is not in an array; when it ends on its own
 * line and the next one is on another (`afterFirst` sees to that), each line is a record whatever is
 * in it (`lines`), else an object ends with its bracket (`values`). `ended`: the array is over.
 */
export type SplitMode =
  | 'start'
  | 'array'
  | 'ended'
  | 'first'
  | 'afterFirst'
  | 'lines'
  | 'values'
  | 'scalar';

/** How far the division of a JSON text into records has come. */
export interface RecordSplit {
  path: string;
  mode: SplitMode;
  /** Of the record under way: see json-bytes.ts. */
  state: number;
  /** Brackets open, the one that begins a record outside an array not counted. */
  depth: number;
  isOpen: boolean;
  isTooLong: boolean;
  /** A line ends within a string, which JSON does not allow. */
  isBroken: boolean;
  /** Where it begins in the bytes at hand; their end if there is none. */
  start: number;
  records: number;
  /** Physical lines: of the next byte, of the record under way. */
  line: number;
  recordLine: number;
  /** Of the bytes before those at hand. */
  lastByte: number;
}

export function startSplit(path: string): RecordSplit {
  return {
    path,
    mode: 'start',
    state: outside,
    depth: 0,
    isOpen: false,
    isTooLong: false,
    isBroken: false,
    start: 0,
    records: 0,
    line: 1,
    recordLine: 1,
    lastByte: 0,
  };
}

/** The bytes at hand: what is left of the record under way, and from `from` on what is new. */
export interface Fresh {
  bytes: Buffer;
  from: number;
}

/** A LF after a CR belongs to it. */
export function countLineEnd(split: RecordSplit, { bytes, from }: Fresh, at: number): void {
  const before = at > from ? byteAt(bytes, at - 1) : split.lastByte;
  if (bytes[at] !== lineFeed || before !== carriageReturn) split.line++;
}
