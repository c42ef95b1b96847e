import type { ErrorCode } from '../../errors.ts';
import type { Limits, Part } from '../part.ts';
import type { SheetTable } from './sheet-table.ts';

export type WorkbookFormat = Extract<Part['format'], 'xlsx' | 'ods' | 'xls'>;

export interface Workbook {
  readonly path: string;
  readonly location: string;
  readonly format: WorkbookFormat;
}

/** What the child is asked, as JSON in its only argument. */
export interface Request extends Workbook {
  /** For the copies alone. */
  readonly folder: string;
  readonly limits: Limits;
}

/** What the child answers, as JSON on stdout. No answer means that it failed. */
export type Answer =
  | { readonly tables: SheetTable[] }
  | { readonly fault: { readonly code: ErrorCode; readonly message: string } };
