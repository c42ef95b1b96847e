import { EluteError } from '../../errors.ts';

export const maxKeys = 1000;

const readable =
  'Elute reads an array of objects, or one object a line; with pandas, write it with orient="records"';

export function makeEmpty(path: string): EluteError {
  return new EluteError(
    'empty_file',
    `${path} is empty: it holds no header and no rows. Export it again, or leave it out.`,
  );
}

export function makeNoRecords(path: string): EluteError {
  return new EluteError(
    'empty_file',
    `${path} holds no records: its array is empty. Export it again, or leave it out.`,
  );
}

export function makeNotObjects(path: string, line: number): EluteError {
  return new EluteError(
    'format_unsupported',
    `${path}:${line}: the first record is not a JSON object. ${readable}.`,
  );
}

export function makeSingleObject(path: string): EluteError {
  return new EluteError(
    'format_unsupported',
    `${path} is a single JSON object that holds a whole table. ${readable}.`,
  );
}

export function makeTooManyKeys(path: string, line: number): EluteError {
  return new EluteError(
    'format_unsupported',
    `${path}:${line}: the objects up to here have more than ${maxKeys} different keys, so these are no columns. ${readable}.`,
  );
}

export function makeAllBad(path: string, records: number): EluteError {
  return new EluteError(
    'format_unsupported',
    `${path}: none of its records (${records}) is a JSON object with keys. ${readable}.`,
  );
}

export function makeOpenRecord(path: string, line: number): EluteError {
  return new EluteError(
    'file_damaged',
    `${path}:${line}: the record that begins here is never closed. Complete the file, or close the bracket or quote that is missing.`,
  );
}

export function makeOpenArray(path: string, line: number): EluteError {
  return new EluteError(
    'file_damaged',
    `${path}:${line}: the file ends before its array does. Export it again, or add the closing bracket.`,
  );
}

export function makeTrailingText(path: string, line: number): EluteError {
  return new EluteError(
    'file_damaged',
    `${path}:${line}: text follows the end of the array. Remove it, or write one object a line.`,
  );
}
