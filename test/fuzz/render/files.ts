import { createHash } from 'node:crypto';
import type { Engine } from '../../../src/compute/engine.ts';
import type { CarriedTable, Format, PlacedTable, Reading, RenderedFile } from '../contract.ts';
import { type Dice, makeDice } from '../dice.ts';
import type { DrawnTable } from '../lab.ts';
import { renderJson } from './json.ts';
import { ignoredOf, type Layout, layOut, spellingsOf } from './layout.ts';
import { packAlone, packTogether } from './pack.ts';
import { renderParquet } from './parquet.ts';
import type { Rendering } from './rendering.ts';
import { renderText } from './text.ts';
import { renderWorkbook } from './workbook.ts';

/** Where files are made that only the engine can write. */
export interface Workshop {
  readonly engine: Engine;
  readonly folder: string;
  readonly dice: Dice;
  /** Share of the files that are workbooks: each takes a process to read. */
  readonly workbooks: number;
}

/** Writes tables in formats of all kinds, and packs some of them. */
export async function renderFiles(
  tables: readonly DrawnTable[],
  workshop: Workshop,
): Promise<RenderedFile[]> {
  const { dice } = workshop;
  const files: RenderedFile[] = [];
  for (let at = 0; at < tables.length; ) {
    const isWorkbook = dice.chance(workshop.workbooks);
    const count = isWorkbook ? 1 + dice.below(3) : 1;
    const group = tables.slice(at, at + count);
    const name = `${dice.pick(['a', 'runs', 'Läufe 1', 'x.y'])}-${at}`;
    files.push(await renderGroup(group, name, isWorkbook, workshop));
    at += count;
  }
  return packSome(files, dice);
}

async function renderGroup(
  tables: readonly DrawnTable[],
  name: string,
  isWorkbook: boolean,
  workshop: Workshop,
): Promise<RenderedFile> {
  const [first] = tables;
  if (first === undefined) throw new Error('there is no table to write');
  const dice = makeDice(first.seed);
  const layouts = tables.map(({ dataset, rows }) => layOut(dataset, rows, dice));
  const asked = chooseReading(dice);
  const [layout] = layouts;
  if (isWorkbook || layout === undefined) {
    const format = dice.pick(['xlsx', 'xlsx', 'ods', 'xls']);
    const { bytes, tables: sheets } = renderWorkbook(layouts, format, asked, dice);
    return makeFile(`${name}.${format}`, bytes, sheets);
  }
  return renderSingle(layout, name, asked, { ...workshop, dice });
}

function chooseReading(dice: Dice): Reading {
  return {
    ...(dice.chance(0.1) && { dateFormat: dice.pick(['%d/%m/%Y', '%m/%d/%Y']) }),
    ...(dice.chance(0.1) && { decimal: dice.pick(['point', 'comma']) }),
  };
}

const endings: Partial<Record<Format, readonly [string, ...string[]]>> = {
  text: ['csv', 'csv', 'tsv', 'txt', 'CSV'],
  json: ['json', 'ndjson', 'jsonl'],
};

async function renderSingle(
  layout: Layout,
  name: string,
  asked: Reading,
  workshop: Workshop,
): Promise<RenderedFile> {
  const { dice } = workshop;
  const format = chooseFormat(layout, dice);
  const { bytes, rows, reading } = await render(format, layout, asked, workshop);
  const { dataset } = layout;
  const names = { spellings: spellingsOf(layout), ignoredColumns: ignoredOf(layout) };
  const ending = dice.pick(endings[format] ?? ['parquet']);
  return makeFile(`${name}.${ending}`, bytes, [{ dataset, format, ...names, rows, reading }]);
}

/** The keys of JSON come from its records: the first one has to be whole. */
function chooseFormat({ rows }: Layout, dice: Dice): 'text' | 'json' | 'parquet' {
  const format = dice.pick(['text', 'text', 'text', 'json', 'parquet']);
  const isNameless = rows.length === 0 || rows[0]?.some((cell) => cell.includes('\0'));
  return format === 'json' && isNameless ? 'text' : format;
}

function render(
  format: 'text' | 'json' | 'parquet',
  layout: Layout,
  asked: Reading,
  workshop: Workshop,
): Rendering | Promise<Rendering> {
  if (format === 'text') return renderText(layout, asked, workshop.dice);
  if (format === 'json') return renderJson(layout, asked, workshop.dice);
  return renderParquet(layout, asked, workshop.dice, workshop);
}

function makeFile(name: string, bytes: Buffer, tables: readonly CarriedTable[]): RenderedFile {
  const content = createHash('sha256').update(bytes).digest('hex');
  const placed: PlacedTable[] = tables.map((table) => ({ ...table, path: name, content }));
  return { name, bytes, tables: placed };
}

function packSome(files: readonly RenderedFile[], dice: Dice): RenderedFile[] {
  const packed: RenderedFile[] = [];
  for (let at = 0; at < files.length; ) {
    const count = dice.chance(0.06) ? 1 + dice.below(3) : 0;
    const group = files.slice(at, at + Math.max(1, count));
    if (count > 0) packed.push(packTogether(group, `bundle-${at}.zip`, dice));
    else packed.push(...group.map((file) => withPath(packAlone(file, dice))));
    at += group.length;
  }
  return packed;
}

function withPath(file: RenderedFile): RenderedFile {
  return { ...file, tables: file.tables.map((table) => ({ ...table, path: file.name })) };
}
