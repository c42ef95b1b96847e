/** Texts must be equal; numbers may differ by the rounding of another order of addition. */
export type Row = Readonly<Record<string, string | number | null>>;

const tolerance = 1e-9;

/** In a few words what differs in the columns that both have, or nothing. */
export function findDifference(
  expected: readonly Row[],
  found: readonly Row[],
): string | undefined {
  if (expected.length !== found.length) {
    return `${found.length} rows, not ${expected.length}`;
  }
  for (const [index, row] of found.entries()) {
    const wanted = expected[index] ?? {};
    for (const [column, value] of Object.entries(row)) {
      if (isEqual(wanted[column], value)) continue;
      const place = Object.values(row)[0];
      return `${column} of ${place} is ${value}, not ${wanted[column]}`;
    }
  }
  return undefined;
}

function isEqual(a: Row[string] | undefined, b: Row[string]): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}
