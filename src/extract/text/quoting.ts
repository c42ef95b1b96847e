/** The delimiters Elute looks for; DuckDB is told which one it is. */
export const delimiters = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof delimiters)[number];

export const tab = 0x09;
export const lineFeed = 0x0a;
export const carriageReturn = 0x0d;
export const space = 0x20;
export const quote = 0x22;

/** Where the next byte stands in its record. */
export const fieldStart = 0;
export const afterSpace = 1;
export const unquoted = 2;
export const quoted = 3;
export const closed = 4;
/** From here on a transition asks for more than a change of state. */
export const recordEnd = 5;
export const quoteOpening = 6;
export const quotedLineEnd = 7;

/**
 * The transitions of DuckDB's strict mode (csv_state_machine_cache.cpp), at `state * 256 + byte`.
 * Two of them surprise: just one space may stand before an opening quote, and after a closing
 * quote and spaces another quote takes the field up again.
 */
export function makeTransitions(delimiter: Delimiter): Uint8Array {
  const ends = { [delimiter]: fieldStart, '\n': recordEnd, '\r': recordEnd };
  return Uint8Array.from([
    ...makeRow(unquoted, { ...ends, '"': quoteOpening, ' ': afterSpace }),
    ...makeRow(unquoted, { ...ends, '"': quoteOpening }),
    ...makeRow(unquoted, ends),
    ...makeRow(quoted, { '"': closed, '\n': quotedLineEnd, '\r': quotedLineEnd }),
    ...makeRow(unquoted, { ...ends, '"': quoted, ' ': closed }),
  ]);
}

function makeRow(otherwise: number, changes: Record<string, number>): number[] {
  return Array.from({ length: 256 }, (_, byte) => changes[String.fromCharCode(byte)] ?? otherwise);
}

/** For hot loops: the caller keeps `at` within the array. */
export function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}
