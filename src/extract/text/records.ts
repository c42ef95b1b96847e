import {
  byteAt,
  carriageReturn,
  closed,
  fieldStart,
  lineFeed,
  quote,
  quoted,
  quoteOpening,
  recordEnd,
  space,
  tab,
} from './quoting.ts';
import type { RecordScan } from './record-scan.ts';

/** DuckDB's max_line_size of 4 MiB, less room for a line number and a fault. */
export const maxRecordBytes = 4 * 1024 * 1024 - 64;

/** Told of every record that is not blank; what came in earlier chunks is not repeated. */
export type OnRecord = (chunk: Buffer, start: number, end: number) => void;

/** Divides the next chunk of a text into records. */
export function scanChunk(scan: RecordScan, chunk: Buffer, onRecord: OnRecord): void {
  let at = passPendingLf(scan, chunk);
  let start = scan.state === quoted ? 0 : at;
  const ahead = { quote: -1, lf: -1, cr: -1 };
  while (at < chunk.length) {
    const lineEnd = findPlainLineEnd(scan, chunk, at, ahead);
    const end = lineEnd < chunk.length ? lineEnd : walkRecord(scan, chunk, at);
    if (end === chunk.length) break;
    endRecord(scan, chunk, start, end, onRecord);
    at = passLineEnd(scan, chunk, end);
    start = at;
  }
  keepRest(scan, chunk, start);
}

/** Ends a last record without a line end. A quote left open is for the caller to see in `state` before. */
export function finishScan(scan: RecordScan, onRecord: OnRecord): void {
  if (scan.recordBytes > 0) endRecord(scan, Buffer.alloc(0), 0, 0, onRecord);
}

function passPendingLf(scan: RecordScan, chunk: Buffer): number {
  if (chunk.length === 0 || !scan.isAfterCr) return 0;
  scan.isAfterCr = false;
  if (chunk[0] !== lineFeed) return 0;
  if (scan.state !== quoted) scan.crlfs++;
  return 1;
}

/** The next line end if no quote comes before it (indexOf is faster than walking), else the chunk's length. */
function findPlainLineEnd(
  scan: RecordScan,
  chunk: Buffer,
  at: number,
  ahead: { quote: number; lf: number; cr: number },
): number {
  if (scan.state === quoted) return chunk.length;
  if (ahead.quote < at) ahead.quote = findByte(chunk, quote, at);
  if (ahead.lf < at) ahead.lf = findByte(chunk, lineFeed, at);
  if (ahead.cr < at) ahead.cr = findByte(chunk, carriageReturn, at);
  const lineEnd = Math.min(ahead.lf, ahead.cr);
  return lineEnd < ahead.quote ? lineEnd : chunk.length;
}

function findByte(chunk: Buffer, byte: number, from: number): number {
  const at = chunk.indexOf(byte, from);
  return at < 0 ? chunk.length : at;
}

/** Goes on to the line end of the record under way and returns its place, or the chunk's length. */
export function walkRecord(scan: RecordScan, chunk: Buffer, from: number): number {
  const { transitions } = scan;
  let { state } = scan;
  let at = from;
  for (; at < chunk.length; at++) {
    const next = byteAt(transitions, state * 256 + byteAt(chunk, at));
    if (next <= closed) state = next;
    else if (next === recordEnd) break;
    else if (next === quoteOpening) {
      scan.quoteLine = scan.line;
      state = quoted;
    } else at = passQuotedLineEnd(scan, chunk, at);
  }
  scan.state = state;
  return at;
}

/** Returns the place of the line end's last byte. */
function passQuotedLineEnd(scan: RecordScan, chunk: Buffer, at: number): number {
  scan.line++;
  if (chunk[at] === lineFeed) return at;
  scan.isAfterCr = at + 1 === chunk.length;
  return chunk[at + 1] === lineFeed ? at + 1 : at;
}

function endRecord(
  scan: RecordScan,
  chunk: Buffer,
  start: number,
  end: number,
  onRecord: OnRecord,
): void {
  if (!scan.hasContent && isBlank(chunk, start, end)) scan.blankRecords++;
  else {
    scan.records++;
    if (scan.line !== scan.recordLine) scan.spanningRecords++;
    if (scan.recordBytes + end - start > maxRecordBytes) scan.longRecords++;
    onRecord(chunk, start, end);
  }
  scan.state = fieldStart;
  scan.recordBytes = 0;
  scan.hasContent = false;
}

function isBlank(chunk: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = byteAt(chunk, at);
    if (byte !== space && byte !== tab) return false;
  }
  return true;
}

function passLineEnd(scan: RecordScan, chunk: Buffer, end: number): number {
  scan.line++;
  scan.recordLine = scan.line;
  if (chunk[end] === lineFeed) {
    scan.lfs++;
    return end + 1;
  }
  scan.crs++;
  scan.isAfterCr = end + 1 === chunk.length;
  if (chunk[end + 1] !== lineFeed) return end + 1;
  scan.crlfs++;
  return end + 2;
}

function keepRest(scan: RecordScan, chunk: Buffer, start: number): void {
  scan.hasContent ||= !isBlank(chunk, start, chunk.length);
  scan.recordBytes += chunk.length - start;
}
