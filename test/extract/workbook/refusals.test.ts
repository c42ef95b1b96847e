import { join } from 'node:path';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import type { Limits } from '../../../src/extract/part.ts';
import {
  encryptZip,
  fixture,
  makeCircle,
  makeCompound,
  patchRecord,
  setMethod,
  spoil,
  writeBook,
} from './support/make-hostile.ts';
import { makeOds, odsCell, odsRow } from './support/make-ods.ts';
import { inlineCell, makeXlsx, makeXlsxParts } from './support/make-xlsx.ts';
import { catchError, type Format, makeDirectory } from './support/workbook-files.ts';

const files = makeDirectory();
const again = 'Save the workbook again from its program, or export it again.';

type Case = [name: string, bytes: Uint8Array, format: Format, message: string | RegExp];

async function expectRefusal(
  code: string,
  [, bytes, format, message]: Case,
  limits: Partial<Limits> = {},
): Promise<void> {
  const error = await catchError(files.read(files.write(bytes), format, limits));
  expect(error).toEqual({ code, message: expect.stringMatching(message) });
  expect(files.left()).toEqual([]);
}

function row(cells: string): string {
  return `<row>${cells}</row>`;
}

describe('file_damaged', () => {
  const { 'xl/worksheets/sheet1.xml': _, ...withoutSheet } = makeXlsxParts({});
  const order = 'is out of place';
  const missing = /its part .* is missing/;
  const xls = fixture('xls');

  test.each<Case>([
    ['no bytes', Buffer.alloc(0), 'xlsx', /^FILE is damaged: it is no whole zip archive/],
    ['text', Buffer.from('a,b\n1,2\n'), 'xlsx', /no whole zip archive/],
    ['text as xls', Buffer.from('a,b\n1,2\n'), 'xls', /does not begin as an .xls workbook does/],
    ['an xlsx cut short', fixture('xlsx').subarray(0, 8000), 'xlsx', /no whole zip archive/],
    ['an ods cut short', fixture('ods').subarray(0, 8000), 'ods', /no whole zip archive/],
    ['an xls cut short', xls.subarray(0, 5000), 'xls', 'is damaged: it is cut short'],
    ['an xlsx with spoilt bytes', spoil(fixture('xlsx'), 2000), 'xlsx', /is damaged/],
    ['an xls as xlsx', xls, 'xlsx', 'is named .xlsx but holds a workbook of another kind'],
    ['an xlsx as xls', fixture('xlsx'), 'xls', 'does not begin as an .xls workbook does'],
    ['an xlsx as ods', fixture('xlsx'), 'ods', 'its part mimetype is missing'],
    ['another zip', zipSync({ 'a.txt': strToU8('a') }), 'xlsx', missing],
    ['a sheet that is missing', zipSync(withoutSheet), 'xlsx', missing],
    [
      'a document',
      makeXlsx({
        type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml',
      }),
      'xlsx',
      'it is no workbook but holds',
    ],
    [
      'a text document',
      makeOds({ mimetype: 'application/vnd.oasis.opendocument.text' }),
      'ods',
      'it is no workbook but holds application/vnd.oasis.opendocument.text',
    ],
    [
      'shared texts that are missing',
      makeXlsx({ rows: row('<c t="s"><v>0</v></c>') }),
      'xlsx',
      'column 1 in row 1 of its sheet "s" refers to shared text 0, which is missing',
    ],
    [
      'a number that is none',
      makeXlsx({ rows: row('<c><v>0x10</v></c>') }),
      'xlsx',
      'holds "0x10"',
    ],
    [
      'a number that is long',
      makeXlsx({ rows: row(`<c><v>${'x'.repeat(100_000)}</v></c>`) }),
      'xlsx',
      /^.{0,400}$/,
    ],
    ['an infinite number', makeXlsx({ rows: row('<c><v>1e999</v></c>') }), 'xlsx', 'as a number'],
    ['an unknown type', makeXlsx({ rows: row('<c t="q"><v>1</v></c>') }), 'xlsx', 'unknown type'],
    ['rows out of order', makeXlsx({ rows: '<row r="2"/><row r="1"/>' }), 'xlsx', order],
    ['row 1048577', makeXlsx({ rows: '<row r="1048577"/>' }), 'xlsx', order],
    ['column XFE', makeXlsx({ rows: '<row r="1"><c r="XFE1"/></row>' }), 'xlsx', order],
    ['cells out of order', makeXlsx({ rows: row('<c r="B1"/><c r="A1"/>') }), 'xlsx', order],
    ['a cell of another row', makeXlsx({ rows: row('<c r="A9"/>') }), 'xlsx', order],
    ['broken XML', makeXlsx({ sheet: '<worksheet><a></b>' }), 'xlsx', 'is not valid XML'],
    ['unfinished XML', makeXlsx({ sheet: '<worksheet><a>' }), 'xlsx', 'is not valid XML'],
    ['another root', makeXlsx({ sheet: '<chart/>' }), 'xlsx', 'begins with <chart>'],
    ['another namespace', makeXlsx({ sheet: Buffer.from('<worksheet/>') }), 'xlsx', 'namespace'],
    [
      'another namespace in ods',
      zipSync({ ...unzipSync(makeOds({})), 'content.xml': strToU8('<document-content/>') }),
      'ods',
      'namespace',
    ],
    [
      'invalid UTF-8',
      makeXlsx({ sheet: Buffer.from('<worksheet>\xff', 'latin1') }),
      'xlsx',
      'no text',
    ],
    [
      'a place that is none',
      zipSync({
        ...makeXlsxParts({}),
        '_rels/.rels': strToU8(
          '<Relationships><Relationship Id="a" Type="a/officeDocument" Target="%zz"/></Relationships>',
        ),
      }),
      'xlsx',
      'points to "%zz"',
    ],
    [
      'entities',
      makeXlsx({ sheet: '<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>' }),
      'xlsx',
      'declares a document type',
    ],
    [
      'deep nesting',
      makeXlsx({ sheet: `<worksheet>${'<a>'.repeat(1_000_000)}` }),
      'xlsx',
      'nests too deep',
    ],
    [
      'too many rows',
      makeOds({ rows: odsRow(odsCell('a'), 'table:number-rows-repeated="1000000000"') }),
      'ods',
      'its sheet "s" has cells in more than 1048576 rows',
    ],
    [
      'too many columns',
      makeOds({ rows: odsRow(odsCell('a', 'table:number-columns-repeated="1000000000"')) }),
      'ods',
      'more than 16384 columns',
    ],
    ['a long name', makeOds({ name: 'x'.repeat(256) }), 'ods', 'has a name of 256 characters'],
    [
      'too many spaces',
      makeOds({ rows: odsRow(odsCell('<text:s text:c="1000000000"/>')) }),
      'ods',
      'spaces in a row',
    ],
    [
      'another compound file',
      makeCompound('Contents', strToU8('a')),
      'xls',
      'it holds no workbook',
    ],
    ['shared texts missing in xls', patchRecord(0xfc, 0xfb), 'xls', 'refers to a missing text'],
    ['sectors in a circle', makeCircle(), 'xls', 'its sectors run in a circle'],
  ])('%s', async (...each) => {
    await expectRefusal('file_damaged', each);
  });

  test('says what to do', async () => {
    const error = await catchError(files.read(files.write(Buffer.from('a')), 'xls'));
    expect(error.message).toBe(
      `FILE is damaged: it does not begin as an .xls workbook does. ${again}`,
    );
  });
});

