import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { catchFault, readFixture, unpackBytes } from './support.ts';
import { makeZip } from './zip-files.ts';

const csv = readFixture('runs.csv');
const spreadsheet = 'application/vnd.oasis.opendocument.spreadsheet';
const xlsx = zipSync({ '[Content_Types].xml': csv, 'xl/workbook.xml': csv });
const ods = zipSync({ mimetype: [strToU8(spreadsheet), { level: 0 }], 'content.xml': csv });

async function list(content: Uint8Array): Promise<string[]> {
  const parts = await unpackBytes('lab.zip', content);
  return parts.map((part) => `${part.path} ${part.format} ${part.content.length}`);
}

test('the files of an archive are parts that nobody named, in its order', async () => {
  const files = {
    'b.csv': csv,
    'a/c.tsv': csv,
    'a.json': strToU8('[]'),
    'z.csv': new Uint8Array(),
  };
  const parts = await unpackBytes('lab.zip', zipSync(files));
  expect(parts).toEqual([
    { path: 'lab.zip/b.csv', format: 'text', isNamed: false, content: csv, isCopy: true },
    { path: 'lab.zip/a/c.tsv', format: 'text', isNamed: false, content: csv, isCopy: true },
    {
      path: 'lab.zip/a.json',
      format: 'json',
      isNamed: false,
      content: Buffer.from('[]'),
      isCopy: true,
    },
    {
      path: 'lab.zip/z.csv',
      format: 'text',
      isNamed: false,
      content: Buffer.alloc(0),
      isCopy: true,
    },
  ]);
});

test.each(['zip64.zip', 'zip64-streamed.zip', 'data-descriptor.zip'])(
  'other tools wrote %s',
  async (name) => {
    expect(await list(readFixture(name))).toEqual(['lab.zip/runs.csv text 312']);
  },
);

const file = (name: string | Buffer) => makeZip([{ name, content: csv }]);

test.each<[string, Uint8Array, string[]]>([
  ['stored', zipSync({ 'a.csv': [csv, { level: 0 }] }), ['a.csv text 312']],
  ['gz within', zipSync({ 'a.csv.gz': gzipSync(csv) }), ['a.csv.gz text 312']],
  ['zst within', zipSync({ 'a.zst': readFixture('checked.zst') }), ['a.zst text 312']],
  ['within gz', gzipSync(zipSync({ 'a.csv': csv })), ['a.csv text 312']],
  ['a workbook within', zipSync({ 'a.xlsx': xlsx }), [`a.xlsx xlsx ${xlsx.length}`]],
  ['a spreadsheet within', zipSync({ 'a.ods': ods }), [`a.ods ods ${ods.length}`]],
  [
    'twice the same name',
    makeZip([
      { name: 'a.csv', content: csv },
      { name: 'a.csv', content: strToU8('other') },
    ]),
    ['a.csv text 312', 'a.csv text 5'],
  ],
  [
    'a comment',
    Buffer.concat([file('a').subarray(0, -2), Buffer.from('\x02\x00hi')]),
    ['a text 312'],
  ],
  ['a path that leads out', file('../../a.csv'), ['../../a.csv text 312']],
  ['an absolute path', file('/etc/passwd'), ['/etc/passwd text 312']],
  ['a backslash', file('a\\b.csv'), ['a/b.csv text 312']],
  ['a terminal sequence', file('\x1b[2J\r.csv'), ['\ufffd[2J\ufffd.csv text 312']],
  ['UTF-8 that does not say so', file('Läufe.csv'), ['Läufe.csv text 312']],
  ['code page 437', file(Buffer.from('L\x84ufe.csv', 'latin1')), ['Läufe.csv text 312']],
  ['no name', file(''), [' text 312']],
  [
    'clutter',
    zipSync({
      'runs/': new Uint8Array(),
      '__MACOSX/runs/._a.csv': csv,
      'runs/.DS_Store': csv,
      '.git/config': csv,
      'Thumbs.db': csv,
      'runs/Desktop.ini': csv,
      'runs/a.csv': csv,
    }),
    ['runs/a.csv text 312'],
  ],
])('%s', async (_, content, expected) => {
  expect(await list(content)).toEqual(expected.map((part) => `lab.zip/${part}`));
});

test.each<[string, Uint8Array, string]>([
  ['xlsx', xlsx, 'xlsx'],
  ['ods', ods, 'ods'],
  ['ods without a type', zipSync({ 'content.xml': csv, 'META-INF/manifest.xml': csv }), 'ods'],
  ['a packed type', zipSync({ mimetype: strToU8(spreadsheet), 'content.xml': csv }), 'ods'],
])('%s is a part by itself', async (_, content, format) => {
  const [part] = await unpackBytes('FILE', content);
  expect(part).toMatchObject({ path: 'FILE', format, isNamed: true, isCopy: false });
});

const odt = 'application/vnd.oasis.opendocument.text';
const crowd = Array.from({ length: 1001 }, (_, at) => ({ name: `${at}`, content: csv }));
const end = makeZip([]);
const badOffset = Buffer.concat([
  Buffer.from('PK\x06\x07\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\x01\0\0\0', 'latin1'),
  end,
]);
const hidden = makeZip([
  { name: 'a.csv', content: csv },
  { name: 'b.csv', content: csv },
]);
hidden.writeUInt16LE(1, hidden.length - 12);
const split = makeZip([{ name: 'a.csv', content: csv }]);
split.writeUInt16LE(1, split.length - 18);

describe('refused', () => {
  test.each<[string, Uint8Array]>([
    ['encrypted', readFixture('encrypted.zip')],
    ['strongly encrypted', makeZip([{ name: 'a.csv', content: csv, flags: 0x41 }])],
    [
      'an encrypted workbook',
      makeZip([
        { name: '[Content_Types].xml', content: csv },
        { name: 'xl/workbook.xml', content: csv, flags: 1 },
      ]),
    ],
    ['bzip2 inside', readFixture('bzip2-inside.zip')],
    ['an archive within', zipSync({ 'in.zip': zipSync({ 'a.csv': csv }) })],
    ['an archive within a gz within', zipSync({ 'in.gz': gzipSync(zipSync({ 'a.csv': csv })) })],
    ['a document within', zipSync({ 'a.csv': csv, 'a.pdf': strToU8('%PDF-1.7') })],
    ['xlsb', zipSync({ '[Content_Types].xml': csv, 'xl/workbook.bin': csv })],
    ['docx', zipSync({ '[Content_Types].xml': csv, 'word/document.xml': csv })],
    ['odt', zipSync({ mimetype: strToU8(odt), 'content.xml': csv })],
    ['Numbers', zipSync({ 'Index/Document.iwa': csv })],
    ['no files', Buffer.from(end)],
    ['clutter alone', zipSync({ 'a/': new Uint8Array(), '.b': csv })],
    ['too many files', makeZip(crowd)],
    ['a piece of an archive', split],
    ['larger than declared', makeZip([{ name: 'a.csv', content: csv, sizeBytes: 311 }])],
    ['smaller than declared', makeZip([{ name: 'a.csv', content: csv, sizeBytes: 313 }])],
    ['an offset beyond reason', Buffer.concat([Buffer.from('PK\x03\x04'), badOffset])],
    ['fewer files counted than listed', hidden],
    [
      'clutter by one of its names',
      makeZip([
        { name: 'a.csv', content: csv },
        { name: '.b', localName: 'ab', content: csv },
      ]),
    ],
    ['cut', readFixture('zip64.zip').subarray(0, -1)],
  ])('%s', async (_, content) => {
    expect(await catchFault(unpackBytes('FILE', content))).toMatchSnapshot();
  });
});
