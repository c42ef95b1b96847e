import type { CarriedRow, Reading } from '../contract.ts';
import type { Dice } from '../dice.ts';
import { encodeText, invalidByte } from './encode-text.ts';
import type { Layout } from './layout.ts';
import { nameCells } from './layout.ts';
import type { Rendering } from './rendering.ts';

interface Style {
  readonly delimiter: string;
  readonly lineEnds: readonly [string, ...string[]];
  /** Share of the cells that are quoted without need. */
  readonly quoted: number;
  readonly blankLines: number;
  readonly damagedRows: number;
  /** Bytes that are no text, which only some encodings know. */
  readonly hasInvalid: boolean;
}

/** A record as it stands in the file; `fault` where its structure is bad. */
interface Written {
  readonly text: string;
  readonly fault?: string;
  readonly record?: readonly string[];
}

/** Writes delimited text: any delimiter, line ends, quotes, encoding, with broken rows among the good ones. */
export function renderText(layout: Layout, asked: Reading, dice: Dice): Rendering {
  const style = chooseStyle(dice);
  const lines: string[] = [];
  const rows: CarriedRow[] = [];
  let line = 1;
  const add = (text: string) => {
    const end = dice.pick(style.lineEnds);
    lines.push(text, end);
    line += countLineEnds(text + end);
  };
  addBlankLines(add, style, dice);
  add(writeHeader(layout, style, dice));
  for (const cells of layout.rows) {
    addBlankLines(add, style, dice);
    const written = writeRow(cells, style, dice);
    if (!/^[ \t]*$/.test(written.text)) rows.push(describeRow(layout, cells, line, written));
    add(written.text);
  }
  addBlankLines(add, style, dice);
  if (dice.chance(0.2)) lines.pop();
  return { rows, ...encodeText(lines.join(''), asked, dice) };
}

function chooseStyle(dice: Dice): Style {
  return {
    delimiter: dice.pick([',', ',', ';', '\t', '|']),
    lineEnds: dice.pick([['\n'], ['\n'], ['\r\n'], ['\r'], ['\n', '\r\n', '\r']]),
    quoted: dice.pick([0, 0, 0.2, 1]),
    blankLines: dice.pick([0, 0, 0, 0.2]),
    damagedRows: dice.pick([0, 0, 0.05, 0.3]),
    hasInvalid: dice.chance(0.15),
  };
}

/** Never empty: a CR before and a LF after would make one line end of two. */
function addBlankLines(add: (text: string) => void, { blankLines }: Style, dice: Dice): void {
  while (dice.chance(blankLines)) add(dice.pick([' ', '\t', '  \t']));
}

function countLineEnds(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

function writeHeader({ columns }: Layout, style: Style, dice: Dice): string {
  const isQuoted = dice.chance(0.2);
  const names = columns.map(({ spelling }) =>
    isQuoted || spelling.includes(style.delimiter) ? `"${spelling}"` : spelling,
  );
  return names.join(style.delimiter);
}

function writeRow(cells: readonly string[], style: Style, dice: Dice): Written {
  const written = cells.map((cell) => writeCell(cell, style, dice));
  if (!dice.chance(style.damagedRows)) return { text: written.join(style.delimiter) };
  return damageRow(written, cells, style, dice);
}

function writeCell(cell: string, { delimiter, quoted }: Style, dice: Dice): string {
  const needsQuotes = /[\r\n]|^ *"/.test(cell) || cell.includes(delimiter);
  if (!needsQuotes && !dice.chance(quoted)) return cell;
  const text = `"${cell.replaceAll('"', '""')}"`;
  if (dice.chance(0.05)) return ` ${text}`;
  return dice.chance(0.05) ? `${text}  ` : text;
}

function damageRow(
  written: readonly string[],
  cells: readonly string[],
  style: Style,
  dice: Dice,
): Written {
  const { delimiter } = style;
  const at = dice.below(written.length);
  const replace = (cell: string) => written.with(at, cell).join(delimiter);
  switch (dice.below(style.hasInvalid ? 4 : 3)) {
    case 0: {
      const end = 1 + dice.below(written.length - 1);
      const text = ['x', ...written.slice(1, end)].join(delimiter);
      return { text, fault: 'too_few_columns', record: ['x', ...cells.slice(1, end)] };
    }
    case 1: {
      const text = [...written, 'more', ''].join(delimiter);
      return { text, fault: 'too_many_columns', record: [...cells, 'more', ''] };
    }
    case 2:
      return {
        text: replace(dice.pick(['"a"b', '"a" b', '"a"b"c'])),
        fault: 'malformed_quotes',
      };
    default:
      return { text: replace(`a${invalidByte}b`), fault: 'invalid_encoding' };
  }
}

/** What cannot be text at all goes before what cannot be a row. */
function faultOf(text: string, fault: string | undefined): string | undefined {
  if (text.includes(invalidByte)) return 'invalid_encoding';
  return text.includes('\0') ? 'invalid_character' : fault;
}

function describeRow(
  layout: Layout,
  cells: readonly string[],
  line: number,
  { text, fault: structure, record }: Written,
): CarriedRow {
  const fault = faultOf(text, structure);
  const isKept = fault === structure && record !== undefined;
  const row: CarriedRow = { line, cells: nameCells(layout, cells) };
  return { ...row, ...(fault !== undefined && { fault }), ...(isKept && { record }) };
}
