import { makeDamaged } from '../faults.ts';
import {
  endRow,
  endSheet,
  putCells,
  type SheetCopies,
  type SheetCopy,
  startSheet,
} from '../sheet-copy.ts';
import type { XmlHandlers, XmlTag } from '../xml.ts';
import { addText, type CellText, openInText, renderCell } from './cell-text.ts';
import { isRead, readCount, readQualified } from './elements.ts';

/** Where the content is being read. */
interface Reading {
  readonly copies: SheetCopies;
  /** Local names of the elements under way. */
  readonly path: string[];
  /** Elements under way that are passed over. */
  skippedDepth: number;
  copy: SheetCopy;
  /** Of the row under way. */
  line: number;
  column: number;
  cell: CellText;
}

/** Puts the cells of all sheets into their copies while the content comes by. */
export function makeContentHandlers(copies: SheetCopies): XmlHandlers {
  const reading: Reading = {
    copies,
    path: [],
    skippedDepth: 0,
    copy: startSheet(copies, ''),
    line: 1,
    column: 0,
    cell: { text: '', paragraphs: 0 },
  };
  return {
    open: (tag) => openElement(reading, tag),
    close: (tag) => closeElement(reading, tag),
    text: (text) => {
      if (reading.skippedDepth === 0 && isInParagraph(reading)) addText(reading.cell, text);
    },
  };
}

const inParagraphs = ['p', 'span', 'a'];

function isInParagraph({ path }: Reading): boolean {
  return inParagraphs.includes(path.at(-1) ?? '');
}

function openElement(reading: Reading, tag: XmlTag): void {
  if (reading.skippedDepth > 0 || !isRead(tag, reading.path.at(-1) ?? '')) {
    if (reading.path.length === 0 && reading.skippedDepth === 0) throw makeForeign();
    reading.skippedDepth++;
    return;
  }
  reading.path.push(tag.local);
  if (tag.local === 'table') startTable(reading, tag);
  else if (tag.local === 'table-cell') reading.cell = { text: '', paragraphs: 0 };
  else if (tag.local === 'table-row') reading.column = 0;
  else openInText(reading.cell, tag);
}

function makeForeign() {
  return makeDamaged('its part content.xml is not in a namespace of workbooks');
}

function startTable(reading: Reading, tag: XmlTag): void {
  reading.copy = startSheet(reading.copies, readQualified(tag, 'table', 'name') ?? '');
  reading.line = 1;
}

function closeElement(reading: Reading, tag: XmlTag): void {
  if (reading.skippedDepth > 0) {
    reading.skippedDepth--;
    return;
  }
  reading.path.pop();
  if (tag.local === 'table') endSheet(reading.copy);
  else if (tag.local === 'table-row') endTableRow(reading, tag);
  else if (tag.local === 'table-cell') endCells(reading, tag, renderCell(tag, reading.cell));
  else if (tag.local === 'covered-table-cell') endCells(reading, tag, '');
}

function endTableRow(reading: Reading, tag: XmlTag): void {
  const count = readCount(tag, 'table', 'number-rows-repeated');
  endRow(reading.copy, reading.line, count);
  reading.line += count;
}

function endCells(reading: Reading, tag: XmlTag, text: string): void {
  const count = readCount(tag, 'table', 'number-columns-repeated');
  putCells(reading.copy, reading.column, count, text);
  reading.column += count;
}
