import { InvalidArgumentError } from 'commander';
import { parseIdentifier } from '../domain/identifiers.ts';
import { type RejectLimit, readRejectLimit } from '../domain/reject-limit.ts';

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

export function parseRejectLimit(text: string): RejectLimit {
  const limit = readRejectLimit(text);
  if (limit) return limit;
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

const dayMs = 24 * 3600 * 1000;

/**
 * A time at least a day ago, as an age (90d, 12w, 6m, 2y) or a date: what is younger may still be at work,
 * and clocks of machines differ.
 */
export function parsePast(text: string): Date {
  const time = subtractAge(text) ?? parseDay(text);
  if (time !== undefined && time.getTime() <= Date.now() - dayMs) return time;
  throw new InvalidArgumentError(
    'Give an age from one day, such as 90d, 12w, 6m or 2y, or a date such as 2026-01-31.',
  );
}

const ageUnits: Readonly<Record<string, { days?: number; months?: number }>> = {
  d: { days: 1 },
  w: { days: 7 },
  m: { months: 1 },
  y: { months: 12 },
};

/** A month before 31 March is the end of February. */
function subtractAge(text: string): Date | undefined {
  const [, digits, letter = ''] = /^([1-9]\d{0,4})([dwmy])$/.exec(text) ?? [];
  const unit = ageUnits[letter];
  if (unit === undefined) return undefined;
  const { days = 0, months = 0 } = unit;
  const time = new Date(Date.now() - Number(digits) * days * dayMs);
  const day = time.getDate();
  time.setMonth(time.getMonth() - Number(digits) * months);
  if (time.getDate() !== day) time.setDate(0);
  return time;
}

/** Its first moment, as the user's clock has it. */
function parseDay(text: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const time = new Date(`${text}T00:00`);
  // Of 31 February it would make 3 March.
  return time.getDate() === Number(text.slice(8)) ? time : undefined;
}
