import { identifier } from './identifiers.ts';

/** The column of a file of rejects that says what is wrong; in a file to load it is no data. */
export const errorColumn = 'elute_error';

/**
 * Why a row was not loaded. A sentence may name {column}, {value} and {detail}; it says what is wrong
 * and what to do. Composed in SQL, so that a million rejects are no loop in JavaScript.
 */
export const rejectSentences = {
  missing_value: '{column} is empty; this column needs a value',
  invalid_id: `{column} "{value}" is not an id; an id is ${identifier.description}`,
  invalid_id_list:
    '{column} "{value}" is not a list of ids; write ids separated by semicolons, such as 1;2;3',
  invalid_number: '{column} "{value}" is not a finite number; write digits, such as 12.5',
  decimal_comma:
    '{column} "{value}" has a comma; write a decimal point, such as 12.5, or say --decimal comma',
  decimal_point:
    '{column} "{value}" has a point, where --decimal comma expects a comma, such as 12,5',
  negative_number: '{column} "{value}" is below 0',
  invalid_date: '{column} "{value}" is not a date; write it as YYYY-MM-DD',
  ambiguous_date:
    '{column} "{value}" can be read as day/month or month/day; name the order with --date-format %d/%m/%Y or %m/%d/%Y',
  unknown_user: 'user_id {value} is neither in this load nor stored; load that user first',
  unknown_compound:
    '{column} names {value}, which are neither in this load nor stored; load those compounds first',
  conflicting_duplicate:
    '{column} {value} stands with other values at {detail}; keep one of these rows',
  too_few_columns: 'the row has fewer cells than the header ({detail}); complete it',
  too_many_columns:
    'the row has more cells than the header ({detail}); quote cells that hold the delimiter',
  malformed_quotes:
    'the row has text after a closing quote; double a quote that belongs to the text',
  record_too_long: 'the row is longer than 4 MiB; check it for a missing line end',
  formula_error:
    '{column} "{value}" is the error of a formula, or a formula without a value; mend the cell in its workbook',
  invalid_json: 'the record is no JSON object by itself, or names a key twice; correct it',
  invalid_encoding:
    'the row holds bytes that are no UTF-8; save the file as UTF-8, or name its encoding with --encoding',
  invalid_character: 'the row holds a NUL character; remove it',
} as const;

export type RejectCode = keyof typeof rejectSentences;

/** What is odd in a row that was loaded all the same. */
export const warningSentences = {
  empty_value: '{column} is empty',
  doubtful_email: '{column} "{value}" does not look like an e-mail address',
  unreadable_structure: '{column} "{value}" is neither a molecular formula nor SMILES',
  lost_character:
    '{column} "{value}" holds a mark for a character that was lost in some conversion',
} as const;

export type WarningCode = keyof typeof warningSentences;

/** One thing that is wrong with a row; the column is null where it is the row as a whole. */
export type RowFault = Pick<RowFinding, 'column' | 'message'> & { readonly code: RejectCode };

/** A stored reject or warning. `line` counts from 1: physical lines of a text, rows of a sheet or of Parquet. */
export interface RowFinding {
  /** The file, or the sheet of it. */
  readonly file: string;
  /** The row or cell, as in `runs.csv:7` or `lab.xlsx, Runs!C7`. */
  readonly place: string;
  readonly line: number;
  readonly column: string | null;
  readonly value: string | null;
  readonly code: RejectCode | WarningCode;
  readonly message: string;
}

/** A reject keeps the source's own cells, as they were, under the header of its file. */
export interface Reject extends RowFinding {
  readonly header: readonly string[];
  readonly record: readonly string[];
}
