import { uncomputed } from '../cell-errors.ts';
import { normalizeDuration, normalizeIsoDate } from '../dates.ts';
import { makeDamaged } from '../faults.ts';
import type { XmlTag } from '../xml.ts';
import { readCount, readQualified } from './elements.ts';

/** The paragraphs of a cell, as far as they were read. */
export interface CellText {
  text: string;
  paragraphs: number;
}

/** No cell holds as many spaces in a row. */
const maxSpaces = 65_536;

export function openInText(cell: CellText, tag: XmlTag): void {
  if (tag.local === 'p' && cell.paragraphs++ > 0) cell.text += '\n';
  if (tag.local === 'tab') cell.text += '\t';
  if (tag.local === 'line-break') cell.text += '\n';
  if (tag.local === 's') cell.text += makeSpaces(readCount(tag, 'text', 'c'));
}

function makeSpaces(count: number): string {
  if (count > maxSpaces) throw makeDamaged(`a cell in it has ${count} spaces in a row`);
  return ' '.repeat(count);
}

/** Several spaces are written as an element; those in the text are of its layout. */
export function addText(cell: CellText, text: string): void {
  cell.text += text.replace(/[ \t\r\n]+/g, ' ');
}

/** The text of a cell; '' for an empty one. */
export function renderCell(tag: XmlTag, { text }: CellText): string {
  switch (readQualified(tag, 'office', 'value-type')) {
    case 'float':
    case 'percentage':
    case 'currency':
      return renderNumeric(readQualified(tag, 'office', 'value') ?? text);
    case 'date':
      return normalizeIsoDate(readQualified(tag, 'office', 'date-value') ?? text);
    case 'time':
      return normalizeDuration(readQualified(tag, 'office', 'time-value') ?? text);
    case 'boolean':
      return (readQualified(tag, 'office', 'boolean-value') ?? text).toUpperCase();
    case 'string':
      // The value of an error is empty, and its text says which.
      return readQualified(tag, 'office', 'string-value') || text;
    default:
      return text === '' && readQualified(tag, 'table', 'formula') !== undefined
        ? uncomputed
        : text;
  }
}

/** A number in the fewest digits; a text such as NaN stays as it is. */
function renderNumeric(text: string): string {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? String(value) : text;
}
