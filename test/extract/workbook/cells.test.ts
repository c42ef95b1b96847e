import { describe, expect, test } from 'vitest';
import {
  normalizeDuration,
  normalizeIsoDate,
  renderNumber,
} from '../../../src/extract/workbook/dates.ts';
import { classifyFormat } from '../../../src/extract/workbook/number-formats.ts';
import { makeOds, odsCell, odsRow } from './support/make-ods.ts';
import { inlineCell, makeXlsx, type XlsxParts } from './support/make-xlsx.ts';
import { makeDirectory } from './support/workbook-files.ts';

const files = makeDirectory();

test.each([
  ['General', 'number'],
  ['0.00E+00', 'number'],
  ['#,##0 "days";[Red]-#,##0 "days"', 'number'],
  ['0\\d', 'number'],
  ['_d0_y', 'number'],
  ['[$-409]0.0', 'number'],
  ['yyyy\\-mm\\-dd', 'date'],
  ['[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy', 'date'],
  ['mmm', 'date'],
  ['D.M.YY h:mm', 'date'],
  ['hh:mm AM/PM', 'time'],
  ['mm:ss.0', 'time'],
  ['[h]:mm:ss', 'elapsed'],
  ['[mm]', 'elapsed'],
])('the format %s makes of a number a %s', (code, kind) => {
  expect(classifyFormat(164, code)).toBe(kind);
});

test.each([
  [0, 'number'],
  [13, 'number'],
  [14, 'date'],
  [18, 'time'],
  [22, 'date'],
  [30, 'date'],
  [37, 'number'],
  [46, 'elapsed'],
  [49, 'number'],
  [58, 'date'],
])('the built-in format %i makes of a number a %s', (id, kind) => {
  expect(classifyFormat(id, undefined)).toBe(kind);
});

test.each([
  [0.1 + 0.2, 'number', false, '0.30000000000000004'],
  [3, 'number', false, '3'],
  [-0, 'number', false, '0'],
  [1e21, 'number', false, '1e+21'],
  [1, 'date', false, '1900-01-01'],
  [59, 'date', false, '1900-02-28'],
  [60, 'date', false, '1900-02-29'],
  [61, 'date', false, '1900-03-01'],
  [45351, 'date', false, '2024-02-29'],
  [43889, 'date', true, '2024-02-29'],
  [0, 'date', true, '1904-01-01'],
  [45351.5, 'date', false, '2024-02-29T12:00:00'],
  [45351.9999999, 'date', false, '2024-03-01'],
  [45351.5, 'time', false, '2024-02-29T12:00:00'],
  [0.75, 'time', false, '18:00:00'],
  [0.9999999, 'time', false, '23:59:59'],
  [1.5, 'elapsed', false, '36:00:00'],
  [0, 'date', false, '0'],
  [-1, 'date', false, '-1'],
  [2_958_465, 'date', false, '9999-12-31'],
  [2_958_466, 'date', false, '2958466'],
] as const)('%d as %s (1904: %s) is %s', (value, kind, is1904, expected) => {
  expect(renderNumber(value, kind, is1904)).toBe(expected);
});

test.each([
  ['2024-01-02', '2024-01-02'],
  ['2024-01-02T00:00:00.000Z', '2024-01-02'],
  ['2024-01-02T10:03', '2024-01-02T10:03:00'],
  ['2024-01-02T23:59:59.7', '2024-01-03'],
  ['2024-13-45T10:00:00', '2024-13-45T10:00:00'],
  ['yesterday', 'yesterday'],
])('the date %s is %s', (text, expected) => {
  expect(normalizeIsoDate(text)).toBe(expected);
});

test.each([
  ['PT1H2M3S', '01:02:03'],
  ['PT36H00M00.6S', '36:00:01'],
  ['P1DT1H', '25:00:00'],
  ['-PT1M', '-00:01:00'],
  ['soon', 'soon'],
])('the duration %s is %s', (text, expected) => {
  expect(normalizeDuration(text)).toBe(expected);
});

