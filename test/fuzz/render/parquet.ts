import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../../src/compute/engine.ts';
import type { Kind, Reading } from '../contract.ts';
import type { Dice } from '../dice.ts';
import { type LaidColumn, type Layout, nameCells } from './layout.ts';
import type { Rendering } from './rendering.ts';

let written = 0;

/** Writes Parquet with columns of text, or of the types that their cells allow. */
export async function renderParquet(
  layout: Layout,
  asked: Reading,
  dice: Dice,
  { engine, folder }: { engine: Engine; folder: string },
): Promise<Rendering> {
  const isTyped = dice.chance(0.6);
  const types = layout.columns.map((laid, at) => {
    const cells = layout.rows.map((row) => row[at] ?? '');
    return isTyped ? chooseType(laid, cells, dice) : 'varchar';
  });
  const path = join(folder, `written-${++written}.parquet`);
  await engine.run(
    `copy (${selectRows(layout, types)}) to ${quote(path)} (format parquet, compression ${dice.pick(['snappy', 'zstd', 'uncompressed'])})`,
  );
  const rows = layout.rows.map((cells, at) => {
    const fault = cells.some((cell) => cell.includes('\0')) ? 'invalid_character' : undefined;
    const carried = cells.map((cell, column) => carryCell(cell, types[column] ?? ''));
    return { line: at + 1, cells: nameCells(layout, carried), ...(fault && { fault }) };
  });
  return { rows, reading: asked, bytes: readFileSync(path) };
}

const typesOf: Partial<Record<Kind, readonly [string, ...string[]]>> = {
  id: ['bigint', 'double', 'ubigint', 'hugeint', 'varchar'],
  ids: ['bigint[]', 'varchar[]', 'varchar'],
  duration: ['double', 'decimal(18, 3)', 'varchar'],
  date: ['date', 'timestamp', 'varchar'],
};

const fits: Partial<Record<Kind, RegExp>> = {
  id: /^([1-9]\d{0,14})?$/,
  ids: /^([1-9]\d{0,14}(;[1-9]\d{0,14})*)?$/,
  duration: /^((0|[1-9]\d{0,5})(\.\d{0,2}[1-9])?)?$/,
  date: /^((19|20)\d\d-(0[1-9]|1[0-2])-([01][1-9]|2[0-8]))?$/,
};

function chooseType({ column }: LaidColumn, cells: readonly string[], dice: Dice): string {
  const kind = column?.kind ?? 'text';
  const isFit = cells.every((cell) => fits[kind]?.test(cell));
  return isFit
    ? dice.pick(typesOf[kind] ?? ['varchar'])
    : dice.pick(['varchar', 'varchar', 'blob']);
}

/** A row that is left out at the end gives names and types to a table without rows. */
function selectRows({ columns, rows }: Layout, types: readonly string[]): string {
  const names = columns.map(({ spelling }) => `"${spelling}"`).join(', ');
  const cells = columns.map((_, at) => castCell(`c${at}`, types[at] ?? 'varchar'));
  const values = [...rows, columns.map(() => '')].map((row) => `(${row.map(quote).join(', ')})`);
  return `select * from (
    select ${cells.join(', ')} from (values ${values.join(', ')}) t(${columns.map((_, at) => `c${at}`)}) limit ${rows.length}
  ) as named (${names})`;
}

function castCell(cell: string, type: string): string {
  if (type === 'varchar') return cell;
  if (type === 'blob') return `encode(${cell})`;
  if (type.endsWith('[]')) return `cast(string_split(nullif(${cell}, ''), ';') as ${type})`;
  return `cast(nullif(${cell}, '') as ${type})`;
}

/** A decimal number is as exact as its type says. */
function carryCell(cell: string, type: string): string {
  return type.startsWith('decimal') && cell.includes('.') ? Number(cell).toFixed(3) : cell;
}

function quote(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\0') ? quoted.replaceAll('\0', `' || chr(0) || '`) : quoted;
}
