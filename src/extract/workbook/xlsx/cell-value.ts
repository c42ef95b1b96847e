import { uncomputed } from '../cell-errors.ts';
import { type NumberKind, normalizeIsoDate, renderNumber } from '../dates.ts';
import { makeDamaged } from '../faults.ts';
import { decodeEscapes } from './text-run.ts';

/** What the cells of a workbook share. */
export interface CellContext {
  readonly strings: readonly string[];
  readonly styles: readonly NumberKind[];
  readonly is1904: boolean;
}

/** A cell as its sheet writes it. */
export interface RawCell {
  type: string;
  style: number;
  /** Of its `v`, or of its inline string. */
  text: string;
  hasValue: boolean;
  isFormula: boolean;
}

/** The text of a cell; '' for an empty one. `where` names it in errors. */
export function renderCell(
  cell: Readonly<RawCell>,
  context: CellContext,
  where: () => string,
): string {
  if (!cell.hasValue) return cell.isFormula ? uncomputed : '';
  switch (cell.type) {
    case 's':
      return findString(cell.text, context.strings, where);
    case 'str':
    case 'inlineStr':
      return decodeEscapes(cell.text);
    case 'b':
      return /^\s*(1|true)\s*$/.test(cell.text) ? 'TRUE' : 'FALSE';
    case 'e':
      return cell.text;
    case 'd':
      return normalizeIsoDate(cell.text.trim());
    case 'n':
      return renderNumeric(cell, context, where);
    default:
      throw makeDamaged(`${where()} has the unknown type ${cell.type}`);
  }
}

function findString(text: string, strings: readonly string[], where: () => string): string {
  const found = /^\s*\d+\s*$/.test(text) ? strings[Number(text)] : undefined;
  if (found !== undefined) return found;
  throw makeDamaged(`${where()} refers to shared text ${text}, which is missing`);
}

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function renderNumeric(cell: Readonly<RawCell>, context: CellContext, where: () => string): string {
  const text = cell.text.trim();
  if (text === '') return cell.isFormula ? uncomputed : '';
  const value = number.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw makeDamaged(`${where()} holds "${text}" as a number`);
  return renderNumber(value, context.styles[cell.style] ?? 'number', context.is1904);
}
