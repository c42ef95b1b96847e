import { InvalidArgumentError } from 'commander';
import { parseIdentifier } from '../domain/identifiers.ts';

/** An id such as a load's or a user's. */
export function parseId(text: string): number {
  const id = parseIdentifier(text);
  if (id === undefined) throw new InvalidArgumentError('Give a whole number from 1.');
  return id;
}

/** A count such as 20, 5000 or 1e6. */
export function parseCount(text: string): number {
  const count = /^\d+(e\d{1,2})?$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(count)) return count;
  throw new InvalidArgumentError('Give a whole number such as 20 or 1e6.');
}

/** A strptime format that names day, month and year once each, such as %d/%m/%Y. */
export function parseDateFormat(text: string): string {
  const parts = [...text.matchAll(/%(.)/g)].map(([, letter = '']) => letter);
  const isComplete = ['d', 'mbB', 'yY'].every(
    (letters) => parts.filter((letter) => letters.includes(letter)).length === 1,
  );
  if (isComplete && parts.length === 3 && /^[-%dmbByY/., ]+$/.test(text)) return text;
  throw new InvalidArgumentError('Give day, month and year, such as %d/%m/%Y or %m/%d/%y.');
}
