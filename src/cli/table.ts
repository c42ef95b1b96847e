import colors from 'picocolors';

export type Cell = string | number | boolean | Date | null | readonly (string | number | null)[];

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => Cell;
}

/** An aligned table without frames: figures to the right, their points below each other. */
export function renderTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const strips = columns.map((column) => makeStrip(rows, column));
  const height = Math.max(...strips.map(({ head }) => head.length));
  const heads = Array.from({ length: height }, (_, i) =>
    bold(joinLine(strips, ({ head }) => head[i + head.length - height] ?? '')),
  );
  const lines = rows.map((_, i) => joinLine(strips, ({ cells }) => cells[i] ?? ''));
  return [...heads, ...lines].map((line) => `${line}\n`).join('');
}

/** Bold on a terminal that shows colours; NO_COLOR is honoured. */
export function bold(text: string): string {
  return process.stdout.isTTY ? colors.bold(text) : text;
}

/** Control characters, which could steer the terminal, as the symbols that stand for them. */
export function showControls(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\uFFFD';
  });
}

/** A column ready to be printed. */
interface Strip {
  /** The title, over several lines where it is long. */
  readonly head: readonly string[];
  readonly cells: readonly string[];
  readonly isRight: boolean;
  readonly width: number;
}

function makeStrip<Row>(rows: readonly Row[], { title, value }: Column<Row>): Strip {
  const values = rows.map(value);
  const decimals = values.reduce((most: number, cell) => Math.max(most, countDecimals(cell)), 0);
  const isRight = values.every((cell) => typeof cell === 'number' || cell === null);
  const head = isRight ? wrapTitle(title) : [title];
  const cells = values.map((cell) => showCell(cell, decimals));
  return {
    head,
    cells,
    isRight,
    width: [...head, ...cells].reduce((most, text) => Math.max(most, measureWidth(text)), 0),
  };
}

function joinLine(strips: readonly Strip[], textOf: (strip: Strip) => string): string {
  return strips
    .map((strip) => {
      const text = textOf(strip);
      const padding = ' '.repeat(strip.width - measureWidth(text));
      return strip.isRight ? padding + text : text + padding;
    })
    .join('  ')
    .trimEnd();
}

/** `median_exp_time_per_user` takes three lines: names are longer than the figures below them. */
function wrapTitle(title: string): string[] {
  const lines: string[] = [];
  for (const word of title.match(/[^_]+_?/g) ?? []) {
    const line = `${lines.at(-1) ?? ''}${word}`;
    if (lines.length > 0 && line.length <= 10) lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return title.length > 12 ? lines : [title];
}

/** Figures are shown with up to four decimals; csv and json hold them in full. */
function countDecimals(cell: Cell): number {
  if (typeof cell !== 'number' || Number.isInteger(cell)) return 0;
  return Math.min(4, String(Number(cell.toFixed(4))).split('.')[1]?.length ?? 0);
}

function showCell(cell: Cell, decimals: number): string {
  if (cell === null) return '-';
  if (typeof cell === 'number') return cell.toFixed(decimals);
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell === 'object')
    return showControls(cell.map((item) => item ?? '-').join('; ')) || '-';
  return showControls(String(cell));
}

const plain = /^[ -~]*$/;
const withoutWidth = /[\p{Mark}\p{Cf}]/u;
const ofDoubleWidth =
  /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303E\uFF01-\uFF60\uFFE0-\uFFE6]/u;

/** How many places of a terminal a text takes. */
function measureWidth(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const letter of text) {
    if (!withoutWidth.test(letter)) width += ofDoubleWidth.test(letter) ? 2 : 1;
  }
  return width;
}