describe('xlsx', () => {
  const header = (count: number) => `<row>${inlineCell('h').repeat(count)}</row>`;

  test.each<[string, string, string, XlsxParts?]>([
    ['a truth', '<c t="b"><v>1</v></c><c t="b"><v>0</v></c>', ',"TRUE","FALSE"'],
    ['an error', '<c t="e"><v>#DIV/0!</v></c>', ',"#DIV/0!"'],
    ['a date of its own type', '<c t="d"><v>2024-01-02T00:00:00</v></c>', ',"2024-01-02"'],
    ['the text of a formula', '<c t="str"><f>"a"</f><v> a</v></c>', '," a"'],
    ['a formula without value', '<c><f>A1</f></c><c><f>A1</f><v/></c>', ',"#N/A","#N/A"'],
    ['an empty text of a formula', '<c t="str"><f>""</f><v></v></c><c><v>1</v></c>', ',,"1"'],
    ['CDATA', '<c t="str"><v><![CDATA[<a> & b]]></v></c>', ',"<a> & b"'],
    ['references', '<c t="str"><v>&lt;&#233;&#x1F600;&quot;</v></c>', ',"<é😀"""'],
    ['escapes', '<c t="str"><v>a_x000A_b_x005F_x000A__xd83d__xde00_</v></c>', ',"a\nb_x000A_😀"'],
    [
      'a run of 17 digits',
      '<c><v>648.87999999999988</v></c><c><v>1E3</v></c>',
      ',"648.8799999999999","1000"',
    ],
    ['a place', '<c r="B2"><v>1</v></c><c><v>2</v></c>', ',,"1","2"'],
    [
      'rich text without its reading',
      '<c t="inlineStr"><is><r><rPr><b/></rPr><t>a </t></r><rPh sb="0" eb="1"><t>x</t></rPh><r><t>b</t></r></is></c>',
      ',"a b"',
    ],
    [
      'a shared text',
      '<c t="s"><v>1</v></c>',
      ',"1;2"',
      {
        sharedStrings:
          '<si><t>00123</t></si><si><r><t>1;</t></r><r><t>2</t></r><rPh><t>x</t></rPh></si>',
      },
    ],
    [
      'a date after 1904',
      '<c s="1"><v>43889</v></c><c s="0"><v>43889</v></c>',
      ',"2024-02-29","43889"',
      {
        workbook:
          '<workbookPr date1904="1"/><extLst><ext><x15:workbookPr xmlns:x15="x15" chartTrackingRefBase="1"/></ext></extLst>',
        styles:
          '<numFmts><numFmt numFmtId="170" formatCode="yyyy"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs><dxfs><dxf><numFmt numFmtId="0" formatCode="yyyy"/></dxf></dxfs>',
      },
    ],
  ])('%s', async (_, cells, expected, parts = {}) => {
    const rows = `${header(3)}<row>${cells}</row>`;
    const [sheet] = await files.readHere(files.write(makeXlsx({ ...parts, rows })), 'xlsx');
    expect(sheet?.rows.replace(/,*\n$/, '')).toBe(`2,${expected}`);
  });

  test('prefixes and UTF-16 make no difference', async () => {
    const xml =
      '<?xml version="1.0" encoding="UTF-16"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="7"><x:c r="A7" t="str"><x:v>é</x:v></x:c></x:row></x:sheetData></x:worksheet>';
    const bytes = makeXlsx({ sheet: Buffer.from(`\ufeff${xml}`, 'utf16le') });
    expect(await files.readHere(files.write(bytes), 'xlsx')).toMatchObject([
      { header: ['é'], headerLine: 7, rowCount: 0, rows: '' },
    ]);
  });

  test('a character that cannot be stored marks its row', async () => {
    const cells = ['a_x0000_b', '_xD800_', 'good', 'x'.repeat(5_000_000)].map(
      (text) => `<row>${inlineCell(text)}</row>`,
    );
    const bytes = makeXlsx({ rows: header(1) + cells.join('') });
    const [sheet] = await files.readHere(files.write(bytes), 'xlsx');
    expect(sheet?.rows).toBe(
      `2,invalid_character,"a␀b"\n3,invalid_encoding,"\ufffd"\n4,,"good"\n5,record_too_long,"${'x'.repeat(200)}"\n`,
    );
  });

  test('columns beyond the header are named, 20 at most, and cost nothing', async () => {
    const far =
      '<row r="2"><c r="A2"><v>1</v></c><c r="C2"><v>1</v></c><c r="XFD2"><v>1</v></c></row>';
    const last = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>';
    const bytes = makeXlsx({ rows: header(1) + far + last });
    expect(await files.readHere(files.write(bytes), 'xlsx')).toMatchObject([
      { surplusColumns: ['C', 'XFD'], rowCount: 1, rows: '2,,"1"\n' },
    ]);
    const wide = `<row>${'<c><v>1</v></c>'.repeat(100)}</row>`;
    const [sheet] = await files.readHere(files.write(makeXlsx({ rows: header(1) + wide })), 'xlsx');
    expect(sheet?.surplusColumns).toHaveLength(20);
  });

  test('a sheet without cells is left out', async () => {
    const bytes = makeXlsx({ rows: `<row>${inlineCell(' ')}</row>` });
    expect(await files.readHere(files.write(bytes), 'xlsx')).toEqual([]);
  });
});

