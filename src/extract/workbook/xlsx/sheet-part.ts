import { parseLine, parsePlace } from '../columns.ts';
import { makeDamaged } from '../faults.ts';
import { endRow, putCells, type SheetCopy } from '../sheet-copy.ts';
import { readAttribute, type XmlHandlers, type XmlTag } from '../xml.ts';
import { type CellContext, type RawCell, renderCell } from './cell-value.ts';
import { closeInRichText, openInRichText, type RichText, startRichText } from './text-run.ts';

/** Where a sheet is being read. */
interface Reading {
  readonly copy: SheetCopy;
  readonly context: CellContext;
  isInData: boolean;
  line: number;
  column: number;
  cell: RawCell | undefined;
  /** The text of the cell is being read. */
  isInValue: boolean;
  rich: RichText | undefined;
}

/** Puts the cells of a sheet into its copy while its XML comes by. */
export function makeSheetHandlers(copy: SheetCopy, context: CellContext): XmlHandlers {
  const reading: Reading = {
    copy,
    context,
    isInData: false,
    line: 0,
    column: -1,
    cell: undefined,
    isInValue: false,
    rich: undefined,
  };
  return {
    open: (tag) => openElement(reading, tag),
    close: (tag) => closeElement(reading, tag),
    text: (text) => addText(reading, text),
  };
}

function openElement(reading: Reading, tag: XmlTag): void {
  if (reading.rich) openInRichText(reading.rich, tag.local);
  else if (reading.cell) openInCell(reading, reading.cell, tag.local);
  else if (tag.local === 'sheetData') reading.isInData = true;
  else if (!reading.isInData) return;
  else if (tag.local === 'row') startRow(reading, tag);
  else if (tag.local === 'c') startCell(reading, tag);
}

function startRow(reading: Reading, tag: XmlTag): void {
  const reference = readAttribute(tag, 'r');
  const line = reference === undefined ? reading.line + 1 : parseLine(reference);
  if (line === undefined || line <= reading.line)
    throw makeDamaged(`row ${reference} of ${describe(reading)} is out of place`);
  reading.line = line;
  reading.column = -1;
}

function startCell(reading: Reading, tag: XmlTag): void {
  const { line, column } = reading;
  const reference = readAttribute(tag, 'r');
  const place = reference === undefined ? { line, column: column + 1 } : parsePlace(reference);
  if (place === undefined || place.line !== line || place.column <= column)
    throw makeDamaged(`cell ${reference} in row ${line} of ${describe(reading)} is out of place`);
  reading.column = place.column;
  const type = readAttribute(tag, 't') ?? 'n';
  const style = Number(readAttribute(tag, 's') ?? 0);
  reading.cell = { type, style, text: '', hasValue: false, isFormula: false };
}

function openInCell(reading: Reading, cell: RawCell, local: string): void {
  if (local === 'f') cell.isFormula = true;
  else if (local === 'v') {
    cell.hasValue = true;
    reading.isInValue = true;
  } else if (local === 'is' && cell.type === 'inlineStr') {
    cell.hasValue = true;
    reading.rich = startRichText();
  }
}

function addText({ cell, isInValue, rich }: Reading, text: string): void {
  if (rich) rich.text += rich.isInText ? text : '';
  else if (isInValue && cell) cell.text += text;
}

function closeElement(reading: Reading, { local }: XmlTag): void {
  if (reading.rich) closeInRich(reading, reading.rich, local);
  else if (local === 'v') reading.isInValue = false;
  else if (local === 'c') endCell(reading);
  else if (local === 'row' && reading.isInData) endRow(reading.copy, reading.line);
  else if (local === 'sheetData') reading.isInData = false;
}

function closeInRich(reading: Reading, rich: RichText, local: string): void {
  if (local !== 'is') closeInRichText(rich);
  else {
    if (reading.cell) reading.cell.text = rich.text;
    reading.rich = undefined;
  }
}

function endCell(reading: Reading): void {
  const { cell, column, copy, context } = reading;
  if (cell === undefined) return;
  const where = () => `column ${column + 1} in row ${reading.line} of ${describe(reading)}`;
  putCells(copy, column, 1, renderCell(cell, context, where));
  reading.cell = undefined;
}

function describe({ copy }: Reading): string {
  return `its sheet "${copy.sheet}"`;
}
