import { utils, write } from '@e965/xlsx';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Format, makeDirectory } from './support/workbook-files.ts';

const files = makeDirectory();

const characters = ['a', 'B', '"', "'", '\n', ',', ';', ' ', '&', '<', 'é', '漢', '😀', '0', '1'];
const text = fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 8 });
const second = fc.integer({ min: Date.UTC(1901, 0) / 1000, max: Date.UTC(2100, 0) / 1000 });
const day = fc.integer({ min: 800, max: 40_000 });

interface Cell {
  written: unknown;
  text: string;
}

const cell: fc.Arbitrary<Cell> = fc.oneof(
  text.map((written) => ({ written, text: written })),
  fc.constantFrom('00123', '1;2', '1.50', 'TRUE').map((written) => ({ written, text: written })),
  fc.integer().map((written) => ({ written, text: String(written) })),
  fc
    .double({ noNaN: true, min: -1e100, max: 1e100 })
    // The library writes smaller ones wrong into .xls.
    .filter((value) => value === 0 || Math.abs(value) > 1e-100)
    .map((written) => ({ written, text: String(written) })),
  fc.boolean().map((written) => ({ written, text: String(written).toUpperCase() })),
  second.map((seconds) => makeDate(seconds * 1000)),
  day.map((days) => makeDate(days * 86_400_000)),
  fc.constant({ written: null, text: '' }),
);

function makeDate(time: number): Cell {
  const written = new Date(time);
  return { written, text: written.toISOString().slice(0, 19).replace('T00:00:00', '') };
}

const width = fc.integer({ min: 1, max: 5 });
const blankRow = fc.constant<Cell[]>([]);
const sheet = width.chain((columns) =>
  fc.record({
    columns: fc.constant(columns),
    above: fc.nat(3),
    rows: fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.array(cell, { minLength: columns, maxLength: columns }) },
        { weight: 1, arbitrary: blankRow },
      ),
      { maxLength: 6 },
    ),
  }),
);

const formats: [Format, 'xlsx' | 'ods' | 'biff8'][] = [
  ['xlsx', 'xlsx'],
  ['ods', 'ods'],
  ['xls', 'biff8'],
];

test.each(formats)('a random sheet written as %s comes back', async (format, bookType) => {
  await fc.assert(
    fc.asyncProperty(sheet, fc.boolean(), async ({ columns, above, rows }, bookSST) => {
      const header = Array.from({ length: columns }, (_, at) => `column ${at}`);
      const blank = Array.from({ length: above }, () => []);
      const written = rows.map((cells) => cells.map((one) => one.written));
      const data = utils.aoa_to_sheet([...blank, header, ...written], {
        cellDates: true,
        UTC: true,
      });
      const book = utils.book_new(data, 'sheet');
      const bytes = write(book, { type: 'buffer', bookType, bookSST, compression: true });
      const expected = rows.flatMap((cells, at) => renderLine(cells, above + 2 + at));
      expect(await files.readHere(files.write(bytes), format)).toEqual([
        {
          sheet: 'sheet',
          header,
          headerLine: above + 1,
          rowCount: expected.length,
          surplusColumns: [],
          rows: expected.join(''),
        },
      ]);
    }),
    { numRuns: 150 },
  );
});

function renderLine(cells: Cell[], line: number): string[] {
  if (cells.every((one) => one.text.trim() === '')) return [];
  const quoted = cells.map((one) =>
    one.text === '' ? ',' : `,"${one.text.replaceAll('"', '""')}"`,
  );
  return [`${line},${quoted.join('')}\n`];
}