describe('ods', () => {
  const head = odsRow(odsCell('h', 'table:number-columns-repeated="2"'));

  test.each<[string, string, string]>([
    [
      'spaces and tabs',
      odsCell('<text:s text:c="2"/>a\n   b<text:tab/>c<text:line-break/>d'),
      '2,,"  a b\tc\nd",\n',
    ],
    [
      'no remark',
      odsCell('<office:annotation><text:p>x</text:p></office:annotation>a'),
      '2,,"a",\n',
    ],
    [
      'a duration',
      '<table:table-cell office:value-type="time" office:time-value="PT1H2M3S"/>',
      '2,,"01:02:03",\n',
    ],
    [
      'covered cells',
      `<table:covered-table-cell office:value-type="string"><text:p>x</text:p></table:covered-table-cell>${odsCell('a')}`,
      '2,,,"a"\n',
    ],
    ['a formula without value', '<table:table-cell table:formula="of:=1"/>', '2,,"#N/A",\n'],
    [
      'an error',
      `<table:table-cell table:formula="of:=1" office:value-type="string" office:string-value=""><text:p>Err:502</text:p></table:table-cell>`,
      '2,,"Err:502",\n',
    ],
    [
      'no table in a cell',
      `<table:table-cell><table:table><table:table-row>${odsCell('x')}</table:table-row></table:table><text:p>a</text:p></table:table-cell>`,
      '2,,"a",\n',
    ],
    ['repeated cells', odsCell('a', 'table:number-columns-repeated="16384"'), '2,,"a","a"\n'],
  ])('%s', async (_, cells, expected) => {
    const bytes = makeOds({ rows: head + odsRow(cells) });
    const [sheet] = await files.readHere(files.write(bytes), 'ods');
    expect(sheet?.rows).toBe(expected);
  });

  test('repeated rows count, and cost nothing when they are blank', async () => {
    const blank = odsRow('<table:table-cell/>', 'table:number-rows-repeated="1000000"');
    const group = `<table:table-row-group>${odsRow(odsCell('a'), 'table:number-rows-repeated="2"')}</table:table-row-group>`;
    const end = odsRow('<table:table-cell/>', 'table:number-rows-repeated="1000000000"');
    const bytes = makeOds({ rows: blank + head + group + end });
    expect(await files.readHere(files.write(bytes), 'ods')).toMatchObject([
      { headerLine: 1_000_001, rowCount: 2, rows: '1000002,,"a",\n1000003,,"a",\n' },
    ]);
  });
});