describe('file_encrypted', () => {
  const message = 'FILE is encrypted. Save it without a password.';
  test.each<Case>([
    ['a zip', encryptZip(makeXlsx()), 'xlsx', message],
    ['an xlsx', makeCompound('EncryptedPackage', strToU8('secret')), 'xlsx', message],
    ['an xls', patchRecord(0xe1, 0x2f), 'xls', message],
    [
      'an ods',
      makeOds({
        manifest: '<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>',
      }),
      'ods',
      message,
    ],
  ])('%s', async (...each) => {
    await expectRefusal('file_encrypted', each);
  });
});

describe('format_unsupported', () => {
  const latin = '<?xml version="1.0" encoding="ISO-8859-1"?><worksheet/>';
  test.each<Case>([
    ['xlsb', writeBook('xlsb'), 'xlsx', 'is a binary workbook'],
    ['Excel 95', writeBook('biff5'), 'xls', 'is a workbook of Excel 95 or older'],
    ['Excel 2', writeBook('biff2'), 'xls', 'is a workbook of Excel 4 or older'],
    ['another encoding', makeXlsx({ sheet: latin }), 'xlsx', 'in the encoding ISO-8859-1'],
    ['another method', setMethod(makeXlsx(), 12), 'xlsx', 'compressed in a way'],
  ])('%s', async (...each) => {
    await expectRefusal('format_unsupported', each);
  });
});

describe('file_too_large', () => {
  const blank = ' '.repeat(100 * 1024 * 1024);
  const bomb = makeXlsx({ sheet: `<worksheet>${blank}</worksheet>` });
  const cell = '<c t="s"><v>0</v></c>';
  const long = `<si><t>${'x'.repeat(100_000)}</t></si>`;
  const texts = row(inlineCell('h')) + row(cell).repeat(5000);

  test.each<[...Case, Partial<Limits>]>([
    ['by ratio', bomb, 'xlsx', /unpacks to \d+ times its size.*--inflation-ratio/, {}],
    ['by bytes', bomb, 'xlsx', /unpacks to \d+ bytes.*--inflated-limit/, { inflatedBytes: 1e8 }],
    [
      'by what it becomes',
      makeXlsx({ rows: texts, sharedStrings: long }),
      'xlsx',
      /holds more than 1000000 bytes of text.*--inflated-limit/,
      { inflatedBytes: 1e6 },
    ],
    [
      'by memory',
      makeXlsx({ sharedStrings: '<si><t>a</t></si>'.repeat(1_500_000) }),
      'xlsx',
      /takes more than 16 MB of memory to read.*--workbook-memory/,
      { workbookMemoryMb: 16 },
    ],
    [
      'by time',
      bomb,
      'xlsx',
      /takes more than 0.05 seconds to read.*--workbook-seconds/,
      { workbookSeconds: 0.05 },
    ],
  ])('%s', async (name, bytes, format, message, limits) => {
    await expectRefusal('file_too_large', [name, bytes, format, message], limits);
  });
});

test('a header of megabytes is none', async () => {
  const cell = '<c t="s"><v>0</v></c>';
  const sharedStrings = `<si><t>${'x'.repeat(32_000)}</t></si>`;
  const bytes = makeXlsx({ rows: row(cell.repeat(100)), sharedStrings });
  const message = /more than 1 MiB of text in line 1 of its sheet "s"/;
  await expectRefusal('unknown_header', ['', bytes, 'xlsx', message]);
});

test('a file that is gone', async () => {
  const error = await catchError(files.read(join(files.directory, 'gone'), 'xlsx'));
  expect(error.code).toBe('path_unreadable');
});
