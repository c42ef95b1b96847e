import type { FigureKind } from '../../../domain/datasets.ts';
import { encodeParquet, type ParquetColumn } from './encode-parquet.ts';

/** A column of a text, in the order of its header; without a kind its cells are passed over. */
export interface FigureColumn {
  readonly name: string;
  readonly kind: FigureKind | undefined;
}

/** The values of a column; of a list column those of all lists. */
export interface FigureValues extends FigureColumn {
  /** Two words a whole number, the lower one first. */
  words: Uint32Array;
  doubles: Float64Array;
  /** A bit a value: set where it goes on with a list. */
  continues: Uint8Array;
  /** Values so far. */
  used: number;
  /** Those of whole rows. */
  kept: number;
}

/** Rows of figures, column by column. */
export interface FigureRows {
  readonly columns: readonly FigureValues[];
  readonly lines: FigureValues;
}

const rowsPerFile = 250_000;
/** Lists may be long. */
const valuesPerFile = 2_000_000;
const firstCapacity = 1 << 18;

export function startRows(columns: readonly FigureColumn[]): FigureRows {
  return { columns: columns.map(startColumn), lines: startColumn({ name: 'line', kind: 'id' }) };
}

function startColumn(column: FigureColumn): FigureValues {
  const has = (...kinds: FigureKind[]) =>
    column.kind !== undefined && kinds.includes(column.kind) ? firstCapacity : 0;
  return {
    ...column,
    words: new Uint32Array(2 * has('id', 'ids')),
    doubles: new Float64Array(has('duration')),
    continues: new Uint8Array(has('ids') / 8),
    used: 0,
    kept: 0,
  };
}

export function addId(column: FigureValues, id: number): void {
  const at = 2 * column.used;
  if (at === column.words.length) column.words = enlarge(column.words, new Uint32Array(2 * at));
  column.words[at] = id;
  column.words[at + 1] = id / 0x1_0000_0000;
  column.used++;
}

/** `isNext` says whether the id goes on with a list or begins one. */
export function addToList(column: FigureValues, id: number, isNext: boolean): void {
  const byte = column.used >> 3;
  if (byte === column.continues.length)
    column.continues = enlarge(column.continues, new Uint8Array(2 * byte));
  const bit = 1 << (column.used & 7);
  const bits = column.continues[byte] ?? 0;
  column.continues[byte] = isNext ? bits | bit : bits & ~bit;
  addId(column, id);
}

export function addDouble(column: FigureValues, value: number): void {
  const { doubles, used } = column;
  if (used === doubles.length) column.doubles = enlarge(doubles, new Float64Array(2 * used));
  column.doubles[used] = value;
  column.used++;
}

function enlarge<Values extends Uint8Array | Uint32Array | Float64Array>(
  values: Values,
  larger: Values,
): Values {
  larger.set(values);
  return larger;
}

/** Keeps the row whose cells were added. */
export function keepRow({ columns, lines }: FigureRows, line: number): void {
  addId(lines, line);
  for (const column of columns) column.kept = column.used;
}

/** Forgets the cells of a row that was not read to its end. */
export function dropRow({ columns }: FigureRows): void {
  for (const column of columns) column.used = column.kept;
}

export function countRows({ lines }: FigureRows): number {
  return lines.used;
}

/** Whether there are rows enough for a file: one is taken in while the next is read. */
export function isFull({ columns, lines }: FigureRows): boolean {
  return lines.used >= rowsPerFile || columns.some(({ used }) => used >= valuesPerFile);
}

/** Makes room for other rows. */
export function emptyRows({ columns, lines }: FigureRows): void {
  for (const column of [...columns, lines]) column.used = column.kept = 0;
}

/** A Parquet file of the rows, as long as they stay: `line`, and the columns that have a kind. */
export function encodeRows(rows: FigureRows): Uint8Array[] {
  const columns = [rows.lines, ...rows.columns.filter(({ kind }) => kind !== undefined)];
  return encodeParquet(columns.map(encodeColumn), countRows(rows));
}

function encodeColumn({
  name,
  kind,
  words,
  doubles,
  continues,
  used,
}: FigureValues): ParquetColumn {
  if (kind === 'duration')
    return { name, type: 'double', values: bytesOf(doubles.subarray(0, used)), valueCount: used };
  const values = bytesOf(words.subarray(0, 2 * used));
  const column = { name, values, valueCount: used };
  return kind === 'ids' ? { ...column, type: 'int64[]', continues } : { ...column, type: 'int64' };
}

function bytesOf({ buffer, byteOffset, byteLength }: NodeJS.ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
