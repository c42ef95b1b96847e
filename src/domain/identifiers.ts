/**
 * What an id is, in one place: text ids would change this file, `sql/compute/macros.sql` and a migration.
 * Ids are integers from 1 to 2^53-1, so that they survive JSON and JavaScript numbers unharmed.
 */
export const identifier = {
  computeType: 'bigint',
  storeType: 'bigint',
  description: `a whole number from 1 to ${Number.MAX_SAFE_INTEGER}`,
} as const;

/** Reads an id given on a command line or in an address; undefined when it is none. */
export function parseIdentifier(text: string): number | undefined {
  const id = /^\d{1,16}$/.test(text) ? Number(text) : 0;
  return id >= 1 && id <= Number.MAX_SAFE_INTEGER ? id : undefined;
}
