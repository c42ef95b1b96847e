import type { Column, Reading } from '../contract.ts';

/** What a cell means: a value (null where there is none), or a fault; and what is odd about it. */
export interface CellMeaning {
  readonly value: Value;
  readonly fault?: string;
  readonly doubt?: string;
}

export type Value = string | number | readonly number[] | null;

/** How a cell is to be read, beyond its text. */
export interface CellReading extends Pick<Reading, 'dateFormat'> {
  readonly decimal: 'point' | 'comma' | 'either';
}

/** Reads a cell as DESIGN.md says, one character after the other if need be. */
export function readCell({ kind }: Column, cell: string, reading: CellReading): CellMeaning {
  const text = trim(cell);
  switch (kind) {
    case 'id':
      return demand(text, readId(text), 'invalid_id');
    case 'ids':
      return demand(text, readIds(text), 'invalid_id_list');
    case 'duration':
      return text === '' ? missing : readDuration(text, reading.decimal);
    case 'date':
      return readDate(text, reading);
    default:
      return readText(kind, text);
  }
}

const spaces = ' \t\r\n\v\f\u00a0\u202f\u3000\ufeff';

export function trim(cell: string): string {
  const characters = [...cell];
  const start = characters.findIndex((one) => !spaces.includes(one));
  const end = characters.findLastIndex((one) => !spaces.includes(one));
  return start < 0 ? '' : characters.slice(start, end + 1).join('');
}

const missing: CellMeaning = { value: null, fault: 'missing_value' };

function demand(text: string, value: Value | undefined, fault: string): CellMeaning {
  if (text === '') return missing;
  return value === undefined ? { value: null, fault } : { value };
}

/** Whole numbers from 1 to 2^53-1, in up to 16 digits. */
function readId(text: string): number | undefined {
  if (text.length > 16 || text === '' || [...text].some((one) => one < '0' || one > '9')) return;
  const id = BigInt(text);
  return id >= 1n && id <= 9007199254740991n ? Number(id) : undefined;
}

function readIds(text: string): number[] | undefined {
  const ids = text
    .split(';')
    .map((part) => readId(part.replace(/^[ \t\r\n\f]+|[ \t\r\n\f]+$/g, '')));
  const known = ids.filter((id) => id !== undefined);
  return known.length === ids.length ? known : undefined;
}

const pointNumber = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function readDuration(text: string, decimal: CellReading['decimal']): CellMeaning {
  const isForeign =
    decimal === 'comma' ? text.includes('.') : decimal === 'point' && text.includes(',');
  const pointed = text.replaceAll(',', '.');
  const value = !isForeign && pointNumber.test(pointed) ? Number(pointed) : Number.NaN;
  if (Number.isFinite(value) && value >= 0) return { value: value + 0 };
  return {
    value: null,
    fault: Number.isFinite(value) ? 'negative_number' : blameMark(text, decimal),
  };
}

/** A number in the manner of the other half of the world: digits, groups, and its mark before the last digits. */
function blameMark(text: string, decimal: CellReading['decimal']): string {
  const digits = /^[+-]?[\d.,]*\d$/.test(text);
  const last = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','));
  const mark = digits ? text[last] : undefined;
  if (decimal === 'point' && mark === ',') return 'decimal_comma';
  return decimal === 'comma' && mark === '.' ? 'decimal_point' : 'invalid_number';
}

const clock = /[Tt ]\d{1,2}:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/;
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function readDate(text: string, { dateFormat }: CellReading): CellMeaning {
  if (text === '') return { value: null, doubt: 'empty_value' };
  const value = readNamedFormat(text, dateFormat) ?? readDay(text.replace(clock, ''));
  if (value !== undefined && value !== 'ambiguous') return { value };
  return { value: null, fault: value === 'ambiguous' ? 'ambiguous_date' : 'invalid_date' };
}

function readNamedFormat(text: string, format: Reading['dateFormat']): string | undefined {
  const [, first, second, year] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text) ?? [];
  if (format === undefined || first === undefined || second === undefined) return undefined;
  return format === '%d/%m/%Y' ? makeDay(year, second, first) : makeDay(year, first, second);
}

function readDay(day: string): string | 'ambiguous' | undefined {
  const iso = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/.exec(day);
  if (iso) return makeDay(iso[1], iso[3], iso[4]);
  const compact = /^(\d{4})(\d\d)(\d\d)$/.exec(day);
  if (compact) return makeDay(compact[1], compact[2], compact[3]);
  const numbers = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d\d)$/.exec(day);
  if (numbers) return readTwoNumbersFirst(numbers[1] ?? '', numbers[2] ?? '', numbers[3] ?? '');
  return readMonthName(day);
}

/** Day and month can be told apart where one of them is no month, or where they are the same. */
function readTwoNumbersFirst(
  first: string,
  second: string,
  year: string,
): string | 'ambiguous' | undefined {
  if (year.length === 2) return 'ambiguous';
  const [a, b] = [Number(first), Number(second)];
  if (a <= 12 && b <= 12 && a !== b) return 'ambiguous';
  return a > 12 ? makeDay(year, second, first) : makeDay(year, first, second);
}

function readMonthName(day: string): string | undefined {
  const words = day.toLowerCase().split(/[-,. ]+/);
  const [first = '', second = '', year = ''] = words;
  if (words.length !== 3 || !/^\d{4}$/.test(year)) return undefined;
  const [name, number] = /^\d/.test(first) ? [second, first] : [first, second];
  const month = months.indexOf(name.slice(0, 3)) + 1;
  return /^\d{1,2}$/.test(number) && month > 0 ? makeDay(year, String(month), number) : undefined;
}

function makeDay(year = '', month = '', day = ''): string | undefined {
  const text = [year, month.padStart(2, '0'), day.padStart(2, '0')].join('-');
  const date = new Date(`${text}T00:00:00Z`);
  const isDay = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
  return isDay && year !== '0000' ? text : undefined;
}

const formulaErrors = ['#REF!', '#N/A', '#VALUE!', '#NAME?', '#NUM!', '#DIV/0!', '#NULL!'];
/** Of the structures that the suite draws. */
const structures = ['H2O', 'C20H25N3O', 'CCO', 'c1ccccc1', 'C[C@H](N)C(=O)O', 'Ca(OH)2', 'C#N'];

function readText(kind: 'text' | 'email' | 'structure', text: string): CellMeaning {
  if (text === '') return { value: null, doubt: 'empty_value' };
  if (formulaErrors.includes(text) || /^Err:\d{3}$/.test(text))
    return { value: null, fault: 'formula_error' };
  if (text.includes('\ufffd')) return { value: text, doubt: 'lost_character' };
  if (kind === 'email' && !/^[^@\s]+@[^@\s]+$/.test(text))
    return { value: text, doubt: 'doubtful_email' };
  if (kind === 'structure' && !structures.includes(text))
    return { value: text, doubt: 'unreadable_structure' };
  return { value: text };
}
