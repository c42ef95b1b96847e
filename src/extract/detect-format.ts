import type { Format } from '../domain/places.ts';
import { EluteError } from '../errors.ts';

/** What holds tables without being one. */
export type Packing = 'gzip' | 'zstd' | 'zip';

/** Bytes of the start of a file that `detectFormat` wants to see, if it has as many. */
export const formatHeadBytes = 4096;

/**
 * Tells by the first bytes, never by the name, what a file is; what is nothing else is text.
 * Throws `format_unsupported` and `file_encrypted`.
 */
export function detectFormat(path: string, head: Buffer): Format | Packing {
  const unread = unreadFormats.find((format) => format.matches(head));
  if (unread) {
    const message = `${path} is ${unread.name}, which cannot be loaded. ${unread.remedy}`;
    throw new EluteError('format_unsupported', message);
  }
  if (startsWith(head, 'PARE') && isBinary(head)) throw makeEncryptedParquet(path);
  return formats.find((format) => format.matches(head))?.format ?? 'text';
}

type Test = (head: Buffer) => boolean;

const formats: readonly { format: Format | Packing; matches: Test }[] = [
  { format: 'gzip', matches: (head) => startsWith(head, '\x1f\x8b') },
  { format: 'zstd', matches: (head) => startsWith(head, '\x28\xb5\x2f\xfd') },
  { format: 'zstd', matches: isSkippableFrame },
  { format: 'zip', matches: (head) => startsWith(head, 'PK\x03\x04') },
  { format: 'zip', matches: (head) => startsWith(head, 'PK\x05\x06') },
  { format: 'xls', matches: (head) => startsWith(head, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1') },
  { format: 'parquet', matches: (head) => startsWith(head, 'PAR1') && isBinary(head) },
  { format: 'json', matches: isJson },
];

const unpackFirst = 'Unpack it and load what is in it.';
const exportFirst = 'Export it as CSV and load that.';

const unreadFormats: readonly { name: string; remedy: string; matches: Test }[] = [
  {
    name: 'a bzip2 file',
    remedy: unpackFirst,
    matches: isBzip2,
  },
  {
    name: 'an xz file',
    remedy: unpackFirst,
    matches: (head) => startsWith(head, '\xfd7zXZ\x00'),
  },
  {
    name: 'a 7-Zip archive',
    remedy: unpackFirst,
    matches: (head) => startsWith(head, '7z\xbc\xaf\x27\x1c'),
  },
  {
    name: 'a RAR archive',
    remedy: unpackFirst,
    matches: (head) => startsWith(head, 'Rar!\x1a\x07'),
  },
  {
    name: 'a tar archive',
    remedy: unpackFirst,
    matches: (head) => startsWith(head.subarray(257), 'ustar') && head.subarray(0, 257).includes(0),
  },
  { name: 'a PDF document', remedy: exportFirst, matches: (head) => startsWith(head, '%PDF-') },
  {
    name: 'an SQLite database',
    remedy: exportFirst,
    matches: (head) => startsWith(head, 'SQLite format 3\x00'),
  },
  {
    name: 'an HDF5 file',
    remedy: exportFirst,
    matches: (head) => startsWith(head, '\x89HDF\r\n\x1a\n'),
  },
  {
    name: 'an Arrow file',
    remedy: exportFirst,
    matches: (head) => startsWith(head, 'ARROW1\x00\x00'),
  },
];

/** `mark` as one character a byte. */
function startsWith(head: Buffer, mark: string): boolean {
  return head.toString('latin1', 0, mark.length) === mark;
}

function isSkippableFrame(head: Buffer): boolean {
  return head.length >= 4 && (head.readUInt32LE(0) & 0xfffffff0) >>> 0 === 0x184d2a50;
}

/** With the mark of its first block, or of its end. */
function isBzip2(head: Buffer): boolean {
  const block = head.subarray(4);
  return (
    startsWith(head, 'BZh') && (startsWith(block, '1AY&SY') || startsWith(block, '\x17rE8P\x90'))
  );
}

/** The marks of some formats are letters that a header may start with too; what follows tells them apart. */
function isBinary(head: Buffer): boolean {
  return head.some((byte) => byte < 0x20 && !isSpace(byte));
}

/** A NUL after the bracket is UTF-16, and that is text. */
function isJson(head: Buffer): boolean {
  const bomBytes = startsWith(head, '\xef\xbb\xbf') ? 3 : 0;
  const start = head.findIndex((byte, at) => at >= bomBytes && !isSpace(byte));
  return (head[start] === 0x7b || head[start] === 0x5b) && head[start + 1] !== 0;
}

/** Blank, tab, line feed or carriage return. */
function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function makeEncryptedParquet(path: string): EluteError {
  const message = `${path} is an encrypted Parquet file. Save it without encryption and load that.`;
  return new EluteError('file_encrypted', message);
}
