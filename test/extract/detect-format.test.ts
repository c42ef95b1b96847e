import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { EluteError } from '../../src/errors.ts';
import { detectFormat, formatHeadBytes } from '../../src/extract/detect-format.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const tar = Buffer.alloc(512);
tar.write('runs.csv');
tar.write('ustar', 257);

test.each<[string, Buffer, string]>([
  ['nothing', Buffer.alloc(0), 'text'],
  ['a table', Buffer.from('a,b\n1,2\n'), 'text'],
  ['gzip', gzipSync('a'), 'gzip'],
  ['zstd', bytes('\x28\xb5\x2f\xfd\x20'), 'zstd'],
  ['a skippable frame', bytes('\x5f\x2a\x4d\x18\x00'), 'zstd'],
  ['no skippable frame', bytes('\x60\x2a\x4d\x18\x00'), 'text'],
  ['zip', bytes('PK\x03\x04\x14'), 'zip'],
  ['an empty zip', bytes('PK\x05\x06\x00'), 'zip'],
  ['OLE', bytes('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00'), 'xls'],
  ['Parquet', bytes('PAR1\x15\x04'), 'parquet'],
  ['a header that starts as Parquet does', bytes('PAR1,PAR2\r\n1,2'), 'text'],
  ['a header that starts as bzip2 does', bytes('BZh1,b\n1,2'), 'text'],
  ['a header that starts as RAR does', bytes('Rar!,b\n1,2'), 'text'],
  ['a header with ustar in its place', Buffer.from(`${'a'.repeat(256)},ustar\n`), 'text'],
  ['an object', Buffer.from('{"a":1}'), 'json'],
  ['an array', Buffer.from('[]'), 'json'],
  ['an object after white space', Buffer.from(' \t\r\n {'), 'json'],
  ['an array after a byte order mark', Buffer.from('\ufeff\n['), 'json'],
  ['a table after white space', Buffer.from('\n a,b'), 'text'],
  ['UTF-16 with a mark', Buffer.from('\ufeff{"a":1}', 'utf16le'), 'text'],
  ['UTF-16 without one', Buffer.from('{"a":1}', 'utf16le'), 'text'],
  ['UTF-16, its end first', Buffer.from('{"a":1}', 'utf16le').swap16(), 'text'],
  ['white space alone', Buffer.alloc(formatHeadBytes, ' '), 'text'],
])('%s', (_, head, format) => {
  expect(detectFormat('FILE', head)).toBe(format);
});

test.each<[string, Buffer]>([
  ['bzip2', bytes('BZh91AY&SY')],
  ['bzip2, empty', bytes('BZh9\x17rE8P\x90')],
  ['xz', bytes('\xfd7zXZ\x00\x00')],
  ['7z', bytes('7z\xbc\xaf\x27\x1c\x00')],
  ['rar', bytes('Rar!\x1a\x07\x01\x00')],
  ['tar', tar],
  ['PDF', bytes('%PDF-1.7\n')],
  ['SQLite', bytes('SQLite format 3\x00')],
  ['HDF5', bytes('\x89HDF\r\n\x1a\n')],
  ['Arrow', bytes('ARROW1\x00\x00')],
  ['encrypted Parquet', bytes('PARE\x1c\x00')],
])('%s is refused', (_, head) => {
  const fault = catchFault(() => detectFormat('FILE', head));
  expect(`${fault.code}: ${fault.message}`).toMatchSnapshot();
});

function catchFault(work: () => unknown): EluteError {
  try {
    work();
  } catch (error) {
    if (error instanceof EluteError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
