import type { CarriedRow, Reading } from '../contract.ts';
import type { Dice } from '../dice.ts';
import { type LaidColumn, type Layout, nameCells } from './layout.ts';
import type { Rendering } from './rendering.ts';

interface Style {
  readonly kind: 'array' | 'lines' | 'values';
  readonly indent: string | undefined;
  /** Share of numbers that are numbers, and of escapes that nobody needs. */
  readonly numbers: number;
  readonly escapes: number;
  readonly damagedRows: number;
  readonly lineEnd: string;
}

/** Writes an array of objects, or objects one a line or over several. The first one has every key. */
export function renderJson(layout: Layout, asked: Reading, dice: Dice): Rendering {
  const style = chooseStyle(dice);
  const rows: CarriedRow[] = [];
  let text = style.kind === 'array' ? dice.pick(['[', '[\n', ' [ ']) : '';
  layout.rows.forEach((cells, at) => {
    const isBroken = at > 0 && dice.chance(style.damagedRows);
    const record = isBroken
      ? breakRecord(style, dice)
          .replaceAll('KEY', firstKey(layout))
          .replaceAll('KEY', firstKey(layout))
      : writeRecord(layout, cells, at === 0, style, dice);
    const line = 1 + (text.match(/\r\n|\r|\n/g)?.length ?? 0);
    const fault = isBroken ? 'invalid_json' : faultOf(cells);
    rows.push({ line, cells: nameCells(layout, cells), ...(fault && { fault }) });
    text += record + separate(style, at + 1 < layout.rows.length, dice);
  });
  if (style.kind === 'array') text += ']';
  const mark = dice.chance(0.1) ? '\ufeff' : '';
  return { rows: numberRows(rows), reading: asked, bytes: Buffer.from(mark + text) };
}

/** Records that share a line are counted. */
function numberRows(rows: readonly CarriedRow[]): CarriedRow[] {
  const isByLine = rows.every(({ line }, at) => line > (rows[at - 1]?.line ?? 0));
  return rows.map((row, at) => (isByLine ? row : { ...row, line: at + 1 }));
}

function chooseStyle(dice: Dice): Style {
  const kind = dice.pick(['array', 'array', 'lines', 'lines', 'values']);
  const indent = kind === 'lines' ? undefined : dice.pick([undefined, '  ', '\t']);
  return {
    kind,
    indent: kind === 'values' ? '  ' : indent,
    numbers: dice.pick([0, 0.5, 1]),
    escapes: dice.pick([0, 0, 0.3]),
    damagedRows: dice.pick([0, 0, 0.15]),
    lineEnd: dice.pick(['\n', '\n', '\r\n', '\r']),
  };
}

const arrayCommas = [',', ',\n', ' , ', ',\n\n'] as const;

function separate({ kind, lineEnd }: Style, isBetween: boolean, dice: Dice): string {
  if (kind === 'array' && isBetween) return dice.pick(arrayCommas) + dice.pick(['', lineEnd]);
  if (kind === 'array') return dice.pick(['', '\n']);
  const blank = dice.chance(0.05) ? ` ${lineEnd}` : '';
  return isBetween || dice.chance(0.7) ? lineEnd + blank : '';
}

function faultOf(cells: readonly string[]): string | undefined {
  return cells.some((cell) => cell.includes('\0')) ? 'invalid_character' : undefined;
}

const broken = [
  '{"KEY" 1}',
  '{KEY: 1}',
  '{"KEY":1,}',
  '{"KEY":01}',
  '5',
  'null',
  '"x"',
  '[1,2]',
] as const;
const brokenAlone = [
  '{"KEY":"\\ud800"}',
  '{"KEY":1,"KEY":2}',
  '{"KEY":tru}',
  "{'KEY':1}",
  '{"KEY":"\\x"}',
  '{"KEY":+1}',
] as const;
/** These would take what follows with them, were they not on a line of their own. */
const brokenLines = [
  '{"KEY":1',
  '{"KEY":"b',
  'user_id,name',
  '}',
  '{]',
  '{"KEY":1}}',
  '{} {}',
] as const;

/** A key that is there anyway: one of a broken record would be a column too. */
function firstKey({ columns }: Layout): string {
  return columns[0]?.spelling ?? '';
}

/** In a row of values nothing but their brackets tells them apart. */
function breakRecord({ kind }: Style, dice: Dice): string {
  const alone = dice.pick(brokenAlone);
  if (kind === 'values') return dice.pick([alone, '{"KEY" 1}', '{KEY: 1}']);
  const both = dice.pick([alone, dice.pick(broken)]);
  return kind === 'lines' ? dice.pick([both, dice.pick(brokenLines)]) : both;
}

function writeRecord(
  { columns }: Layout,
  cells: readonly string[],
  isFirst: boolean,
  style: Style,
  dice: Dice,
): string {
  const members = columns.flatMap((laid, at) =>
    writeMember(laid, cells[at] ?? '', isFirst, style, dice),
  );
  const mixed = isFirst ? members : dice.shuffle(members);
  if (style.indent === undefined) return `{${mixed.join(dice.pick([',', ', ']))}}`;
  return `{\n${mixed.map((member) => style.indent + member).join(',\n')}\n}`;
}

/** A key without a value may be absent, unless nothing else tells that it is there. */
function writeMember(
  { column, spelling }: LaidColumn,
  cell: string,
  isFirst: boolean,
  style: Style,
  dice: Dice,
): string[] {
  if (cell === '' && !isFirst && dice.chance(0.3)) return [];
  const value = column === undefined ? writeExtra(cell, dice) : writeValue(cell, style, dice);
  return [`${JSON.stringify(spelling)}:${dice.pick(['', ' '])}${value}`];
}

function writeExtra(cell: string, dice: Dice): string {
  return dice.chance(0.2)
    ? dice.pick(['true', '{"a":[1,{"b":null}]}', '[]', '-1.5e3'])
    : JSON.stringify(cell);
}

/** A number only where any reader gives it back as it was; a list only of whole numbers. */
function writeValue(cell: string, { numbers, escapes }: Style, dice: Dice): string {
  if (cell === '') return dice.pick(['null', '""', 'NaN', 'null']);
  const isNumber = dice.chance(numbers);
  if (isNumber && isCanonical(cell)) {
    const isWhole = /^\d+$/.test(cell);
    return isWhole && dice.chance(0.2) && cell.length < 16 ? `${cell}.0` : cell;
  }
  if (isNumber && /^[1-9]\d{0,14}(;[1-9]\d{0,14})+$/.test(cell)) return writeList(cell, dice);
  return dice.chance(escapes) ? escapeAll(cell) : JSON.stringify(cell);
}

function isCanonical(cell: string): boolean {
  return /^-?(0|[1-9]\d{0,15})(\.\d{0,14}[1-9])?$/.test(cell) && String(Number(cell)) === cell;
}

function writeList(cell: string, dice: Dice): string {
  const ids = cell.split(';');
  const written = dice.pick([ids, ids.map((id) => `"${id}"`), ids.map((id) => `${id}.0`)]);
  return `[${written.join(dice.pick([',', ', ']))}]`;
}

function escapeAll(text: string): string {
  const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')}"`;
}
