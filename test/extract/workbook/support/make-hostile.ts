import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CFB, utils, write } from '@e965/xlsx';
import type { Format } from './workbook-files.ts';

const fixtures = join(import.meta.dirname, '../../../fixtures/workbooks');

export function fixture(format: Format): Buffer {
  return readFileSync(join(fixtures, `lab.${format}`));
}

/** Changes the kind of the first record of `kind` in a workbook of Excel 97. */
export function patchRecord(kind: number, patched: number): Uint8Array {
  const compound = CFB.read(fixture('xls'), { type: 'buffer' });
  const stream = Buffer.from(CFB.find(compound, 'Workbook')?.content ?? []);
  for (let at = 0; at < stream.length; at += 4 + stream.readUInt16LE(at + 2)) {
    if (stream.readUInt16LE(at) !== kind) continue;
    stream.writeUInt16LE(patched, at);
    break;
  }
  return makeCompound('Workbook', stream);
}

/** The first sector of the directory follows itself. */
export function makeCircle(): Buffer {
  const file = Buffer.from(fixture('xls'));
  const table = (file.readUInt32LE(76) + 1) * 512;
  const directory = file.readUInt32LE(48);
  file.writeUInt32LE(directory, table + directory * 4);
  return file;
}

export function makeCompound(name: string, content: Uint8Array): Uint8Array {
  const compound = CFB.utils.cfb_new();
  CFB.utils.cfb_add(compound, name, Buffer.from(content));
  return Buffer.from(CFB.write(compound, { type: 'buffer' }));
}

export function writeBook(bookType: 'xlsb' | 'biff5' | 'biff2'): Buffer {
  const book = utils.book_new(utils.aoa_to_sheet([['a'], ['1']]), 's');
  return write(book, { type: 'buffer', bookType });
}

/** Sets the flag of encryption in every header. */
export function encryptZip(bytes: Uint8Array): Buffer {
  const zip = Buffer.from(bytes);
  for (const [signature, at] of [
    ['PK\x03\x04', 6],
    ['PK\x01\x02', 8],
  ] as const)
    for (let found = zip.indexOf(signature); found >= 0; found = zip.indexOf(signature, found + 1))
      zip.writeUInt8((zip[found + at] ?? 0) | 1, found + at);
  return zip;
}

export function setMethod(bytes: Uint8Array, method: number): Buffer {
  const zip = Buffer.from(bytes);
  for (let at = zip.indexOf('PK\x01\x02'); at >= 0; at = zip.indexOf('PK\x01\x02', at + 1))
    zip.writeUInt16LE(method, at + 10);
  return zip;
}

export function spoil(bytes: Buffer, from: number): Buffer {
  return Buffer.from(bytes).fill(0x5a, from, from + 64);
}
