import { isUtf8 } from 'node:buffer';
import { makeDecoder } from './encoding.ts';
import { maxRecordBytes } from './records.ts';

/** Why a record of the copy is not quite what the file holds. */
export type RecordFault = 'invalid_encoding' | 'invalid_character' | 'record_too_long';

export interface Repaired {
  fault: RecordFault | '';
  bytes: Buffer;
}

/** How much the copy shows of a record that is too long. */
export const excerptBytes = 200;

/** Makes a record valid UTF-8 without NUL: one that is not stops DuckDB for the whole file, or PostgreSQL later. */
export function repairRecord(record: Buffer): Repaired {
  const isValid = isUtf8(record);
  if (isValid && !record.includes(0)) return { fault: '', bytes: record };
  const bytes = Buffer.from(makeReadable(record), 'utf8');
  // One invalid byte becomes three.
  if (bytes.length > maxRecordBytes) return cutRecord(bytes);
  return { fault: isValid ? 'invalid_character' : 'invalid_encoding', bytes };
}

/** Keeps the beginning, in one field on one line. */
export function cutRecord(record: Buffer): Repaired {
  const beginning = makeDecoder('utf-8')(record.subarray(0, excerptBytes), false);
  const excerpt = makeReadable(beginning).replace(/["\r\n,;\t|]/g, ' ');
  return { fault: 'record_too_long', bytes: Buffer.from(excerpt, 'utf8') };
}

function makeReadable(bytes: Buffer): string {
  return bytes.toString('utf8').replaceAll('\0', '\u2400');
}
