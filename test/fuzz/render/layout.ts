import type { DrawnRow } from '../cells.ts';
import { type Column, contract, type DatasetName } from '../contract.ts';
import type { Dice } from '../dice.ts';

/** A column as a file has it; one without `column` belongs to no dataset. */
export interface LaidColumn {
  readonly spelling: string;
  readonly column?: Column;
}

/** Columns in the order of a file, and the cells under them. */
export interface Layout {
  readonly dataset: DatasetName;
  readonly columns: readonly LaidColumn[];
  readonly rows: readonly (readonly string[])[];
}

const extraNames = ['Remarks', 'instrument', 'run at', 'Größe', 'lab 7', 'total'] as const;
const extraCells = ['', 'ok', '12', 'n/a', 'see "notes"', 'a;b, c', 'ü', '#N/A', ' '] as const;

/** Mixes the columns, spells them in some way, and puts columns between them that nobody asked for. */
export function layOut(dataset: DatasetName, drawn: readonly DrawnRow[], dice: Dice): Layout {
  const known = contract[dataset].map((column) => ({ column, spelling: spell(column.name, dice) }));
  const extras = dice.shuffle(extraNames).slice(0, dice.chance(0.3) ? 1 + dice.below(2) : 0);
  const all: LaidColumn[] = [...known, ...extras.map((spelling) => ({ spelling }))];
  const columns = dice.chance(0.5) ? dice.shuffle(all) : all;
  const places = columns.map(({ column }) => (column ? contract[dataset].indexOf(column) : -1));
  const rows = drawn.map((row) =>
    places.map((place) => (place < 0 ? dice.pick(extraCells) : (row[place] ?? ''))),
  );
  return { dataset, columns, rows };
}

function spell(name: string, dice: Dice): string {
  return dice.pick([
    name,
    name,
    name,
    name.toUpperCase(),
    name.replaceAll('_', ' '),
    name.replaceAll('_', '-'),
    ` ${name}  `,
    name.replace('_', ' - '),
  ]);
}

/** Column name to the name in the file. */
export function spellingsOf({ columns }: Layout): Record<string, string> {
  return Object.fromEntries(
    columns.flatMap(({ column, spelling }) => (column ? [[column.name, spelling] as const] : [])),
  );
}

export function ignoredOf({ columns }: Layout): string[] {
  return columns.flatMap(({ column, spelling }) => (column ? [] : [spelling.trim()]));
}

/** The cells that matter, by the name of their column. */
export function nameCells({ columns }: Layout, cells: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    columns.flatMap(({ column }, at) => (column ? [[column.name, cells[at] ?? ''] as const] : [])),
  );
}
