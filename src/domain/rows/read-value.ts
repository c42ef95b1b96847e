import { identifier, parseIdentifier } from '../identifiers.ts';
import type { Value } from './row-query.ts';
import type { ValueKind } from './row-table.ts';

/** What a value of each kind must be. Of a list it is one of its items that is asked for. */
export const valueRules: Readonly<Record<ValueKind, string>> = {
  id: identifier.description,
  integer: `a whole number up to ${Number.MAX_SAFE_INTEGER}`,
  number: 'a number such as 1.5',
  boolean: 'true or false',
  date: 'a date such as 2024-01-31',
  text: 'a text without NUL',
  ids: identifier.description,
  texts: 'a text without NUL',
};

/** Reads a value as a user writes it; undefined where it is none of that kind. */
export function readValue(kind: ValueKind, text: string): Value | undefined {
  return readers[kind](text);
}

const readers: Readonly<Record<ValueKind, (text: string) => Value | undefined>> = {
  id: parseIdentifier,
  integer: readInteger,
  number: readNumber,
  boolean: readBoolean,
  date: readDate,
  text: readText,
  ids: parseIdentifier,
  texts: readText,
};

function readInteger(text: string): number | undefined {
  const number = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

function readNumber(text: string): number | undefined {
  const isPlain = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text);
  const number = isPlain ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

export function readBoolean(text: string): boolean | undefined {
  if (text !== 'true' && text !== 'false') return undefined;
  return text === 'true';
}

/** A day that exists; JavaScript would read 31 February as one in March. */
function readDate(text: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text < '0001') return undefined;
  const day = new Date(`${text}T00:00:00Z`);
  const exists = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
  return exists ? text : undefined;
}

/** PostgreSQL stores no NUL, and no half of a pair of surrogates. */
function readText(text: string): string | undefined {
  return text.includes('\0') || /\p{Surrogate}/u.test(text) ? undefined : text;
}
