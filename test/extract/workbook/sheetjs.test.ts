import { utils, type WorkBook, write } from '@e965/xlsx';
import { describe, expect, test } from 'vitest';
import { type Format, makeDirectory } from './support/workbook-files.ts';

const files = makeDirectory();

const formats: [Format, 'xlsx' | 'xlsm' | 'ods' | 'biff8'][] = [
  ['xlsx', 'xlsx'],
  ['xlsx', 'xlsm'],
  ['ods', 'ods'],
  ['xls', 'biff8'],
];

function writeBook(book: WorkBook, bookType: (typeof formats)[number][1]): string {
  return files.write(write(book, { type: 'buffer', bookType, compression: true }));
}

describe.each(formats)('%s, written as %s', (format, bookType) => {
  test('three sheets, one of them hidden, and one without cells', async () => {
    const book = utils.book_new(utils.aoa_to_sheet([['user_id'], ['00123']]), 'users');
    utils.book_append_sheet(book, utils.aoa_to_sheet([]), 'empty');
    utils.book_append_sheet(book, utils.aoa_to_sheet([['compound_id'], [7]]), 'compounds');
    const experiments = utils.aoa_to_sheet([
      ['compound_ids', ' Run time '],
      ['1;2', 1.5],
    ]);
    utils.book_append_sheet(book, experiments, 'experiments');
    book.Workbook = { Sheets: [{ Hidden: 0 }, { Hidden: 0 }, { Hidden: 1 }, { Hidden: 0 }] };
    const sheets = await files.readHere(writeBook(book, bookType), format);
    expect(sheets.map(({ sheet, header, rows }) => [sheet, header, rows])).toEqual([
      ['users', ['user_id'], '2,,"00123"\n'],
      ['compounds', ['compound_id'], '2,,"7"\n'],
      ['experiments', ['compound_ids', ' Run time '], '2,,"1;2","1.5"\n'],
    ]);
  });

  test('cells beyond the header, above and beside it', async () => {
    const rows = [
      [],
      ['', '', 'c', '', 'e', ''],
      [1, 2, 3, 4, 5, 6, '', 8],
      ['', '', '', '', '', 9],
    ];
    const book = utils.book_new(utils.aoa_to_sheet(rows), 's');
    expect(await files.readHere(writeBook(book, bookType), format)).toEqual([
      {
        sheet: 's',
        header: ['', '', 'c', '', 'e'],
        headerLine: 2,
        rowCount: 1,
        surplusColumns: ['F', 'H'],
        rows: '3,,"1","2","3","4","5"\n',
      },
    ]);
  });
});

test.each([
  ['xlsx', 'xlsx'],
  ['xls', 'biff8'],
] as const)('dates counted from 1904 in %s', async (format, bookType) => {
  const rows = [
    ['date'],
    [{ t: 'n', v: 43_889.5, z: 'yyyy-mm-dd hh:mm' }],
    [{ t: 'n', v: 0.5, z: 'hh:mm' }],
  ];
  const book = utils.book_new(utils.aoa_to_sheet(rows), 's');
  book.Workbook = { WBProps: { date1904: true } };
  const [sheet] = await files.readHere(writeBook(book, bookType), format);
  expect(sheet?.rows).toBe('2,,"2024-02-29T12:00:00"\n3,,"12:00:00"\n');
});
