import { InvalidArgumentError } from 'commander';
import { parseIdentifier } from '../domain/identifiers.ts';
import type { RejectLimit } from '../domain/reject-limit.ts';

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

/** An option of a reading, by its rule. */
export function parseReading<Value>(option: {
  rule: string;
  parse: (text: string) => Value | undefined;
}): (text: string) => Value {
  return (text) => {
    const value = option.parse(text);
    if (value === undefined) throw new InvalidArgumentError(`It ${option.rule}.`);
    return value;
  };
}

/** `20` rows or `1%` of the rows read. */
export function parseRejectLimit(text: string): RejectLimit {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
  if (percent !== undefined && Number(percent) <= 100) return { share: Number(percent) / 100 };
  if (percent === undefined && /^\d+$/.test(text)) return { rows: parseCount(text) };
  throw new InvalidArgumentError('Give a number of rows such as 20, or a share such as 1%.');
}

const lifetimeUnits: Readonly<Record<string, number>> = { h: 1, d: 24, w: 7 * 24, y: 365 * 24 };
const mostHours = 10 * 365 * 24;

/** How long something holds, such as 12h, 90d, 8w or 1y; in seconds, ten years at most. */
export function parseLifetime(text: string): number {
  const [, count, unit = ''] = /^([1-9]\d{0,5})([hdwy])$/.exec(text) ?? [];
  const hours = Number(count) * (lifetimeUnits[unit] ?? Number.NaN);
  if (hours <= mostHours) return hours * 3600;
  throw new InvalidArgumentError('Give a time such as 12h, 90d, 8w or 1y, up to 10y.');
}

/** `name=text`, beside those that were given before. */
export function parsePair(
  text: string,
  earlier: readonly (readonly [string, string])[] = [],
): (readonly [string, string])[] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError('Give a condition such as user_id=7.');
  return [...earlier, [name, value]];
}
