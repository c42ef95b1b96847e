import colors from 'picocolors';
import stringWidth from 'string-width';

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
    bold(joinLine(strips, ({ head }) => head[i + head.length - height])),
  );
  const lines = rows.map((_, i) => joinLine(strips, ({ cells }) => cells[i]));
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

/** A text and how many places of a terminal it takes. */
interface Text {
  readonly text: string;
  readonly width: number;
}

/** A column ready to be printed. */
interface Strip {
  /** The title, over several lines where it is long. */
  readonly head: readonly Text[];
  readonly cells: readonly Text[];
  readonly isRight: boolean;
  readonly width: number;
}

function makeStrip<Row>(rows: readonly Row[], { title, value }: Column<Row>): Strip {
  const values = rows.map(value);
  const decimals = values.reduce((most: number, cell) => Math.max(most, countDecimals(cell)), 0);
  const isRight = values.every((cell) => typeof cell === 'number' || cell === null);
  const head = (isRight ? wrapTitle(title) : [title]).map(measure);
  const cells = values.map((cell) => measure(showCell(cell, decimals)));
  return {
    head,
    cells,
    isRight,
    width: [...head, ...cells].reduce((most, { width }) => Math.max(most, width), 0),
  };
}

function measure(text: string): Text {
  return { text, width: stringWidth(text) };
}

function joinLine(strips: readonly Strip[], partOf: (strip: Strip) => Text | undefined): string {
  return strips
    .map((strip) => {
      const { text, width } = partOf(strip) ?? { text: '', width: 0 };
      const padding = ' '.repeat(strip.width - width);
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

/** Stored values are figures, texts, lists of them, or null. */
export function asCell(value: unknown): Cell {
  if (Array.isArray(value)) return asList(value);
  return typeof value === 'number' || value === null ? value : String(value);
}

export function asList(value: unknown): (string | null)[] {
  return Array.isArray(value) ? value.map((item) => (item === null ? null : String(item))) : [];
}

/** A value that stands by itself: with up to four decimals. */
export function showValue(value: unknown): Cell {
  const cell = asCell(value);
  return typeof cell === 'number' ? String(Number(cell.toFixed(4))) : cell;
}
