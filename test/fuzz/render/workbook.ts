import { type CellObject, utils, type WorkSheet, write } from '@e965/xlsx';
import type { CarriedRow, CarriedTable, Reading } from '../contract.ts';
import type { Dice } from '../dice.ts';
import { ignoredOf, type Layout, nameCells, spellingsOf } from './layout.ts';

export type WorkbookFormat = 'xlsx' | 'ods' | 'xls';

/** Writes tables as sheets of one workbook, each below some blank rows. */
export function renderWorkbook(
  layouts: readonly Layout[],
  format: WorkbookFormat,
  asked: Reading,
  dice: Dice,
): { bytes: Buffer; tables: CarriedTable[] } {
  const book = utils.book_new();
  const tables = layouts.map((layout, at) => {
    const clean = cleanCells(layout);
    const above = dice.chance(0.3) ? 1 + dice.below(3) : 0;
    const sheet = dice.pick(['Sheet', 'Läufe ', "Ada's runs", 'a&b']) + String(at + 1);
    utils.book_append_sheet(book, makeSheet(clean, above, dice), sheet);
    return describeSheet(clean, { sheet, format, above, reading: asked });
  });
  const bookType = format === 'xls' ? 'biff8' : format;
  const bytes = write(book, {
    type: 'buffer',
    bookType,
    bookSST: dice.chance(0.5),
    compression: true,
  });
  return { bytes, tables };
}

/** What a sheet cannot hold, or SheetJS does not write as it was told. */
function cleanCells(layout: Layout): Layout {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to go.
  const unwritten = /[\0-\x09\x0b-\x1f\x85\u2028\ufeff\u200b\ufffd]/g;
  const rows = layout.rows.map((row) => row.map((cell) => cell.replace(unwritten, '')));
  return { ...layout, rows };
}

function makeSheet(layout: Layout, above: number, dice: Dice): WorkSheet {
  const isTyped = dice.chance(0.6);
  const header = layout.columns.map(({ spelling }) => makeText(spelling));
  const rows = layout.rows.map((row) =>
    row.map((cell, at) => makeCell(cell, isTyped && layout.columns[at]?.column !== undefined)),
  );
  const blank = Array.from({ length: above }, () => []);
  return utils.aoa_to_sheet([...blank, header, ...rows], { UTC: true, cellDates: true });
}

function makeText(text: string): CellObject | null {
  return text === '' ? null : { t: 's', v: text };
}

function makeCell(cell: string, isTyped: boolean): CellObject | Date | null {
  if (!isTyped) return makeText(cell);
  if (/^(0|[1-9]\d{0,9})(\.\d{0,5}[1-9])?$/.test(cell)) return { t: 'n', v: Number(cell) };
  if (/^20[0-4]\d-(0[1-9]|1[0-2])-([01][1-9]|2[0-8])$/.test(cell))
    return new Date(`${cell}T00:00:00Z`);
  return makeText(cell);
}

interface SheetPlace {
  readonly sheet: string;
  readonly format: WorkbookFormat;
  readonly above: number;
  readonly reading: Reading;
}

/** A row of blanks is none. */
function describeSheet(
  layout: Layout,
  { sheet, format, above, reading }: SheetPlace,
): CarriedTable {
  const rows: CarriedRow[] = layout.rows.flatMap((cells, at) =>
    cells.every((cell) => cell.trim() === '')
      ? []
      : [{ line: above + 2 + at, cells: nameCells(layout, cells) }],
  );
  const { dataset } = layout;
  const names = { spellings: spellingsOf(layout), ignoredColumns: ignoredOf(layout) };
  return { dataset, format, sheet, ...names, rows, reading };
}
